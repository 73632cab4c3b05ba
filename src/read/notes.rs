//! 查阅. Which personal data an answer shows in full, and of which matters: what the trail must know of a read.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql_value::ConstValue;

use super::catalog::Catalog;
use super::declare::{Field, Kind, View};
use super::plan::Column;
use crate::access::Class;

/// A field of personal class, or one that a row may raise to it.
#[derive(Clone, Debug)]
pub struct Note {
    /// Type and field.
    pub field: String,
    /// Class of the field.
    pub class: Class,
}

/// The matter that a row belongs to: the first of these columns that holds a key.
pub type Matter = Vec<(&'static str, Column)>;

/// What was shown in full, by field: its class and the matters.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Class and matters by field.
    pub fields: BTreeMap<String, (Class, BTreeSet<String>)>,
}

impl Shown {
    /// Notes that a field of a matter was shown in full.
    pub fn add(&mut self, field: &str, class: Class, matter: Option<String>) {
        let (highest, matters) = self.fields.entry(field.to_owned()).or_insert((class, BTreeSet::new()));
        *highest = class.max(*highest);
        matters.extend(matter);
    }
}

/// Where the key of the matter stands that rows of a view belong to: they are it themselves, or parts of it.
pub(super) fn keys(view: &View) -> Vec<(&'static str, &'static str)> {
    match view.owners.is_empty() {
        true => vec![(view.name, "id")],
        false => view.owners.iter().map(|owner| (owner.view, owner.column)).collect(),
    }
}

/// Whether the trail must know when a field is shown in full.
pub(super) fn is_personal(field: &Field) -> bool {
    field.class >= Class::Personal || field.dwelling
}

/// The fields of personal class that a filter chooses rows by.
pub(super) fn chosen_by(catalog: &Catalog, view: &View, filter: &ConstValue, found: &mut BTreeMap<String, Class>) {
    match filter {
        ConstValue::List(items) => items.iter().for_each(|item| chosen_by(catalog, view, item, found)),
        ConstValue::Object(leaves) => {
            // What is null chooses nothing.
            for (name, below) in leaves.iter().filter(|(_, below)| **below != ConstValue::Null) {
                let field = match name.as_str() {
                    "within" | "near" => view.point_field(),
                    // Not the field of that name: a search, which looks at none that is personal.
                    "text" => None,
                    name => view.field(name),
                };
                match field {
                    Some(field) => leaf(catalog, view, field, below, found),
                    None => chosen_by(catalog, view, below, found),
                }
            }
        }
        _ => {}
    }
}

fn leaf(catalog: &Catalog, view: &View, field: &Field, below: &ConstValue, found: &mut BTreeMap<String, Class>) {
    if field.class >= Class::Personal {
        found.insert(format!("{}.{}", view.name, field.name), field.class);
    }
    if let Kind::One { view: target, .. } | Kind::Many { view: target, .. } = &field.kind
        && let Some(target) = catalog.view(target)
    {
        chosen_by(catalog, target, below, found);
    }
}
