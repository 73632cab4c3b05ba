//! 清扫. What nobody attached to a matter within its day is thrown away, with its parts.

use sea_orm::sea_query::{Alias, DeleteStatement, Expr, ExprTrait, LockType, Order};

use super::store::{self, StoreError};
use super::upload::Uploads;
use crate::read::session::ReadError;
use crate::read::sql::{col, select_where, some_row};
use crate::storage::Transaction;

/// Uploads swept between two looks for more.
const AT_ONCE: u64 = 200;

/// Why the sweep did not come to an end.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The database.
    #[error(transparent)]
    Database(#[from] ReadError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was thrown away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Slots that have ended.
    pub uploads: usize,
    /// Contents that no matter has.
    pub contents: usize,
}

impl Uploads {
    /// Throws away what has ended and belongs to nothing.
    pub async fn sweep(&self, now: i64) -> Result<Swept, SweepError> {
        let mut swept = Swept::default();
        loop {
            let ended = self.ended(now).await?;
            if ended.is_empty() {
                return Ok(swept);
            }
            for (id, hash) in ended {
                for part in self.store.below(&store::parts(id)).await? {
                    self.store.remove(&part).await?;
                }
                if let Some(hash) = hash
                    && self.forget(&hash, id).await?
                {
                    swept.contents += 1;
                }
                let mut transaction = Transaction::begin(self.writer.pool()).await?;
                let mut delete = DeleteStatement::new();
                delete.from_table(Alias::new("upload")).and_where(Expr::col(Alias::new("id")).eq(id));
                transaction.delete(&delete).await?;
                transaction.commit().await?;
                swept.uploads += 1;
            }
        }
    }

    async fn ended(&self, now: i64) -> Result<Vec<(i64, Option<String>)>, ReadError> {
        let mut select = select_where("upload", col("t0", "expires_at").lte(now));
        select.expr(col("t0", "id")).expr(col("t0", "hash"));
        select.order_by((Alias::new("t0"), Alias::new("id")), Order::Asc).limit(AT_ONCE);
        let mut transaction = Transaction::begin(self.writer.pool()).await?;
        let rows = transaction.select(&select).await?;
        transaction.rollback().await?;
        let row = |row| Ok((rows.int(row, 0)?.unwrap_or_default(), rows.text(row, 1)?.map(str::to_owned)));
        (0..rows.len()).map(row).collect()
    }

    /// Throws content away that neither a matter nor another upload has. Its row is locked first: whoever attaches it at
    /// this moment is waited for.
    async fn forget(&self, hash: &str, upload: i64) -> Result<bool, SweepError> {
        let mut transaction = Transaction::begin(self.writer.pool()).await?;
        let mut locked = select_where("stored_file", col("t0", "hash").eq(hash));
        locked.expr(col("t0", "id")).lock_with_tables(LockType::Update, ["t0"]);
        if transaction.select(&locked).await?.is_empty() {
            return Ok(false);
        }
        let attached = some_row("evidence", "e", col("e", "hash").eq(col("t0", "hash")));
        let held = col("u", "hash").eq(col("t0", "hash")).and(col("u", "id").ne(upload));
        let needed = attached.or(some_row("upload", "u", held));
        let mut select = select_where("stored_file", col("t0", "hash").eq(hash).and(needed));
        select.expr(col("t0", "id"));
        if !transaction.select(&select).await?.is_empty() {
            return Ok(false);
        }
        self.store.remove(&store::content(hash)).await?;
        self.store.remove(&store::small(hash)).await?;
        let mut delete = DeleteStatement::new();
        delete.from_table(Alias::new("stored_file")).and_where(Expr::col(Alias::new("hash")).eq(hash));
        transaction.delete(&delete).await?;
        transaction.commit().await?;
        Ok(true)
    }
}
