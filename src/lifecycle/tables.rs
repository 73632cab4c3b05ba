//! The tables that the writer reads and writes, with the kind of each column, as the entities have them.

use std::collections::HashMap;
use std::sync::LazyLock;

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
    (E::default().table_name(), Table { columns: columns.collect() })
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
