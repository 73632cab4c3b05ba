//! 行政区划代码: the statistical code of a division in prefix form (2, 4, 6, 9 or 12 digits), the 12-digit form and the
//! GB/T 2260 form, with the ranges that tell the kind.

use std::fmt;

/// 层级. Level of a division, highest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// 省.
    Province,
    /// 设区的市.
    City,
    /// 县（市、区）.
    County,
    /// 乡镇（街道）.
    Township,
    /// 村（社区）.
    Village,
}

impl Level {
    const ALL: [Self; 5] = [Self::Province, Self::City, Self::County, Self::Township, Self::Village];

    /// Length of a prefix code of this level.
    pub const fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::City => 4,
            Self::County => 6,
            Self::Township => 9,
            Self::Village => 12,
        }
    }

    /// The code text of the enum `DivisionLevel`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Province => "PROVINCE",
            Self::City => "CITY",
            Self::County => "COUNTY",
            Self::Township => "TOWNSHIP",
            Self::Village => "VILLAGE",
        }
    }

    fn of_length(length: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.digits() == length)
    }

    fn above(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|level| *level < self)
    }
}

/// 类型. Kind of a township or village, read from the ranges of its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 街道, 001-099.
    Street,
    /// 镇, 100-199.
    Town,
    /// 乡, 200-399.
    RuralTownship,
    /// 类似乡级单位 (development zones, farms), 400-599.
    TownshipLike,
    /// 居民委员会, 001-199.
    ResidentCommittee,
    /// 村民委员会, 200-399.
    VillageCommittee,
    /// 类似居委会, 400-497 and 499.
    ResidentCommitteeLike,
    /// 虚拟社区, 498.
    VirtualCommunity,
    /// 类似村委会, 500-597 and 599.
    VillageCommitteeLike,
    /// 虚拟生活区, 598.
    VirtualLivingArea,
}

impl Kind {
    /// The code text of the enum `DivisionKind`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Street => "STREET",
            Self::Town => "TOWN",
            Self::RuralTownship => "RURAL_TOWNSHIP",
            Self::TownshipLike => "TOWNSHIP_LIKE",
            Self::ResidentCommittee => "RESIDENT_COMMITTEE",
            Self::VillageCommittee => "VILLAGE_COMMITTEE",
            Self::ResidentCommitteeLike => "RESIDENT_COMMITTEE_LIKE",
            Self::VirtualCommunity => "VIRTUAL_COMMUNITY",
            Self::VillageCommitteeLike => "VILLAGE_COMMITTEE_LIKE",
            Self::VirtualLivingArea => "VIRTUAL_LIVING_AREA",
        }
    }
}

/// The text is no division code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a division code has 2, 4, 6, 9 or 12 digits and no empty level, e.g. 330603 or 330603001")]
pub struct DivisionCodeError;

/// The code of a division in prefix form. Says nothing on whether the division exists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DivisionCode {
    digits: String,
    level: Level,
}

impl DivisionCode {
    /// Reads the prefix form: `33`, `3306`, `330603`, `330603001`, `330603001001`.
    pub fn parse_prefix(text: &str) -> Result<Self, DivisionCodeError> {
        let level = Level::of_length(text.len()).ok_or(DivisionCodeError)?;
        if text.starts_with('0') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(DivisionCodeError);
        }
        let empty_level = Level::ALL.into_iter().filter(|part| *part <= level).any(|part| is_zero(group(text, part)));
        if empty_level {
            return Err(DivisionCodeError);
        }
        Ok(Self { digits: text.to_owned(), level })
    }

    /// Reads the 12-digit form, e.g. `330603000000`. Whole groups of zeros are cut, never single digits: `330402100000` is
    /// the town `330402100`.
    pub fn parse_code12(text: &str) -> Result<Self, DivisionCodeError> {
        if text.len() == 12 { Self::parse_prefix(cut_empty_levels(text)) } else { Err(DivisionCodeError) }
    }

    /// Reads the 6-digit form of GB/T 2260, e.g. `330600` for a city.
    pub fn parse_gb2260(text: &str) -> Result<Self, DivisionCodeError> {
        if text.len() == 6 { Self::parse_prefix(cut_empty_levels(text)) } else { Err(DivisionCodeError) }
    }

    /// Reads any of the three forms; they cannot be confused, since no level is numbered zero.
    pub fn parse(text: &str) -> Result<Self, DivisionCodeError> {
        match text.len() {
            6 => Self::parse_gb2260(text),
            12 => Self::parse_code12(text),
            _ => Self::parse_prefix(text),
        }
    }

    /// The prefix form.
    pub fn as_str(&self) -> &str {
        &self.digits
    }

    /// The level.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The division above. `None` for a province.
    pub fn parent(&self) -> Option<Self> {
        self.at(self.level.above()?)
    }

    /// The division of the given level that this one lies in, or itself. `None`: the level is below.
    pub fn at(&self, level: Level) -> Option<Self> {
        let digits = self.digits.get(..level.digits())?.to_owned();
        Some(Self { digits, level })
    }

    /// Whether `other` is this division or lies in it.
    pub fn contains(&self, other: &Self) -> bool {
        other.digits.starts_with(&self.digits)
    }

    /// The 12-digit form.
    pub fn code12(&self) -> String {
        format!("{:0<12}", self.digits)
    }

    /// The 6-digit form of GB/T 2260; for a township or village that of its county.
    pub fn gb2260(&self) -> String {
        format!("{:0<6.6}", self.digits)
    }

    /// The kind by the ranges of the code. `None`: above the township, or in no range.
    pub fn kind(&self) -> Option<Kind> {
        let number: u16 = group(&self.digits, self.level).parse().ok()?;
        match (self.level, number) {
            (Level::Township, 1..=99) => Some(Kind::Street),
            (Level::Township, 100..=199) => Some(Kind::Town),
            (Level::Township, 200..=399) => Some(Kind::RuralTownship),
            (Level::Township, 400..=599) => Some(Kind::TownshipLike),
            (Level::Village, 1..=199) => Some(Kind::ResidentCommittee),
            (Level::Village, 200..=399) => Some(Kind::VillageCommittee),
            (Level::Village, 498) => Some(Kind::VirtualCommunity),
            (Level::Village, 400..=499) => Some(Kind::ResidentCommitteeLike),
            (Level::Village, 598) => Some(Kind::VirtualLivingArea),
            (Level::Village, 500..=599) => Some(Kind::VillageCommitteeLike),
            _ => None,
        }
    }
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.digits)
    }
}

