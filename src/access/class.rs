//! 数据分级. How sensitive a field is, and what a viewer is shown of it.

use std::fmt;

/// 数据分级. Class of a field (domain model, part 7). The order is the order of sensitivity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// 公开. Everybody.
    Public,
    /// 内部. Staff in scope and domain.
    Internal,
    /// 个人信息. Handler, mediator and centre of the case.
    Personal,
    /// 个人标识. Identity number, telephone: the handler, for a purpose, each read audited.
    PersonalKey,
    /// 敏感个人信息. Named persons on the case only.
    Sensitive,
}

impl Class {
    /// The letter used in documents and in the permission matrix: P, I, D, K or S.
    pub fn letter(self) -> char {
        match self {
            Class::Public => 'P',
            Class::Internal => 'I',
            Class::Personal => 'D',
            Class::PersonalKey => 'K',
            Class::Sensitive => 'S',
        }
    }

    /// The code used in the API.
    pub fn code(self) -> &'static str {
        match self {
            Class::Public => "PUBLIC",
            Class::Internal => "INTERNAL",
            Class::Personal => "PERSONAL",
            Class::PersonalKey => "PERSONAL_KEY",
            Class::Sensitive => "SENSITIVE",
        }
    }

    /// All classes, least sensitive first.
    pub const ALL: [Class; 5] = [Class::Public, Class::Internal, Class::Personal, Class::PersonalKey, Class::Sensitive];
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// 字段裁决. What a viewer is shown of a field. The order is the order of openness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    /// 隐藏. Nothing: `null` and an entry in `extensions.redactions`.
    Hidden,
    /// 脱敏. The masked form.
    Masked,
    /// 完整. The value.
    Full,
}

impl Verdict {
    /// The code used in the API.
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Hidden => "HIDDEN",
            Verdict::Masked => "MASKED",
            Verdict::Full => "FULL",
        }
    }
}
