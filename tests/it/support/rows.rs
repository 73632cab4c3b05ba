//! Rows that a test puts into a database of its own.

use sea_orm::sea_query::{Alias, Query, SimpleExpr};
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde_json::Value;

use super::backend::Backend;
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

/// Rows of a statement: so many columns, each a number or a text; null is null.
pub(crate) async fn select(database: &Database, sql: &str, columns: usize) -> Vec<Vec<Value>> {
    let connection = &database.storage.write;
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let cell = |row: &QueryResult, column: usize| match row.try_get_by_index::<Option<i64>>(column) {
        Ok(number) => number.into(),
        Err(_) => row.try_get_by_index::<Option<String>>(column).expect("a number or a text").into(),
    };
    rows.iter().map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect()
}

/// From now on the database refuses new rows of a table where a condition over `NEW` holds, and says so.
pub(crate) async fn break_inserts(database: &Database, table: &str, when: &str, says: &str) {
    let statements = match database.backend {
        Backend::Sqlite => vec![format!(
            "CREATE TRIGGER broken_{table} BEFORE INSERT ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{says}'); END"
        )],
        Backend::Postgres => vec![
            format!(
                "CREATE FUNCTION broken_{table}() RETURNS trigger LANGUAGE plpgsql
                 AS $$ BEGIN RAISE EXCEPTION '{says}'; END $$"
            ),
            format!(
                "CREATE TRIGGER broken_{table} BEFORE INSERT ON {table} FOR EACH ROW WHEN ({when})
                 EXECUTE FUNCTION broken_{table}()"
            ),
        ],
    };
    for sql in statements {
        database.storage.write.execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

/// Takes that back.
pub(crate) async fn mend_inserts(database: &Database, table: &str) {
    let of = if database.backend == Backend::Postgres { format!(" ON {table}") } else { String::new() };
    let sql = format!("DROP TRIGGER broken_{table}{of}");
    database.storage.write.execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}
