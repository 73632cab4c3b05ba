//! The policy as data: roles and purposes, read from `schema/policy/` and checked at start.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::{Atom, Branch, Class, Family, Verdict};

/// 目的. What a request is for; it limits what any role is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Purpose {
    /// 办理案件.
    HandleCase,
    /// 督办.
    Supervise,
    /// 统计.
    Statistics,
    /// 审计.
    Audit,
    /// 本人数据.
    OwnData,
    /// 联合办理.
    JointCase,
}

impl Purpose {
    /// All purposes.
    pub const ALL: [Purpose; 6] = [
        Purpose::HandleCase,
        Purpose::Supervise,
        Purpose::Statistics,
        Purpose::Audit,
        Purpose::OwnData,
        Purpose::JointCase,
    ];

    /// The code used in tokens and in the API.
    pub fn code(self) -> &'static str {
        match self {
            Purpose::HandleCase => "HANDLE_CASE",
            Purpose::Supervise => "SUPERVISE",
            Purpose::Statistics => "STATISTICS",
            Purpose::Audit => "AUDIT",
            Purpose::OwnData => "OWN_DATA",
            Purpose::JointCase => "JOINT_CASE",
        }
    }

    /// Whether somebody may act under it; under the others one only reads.
    pub fn acts(self) -> bool {
        match self {
            Purpose::Statistics | Purpose::Audit => false,
            Purpose::HandleCase | Purpose::Supervise | Purpose::OwnData | Purpose::JointCase => true,
        }
    }

    /// The purpose with this code.
    pub fn parse(code: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|p| p.code() == code)
    }
}

/// What a purpose lets through.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cap {
    #[expect(dead_code, reason = "the label is data for readers of the file")]
    zh: String,
    #[serde(default)]
    cap: Verdicts,
    #[serde(default)]
    pub(super) own_only: bool,
}

impl Cap {
    /// The most a class is shown under this purpose.
    pub(super) fn most(&self, class: Class) -> Verdict {
        self.cap.of(class)
    }
}

/// A verdict for each class above public; hidden where not named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Verdicts {
    #[serde(rename = "I")]
    internal: Option<Verdict>,
    #[serde(rename = "D")]
    personal: Option<Verdict>,
    #[serde(rename = "K")]
    key: Option<Verdict>,
    #[serde(rename = "S")]
    sensitive: Option<Verdict>,
}

impl Verdicts {
    pub(super) fn of(&self, class: Class) -> Verdict {
        match class {
            Class::Public => Some(Verdict::Full),
            Class::Internal => self.internal,
            Class::Personal => self.personal,
            Class::PersonalKey => self.key,
            Class::Sensitive => self.sensitive,
        }
        .unwrap_or(Verdict::Hidden)
    }
}

/// 角色. A role as the policy file states it.
#[derive(Clone, Debug)]
pub struct Role {
    /// Code of the table RoleCode.
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// Level of responsibility; `None`: none of the five.
    pub level: Option<String>,
    /// Departments the role exists in.
    pub departments: Vec<String>,
    /// Functions of the role.
    pub functions: Vec<String>,
    /// Purposes the role may act for; the first is the default.
    pub purposes: Vec<Purpose>,
    /// Row rules by family; a family not named sees nothing.
    pub rows: HashMap<Family, Vec<Branch>>,
    pub(super) handler: Verdicts,
    pub(super) scope: Verdicts,
    pub(super) own: Verdicts,
    pub(super) contacts: Verdicts,
    pub(super) regulated: Verdicts,
    pub(super) staff: Verdicts,
}

/// 策略. All roles and purposes.
#[derive(Debug)]
pub struct Policy {
    roles: BTreeMap<String, Role>,
    caps: HashMap<Purpose, Cap>,
}

