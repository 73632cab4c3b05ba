//! What the room of a noun brings to its lifecycle: relations, conditions and effects, by name. All of it pure.

use sea_orm::sea_query::SelectStatement;
use serde_json::Value as Json;

use super::case::{Actor, Attempt, Case, Values};
use super::refusal::{Code, Refusal};
use super::write::Reference;

/// The views that have a lifecycle.
pub const OBJECTS: [&str; 5] = ["Dispute", "GridEvent", "Hazard", "Inspection", "SelfInspection"];

/// What the room of a noun brings to its lifecycle; `None`: it has none.
pub fn of(object: &str) -> Option<&'static Room> {
    match object {
        "Dispute" => Some(&crate::dispute::ROOM),
        "GridEvent" => Some(&crate::event::ROOM),
        "Hazard" => Some(&crate::hazard::ROOM),
        "Inspection" => Some(&crate::inspection::ROOM),
        "SelfInspection" => Some(&crate::self_inspection::ROOM),
        _ => None,
    }
}

/// Content that an action attaches to its matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// SM3 of the content.
    pub hash: String,
    /// Code of the table EvidencePhase.
    pub phase: String,
    /// Class of what it shows; `None`: the usual one of the matter.
    pub class: Option<String>,
    /// The fields of the input that give the hash and the phase.
    pub fields: [String; 2],
}

impl Attachment {
    /// A photo of how things were found, given in a field of its own.
    pub fn photo(hash: &str, field: String) -> Attachment {
        let (hash, phase) = (hash.to_owned(), "BEFORE".to_owned());
        Attachment { hash, phase, class: None, fields: [field.clone(), field] }
    }
}

/// The evidence that is given: what most rooms attach.
pub fn given(attempt: &Attempt<'_>) -> Vec<Attachment> {
    let attachment = |(at, evidence): (usize, &Json)| Attachment {
        hash: evidence["hash"].as_str().unwrap_or_default().to_owned(),
        phase: evidence["phase"].as_str().unwrap_or_default().to_owned(),
        class: evidence["class"].as_str().map(str::to_owned),
        fields: [format!("evidence.{at}.hash"), format!("evidence.{at}.phase")],
    };
    attempt.list("evidence").iter().enumerate().map(attachment).collect()
}

/// A relation to a matter.
pub type Relation = fn(&Case, &Actor) -> bool;
/// A condition of the domain.
pub type Check = fn(&Attempt<'_>) -> Result<(), Refusal>;
/// What an action makes of rows.
pub type Effect = fn(&Attempt<'_>, &mut Effects<'_>);
/// Who is to be told.
pub type Audience = fn(&Case) -> Vec<Recipient>;

/// Somebody who is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recipient {
    /// An organisation.
    Organisation(i64),
    /// A person.
    Account(i64),
    /// A posting.
    Posting(i64),
}

/// Rows that belong to a matter: those of `table` whose `column` holds the value that the row named by `of` has in
/// `key`; `of` empty: the matter itself, otherwise the rows of another part.
pub struct Part {
    /// Name.
    pub name: &'static str,
    /// Table.
    pub table: &'static str,
    /// Column that links.
    pub column: &'static str,
    /// Part that it hangs on; empty: the matter.
    pub of: &'static str,
    /// Column of that row.
    pub key: &'static str,
    /// Whether writers of other matters may change the same rows, so that they have to wait for one another.
    pub shared: bool,
}

/// Rows that an action has to look at beside the matter.
pub struct Need {
    /// Name.
    pub name: &'static str,
    /// Table whose columns are read under the alias `t0`.
    pub table: &'static str,
    /// Which rows: a select over `t0` without columns.
    pub rows: SelectStatement,
    /// The view through whose gate the actor sees them; `None`: what is looked at tells the actor nothing.
    pub gate: Option<&'static str>,
}

/// A matter that waits for the end of this one.
pub struct Waiting {
    /// Its view.
    pub view: &'static str,
    /// Its column that names this matter.
    pub column: &'static str,
    /// The action that the program takes on it and what it gives with it, by how this one ended and its row.
    pub action: fn(&Case, &Values) -> (&'static str, Values),
}

/// The room of a noun.
pub struct Room {
    /// The column by which events, evidence and clocks name the matter.
    pub link: &'static str,
    /// Beginning of the human number; `None`: it has none.
    pub prefix: Option<&'static str>,
    /// Whether it has clocks.
    pub clocks: bool,
    /// Rows that belong to it.
    pub parts: &'static [Part],
    /// The part whose events count for duties as well: matters joined to this one.
    pub joined: Option<&'static str>,
    /// Relations.
    pub relations: &'static [(&'static str, Relation)],
    /// Conditions, with the codes that they refuse with.
    pub checks: &'static [(&'static str, Check, &'static [Code])],
    /// Rows to look at beside the matter.
    pub needs: fn(&str, &Attempt<'_>) -> Vec<Need>,
    /// Content that an input attaches.
    pub attaches: fn(&Attempt<'_>) -> Vec<Attachment>,
    /// Whether what the action of this name attaches shows persons, whatever whoever attaches it says.
    pub shows_persons: fn(&str) -> bool,
    /// What each action makes of rows.
    pub effects: &'static [(&'static str, Effect)],
    /// Who is to be told.
    pub audiences: &'static [(&'static str, Audience)],
    /// Who waits for its end.
    pub waiting: &'static [Waiting],
}

