//! Looking into a database beside the product: plain SQL that both databases take.

use fengqiao::storage::{DatabaseConfig, Storage};
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde_json::Value;

/// A database that is looked into.
pub struct Tables {
    storage: Storage,
    runtime: tokio::runtime::Runtime,
}

impl Tables {
    /// Opens the database of a URL.
    pub fn open(url: &str) -> Result<Tables, String> {
        let told = |error: &dyn std::fmt::Display| format!("the database cannot be opened: {error}");
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| told(&e))?;
        let config = DatabaseConfig::from_url(url).map_err(|e| told(&e))?;
        let storage = runtime.block_on(Storage::open(&config)).map_err(|e| told(&e))?;
        Ok(Tables { storage, runtime })
    }

    /// Rows of a statement: so many columns, each a number or a text; null is null.
    pub fn rows(&self, sql: &str, columns: usize) -> Result<Vec<Vec<Value>>, String> {
        let connection = &self.storage.write;
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let told = |error: sea_orm::DbErr| format!("{sql}: {error}");
        let rows = self.runtime.block_on(connection.query_all_raw(statement)).map_err(told)?;
        let cell = |row: &QueryResult, column: usize| match row.try_get_by_index::<Option<i64>>(column) {
            Ok(number) => Ok(Value::from(number)),
            Err(_) => row.try_get_by_index::<Option<String>>(column).map(Value::from),
        };
        rows.iter().map(|row| (0..columns).map(|column| cell(row, column).map_err(told)).collect()).collect()
    }

    /// One number.
    pub fn number(&self, sql: &str) -> Result<i64, String> {
        let rows = self.rows(sql, 1)?;
        rows.first().and_then(|row| row[0].as_i64()).ok_or_else(|| format!("{sql}: no number"))
    }
}

impl Drop for Tables {
    fn drop(&mut self) {
        // Closed, so that SQLite folds its log into the file; a failure has nobody to tell.
        let _ = self.runtime.block_on(self.storage.clone().close());
    }
}
