//! Bulk loading on PostgreSQL: COPY in one transaction, indexes built at the end. A failed load leaves nothing.

use std::fmt::Write as _;

use sea_orm::Value;
use sqlx::{AssertSqlSafe, Executor, PgPool, Postgres, Row, Transaction};

use super::{TABLES, first_rows};
use crate::demo::DemoError;
use crate::demo::out::Chunk;

/// Indexes that no constraint needs, with the statement that makes each.
const INDEXES: &str = "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i \
     JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
     JOIN pg_namespace n ON n.oid = t.relnamespace \
     WHERE n.nspname = current_schema() AND t.relkind = 'r' \
     AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY c.relname";

/// Holds the transaction of the load.
pub(super) struct Writer {
    /// Dropped without commit, it takes everything back.
    transaction: Option<Transaction<'static, Postgres>>,
    indexes: Vec<String>,
    text: String,
}

impl Writer {
    pub(super) async fn begin(pool: &PgPool) -> Result<Self, DemoError> {
        let mut transaction = pool.begin().await?;
        transaction.execute("SET LOCAL maintenance_work_mem = '128MB'").await?;
        let tables = TABLES.map(|table| format!("\"{table}\"")).join(",");
        transaction.execute(AssertSqlSafe(format!("LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))).await?;
        if let Some(row) = transaction.fetch_optional(AssertSqlSafe(first_rows())).await? {
            return Err(DemoError::NotEmpty(row.try_get(0)?));
        }
        // Empty as they are, truncating lets COPY write rows that no later vacuum has to visit.
        transaction.execute(AssertSqlSafe(format!("TRUNCATE {tables}"))).await?;
        let mut indexes = Vec::new();
        for row in transaction.fetch_all(INDEXES).await? {
            indexes.push(row.try_get(1)?);
            let name: String = row.try_get(0)?;
            transaction.execute(AssertSqlSafe(format!("DROP INDEX \"{name}\""))).await?;
        }
        Ok(Self { transaction: Some(transaction), indexes, text: String::new() })
    }

    pub(super) async fn write(&mut self, chunk: &Chunk) -> Result<(), DemoError> {
        self.text.clear();
        for row in chunk.values.chunks(chunk.columns.len()) {
            for (place, value) in row.iter().enumerate() {
                if place > 0 {
                    self.text.push('\t');
                }
                encode(&mut self.text, value)?;
            }
            self.text.push('\n');
        }
        let columns = chunk.columns.iter().map(|c| format!("\"{c}\"")).collect::<Vec<_>>().join(",");
        let statement = format!("COPY \"{}\" ({columns}) FROM STDIN (FREEZE)", chunk.table);
        let transaction = self.transaction.as_mut().ok_or(DemoError::Stopped)?;
        let mut copy = transaction.copy_in_raw(&statement).await?;
        copy.send(self.text.as_bytes()).await?;
        copy.finish().await?;
        Ok(())
    }

    pub(super) async fn finish(&mut self, marker: String) -> Result<(), DemoError> {
        let mut transaction = self.transaction.take().ok_or(DemoError::Stopped)?;
        for sql in std::mem::take(&mut self.indexes) {
            transaction.execute(AssertSqlSafe(sql)).await?;
        }
        transaction.execute("ANALYZE").await?;
        transaction.execute(AssertSqlSafe(marker)).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// The text form of COPY.
fn encode(text: &mut String, value: &Value) -> Result<(), DemoError> {
    match value {
        Value::BigInt(Some(number)) => {
            let _ = write!(text, "{number}");
        }
        Value::Double(Some(number)) => {
            let _ = write!(text, "{number}");
        }
        Value::Bool(Some(truth)) => text.push(if *truth { 't' } else { 'f' }),
        Value::String(Some(plain)) => escape(text, plain),
        Value::BigInt(None) | Value::Double(None) | Value::Bool(None) | Value::String(None) => text.push_str("\\N"),
        _ => return Err(DemoError::Plan("a column of a kind the loader does not know")),
    }
    Ok(())
}

fn escape(text: &mut String, plain: &str) {
    if !plain.contains(['\\', '\t', '\n', '\r']) {
        text.push_str(plain);
        return;
    }
    for c in plain.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            other => text.push(other),
        }
    }
}