impl Room {
    /// The relation of this name.
    pub fn relation(&self, name: &str) -> Option<Relation> {
        self.relations.iter().find(|(known, _)| *known == name).map(|(_, relation)| *relation)
    }

    /// The condition of this name.
    pub fn check(&self, name: &str) -> Option<Check> {
        self.checks.iter().find(|(known, ..)| *known == name).map(|(_, check, _)| *check)
    }

    /// The codes that a condition refuses with.
    pub fn codes(&self, name: &str) -> &'static [Code] {
        self.checks.iter().find(|(known, ..)| *known == name).map_or(&[], |(.., codes)| codes)
    }

    /// What the action of this name makes of rows.
    pub fn effect(&self, action: &str) -> Option<Effect> {
        self.effects.iter().find(|(known, _)| *known == action).map(|(_, effect)| *effect)
    }

    /// The audience of this name.
    pub fn audience(&self, name: &str) -> Option<Audience> {
        self.audiences.iter().find(|(known, _)| *known == name).map(|(_, audience)| *audience)
    }
}

/// A change of rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A new row; with a prefix it gets a human number in `no`.
    Insert {
        /// Table.
        table: &'static str,
        /// Columns.
        values: Values,
        /// Beginning of its human number.
        prefix: Option<&'static str>,
    },
    /// A row beside the matter goes.
    Delete {
        /// Table.
        table: &'static str,
        /// Key of the row.
        id: i64,
    },
    /// Columns of a row beside the matter.
    Update {
        /// Table.
        table: &'static str,
        /// Key of the row.
        id: i64,
        /// Columns.
        values: Values,
    },
}

/// Another matter that the action begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Beginning {
    /// The view of the matter.
    pub view: &'static str,
    /// The action that begins it.
    pub action: &'static str,
    /// What is given with it.
    pub input: Values,
    /// Objects that the input names.
    pub references: Vec<Reference>,
    /// The field under which its refusals are told.
    pub under: String,
    /// The column of this matter that names it; empty: none.
    pub column: &'static str,
}

/// What the program does on another matter because of the action, in the same transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Following {
    /// The view of the matter.
    pub view: &'static str,
    /// Its key.
    pub id: i64,
    /// The action.
    pub action: &'static str,
    /// What is given with it.
    pub input: Values,
}

/// What an action makes of rows.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// Columns of the matter.
    pub row: Values,
    /// Other rows.
    pub changes: Vec<Change>,
    /// What the status event keeps beside the input.
    pub kept: Values,
    /// Matters that begin with it.
    pub begins: Vec<Beginning>,
    /// What follows on other matters.
    pub follows: Vec<Following>,
    /// Who is told beside the audiences of the action.
    pub told: Vec<Recipient>,
}

/// Collects what an action makes of rows.
pub struct Effects<'i> {
    ids: &'i mut dyn FnMut() -> i64,
    made: Made,
}

impl<'i> Effects<'i> {
    /// Nothing yet; keys of new rows come from `ids`.
    pub fn new(ids: &'i mut dyn FnMut() -> i64) -> Self {
        Effects { ids, made: Made::default() }
    }

    /// What was collected.
    pub fn made(self) -> Made {
        self.made
    }

    /// Sets a column of the matter.
    pub fn set(&mut self, column: &str, value: impl Into<Json>) {
        self.made.row.insert(column.to_owned(), value.into());
    }

    /// A new row; its key is given back.
    pub fn insert(&mut self, table: &'static str, values: Json) -> i64 {
        self.add(table, values, None)
    }

    /// A new row with a human number in `no`.
    pub fn insert_numbered(&mut self, table: &'static str, prefix: &'static str, values: Json) -> i64 {
        self.add(table, values, Some(prefix))
    }

    fn add(&mut self, table: &'static str, values: Json, prefix: Option<&'static str>) -> i64 {
        let id = (self.ids)();
        let Json::Object(mut values) = values else { return id };
        values.insert("id".to_owned(), id.into());
        self.made.changes.push(Change::Insert { table, values, prefix });
        id
    }

    /// Changes columns of a row beside the matter.
    pub fn update(&mut self, table: &'static str, id: i64, values: Json) {
        if let Json::Object(values) = values {
            self.made.changes.push(Change::Update { table, id, values });
        }
    }

    /// Takes a row beside the matter away.
    pub fn remove(&mut self, table: &'static str, id: i64) {
        self.made.changes.push(Change::Delete { table, id });
    }

    /// Keeps a value with the status event.
    pub fn keep(&mut self, field: &str, value: impl Into<Json>) {
        self.made.kept.insert(field.to_owned(), value.into());
    }

    /// Tells somebody beside the audiences of the action.
    pub fn tell(&mut self, who: impl IntoIterator<Item = Recipient>) {
        self.made.told.extend(who);
    }

    /// Lets the program act on another matter.
    pub fn follow(&mut self, following: Following) {
        self.made.follows.push(following);
    }

    /// Begins another matter.
    pub fn begin(&mut self, beginning: Beginning) {
        self.made.begins.push(beginning);
    }
}
