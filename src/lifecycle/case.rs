//! A matter as rules see it: its row, what belongs to it, and what was done on it by whom.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

/// Columns of a row, or fields of an input, by name.
pub type Values = Map<String, Json>;

/// A matter. For an action that brings one into being there is none yet: the state is empty.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// State; empty: it is not there yet.
    pub state: String,
    /// Its row.
    pub row: Values,
    /// Rows that belong to it, by their table.
    pub parts: BTreeMap<&'static str, Vec<Values>>,
    /// What was done, oldest first.
    pub events: Vec<Event>,
    /// Phases of the evidence that it has.
    pub evidence: Vec<String>,
}

/// What was done on a matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The action.
    pub action: String,
    /// When, in milliseconds.
    pub at: i64,
    /// The person; `None`: the system.
    pub account_id: Option<i64>,
    /// The organisation acted for; `None`: the system.
    pub organisation_id: Option<i64>,
    /// What was given with it.
    pub input: Values,
}

/// Who would act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Role of the posting.
    pub role: String,
    /// The person.
    pub account_id: i64,
    /// The organisation acted for.
    pub organisation_id: i64,
}

/// An action on a matter, tried or only thought of.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The matter.
    pub case: &'a Case,
    /// Who would act.
    pub actor: &'a Actor,
    /// What is given; `None`: it is only asked whether the action is open, so conditions on the input hold.
    pub input: Option<&'a Values>,
    /// The moment.
    pub now: i64,
}

/// Why an action is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub code: Code,
    /// The field of the input it is about; `None`: none in particular.
    pub field: Option<String>,
}

/// 拒绝原因. Codes of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// 无权办理: the role may not, or not in this relation to the matter.
    NotPermitted,
    /// 状态不符: not in this state.
    WrongState,
    /// 回避: the same person or organisation holds a duty that excludes it.
    ConflictOfInterest,
    /// 缺少证据: evidence of a required phase is missing.
    EvidenceMissing,
    /// 期限无效: the deadline lies in the past, or not after the one it replaces.
    DeadlineInvalid,
    /// 期限已过: it is too late.
    TooLate,
    /// 仅限一般隐患: for a general hazard only.
    GeneralOnly,
    /// 未经业务确认: the regulator has not confirmed the rectification of this round.
    GuidanceMissing,
    /// 缺少复工同意: the consent to resume is missing.
    ResumeConsentMissing,
    /// 延期次数已满: extended twice already.
    ExtensionsUsed,
    /// 延期申请未决: a request is open, or none is.
    ExtensionState,
    /// 交办单位无效: the two assignees must differ, and neither may be the unit.
    AssigneesInvalid,
    /// 整改方案不全: a part of the plan is missing.
    PlanIncomplete,
    /// 已经办理: it was done already.
    AlreadyDone,
    /// 已有交办单: it is under an order.
    UnderOrder,
    /// 输入不全: something that is required is not given, or not so.
    InputIncomplete,
    /// 当事人不足: a party is missing, or is there once only.
    PartiesMissing,
    /// 未经同意: a party does not consent.
    ConsentMissing,
    /// 签章不全: a signature or the seal is missing.
    SignaturesMissing,
    /// 不予确认: it is not of the kinds that a court confirms.
    NotConfirmable,
    /// 已达最高层级: there is no level above.
    TopLevel,
    /// 地点不明: neither a site nor a grid is given, or the place does not fit.
    PlaceUnknown,
}

