//! 清扫. What nobody attached to a matter within its day is thrown away, with its parts.

use std::collections::BTreeSet;

use sea_orm::sea_query::{Alias, DeleteStatement, Expr, ExprTrait, LockType, Order};

use super::store::{self, StoreError};
use super::upload::Uploads;
use crate::lifecycle::flow::SYSTEM;
use crate::read::session::{ReadError, Runner};
use crate::read::sql::{Keys, col, select_where, some_row};
use crate::storage::Transaction;
use crate::trail::entry::{Decision, Deed, Who};

/// Uploads swept between two looks for more.
const AT_ONCE: u64 = 200;
/// How long content that is being stored when its slot ends is left alone, in milliseconds.
const STORING_MS: i64 = 3_600_000;

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

/// The first that failed.
#[derive(Debug, Default)]
struct Failed(Option<SweepError>);

impl Failed {
    /// Notes what failed, of which upload, in the log.
    fn note(&mut self, upload: Option<i64>, error: SweepError) {
        tracing::error!(%error, upload, "something cannot be swept");
        self.0.get_or_insert(error);
    }
}

impl Uploads {
    /// Throws away what has ended and belongs to nothing. What fails does not keep the rest from it: it is left for the
    /// next time, and the first such fault is given back.
    pub async fn sweep(&self, now: i64) -> Result<Swept, SweepError> {
        let mut swept = Swept::default();
        let mut failed = Failed::default();
        let mut after = i64::MIN;
        loop {
            let ended = self.ended(now, after).await?;
            let Some((last, _)) = ended.last() else { break };
            after = *last;
            for (id, hash) in ended {
                match self.throw_away(id, hash.as_deref()).await {
                    Ok(thrown) => {
                        swept.uploads += thrown.uploads;
                        swept.contents += thrown.contents;
                    }
                    Err(error) => failed.note(Some(id), error),
                }
            }
        }
        if let Err(error) = self.clear_strays().await {
            failed.note(None, error);
        }
        if let Err(error) = self.store.remove_abandoned(now).await {
            failed.note(None, error.into());
        }
        failed.0.map_or(Ok(swept), Err)
    }

    /// Uploads that have ended, in the order of their keys, behind one: what could not be swept is not met again.
    async fn ended(&self, now: i64, after: i64) -> Result<Vec<(i64, Option<String>)>, ReadError> {
        let alone = col("t0", "state").ne("STORING").or(col("t0", "expires_at").lte(now.saturating_sub(STORING_MS)));
        let over = col("t0", "expires_at").lte(now).and(alone);
        let mut select = select_where("upload", col("t0", "id").gt(after).and(over));
        select.expr(col("t0", "id")).expr(col("t0", "hash"));
        select.order_by((Alias::new("t0"), Alias::new("id")), Order::Asc).limit(AT_ONCE);
        let mut transaction = Transaction::begin(self.writer.pool()).await?;
        let rows = transaction.select(&select).await?;
        transaction.rollback().await?;
        let row = |row| Ok((rows.int(row, 0)?.unwrap_or_default(), rows.text(row, 1)?.map(str::to_owned)));
        (0..rows.len()).map(row).collect()
    }

    /// Throws away an upload: its parts, its content if nothing else has it, and its row.
    async fn throw_away(&self, id: i64, hash: Option<&str>) -> Result<Swept, SweepError> {
        self.clear(id).await?;
        let forgotten = match hash {
            Some(hash) => self.forget(hash, id).await?,
            None => false,
        };
        let hashed = Expr::col(Alias::new("hash"));
        // One that got its content since it was looked for is swept the next time, with its content.
        let as_seen = hash.map_or(hashed.clone().is_null(), |hash| hashed.eq(hash));
        let mut delete = DeleteStatement::new();
        delete.from_table(Alias::new("upload")).and_where(Expr::col(Alias::new("id")).eq(id)).and_where(as_seen);
        let mut transaction = Transaction::begin(self.writer.pool()).await?;
        let deleted = transaction.delete(&delete).await?;
        transaction.commit().await?;
        Ok(Swept { uploads: usize::from(deleted > 0), contents: usize::from(forgotten) })
    }

    /// Throws content away that neither a matter nor another upload has. Its row is locked first: whoever attaches it
    /// at this moment is waited for.
    async fn forget(&self, hash: &str, upload: i64) -> Result<bool, SweepError> {
        let mut ids = self.writer.keys().await?;
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
        // The one place where the store is waited for within a transaction: were the row let go first, somebody could
        // upload the same content meanwhile, be told that it is stored, and lose it to this removal.
        self.store.remove(&store::content(hash)).await?;
        self.store.remove(&store::small(hash)).await?;
        let mut delete = DeleteStatement::new();
        delete.from_table(Alias::new("stored_file")).and_where(Expr::col(Alias::new("hash")).eq(hash));
        transaction.delete(&delete).await?;
        let who = Who { role: SYSTEM.to_owned(), ..Who::default() };
        let mut deed = Deed::new(self.clock.now_ms(), who, "sweepUploads", Decision::Allow, "attached to nothing");
        deed.objects.insert(format!("File:{hash}"));
        self.writer.append_to(&mut transaction, &[deed], &mut ids).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Removes parts whose upload is no more: of a slot that was given back the row goes first, and whoever removed the
    /// parts may have been cut off.
    async fn clear_strays(&self) -> Result<(), SweepError> {
        let places = self.store.below(store::UPLOADS).await?;
        let uploads: BTreeSet<i64> = places.iter().filter_map(|place| store::upload_of(place)).collect();
        if uploads.is_empty() {
            return Ok(());
        }
        let mut transaction = Transaction::begin(self.writer.pool()).await?;
        let keys = Keys::Ints(uploads.iter().copied().collect());
        let mut select = select_where("upload", transaction.dialect().any(col("t0", "id"), &keys));
        select.expr(col("t0", "id"));
        let rows = transaction.select(&select).await?;
        transaction.rollback().await?;
        let mut known = BTreeSet::new();
        for row in 0..rows.len() {
            known.extend(rows.int(row, 0)?);
        }
        for id in uploads.difference(&known) {
            self.clear(*id).await?;
        }
        Ok(())
    }
}
