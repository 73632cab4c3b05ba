//! Rows from values: inserted and changed as the entities have them, sealed where the declarations say so.

use std::collections::HashSet;

use sea_orm::sea_query::{Alias, Expr, ExprTrait, InsertStatement, UpdateStatement};
use serde_json::Value as Json;

use super::{WriteError, Writer};
use crate::access::Class;
use crate::lifecycle::case::Values;
use crate::lifecycle::tables::{self, Table};
use crate::read::catalog::Catalog;
use crate::read::declare::{Field, Kind, SEALED, View};
use crate::storage::Transaction;

fn known(table: &str) -> Result<&'static Table, WriteError> {
    tables::of(table).ok_or_else(|| WriteError::Broken(format!("no table {table}")))
}

fn misfit(table: &str, column: &str) -> WriteError {
    WriteError::Broken(format!("{table} has no column {column}"))
}

/// The fields of a view, those of embedded objects among them.
fn fields(view: &View) -> impl Iterator<Item = &Field> {
    view.fields.iter().flat_map(|field| match &field.kind {
        Kind::Embed { fields, .. } => fields.iter(),
        _ => std::slice::from_ref(field).iter(),
    })
}

/// Tables and columns whose texts are kept sealed.
pub(super) fn sealed(catalog: &'static Catalog) -> HashSet<(&'static str, &'static str)> {
    let of = |field: &Field| match field.kind {
        Kind::Column { column, .. } if field.uses.has(SEALED) => Some(column),
        _ => None,
    };
    let views = catalog.views().iter();
    views.flat_map(|view| fields(view).filter_map(of).map(|column| (view.table, column))).collect()
}

impl Writer {
    /// Inserts rows of a table. The code of the division is that of the matter, where a row has one and names none.
    pub(super) async fn insert(
        &self,
        transaction: &mut Transaction,
        table: &str,
        division: &str,
        rows: &[Values],
    ) -> Result<(), WriteError> {
        let insert = self.insertion(table, division, rows)?;
        Ok(transaction.insert_soon(&insert).await?)
    }

    /// Inserts the row of a matter.
    pub(super) async fn insert_matter(
        &self,
        transaction: &mut Transaction,
        (table, id): (&str, i64),
        division: &str,
        row: &Values,
    ) -> Result<(), WriteError> {
        let insert = self.insertion(table, division, std::slice::from_ref(row))?;
        Ok(transaction.insert_row_soon((table, id), &insert).await?)
    }

    fn insertion(&self, table: &str, division: &str, rows: &[Values]) -> Result<InsertStatement, WriteError> {
        let of = known(table)?;
        let mut insert = InsertStatement::new();
        let columns = of.inserted(rows);
        insert.into_table(Alias::new(table)).columns(columns.iter().map(|name| Alias::new(*name)));
        for row in rows {
            if let Some(stranger) = row.keys().find(|column| !of.has(column)) {
                return Err(misfit(table, stranger));
            }
            let mut values = vec![];
            for column in &columns {
                let value = match row.get(*column) {
                    None if *column == "division_code" => &Json::from(division),
                    None => &Json::Null,
                    Some(value) => value,
                };
                values.push(self.stored(of, table, column, value)?);
            }
            insert.values_panic(values);
        }
        Ok(insert)
    }

    /// Changes columns of a row. Nothing to change: nothing is done.
    pub(super) async fn update(
        &self,
        transaction: &mut Transaction,
        table: &str,
        id: i64,
        changes: &Values,
    ) -> Result<(), WriteError> {
        if changes.is_empty() {
            return Ok(());
        }
        let of = known(table)?;
        let mut update = UpdateStatement::new();
        update.table(Alias::new(table)).and_where(Expr::col(Alias::new("id")).eq(id));
        for (column, value) in changes {
            update.value(Alias::new(column), self.stored(of, table, column, value)?);
        }
        match transaction.update(&update).await? {
            1 => Ok(()),
            _ => Err(WriteError::Broken(format!("{table} has no row {id}"))),
        }
    }

    fn stored(&self, of: &Table, table: &str, column: &str, value: &Json) -> Result<Expr, WriteError> {
        let sealed = value
            .as_str()
            .filter(|_| self.sealed.contains(&(table, column)))
            .map(|text| Json::from(self.sealer.seal(text)));
        let value = of.value(column, sealed.as_ref().unwrap_or(value));
        value.map(Expr::val).ok_or_else(|| misfit(table, column))
    }

    /// The fields of personal class that the columns of a row hold, with their names.
    pub(super) fn personal<'w>(
        &'w self,
        table: &'w str,
        row: &'w Values,
    ) -> impl Iterator<Item = (String, Class)> + 'w {
        let views = self.catalog.views().iter().filter(move |view| view.table == table);
        let held = |column: &str| row.get(column).is_some_and(|value| !value.is_null());
        views.flat_map(move |view| {
            fields(view).filter_map(move |field| {
                let column = match &field.kind {
                    Kind::Column { column, .. } | Kind::YoungerThan { column, .. } => *column,
                    Kind::Point { lon, .. } => *lon,
                    _ => return None,
                };
                let personal = field.class >= Class::Personal && held(column);
                personal.then(|| (format!("{}.{}", view.name, field.name), field.class))
            })
        })
    }
}