impl Code {
    /// The text in `userErrors`.
    pub fn text(self) -> &'static str {
        match self {
            Code::NotPermitted => "NOT_PERMITTED",
            Code::WrongState => "WRONG_STATE",
            Code::ConflictOfInterest => "CONFLICT_OF_INTEREST",
            Code::EvidenceMissing => "EVIDENCE_MISSING",
            Code::DeadlineInvalid => "DEADLINE_INVALID",
            Code::TooLate => "TOO_LATE",
            Code::GeneralOnly => "GENERAL_ONLY",
            Code::GuidanceMissing => "GUIDANCE_MISSING",
            Code::ResumeConsentMissing => "RESUME_CONSENT_MISSING",
            Code::ExtensionsUsed => "EXTENSIONS_USED",
            Code::ExtensionState => "EXTENSION_STATE",
            Code::AssigneesInvalid => "ASSIGNEES_INVALID",
            Code::PlanIncomplete => "PLAN_INCOMPLETE",
            Code::AlreadyDone => "ALREADY_DONE",
            Code::UnderOrder => "UNDER_ORDER",
            Code::InputIncomplete => "INPUT_INCOMPLETE",
            Code::PartiesMissing => "PARTIES_MISSING",
            Code::ConsentMissing => "CONSENT_MISSING",
            Code::SignaturesMissing => "SIGNATURES_MISSING",
            Code::NotConfirmable => "NOT_CONFIRMABLE",
            Code::TopLevel => "TOP_LEVEL",
            Code::PlaceUnknown => "PLACE_UNKNOWN",
        }
    }

    /// The refusal with this code, of no field in particular.
    pub fn alone(self) -> Refusal {
        Refusal { code: self, field: None }
    }

    /// The refusal with this code, of a field of the input.
    pub fn of(self, field: &str) -> Refusal {
        Refusal { code: self, field: Some(field.to_owned()) }
    }
}

/// The refusal, if the condition holds.
pub fn refused_if(holds: bool, refusal: Refusal) -> Result<(), Refusal> {
    if holds { Err(refusal) } else { Ok(()) }
}

/// A relation to a matter.
pub type Relation = fn(&Case, &Actor) -> bool;
/// A condition of the domain.
pub type Check = fn(&Attempt<'_>) -> Result<(), Refusal>;

/// What the room of a noun brings to its lifecycle: relations and conditions by name.
pub struct Room {
    /// Relations.
    pub relations: &'static [(&'static str, Relation)],
    /// Conditions.
    pub checks: &'static [(&'static str, Check)],
}

impl Room {
    /// The relation of this name.
    pub fn relation(&self, name: &str) -> Option<Relation> {
        self.relations.iter().find(|(known, _)| *known == name).map(|(_, relation)| *relation)
    }

    /// The condition of this name.
    pub fn check(&self, name: &str) -> Option<Check> {
        self.checks.iter().find(|(known, _)| *known == name).map(|(_, check)| *check)
    }
}

impl Case {
    /// A number of its row.
    pub fn number(&self, column: &str) -> Option<i64> {
        self.row.get(column)?.as_i64()
    }

    /// A text of its row.
    pub fn text(&self, column: &str) -> Option<&str> {
        self.row.get(column)?.as_str()
    }

    /// Its rows of a table.
    pub fn rows(&self, table: &str) -> &[Values] {
        self.parts.get(table).map_or(&[], Vec::as_slice)
    }

    /// The last event of an action.
    pub fn last(&self, action: &str) -> Option<&Event> {
        self.events.iter().rev().find(|event| event.action == action)
    }

    /// Events after the last one of any of these actions.
    pub fn since(&self, actions: &[&str]) -> &[Event] {
        let last = self.events.iter().rposition(|event| actions.contains(&event.action.as_str()));
        self.events.get(last.map_or(0, |at| at + 1)..).unwrap_or_default()
    }
}

impl Attempt<'_> {
    /// A number that is given; `None`: none is, or nothing is given yet.
    pub fn number(&self, field: &str) -> Option<i64> {
        self.input?.get(field)?.as_i64()
    }

    /// A text that is given; `None`: none is, or nothing is given yet.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.input?.get(field)?.as_str()
    }

    /// A truth value that is given; false: none is, or nothing is given yet.
    pub fn truth(&self, field: &str) -> bool {
        self.input.and_then(|input| input.get(field)?.as_bool()).unwrap_or_default()
    }

    /// Phases of the evidence that is given.
    pub fn phases(&self) -> impl Iterator<Item = &str> {
        let given = self.input.and_then(|input| input.get("evidence")?.as_array());
        given.into_iter().flatten().filter_map(|evidence| evidence.get("phase")?.as_str())
    }

    /// Whether something is given for a field.
    pub fn has(&self, field: &str) -> bool {
        self.input.is_some_and(|input| input.get(field).is_some_and(|value| !value.is_null()))
    }
}
