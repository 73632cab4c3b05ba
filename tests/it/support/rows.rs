//! Rows that a test puts into a database of its own.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Alias, Query, SimpleExpr};
use serde_json::Value;

use super::database::Database;

/// Inserts a row; what is null is left out.
pub(crate) async fn insert(database: &Database, table: &str, row: Value) {
    let Value::Object(row) = row else { panic!("a row is an object") };
    let held: Vec<(&String, &Value)> = row.iter().filter(|(_, value)| !value.is_null()).collect();
    let value = |value: &Value| -> SimpleExpr {
        match value {
            Value::Bool(truth) => (*truth).into(),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => whole.into(),
                None => number.as_f64().expect("a number").into(),
            },
            Value::String(text) => text.as_str().into(),
            other => other.to_string().into(),
        }
    };
    let insert = Query::insert()
        .into_table(Alias::new(table))
        .columns(held.iter().map(|(column, _)| Alias::new(column.as_str())))
        .values_panic(held.iter().map(|(_, held)| value(held)))
        .to_owned();
    database.storage.write.execute(&insert).await.unwrap_or_else(|error| panic!("{table}: {error}"));
}