/// The digits of one level within a longer code; empty when the code is shorter.
fn group(code: &str, level: Level) -> &str {
    let from = level.above().map_or(0, Level::digits);
    code.get(from..level.digits()).unwrap_or_default()
}

fn is_zero(group: &str) -> bool {
    group.bytes().all(|byte| byte == b'0')
}

fn cut_empty_levels(code: &str) -> &str {
    let mut kept = code;
    while let Some(level) = Level::of_length(kept.len()) {
        match level.above() {
            Some(above) if is_zero(group(kept, level)) => kept = kept.get(..above.digits()).unwrap_or_default(),
            _ => break,
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> DivisionCode {
        DivisionCode::parse(text).unwrap()
    }

    #[test]
    fn the_three_forms_name_one_division() {
        for (prefix, code12, gb2260) in [
            ("33", "330000000000", "330000"),
            ("3306", "330600000000", "330600"),
            ("330603", "330603000000", "330603"),
            ("330603001", "330603001000", "330603"),
            ("330603001001", "330603001001", "330603"),
            // Real codes that end in zeros.
            ("330402100", "330402100000", "330402"),
            ("330411101200", "330411101200", "330411"),
            ("330483100", "330483100000", "330483"),
        ] {
            let parsed = DivisionCode::parse_prefix(prefix).unwrap();
            assert_eq!(parsed.code12(), code12);
            assert_eq!(parsed.gb2260(), gb2260);
            assert_eq!(DivisionCode::parse_code12(code12).unwrap(), parsed);
            assert_eq!(code(prefix), parsed);
            if parsed.level() <= Level::County {
                assert_eq!(DivisionCode::parse_gb2260(gb2260).unwrap(), parsed);
            }
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in [
            "",
            "3",
            "33060",
            "3306030",
            "330603001001001",
            "33o603",
            "３３",
            "000000000000",
            "0306",
            "330600001",
            "330603000001",
        ] {
            assert_eq!(DivisionCode::parse(text), Err(DivisionCodeError), "{text}");
        }
        assert_eq!(DivisionCode::parse_prefix("330600"), Err(DivisionCodeError));
        assert_eq!(DivisionCode::parse_code12("330603"), Err(DivisionCodeError));
        assert_eq!(DivisionCode::parse_gb2260("3306"), Err(DivisionCodeError));
    }

    #[test]
    fn the_tree_is_in_the_code() {
        let village = code("330603001001");
        let chain: Vec<_> =
            std::iter::successors(Some(village.clone()), DivisionCode::parent).map(|c| c.digits).collect();
        assert_eq!(chain, ["330603001001", "330603001", "330603", "3306", "33"]);
        assert!(code("330603").contains(&village) && village.contains(&village));
        assert!(!village.contains(&code("330603")) && !code("330604").contains(&village));
        assert_eq!(village.at(Level::City).unwrap().as_str(), "3306");
        assert_eq!(code("3306").at(Level::Village), None);
    }

    #[test]
    fn the_kind_follows_the_ranges() {
        for (text, kind) in [
            ("3306", None),
            ("330603001", Some(Kind::Street)),
            ("330603099", Some(Kind::Street)),
            ("330402100", Some(Kind::Town)),
            ("330603200", Some(Kind::RuralTownship)),
            ("330603400", Some(Kind::TownshipLike)),
            ("330603600", None),
            ("330603001199", Some(Kind::ResidentCommittee)),
            ("330411101200", Some(Kind::VillageCommittee)),
            ("330603001400", Some(Kind::ResidentCommitteeLike)),
            ("330603001498", Some(Kind::VirtualCommunity)),
            ("330603001499", Some(Kind::ResidentCommitteeLike)),
            ("330603001500", Some(Kind::VillageCommitteeLike)),
            ("330603001598", Some(Kind::VirtualLivingArea)),
            ("330603001600", None),
        ] {
            assert_eq!(code(text).kind(), kind, "{text}");
        }
    }
}
