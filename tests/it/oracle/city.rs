//! The whole city in memory.

use std::collections::HashMap;

use sea_orm::sea_query::Value;
use sea_orm::{DatabaseConnection, EntityTrait, IdenStatic, Iterable, ModelTrait};

use super::value::{Row, Val};

/// A table.
pub(crate) struct Table {
    /// Name.
    pub(crate) name: &'static str,
    /// Places of the columns.
    pub(crate) columns: HashMap<String, usize>,
    /// Rows in order of their keys.
    pub(crate) rows: Vec<Vec<Val>>,
    /// Places of rows by column and value.
    indexes: HashMap<String, HashMap<String, Vec<usize>>>,
}

impl Table {
    /// All rows.
    pub(crate) fn all(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).map(|at| Row { table: self, at })
    }

    /// Rows whose column holds the value; none for null.
    pub(crate) fn with<'c>(&'c self, column: &str, value: &Val) -> Vec<Row<'c>> {
        let Some(key) = value.key() else { return vec![] };
        let index = self.indexes.get(column).unwrap_or_else(|| panic!("{}.{column} has no index", self.name));
        index.get(&key).into_iter().flatten().map(|at| Row { table: self, at: *at }).collect()
    }

    /// The row with a key.
    pub(crate) fn by_id(&self, id: i64) -> Option<Row<'_>> {
        self.with("id", &Val::Int(id)).first().copied()
    }
}

/// All tables by name.
pub(crate) struct City {
    tables: HashMap<&'static str, Table>,
}

impl City {
    /// A city without a row, for questions about the policy alone.
    pub(crate) fn empty() -> City {
        City { tables: HashMap::new() }
    }

    /// Reads every table once.
    pub(crate) async fn read(db: &DatabaseConnection) -> City {
        let mut city = City { tables: HashMap::new() };
        macro_rules! tables {
            ($($table:ident)*) => {$( city.add::<entity::$table::Entity>(stringify!($table), db).await; )*};
        }
        tables! {
            account agreement_signature audit_access audit_entry centre_sharing checklist_item code_entry consultation_attendee dispute
            dispute_type division event_consultation event_task evidence exposure follow_up functional_zone
            governance_centre grid grid_event grid_meeting grid_meeting_attendee grid_member hazard inspection
            inspection_site inspection_team joint_mechanism joint_mechanism_partner judicial_confirmation key_site
            mediation_agreement mediation_organisation mediation_session mediator micro_grid order_assignment
            organisation organisation_parent party petition_link police_beat police_report posting
            rectification_order rectification_plan retrospective_review self_inspection self_inspection_due
            session_mediator site_checklist sla_clock standard_item
            standard_status stationed_unit status_event supervision_round zone_division
        }
        city
    }

    async fn add<E: EntityTrait>(&mut self, name: &'static str, db: &DatabaseConnection) {
        let models = E::find().all(db).await.expect("the table can be read");
        let columns: Vec<E::Column> = E::Column::iter().collect();
        let value = |model: &E::Model, column: E::Column| plain(model.get(column));
        let mut rows: Vec<Vec<Val>> =
            models.iter().map(|model| columns.iter().map(|column| value(model, *column)).collect()).collect();
        let columns: HashMap<String, usize> =
            columns.iter().enumerate().map(|(place, column)| (column.as_str().to_owned(), place)).collect();
        if let Some(id) = columns.get("id") {
            rows.sort_by_key(|row| row[*id].int());
        }
        let mut table = Table { name, columns, rows, indexes: HashMap::new() };
        table.index();
        self.tables.insert(name, table);
    }

    /// A table.
    pub(crate) fn table(&self, name: &str) -> &Table {
        self.tables.get(name).unwrap_or_else(|| panic!("the city has no table {name}"))
    }
}

impl Table {
    /// Keys and codes are what rows are linked by.
    fn index(&mut self) {
        let linking = |name: &str| {
            name == "id" || name == "code" || name == "no" || name.ends_with("_id") || name.ends_with("_code")
        };
        for (column, place) in self.columns.iter().filter(|(name, _)| linking(name)) {
            let mut index: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, row) in self.rows.iter().enumerate() {
                if let Some(key) = row[*place].key() {
                    index.entry(key).or_default().push(at);
                }
            }
            self.indexes.insert(column.clone(), index);
        }
    }
}

fn plain(value: Value) -> Val {
    match value {
        Value::BigInt(n) => n.map_or(Val::Null, Val::Int),
        Value::String(text) => text.map_or(Val::Null, Val::Text),
        Value::Bool(truth) => truth.map_or(Val::Null, Val::Bool),
        Value::Double(n) => n.map_or(Val::Null, Val::Real),
        other => panic!("the house does not use {other:?}"),
    }
}
