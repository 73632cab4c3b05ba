//! Keys of new rows: taken from the database in blocks, handed out without asking it again.

use std::ops::Range;

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, UpdateStatement};
use tokio::sync::Mutex;

use crate::read::session::ReadError;
use crate::storage::{Transaction, WritePool};

/// Keys that a process takes at once. What it does not use is lost, which costs nothing.
const BLOCK: i64 = 1 << 20;
/// Keys that one write gets; more than any write uses.
const EACH: i64 = 1 << 12;

/// Where keys come from.
pub struct Ids {
    pool: WritePool,
    left: Mutex<Range<i64>>,
}

/// Keys for one write.
pub struct Batch(Range<i64>);

impl Ids {
    /// Keys of this database.
    pub fn new(pool: WritePool) -> Ids {
        Ids { pool, left: Mutex::new(0..0) }
    }

    /// Keys that nobody else has, enough for one write.
    pub async fn batch(&self) -> Result<Batch, ReadError> {
        self.batch_of(0).await
    }

    /// Keys that nobody else has, so many at least.
    pub async fn batch_of(&self, count: usize) -> Result<Batch, ReadError> {
        let count = i64::try_from(count).unwrap_or(BLOCK).clamp(EACH, BLOCK);
        let mut left = self.left.lock().await;
        if left.end - left.start < count {
            *left = self.block().await?;
        }
        let batch = left.start..left.start + count;
        left.start = batch.end;
        Ok(Batch(batch))
    }

    async fn block(&self) -> Result<Range<i64>, ReadError> {
        let mut transaction = Transaction::begin(&self.pool).await?;
        let next = || Expr::col(Alias::new("next"));
        let mut taken = UpdateStatement::new();
        taken.table(Alias::new("counter")).value(Alias::new("next"), next().add(BLOCK));
        taken
            .and_where(Expr::col(Alias::new("name")).eq("row"))
            .returning(Query::returning().column(Alias::new("next")));
        let rows = transaction.update_returning(&taken).await?;
        let end = rows.int(0, 0)?.ok_or_else(|| ReadError::Value("there is no counter of rows".into()))?;
        transaction.commit().await?;
        Ok(end - BLOCK..end)
    }
}

impl Batch {
    /// The next key. Beyond the last one there is none: 0, which the database refuses twice.
    pub fn next(&mut self) -> i64 {
        self.0.next().unwrap_or_default()
    }
}
