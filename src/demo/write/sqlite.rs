//! Bulk loading on SQLite: long prepared statements in long transactions, indexes built at the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::Value;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, Executor, Row, Sqlite, SqlitePool};

use super::first_rows;
use crate::demo::DemoError;
use crate::demo::out::Chunk;

/// Values in one statement; well under SQLite's limit and long enough that the statement's own cost vanishes.
const VALUES: usize = 2_000;
/// Rows in one transaction.
const COMMIT_EVERY: usize = 200_000;

/// Holds the one writing connection for the time of the load.
pub(super) struct Writer {
    connection: PoolConnection<Sqlite>,
    indexes: Vec<String>,
    restore: Vec<String>,
    inserts: BTreeMap<&'static str, Arc<str>>,
    uncommitted: usize,
}

impl Writer {
    pub(super) async fn begin(pool: &SqlitePool) -> Result<Self, DemoError> {
        let connection = pool.acquire().await?;
        let mut writer =
            Self { connection, indexes: Vec::new(), restore: Vec::new(), inserts: BTreeMap::new(), uncommitted: 0 };
        match writer.prepare().await {
            Ok(()) => Ok(writer),
            Err(error) => {
                writer.abandon().await;
                Err(error)
            }
        }
    }

    async fn prepare(&mut self) -> Result<(), DemoError> {
        let connection = &mut self.connection;
        // A crash here leaves no marker, so nothing is lost that was promised; durability returns at the end.
        for (name, value) in [("synchronous", 0), ("cache_size", -131_072), ("wal_autocheckpoint", 20_000)] {
            let before: i64 = connection.fetch_one(AssertSqlSafe(format!("PRAGMA {name}"))).await?.try_get(0)?;
            self.restore.push(format!("PRAGMA {name} = {before}"));
            connection.execute(AssertSqlSafe(format!("PRAGMA {name} = {value}"))).await?;
        }
        connection.execute("BEGIN IMMEDIATE").await?;
        if let Some(row) = connection.fetch_optional(AssertSqlSafe(first_rows())).await? {
            return Err(DemoError::NotEmpty(row.try_get(0)?));
        }
        for row in connection
            .fetch_all("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
            .await?
        {
            self.indexes.push(row.try_get(1)?);
            let name: String = row.try_get(0)?;
            connection.execute(AssertSqlSafe(format!("DROP INDEX \"{name}\""))).await?;
        }
        Ok(())
    }

    pub(super) async fn write(&mut self, chunk: Chunk) -> Result<(), DemoError> {
        self.uncommitted += chunk.rows();
        let width = chunk.columns.len();
        let whole = VALUES / width * width;
        let mut values = chunk.values.into_iter();
        while values.len() > 0 {
            let count = values.len().min(whole);
            let sql = if count == whole {
                let insert = || insert(chunk.table, &chunk.columns, whole / width).into();
                Arc::clone(self.inserts.entry(chunk.table).or_insert_with(insert))
            } else {
                insert(chunk.table, &chunk.columns, count / width).into()
            };
            let mut arguments = SqliteArguments::default();
            arguments.reserve(count, 0);
            for value in values.by_ref().take(count) {
                bind(&mut arguments, value)?;
            }
            let query = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(count == whole);
            query.execute(&mut *self.connection).await?;
        }
        if self.uncommitted >= COMMIT_EVERY {
            self.uncommitted = 0;
            self.connection.execute("COMMIT").await?;
            self.connection.execute("BEGIN IMMEDIATE").await?;
        }
        Ok(())
    }

    pub(super) async fn finish(&mut self, marker: String) -> Result<(), DemoError> {
        for sql in std::mem::take(&mut self.indexes) {
            self.connection.execute(AssertSqlSafe(sql)).await?;
        }
        self.connection.execute("ANALYZE").await?;
        // With samples of its indexes SQLite plans a statement again for whatever values it is sent, which takes longer than
        // most of them run. A database in use has none: what it does when it closes takes none.
        self.connection.execute("DELETE FROM sqlite_stat4").await?;
        self.connection.execute(AssertSqlSafe(marker)).await?;
        self.connection.execute("COMMIT").await?;
        self.restore().await?;
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        Ok(())
    }

    async fn restore(&mut self) -> Result<(), DemoError> {
        for sql in std::mem::take(&mut self.restore) {
            self.connection.execute(AssertSqlSafe(sql)).await?;
        }
        Ok(())
    }

    /// Leaves the connection as it was found. What was committed stays, without indexes and without a marker.
    pub(super) async fn abandon(mut self) {
        let rolled_back = self.connection.execute("ROLLBACK").await;
        let restored = self.restore().await;
        if let (Err(error), _) = (rolled_back, restored) {
            tracing::warn!(%error, "the interrupted load could not be rolled back");
        }
    }
}

fn insert(table: &str, columns: &[&str], rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns.len()].join(","));
    let columns = columns.iter().map(|c| format!("\"{c}\"")).collect::<Vec<_>>().join(",");
    format!("INSERT INTO \"{table}\" ({columns}) VALUES {}", vec![row; rows].join(","))
}

fn bind(arguments: &mut SqliteArguments, value: Value) -> Result<(), DemoError> {
    let bound = match value {
        Value::BigInt(number) => arguments.add(number),
        Value::String(text) => arguments.add(text),
        Value::Bool(truth) => arguments.add(truth),
        Value::Double(number) => arguments.add(number),
        _ => return Err(DemoError::Plan("a column of a kind the loader does not know")),
    };
    bound.map_err(|e| DemoError::Bulk(sqlx::Error::Encode(e)))
}
