//! A matter as rules see it: its row, what belongs to it, what was done on it by whom, and who would act now.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::access::Access;
use crate::kernel::seal::Sealer;

/// Columns of a row, or fields of an input, by name.
pub type Values = Map<String, Json>;

/// A matter. For an action that brings one into being there is none yet: the state is empty.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// State; empty: it is not there yet.
    pub state: String,
    /// Its row.
    pub row: Values,
    /// Rows that belong to it, by name of the part.
    pub parts: BTreeMap<&'static str, Vec<Values>>,
    /// What was done, oldest first.
    pub events: Vec<Event>,
    /// What was done on matters that were joined to it: their duties hold here as well.
    pub inherited: Vec<Event>,
    /// Phases of the evidence that it has.
    pub evidence: Vec<String>,
}

/// What was done on a matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// The action.
    pub action: String,
    /// The state that it led to.
    pub to: String,
    /// When, in milliseconds.
    pub at: i64,
    /// The person; `None`: the system.
    pub account_id: Option<i64>,
    /// The organisation acted for; `None`: the system.
    pub organisation_id: Option<i64>,
    /// What was given with it, as far as it is kept.
    pub input: Values,
}

/// Who would act.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    /// Role of the posting; [`SYSTEM`](super::flow::SYSTEM): the program itself.
    pub role: String,
    /// The person.
    pub account_id: i64,
    /// The posting.
    pub posting_id: i64,
    /// The organisation acted for.
    pub organisation_id: i64,
    /// The organisations that the person acts for elsewhere: asked where duties are to be apart, and nowhere else.
    pub other_organisation_ids: Vec<i64>,
    /// Department of the organisation; `None`: not a government body.
    pub department: Option<String>,
    /// The posting's division.
    pub division_code: String,
    /// The posting's joint mechanism.
    pub mechanism_id: Option<i64>,
    /// The posting's grids.
    pub grid_ids: Vec<i64>,
    /// The posting's functional zone.
    pub zone_id: Option<i64>,
    /// The purpose of the request lets nobody act: it is for reading alone.
    pub reads_only: bool,
}

/// Rows that an action has to look at beside the matter, and files that are given with it.
#[derive(Clone, Default)]
pub struct Known {
    /// Rows by the field that names them, or by the name of a need.
    pub rows: BTreeMap<String, Vec<Values>>,
    /// Stored files by their hash: `mime`, and `foreign`: uploaded by somebody else or of another matter.
    pub files: BTreeMap<String, Values>,
    /// Departments that are competent for a code, by table and code.
    pub departments: Arc<BTreeMap<(String, String), String>>,
    /// Seals a text as its column does, so that equal values are found; `None`: nothing is sealed.
    pub sealer: Option<Arc<Sealer>>,
}

impl Known {
    /// The department that is competent for a code; `OTHER` where the table names none.
    pub fn department(&self, table: &str, code: &str) -> &str {
        self.departments.get(&(table.to_owned(), code.to_owned())).map_or("OTHER", String::as_str)
    }

    /// The text as a sealed column holds it.
    pub fn sealed(&self, text: &str) -> String {
        self.sealer.as_ref().map_or_else(|| text.to_owned(), |sealer| sealer.seal(text))
    }
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
    /// Rows and files that are named in it.
    pub known: &'a Known,
    /// The moment.
    pub now: i64,
}

impl Actor {
    /// The viewer as somebody who acts.
    pub fn of(access: &Access<'_>) -> Actor {
        let facts = access.facts();
        Actor {
            role: access.role().code.clone(),
            account_id: facts.account_id,
            posting_id: facts.posting_id,
            organisation_id: facts.organisation_id,
            other_organisation_ids: facts.other_organisation_ids.clone(),
            department: facts.department.clone(),
            division_code: facts.division_code.clone(),
            mechanism_id: facts.mechanism_id,
            grid_ids: facts.grid_ids.clone(),
            zone_id: facts.zone_id,
            reads_only: !facts.purpose.acts(),
        }
    }

    /// Whether the person acts for an organisation, under whatever posting.
    pub fn serves(&self, organisation: i64) -> bool {
        self.organisation_id == organisation || self.other_organisation_ids.contains(&organisation)
    }

    /// The same person for the organisation of each valid posting.
    pub fn under_each_posting(&self) -> impl Iterator<Item = Cow<'_, Actor>> {
        let elsewhere = |id: &i64| Cow::Owned(Actor { organisation_id: *id, ..self.clone() });
        std::iter::once(Cow::Borrowed(self)).chain(self.other_organisation_ids.iter().map(elsewhere))
    }
}

impl Case {
    /// A number of its row.
    pub fn number(&self, column: &str) -> Option<i64> {
        number(&self.row, column)
    }

    /// A text of its row.
    pub fn text(&self, column: &str) -> Option<&str> {
        text(&self.row, column)
    }

    /// A truth value of its row; false: it has none.
    pub fn truth(&self, column: &str) -> bool {
        self.row.get(column).and_then(Json::as_bool).unwrap_or_default()
    }

    /// Its rows of a part.
    pub fn rows(&self, part: &str) -> &[Values] {
        self.parts.get(part).map_or(&[], Vec::as_slice)
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

/// A number of a row or an input.
pub fn number(values: &Values, name: &str) -> Option<i64> {
    values.get(name)?.as_i64()
}

/// A text of a row or an input.
pub fn text<'v>(values: &'v Values, name: &str) -> Option<&'v str> {
    values.get(name)?.as_str()
}

impl<'a> Attempt<'a> {
    /// A number that is given; `None`: none is, or nothing is given yet.
    pub fn number(&self, field: &str) -> Option<i64> {
        number(self.input?, field)
    }

    /// A text that is given; `None`: none is, or nothing is given yet.
    pub fn text(&self, field: &str) -> Option<&'a str> {
        text(self.input?, field)
    }

    /// A truth value that is given; false: none is, or nothing is given yet.
    pub fn truth(&self, field: &str) -> bool {
        self.input.and_then(|input| input.get(field)?.as_bool()).unwrap_or_default()
    }

    /// A list that is given; empty: none is.
    pub fn list(&self, field: &str) -> &'a [Json] {
        self.input.and_then(|input| input.get(field)?.as_array()).map_or(&[], Vec::as_slice)
    }

    /// Phases of the evidence that is given.
    pub fn phases(&self) -> impl Iterator<Item = &'a str> {
        self.list("evidence").iter().filter_map(|evidence| evidence.get("phase")?.as_str())
    }

    /// Whether something is given for a field.
    pub fn has(&self, field: &str) -> bool {
        self.input.is_some_and(|input| input.get(field).is_some_and(|value| !value.is_null()))
    }

    /// Rows that a field names, or that answer a need.
    pub fn rows(&self, name: &str) -> &'a [Values] {
        self.known.rows.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether nothing but space is given for a field.
    pub fn blank(&self, field: &str) -> bool {
        self.text(field).is_none_or(|text| text.trim().is_empty())
    }

    /// The first row that a field names, or that answers a need.
    pub fn row(&self, name: &str) -> Option<&'a Values> {
        self.rows(name).first()
    }
}
