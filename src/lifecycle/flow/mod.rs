//! 流程. Lifecycles as data: states, actions, who may take them, what they need and which clocks they move.
//!
//! Read from `schema/flows/` and checked at start; a file that does not hold together is refused with its line.

mod check;
mod diagram;
mod file;
mod versions;

use std::collections::BTreeMap;

pub use file::FlowError;
pub use versions::Flows;

/// The role of the program itself: what happens because time has passed or another matter has ended.
pub const SYSTEM: &str = "SYSTEM";

/// A lifecycle in one version.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The view whose rows live by it.
    pub object: String,
    /// Version; a matter stays on the one it began with.
    pub version: i64,
    /// Description; begins with the Chinese term.
    pub doc: String,
    /// States in the order of the file.
    pub states: Vec<State>,
    /// Actions in the order of the file.
    pub actions: Vec<Action>,
    /// Clocks.
    pub clocks: Vec<ClockRule>,
    /// Duties by code.
    pub duties: BTreeMap<String, Duty>,
}

/// A duty.
#[derive(Clone, Debug)]
pub struct Duty {
    /// Description; begins with the Chinese term.
    pub doc: String,
    /// Whoever took one of these actions holds it.
    pub actions: Vec<String>,
    /// Whether the person alone holds it, and not the organisation acted for as well.
    pub by_person: bool,
}

/// A state.
#[derive(Clone, Debug)]
pub struct State {
    /// Code of the view's table of states.
    pub code: String,
    /// Whether nothing but reopening leads out of it.
    pub last: bool,
}

/// An action.
#[derive(Clone, Debug)]
pub struct Action {
    /// Name of the mutation.
    pub name: String,
    /// Description; begins with the Chinese term.
    pub doc: String,
    /// States it starts from; empty: it brings the matter into being.
    pub from: Vec<String>,
    /// State it leads to; empty: the state stays; several: the one that the input `to_by` names.
    pub to: Vec<String>,
    /// The input that names the state it leads to, where there are several.
    pub to_by: Option<String>,
    /// Who may take it: one of these.
    pub who: Vec<Who>,
    /// Duties and relations that exclude from it, by person and by organisation.
    pub not: Vec<String>,
    /// Conditions of the domain, by name.
    pub checks: Vec<String>,
    /// Phases of evidence that the matter must have by then.
    pub evidence: Vec<String>,
    /// What is given with it.
    pub inputs: Vec<Input>,
    /// Clocks it starts.
    pub starts: Vec<String>,
    /// Clocks it stops.
    pub stops: Vec<String>,
    /// Clocks whose end it moves.
    pub moves: Vec<String>,
    /// Clocks that it holds.
    pub pauses: Vec<String>,
    /// Clocks that it lets run on.
    pub resumes: Vec<String>,
    /// Who is told of it, by name.
    pub tells: Vec<String>,
    /// Which of those get the matter to do by it.
    pub assigns: Vec<String>,
    /// Mutation that takes many of these at once; `None`: there is none.
    pub batch: Option<String>,
}

/// Who may take an action.
#[derive(Clone, Debug)]
pub struct Who {
    /// Holders of one of these roles ...
    pub roles: Vec<String>,
    /// ... who stand to the matter in all of these relations ...
    pub relations: Vec<String>,
    /// ... where these conditions hold as well.
    pub checks: Vec<String>,
}

/// A field of an action's input.
#[derive(Clone, Debug)]
pub struct Input {
    /// Name.
    pub name: String,
    /// GraphQL type.
    pub ty: String,
    /// Description; begins with the Chinese term.
    pub doc: String,
    /// The view that a global id must name.
    pub refers: Option<String>,
    /// The column of the matter that takes the value.
    pub column: Option<String>,
    /// Whether the value is the note of the status event.
    pub note: bool,
    /// Whether the status event keeps the value, for rules and clocks. Nothing personal.
    pub keep: bool,
}

/// A clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockRule {
    /// Code of the table ClockKind.
    pub kind: String,
    /// How it ends.
    pub end: End,
    /// Where the length comes from: LAW, ARTICLE, LOCAL or DEFAULT.
    pub source: String,
    /// The rule in words; begins with the Chinese term.
    pub basis: String,
    /// For whom it runs, each on its own; empty: one for the matter.
    pub per: Vec<String>,
    /// It starts only when the action leads into one of these states; empty: into any.
    pub into: Vec<String>,
    /// The action that the program takes when it is breached; `None`: none.
    pub breach: Option<String>,
    /// Who is told when it is nearly due, and when it is breached.
    pub tells: Vec<String>,
}