/// Why a policy was refused.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file is not what it should be.
    #[error("policy file {file}: {source}")]
    Syntax {
        /// Which file.
        file: &'static str,
        /// What is wrong, with its line.
        source: Box<toml::de::Error>,
    },
    /// A role names what does not exist.
    #[error("role {role}: {problem}")]
    Role {
        /// Which role.
        role: String,
        /// What is wrong.
        problem: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RolesFile {
    role: Vec<RoleEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleEntry {
    code: String,
    zh: String,
    level: Option<String>,
    departments: Vec<String>,
    functions: Vec<String>,
    purposes: Vec<Purpose>,
    #[serde(default)]
    rows: HashMap<Family, Vec<String>>,
    #[serde(default)]
    handler: Verdicts,
    #[serde(default)]
    scope: Verdicts,
    #[serde(default)]
    own: Verdicts,
    #[serde(default)]
    contacts: Verdicts,
    #[serde(default)]
    regulated: Verdicts,
    #[serde(default)]
    staff: Verdicts,
}

impl RoleEntry {
    fn check(self) -> Result<Role, PolicyError> {
        let refuse = |problem: String| PolicyError::Role { role: self.code.clone(), problem };
        if self.purposes.is_empty() {
            return Err(refuse("has no purpose".into()));
        }
        let mut rows = HashMap::new();
        for (family, branches) in &self.rows {
            let parsed: Result<Vec<Branch>, PolicyError> =
                branches.iter().map(|b| parse_branch(b).map_err(&refuse)).collect();
            rows.insert(*family, parsed?);
        }
        let admin = ["SYS_ADMIN", "SEC_ADMIN", "AUDIT_ADMIN"].iter().any(|f| self.functions.iter().any(|g| g == f));
        if admin && rows.keys().any(|family| *family != Family::Audit) {
            return Err(refuse("an administrator reads no business rows".into()));
        }
        let sites = rows.get(&Family::Site).map_or(&[][..], Vec::as_slice);
        if self.regulated != Verdicts::default() && !sites.iter().all(|branch| branch.contains(&Atom::Domain)) {
            return Err(refuse(
                "what is regulated opens sites of the department alone: each branch needs domain".into(),
            ));
        }
        Ok(Role {
            code: self.code,
            zh: self.zh,
            level: self.level,
            departments: self.departments,
            functions: self.functions,
            purposes: self.purposes,
            rows,
            handler: self.handler,
            scope: self.scope,
            own: self.own,
            contacts: self.contacts,
            regulated: self.regulated,
            staff: self.staff,
        })
    }
}

fn parse_branch(text: &str) -> Result<Branch, String> {
    text.split('+')
        .map(|word| {
            let name = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(word);
            Atom::deserialize(name).map_err(|e| e.to_string())
        })
        .collect()
}

impl Policy {
    /// The policy this binary was built with.
    pub fn built_in() -> Result<Policy, PolicyError> {
        Policy::parse(include_str!("../../schema/policy/roles.toml"), include_str!("../../schema/policy/purposes.toml"))
    }

    /// Reads and checks a policy.
    pub fn parse(roles: &str, purposes: &str) -> Result<Policy, PolicyError> {
        let syntax = |file| move |e| PolicyError::Syntax { file, source: Box::new(e) };
        let file: RolesFile = toml::from_str(roles).map_err(syntax("roles.toml"))?;
        let caps = toml::from_str(purposes).map_err(syntax("purposes.toml"))?;
        let mut roles = BTreeMap::new();
        for entry in file.role {
            let role = entry.check()?;
            if let Some(twice) = roles.insert(role.code.clone(), role) {
                return Err(PolicyError::Role { role: twice.code, problem: "is stated twice".into() });
            }
        }
        Ok(Policy { roles, caps })
    }

    /// The role with this code.
    pub fn role(&self, code: &str) -> Option<&Role> {
        self.roles.get(code)
    }

    /// All roles by code.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.values()
    }

    /// What a purpose lets through; a purpose the file does not state lets nothing through.
    pub(super) fn cap(&self, purpose: Purpose) -> Option<&Cap> {
        self.caps.get(&purpose)
    }
}
