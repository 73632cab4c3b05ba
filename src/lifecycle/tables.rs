//! The tables that the writer reads and writes, with the kind of each column, as the entities have them.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use sea_orm::sea_query::{Expr, Value};
use sea_orm::{ColumnTrait, ColumnType, EntityTrait, IdenStatic, Iterable};
use serde_json::Value as Json;

use super::case::Values;
use crate::read::session::{ReadError, Rows};
use crate::read::sql::col;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Int,
    /// Text.
    Text,
    /// A truth value.
    Boolean,
    /// A coordinate.
    Real,
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Columns in the order of the entity; those that the database derives are not among them.
    pub columns: Vec<(&'static str, Kind)>,
    /// Which of them rows have a value of when they are inserted: those that must have one, and those that some row had.
    filled: RwLock<Vec<bool>>,
}

fn table<E: EntityTrait>() -> (&'static str, Table) {
    let columns = E::Column::iter().map(|column| {
        let kind = match column.def().get_column_type() {
            ColumnType::BigInteger => Kind::Int,
            ColumnType::Boolean => Kind::Boolean,
            ColumnType::Double => Kind::Real,
            _ => Kind::Text,
        };
        (column.as_str(), kind)
    });
    let filled = E::Column::iter().map(|column| !column.def().is_null()).collect();
    (E::default().table_name(), Table { columns: columns.collect(), filled: RwLock::new(filled) })
}

macro_rules! tables {
    ($($module:ident)*) => { HashMap::from([$(table::<entity::$module::Entity>()),*]) };
}

static TABLES: LazyLock<HashMap<&'static str, Table>> = LazyLock::new(|| {
    tables!(
        agreement_signature checklist_item consultation_attendee dispute dispute_type division event_consultation
        event_task evidence follow_up governance_centre grid grid_event grid_meeting grid_meeting_attendee hazard inspection
        inspection_site inspection_team joint_mechanism judicial_confirmation key_site mediation_agreement mediation_organisation
        mediation_session mediator order_assignment organisation party police_report posting rectification_order
        rectification_plan retrospective_review self_inspection self_inspection_due session_mediator site_checklist
        sla_clock status_event stored_file supervision_round
    )
});

/// The table of this name; `None`: the writer has nothing to do with it.
pub fn of(name: &str) -> Option<&'static Table> {
    TABLES.get(name)
}

impl Table {
    /// Whether it has a column.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|(name, _)| *name == column)
    }

    /// The columns that the insertion of these rows names. Much of a row is filled later in the life of its
    /// matter, and would be sent as nulls. What is named only grows, so that there are few texts for the database to plan.
    pub fn inserted(&self, rows: &[Values]) -> Vec<&'static str> {
        let names = |filled: &[bool]| {
            let named = self.columns.iter().zip(filled).filter(|(_, filled)| **filled);
            named.map(|((name, _), _)| *name).collect()
        };
        let has = |name: &str| rows.iter().any(|row| row.get(name).is_some_and(|value| !value.is_null()));
        let known = self.filled.read().unwrap_or_else(PoisonError::into_inner);
        if self.columns.iter().zip(&*known).all(|((name, _), filled)| *filled || !has(name)) {
            return names(&known);
        }
        drop(known);
        let mut known = self.filled.write().unwrap_or_else(PoisonError::into_inner);
        for ((name, _), filled) in self.columns.iter().zip(&mut *known) {
            *filled |= has(name);
        }
        names(&known)
    }

    /// The columns under an alias, to be selected.
    pub fn select(&self, alias: &str) -> Vec<Expr> {
        self.columns.iter().map(|(name, _)| col(alias, name)).collect()
    }

    /// A row whose columns begin at a position.
    pub fn row(&self, rows: &Rows, row: usize, first: usize) -> Result<Values, ReadError> {
        let mut values = Values::new();
        for (at, (name, kind)) in self.columns.iter().enumerate() {
            let at = first + at;
            let value = match kind {
                Kind::Int => rows.int(row, at)?.map(Json::from),
                Kind::Text => rows.text(row, at)?.map(Json::from),
                Kind::Boolean => rows.boolean(row, at)?.map(Json::from),
                Kind::Real => rows.real(row, at)?.map(Json::from),
            };
            values.insert((*name).to_owned(), value.unwrap_or_default());
        }
        Ok(values)
    }

    /// A value as the column takes it; lists and objects become JSON text.
    pub fn value(&self, column: &str, value: &Json) -> Option<Value> {
        let (_, kind) = self.columns.iter().find(|(name, _)| *name == column)?;
        Some(match kind {
            Kind::Int => Value::BigInt(value.as_i64()),
            Kind::Boolean => Value::Bool(value.as_bool()),
            Kind::Real => Value::Double(value.as_f64()),
            Kind::Text => Value::String(match value {
                Json::Null => None,
                Json::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insertion_names_what_must_be_there_and_what_some_row_had() {
        let (_, hazard) = table::<entity::hazard::Entity>();
        let row = |columns: &[(&str, Json)]| {
            columns.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
        };
        let first = hazard.inserted(&[row(&[("no", "YH-1".into()), ("site_id", Json::Null)])]);
        assert!(first.contains(&"id") && first.contains(&"no") && first.contains(&"flow_version"));
        assert!(!first.contains(&"site_id") && !first.contains(&"written_off_at"));
        let second = hazard.inserted(&[row(&[]), row(&[("site_id", 7.into())])]);
        assert_eq!(second.len(), first.len() + 1);
        assert!(second.contains(&"site_id"));
        assert_eq!(hazard.inserted(&[row(&[])]), second);
    }
}
