//! 清扫. What nobody attached to a matter within its day is thrown away, with its parts.

use std::collections::BTreeSet;

use sea_orm::sea_query::{Alias, DeleteStatement, Expr, ExprTrait, LockType, Order, UpdateStatement};

use super::store::{self, StoreError};
use super::upload::{REMOVING, Uploads};
use crate::lifecycle::flow::SYSTEM;
use crate::read::session::{ReadError, Runner};
use crate::read::sql::{Keys, col, select_where, some_row};
use crate::storage::Transaction;
use crate::trail::entry::{Decision, Deed, Who};

/// Uploads swept between two looks for more.
const AT_ONCE: u64 = 200;
/// How long content that is being stored when its slot ends is left alone, in milliseconds.
const STORING_MS: i64 = 3_600_000;
/// How long content that a server has begun to remove is left to it, in milliseconds: longer than any removal takes.
const REMOVING_MS: i64 = 3_600_000;

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

/// An upload that has ended.
struct Ended {
    id: i64,
    hash: Option<String>,
    state: String,
    /// When; of one whose content is being removed, until when it is left to whoever removes it.
    until: i64,
}

impl Ended {
    /// The row as it was seen: what has become something else since is swept the next time.
    fn as_seen(&self) -> Expr {
        let column = |name| Expr::col(Alias::new(name));
        let hash = self.hash.as_deref().map_or(column("hash").is_null(), |hash| column("hash").eq(hash));
        let same = column("id").eq(self.id).and(column("state").eq(self.state.as_str()));
        same.and(column("expires_at").eq(self.until)).and(hash)
    }
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
            let Some(last) = ended.last() else { break };
            after = last.id;
            for upload in ended {
                let id = upload.id;
                match self.throw_away(upload, now).await {
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
    async fn ended(&self, now: i64, after: i64) -> Result<Vec<Ended>, ReadError> {
        let alone = col("t0", "state").ne("STORING").or(col("t0", "expires_at").lte(now.saturating_sub(STORING_MS)));
        let over = col("t0", "expires_at").lte(now).and(alone);
        let mut select = select_where("upload", col("t0", "id").gt(after).and(over));
        for column in ["id", "hash", "state", "expires_at"] {
            select.expr(col("t0", column));
        }
        select.order_by((Alias::new("t0"), Alias::new("id")), Order::Asc).limit(AT_ONCE);
        let mut transaction = Transaction::begin(self.writer.pool()).await?;
        let rows = transaction.select(&select).await?;
        transaction.rollback().await?;
        let row = |row| {
            Ok(Ended {
                id: rows.int(row, 0)?.unwrap_or_default(),
                hash: rows.text(row, 1)?.map(str::to_owned),
                state: rows.text(row, 2)?.unwrap_or_default().to_owned(),
                until: rows.int(row, 3)?.unwrap_or_default(),
            })
        };
        (0..rows.len()).map(row).collect()
    }

    /// Throws away an upload: its parts, its content if nothing else has it, and its row. No transaction waits for the
    /// store: the row stays until the content is gone, so that whoever is cut off leaves nothing that nobody knows of.
    async fn throw_away(&self, mut upload: Ended, now: i64) -> Result<Swept, SweepError> {
        self.clear(upload.id).await?;
        let over = upload.until;
        let mut contents = 0;
        if let Some(hash) = upload.hash.clone()
            && self.forget(&hash, &mut upload, now).await?
        {
            if let Err(error) = self.remove(&hash).await {
                self.leave(&upload, over).await?;
                return Err(error.into());
            }
            contents = 1;
        }
        let mut delete = DeleteStatement::new();
        delete.from_table(Alias::new("upload")).and_where(upload.as_seen());
        let mut transaction = Transaction::begin(self.writer.pool()).await?;
        let deleted = transaction.delete(&delete).await?;
        transaction.commit().await?;
        Ok(Swept { uploads: usize::from(deleted > 0), contents })
    }

    /// Whether content is now this server's to remove, because neither a matter nor another upload has it. Its row is
    /// gone then, and its upload is REMOVING: nobody stores the same content until that is gone as well.
    async fn forget(&self, hash: &str, upload: &mut Ended, now: i64) -> Result<bool, SweepError> {
        let until = now.saturating_add(REMOVING_MS);
        if upload.state == REMOVING {
            // Begun before, and not ended: of several servers one goes on with it.
            let mine = self.leave(upload, until).await?;
            if mine {
                upload.until = until;
            }
            return Ok(mine);
        }
        let mut ids = self.writer.keys().await?;
        let mut transaction = Transaction::begin(self.writer.pool()).await?;
        // Its row is locked first: whoever attaches or stores it at this moment is waited for.
        let mut locked = select_where("stored_file", col("t0", "hash").eq(hash));
        locked.expr(col("t0", "id")).lock_with_tables(LockType::Update, ["t0"]);
        if transaction.select(&locked).await?.is_empty() {
            return Ok(false);
        }
        let attached = some_row("evidence", "e", col("e", "hash").eq(col("t0", "hash")));
        let held = col("u", "hash").eq(col("t0", "hash")).and(col("u", "id").ne(upload.id));
        let needed = attached.or(some_row("upload", "u", held));
        let mut select = select_where("stored_file", col("t0", "hash").eq(hash).and(needed));
        select.expr(col("t0", "id"));
        if !transaction.select(&select).await?.is_empty() {
            return Ok(false);
        }
        if transaction.update(&removing(upload, until)).await? == 0 {
            return Ok(false);
        }
        let mut delete = DeleteStatement::new();
        delete.from_table(Alias::new("stored_file")).and_where(Expr::col(Alias::new("hash")).eq(hash));
        transaction.delete(&delete).await?;
        let who = Who { role: SYSTEM.to_owned(), ..Who::default() };
        let mut deed = Deed::new(self.clock.now_ms(), who, "sweepUploads", Decision::Allow, "attached to nothing");
        deed.objects.insert(format!("File:{hash}"));
        self.writer.append_to(&mut transaction, &[deed], &mut ids).await?;
        transaction.commit().await?;
        (upload.state, upload.until) = (REMOVING.to_owned(), until);
        Ok(true)
    }

    /// Removes content and its small copy.
    async fn remove(&self, hash: &str) -> Result<(), StoreError> {
        self.store.remove(&store::content(hash)).await?;
        self.store.remove(&store::small(hash)).await
    }

    /// Leaves the removal of an upload's content to whoever has begun it, until then; says whether the upload is still
    /// as it was seen.
    async fn leave(&self, upload: &Ended, until: i64) -> Result<bool, ReadError> {
        let mut transaction = Transaction::begin(self.writer.pool()).await?;
        let changed = transaction.update(&removing(upload, until)).await?;
        transaction.commit().await?;
        Ok(changed > 0)
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

/// Marks the content of an upload as being removed.
fn removing(upload: &Ended, until: i64) -> UpdateStatement {
    let mut update = UpdateStatement::new();
    update.table(Alias::new("upload")).and_where(upload.as_seen());
    update.values([(Alias::new("state"), REMOVING.into()), (Alias::new("expires_at"), until.into())]);
    update
}
