//! Families of rows and the atoms that a row rule is made of.

use serde::Deserialize;

/// 数据族. Rows that share one rule of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
pub enum Family {
    /// 地方与单位. Divisions, zones, organisations, centres, grids, mediation organisations, reference data.
    Place,
    /// 网格工作. Meetings of grids.
    Grid,
    /// 网格队伍. The people who serve grids.
    Staff,
    /// 重点场所.
    Site,
    /// 自查.
    SelfInspection,
    /// 检查.
    Inspection,
    /// 督导轮次.
    Round,
    /// 隐患.
    Hazard,
    /// 交办单.
    Order,
    /// 网格事件, and all its parts.
    Event,
    /// 矛盾纠纷, and all its parts.
    Dispute,
    /// 信访事项.
    Petition,
    /// 事后倒查.
    Review,
    /// 岗位. Reached from a matter only.
    Posting,
    /// 审计. The audit trail.
    Audit,
    /// 查阅记录. Who has read one's own data.
    Access,
    /// Accounts and the like: never read through the API.
    System,
}

/// How far a family is open to those for whom its rule finds no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// Rows may be listed and reached by all; public fields only.
    Open,
    /// Rows may be reached by all (a link, a code), listed by right only; public fields only.
    Pointed,
    /// Rows are reached by a link from a visible row only; public fields only.
    Linked,
    /// Nothing without right.
    Closed,
}

impl Family {
    /// All families.
    pub const ALL: [Family; 17] = [
        Family::Place,
        Family::Grid,
        Family::Staff,
        Family::Site,
        Family::SelfInspection,
        Family::Inspection,
        Family::Round,
        Family::Hazard,
        Family::Order,
        Family::Event,
        Family::Dispute,
        Family::Petition,
        Family::Review,
        Family::Posting,
        Family::Audit,
        Family::Access,
        Family::System,
    ];

    /// How far the family is open (sharing attributes of the domain model, part 7, rule 9).
    pub fn exposure(self) -> Exposure {
        match self {
            Family::Place | Family::Staff => Exposure::Open,
            Family::Site => Exposure::Pointed,
            Family::Posting => Exposure::Linked,
            Family::Grid
            | Family::SelfInspection
            | Family::Inspection
            | Family::Round
            | Family::Hazard
            | Family::Order
            | Family::Event
            | Family::Dispute
            | Family::Petition
            | Family::Review
            | Family::Audit
            | Family::Access
            | Family::System => Exposure::Closed,
        }
    }

    /// Whether the personal data in it is about people on duty and owners, not about people in a matter.
    pub fn holds_contacts(self) -> bool {
        matches!(self, Family::Place | Family::Site | Family::Posting)
    }
}

/// One condition of a row rule. What it means for a table stands in `read/predicate.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Atom {
    /// Every row.
    All,
    /// The row lies in the posting's division.
    Scope,
    /// The row, or its site, lies in one of the posting's grids.
    Grids,
    /// The row, or its site, lies in the posting's functional zone.
    Zone,
    /// The row belongs to the posting's department.
    Domain,
    /// The row's responsible unit is the posting's organisation.
    Unit,
    /// The row is the posting's organisation.
    Own,
    /// The posting's organisation was given the task; until 90 days after it was closed.
    Assigned,
    /// The account reported it or is a party to it.
    Mine,
    /// A confirmation was requested at the posting's court.
    Court,
    /// An enterprise is a party, or the unit ordered.
    Enterprise,
    /// It came through the petition channel.
    Petition,
    /// It came through 12345.
    Hotline,
    /// It came through 110.
    Police,
    /// It was reported that it may turn violent.
    Risk,
    /// The posting registered it.
    Registered,
    /// It was escalated to the city: prominent disputes, major hazards and orders with one.
    Escalated,
    /// It belongs to the posting's joint mechanism.
    Joint,
    /// The inspection has started, or was never secret.
    Started,
    /// The rule of the owning matter finds it.
    Owner,
}

/// Atoms joined by AND.
pub type Branch = Vec<Atom>;