/// How a clock ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// So many units after the start.
    After(i64, Unit),
    /// At the instant that the action gave in this input.
    At(String),
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Unit {
    /// 分钟.
    Minute,
    /// 小时.
    Hour,
    /// 自然日: ends at 24:00 in Shanghai of the last day; day 1 is the day after the start.
    CalendarDay,
    /// 工作日: likewise, over working days.
    WorkingDay,
}

/// What a lifecycle may name: checked when it is read.
pub struct Offer<'a> {
    /// Whether there is such a role.
    pub role: &'a dyn Fn(&str) -> bool,
    /// Whether an object's room knows such a condition.
    pub check: &'a dyn Fn(&str, &str) -> bool,
    /// Whether an object's room knows such a relation.
    pub relation: &'a dyn Fn(&str, &str) -> bool,
    /// Whether there is such a view.
    pub view: &'a dyn Fn(&str) -> bool,
    /// Whether an object's room knows such an audience.
    pub audience: &'a dyn Fn(&str, &str) -> bool,
    /// Whether a code table, named first, has such a code.
    pub code: &'a dyn Fn(&str, &str) -> bool,
    /// Whether an object's table has such a column.
    pub column: &'a dyn Fn(&str, &str) -> bool,
}

impl Unit {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Unit::Minute => "MINUTE",
            Unit::Hour => "HOUR",
            Unit::CalendarDay => "CALENDAR_DAY",
            Unit::WorkingDay => "WORKING_DAY",
        }
    }
}

impl Action {
    /// Whether it brings a matter into being.
    pub fn begins(&self) -> bool {
        self.from.is_empty()
    }

    /// Whether somebody beside the program may take it.
    pub fn is_for_people(&self) -> bool {
        self.who.iter().any(|who| who.roles.iter().any(|role| role != SYSTEM))
    }

    /// The input of this name.
    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The state it leads to from `state`, with what is given; `None`: the input names none of its states.
    pub fn leads_to<'s>(&'s self, state: &'s str, given: impl Fn(&str) -> Option<&'s str>) -> Option<&'s str> {
        match (self.to.as_slice(), &self.to_by) {
            ([], _) => Some(state),
            ([only], _) => Some(only),
            (several, by) => {
                let named = given(by.as_deref()?)?;
                several.iter().find(|to| *to == named).map(String::as_str)
            }
        }
    }
}

impl Flow {
    /// Reads a lifecycle and checks it.
    pub fn read(file: &str, text: &str, offer: &Offer<'_>) -> Result<Flow, FlowError> {
        file::read(file, text, offer)
    }

    /// The action of this name.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }

    /// Whether nothing but reopening leads out of the state.
    pub fn is_last(&self, state: &str) -> bool {
        self.states.iter().any(|s| s.last && s.code == state)
    }

    /// The clock of this kind.
    pub fn clock(&self, kind: &str) -> Option<&ClockRule> {
        self.clocks.iter().find(|clock| clock.kind == kind)
    }

    /// The lifecycle as a Mermaid diagram in a page of its own.
    pub fn page(&self, label: impl Fn(&str) -> String) -> String {
        diagram::page(self, label)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An offer that takes every name.
    pub(crate) fn anything() -> Offer<'static> {
        Offer {
            role: &|_| true,
            check: &|_, _| true,
            relation: &|_, _| true,
            view: &|_| true,
            audience: &|_, _| true,
            code: &|_, _| true,
            column: &|_, _| true,
        }
    }

    #[test]
    fn the_built_in_flows_hold_together() {
        let flows = Flows::built_in(&anything()).unwrap();
        let hazard = flows.newest("Hazard").unwrap();
        assert_eq!(
            (hazard.version, hazard.action("writeOff").unwrap().to.as_slice()),
            (1, &["WRITTEN_OFF".to_owned()][..])
        );
        assert!(hazard.is_last("REJECTED") && !hazard.is_last("ACCEPTED"));
    }
}
