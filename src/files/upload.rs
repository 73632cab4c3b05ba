//! 上传. Parts of a slot, and what they become: looked at, stripped, stored by hash.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use sea_orm::sea_query::{
    Alias, DeleteStatement, Expr, ExprTrait, InsertStatement, LockType, OnConflict, UpdateStatement,
};
use sm3::{Digest, Sm3};
use tokio::sync::Semaphore;

use super::kind::Kind;
use super::metadata::{self, Taken};
use super::picture::{self, Refused};
use super::store::{self, Store, StoreError};
use super::strip;
use crate::access::Class;
use crate::http::{FileRefusal, UploadState};
use crate::kernel::clock::Clock;
use crate::kernel::random;
use crate::lifecycle::write::Writer;
use crate::read::session::ReadError;
use crate::read::sql::{col, select_where};
use crate::storage::Transaction;
use crate::trail::entry::{Decision, Deed, Who, hex};

/// Most parts of an upload: a client that sends crumbs is told to begin anew.
const MOST_PARTS: usize = 1_000;
/// Files that are looked at at the same time: each may take some hundred megabytes.
const AT_ONCE: usize = 2;
/// States in which nothing is settled yet.
const UNSETTLED: [&str; 2] = ["OPEN", "STORING"];
/// State of an upload that has ended, while its content is being removed.
pub(super) const REMOVING: &str = "REMOVING";
/// How often, and with which pauses, content that is just being removed is tried to be stored anew.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Takes uploads.
#[derive(Clone)]
pub struct Uploads {
    pub(super) store: Store,
    pub(super) writer: Arc<Writer>,
    pub(super) clock: Arc<dyn Clock>,
    looking: Arc<Semaphore>,
}

/// An upload as it stands.
pub(super) struct Upload {
    id: i64,
    account_id: i64,
    kind: Kind,
    mime: String,
    size: u64,
    received: u64,
    parts: Vec<String>,
    state: String,
    code: Option<String>,
    hash: Option<String>,
    expires_at: i64,
}

/// What content was found to be.
struct Examined {
    kind: Kind,
    taken: Taken,
    original_hash: String,
    hash: String,
    content: Bytes,
    size: Option<(u32, u32)>,
    small: Option<Bytes>,
}

/// What came of naming content.
enum Named {
    /// It is this upload's to store.
    Ours,
    /// The slot was given back or swept, or another has stored it.
    Settled,
    /// The same content is being removed.
    Leaving,
}

pub(super) fn lost(error: impl std::fmt::Display) -> FileRefusal {
    tracing::error!(%error, "a file cannot be kept or read");
    FileRefusal::Unavailable
}

impl From<StoreError> for FileRefusal {
    fn from(error: StoreError) -> FileRefusal {
        lost(error)
    }
}

impl From<ReadError> for FileRefusal {
    fn from(error: ReadError) -> FileRefusal {
        lost(error)
    }
}

impl Uploads {
    /// Uploads into a store.
    pub fn new(store: Store, writer: Arc<Writer>, clock: Arc<dyn Clock>) -> Uploads {
        Uploads { store, writer, clock, looking: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// How far an upload has come.
    pub(super) async fn state(&self, id: i64) -> Result<UploadState, FileRefusal> {
        Ok(self.look(id).await?.told())
    }

    /// An upload as its row says now.
    async fn look(&self, id: i64) -> Result<Upload, FileRefusal> {
        let mut transaction = Transaction::begin(self.writer.pool()).await?;
        let upload = self.find(&mut transaction, id, false).await?;
        transaction.rollback().await?;
        Ok(upload)
    }

    async fn find(&self, transaction: &mut Transaction, id: i64, lock: bool) -> Result<Upload, FileRefusal> {
        let mut select = select_where("upload", col("t0", "id").eq(id));
        for column in ["mime", "size", "received", "parts", "state", "code", "hash", "expires_at", "account_id"] {
            select.expr(col("t0", column));
        }
        if lock {
            select.lock_with_tables(LockType::Update, ["t0"]);
        }
        let rows = transaction.select(&select).await?;
        if rows.is_empty() {
            return Err(FileRefusal::Gone);
        }
        let text = |column| rows.text(0, column).map(|text| text.map(str::to_owned));
        let whole = |column| rows.int(0, column).map(|n| n.and_then(|n| u64::try_from(n).ok()).unwrap_or_default());
        let mime = text(0)?.unwrap_or_default();
        let upload = Upload {
            id,
            account_id: rows.int(0, 8)?.unwrap_or_default(),
            kind: Kind::of_mime(&mime).ok_or(FileRefusal::Gone)?,
            mime,
            size: whole(1)?,
            received: whole(2)?,
            parts: serde_json::from_str(&text(3)?.unwrap_or_default()).map_err(lost)?,
            state: text(4)?.unwrap_or_default(),
            code: text(5)?,
            hash: text(6)?,
            expires_at: rows.int(0, 7)?.unwrap_or_default(),
        };
        let over = upload.expires_at <= self.clock.now_ms() || upload.state == REMOVING;
        if over { Err(FileRefusal::Gone) } else { Ok(upload) }
    }

    /// Takes the next part. It is put into the store before the row is locked, so that no lock waits for the store;
    /// nothing is put of a part that does not fit anyway.
    pub(super) async fn append(&self, id: i64, offset: u64, part: Bytes) -> Result<u64, FileRefusal> {
        let end = self.look(id).await?.end_with(offset, part.len())?;
        if part.is_empty() {
            return Ok(end);
        }
        let (length, place) = (part.len(), store::part(id, &random::id().map_err(lost)?));
        self.store.put(&place, part).await?;
        let noted = match self.note(id, offset, length, &place).await {
            Ok(noted) => noted,
            Err(refused) => {
                if let Err(error) = self.store.remove(&place).await {
                    tracing::warn!(%error, upload = id, "a part that was not taken is left to the sweep");
                }
                return Err(refused);
            }
        };
        // What a commit that fails came to is not known: its part is left, to whoever goes on or to the sweep.
        noted.commit().await?;
        Ok(end)
    }

    /// Notes a part in its row, which is locked from now on: of two that send the same part, one is refused here.
    async fn note(&self, id: i64, offset: u64, length: usize, place: &str) -> Result<Transaction, FileRefusal> {
        let mut transaction = Transaction::begin(self.writer.pool()).await?;
        let mut upload = self.find(&mut transaction, id, true).await?;
        let end = upload.end_with(offset, length)?;
        upload.parts.push(place.to_owned());
        let mut update = UpdateStatement::new();
        update.table(Alias::new("upload")).and_where(Expr::col(Alias::new("id")).eq(id));
        update.values([
            (Alias::new("received"), (end as i64).into()),
            (Alias::new("parts"), serde_json::json!(upload.parts).to_string().into()),
        ]);
        transaction.update(&update).await?;
        Ok(transaction)
    }

    /// Looks at what has come, if all has, and stores it. Done again, also at the same time, it finds it done.
    pub(super) async fn finish(&self, id: i64) -> Result<UploadState, FileRefusal> {
        if let Some(settled) = self.look(id).await?.settled() {
            return settled;
        }
        let permit = self.looking.clone().acquire_owned().await.map_err(lost)?;
        // Another may have settled it while this one waited.
        let upload = self.look(id).await?;
        if let Some(settled) = upload.settled() {
            return settled;
        }
        let Some(content) = self.joined(&upload).await? else {
            // Parts go when it is settled, and when the slot is given back.
            return self.look(id).await?.settled().unwrap_or(Err(FileRefusal::Gone));
        };
        let kind = upload.kind;
        let examined = tokio::task::spawn_blocking(move || {
            // Held until the look is over, also when nobody waits for it any more.
            let _permit = permit;
            examine(kind, content)
        });
        match examined.await.map_err(lost)? {
            Ok(examined) => self.keep(&upload, examined).await?,
            Err(refused) => {
                let columns: [(&str, Expr); 2] = [("state", "REFUSED".into()), ("code", code_of(refused).into())];
                self.settle(id, &UNSETTLED, &columns).await?;
            }
        }
        self.tidy(id).await;
        let upload = self.look(id).await?;
        upload.settled().unwrap_or_else(|| Ok(upload.told()))
    }

    /// What has come, in one; `None`: a part of it is gone.
    async fn joined(&self, upload: &Upload) -> Result<Option<Bytes>, FileRefusal> {
        let mut content = BytesMut::with_capacity(usize::try_from(upload.size).unwrap_or_default());
        for part in &upload.parts {
            match self.store.get(part).await? {
                Some(part) => content.extend_from_slice(&part),
                None => return Ok(None),
            }
        }
        Ok(Some(content.freeze()))
    }

    /// Stores content: the row that names it first, so that nothing lies in the store that nobody knows of.
    async fn keep(&self, upload: &Upload, examined: Examined) -> Result<(), FileRefusal> {
        for _ in 0..TRIES {
            match self.name(upload, &examined).await? {
                Named::Ours => {
                    let Examined { hash, content, small, .. } = examined;
                    self.store.put(&store::content(&hash), content).await?;
                    if let Some(small) = small {
                        self.store.put(&store::small(&hash), small).await?;
                    }
                    return self.settle(upload.id, &["STORING"], &[("state", "DONE".into())]).await;
                }
                Named::Settled => return Ok(()),
                Named::Leaving => tokio::time::sleep(PAUSE).await,
            }
        }
        Err(lost("the same content is still being removed"))
    }

    /// Writes the row that names content. With it the upload says that it needs the row, which is locked also where it
    /// was there: a sweep of older uploads of the same content waits, and then finds it needed.
    async fn name(&self, upload: &Upload, examined: &Examined) -> Result<Named, FileRefusal> {
        let Examined { kind, taken, original_hash, hash, content, size, small } = examined;
        let now = self.clock.now_ms();
        let mut ids = self.writer.keys().await?;
        let mut transaction = Transaction::begin(self.writer.pool()).await?;
        let columns = [
            "id",
            "hash",
            "original_hash",
            "mime",
            "size",
            "width",
            "height",
            "thumbnail",
            "taken_at",
            "lon",
            "lat",
            "created_at",
        ];
        let mut insert = InsertStatement::new();
        insert.into_table(Alias::new("stored_file")).columns(columns.map(Alias::new));
        insert.values_panic([
            ids.next().into(),
            hash.as_str().into(),
            original_hash.as_str().into(),
            kind.mime().into(),
            (content.len() as i64).into(),
            size.map(|(width, _)| i64::from(width)).into(),
            size.map(|(_, height)| i64::from(height)).into(),
            small.is_some().into(),
            taken.at.into(),
            taken.place.map(|place| place.lon).into(),
            taken.place.map(|place| place.lat).into(),
            now.into(),
        ]);
        let hashed = || Alias::new("hash");
        insert.on_conflict(OnConflict::column(hashed()).update_column(hashed()).to_owned());
        transaction.insert(&insert).await?;
        // Asked now that a sweep which held the row has ended: a removal that is on its way would take the new content.
        let leaving = col("t0", "hash").eq(hash.as_str()).and(col("t0", "state").eq(REMOVING));
        let mut leaving = select_where("upload", leaving);
        leaving.expr(col("t0", "id")).limit(1);
        if !transaction.select(&leaving).await?.is_empty() {
            transaction.rollback().await?;
            return Ok(Named::Leaving);
        }
        let columns: [(&str, Expr); 2] = [("state", "STORING".into()), ("hash", hash.as_str().into())];
        let first = transaction.update(&settling(upload.id, &["OPEN"], &columns)).await? > 0;
        // What was cut off while it was stored is stored again, and was told of.
        if !first && transaction.update(&settling(upload.id, &["STORING"], &columns)).await? == 0 {
            // The slot was given back or swept while its content was looked at, or another has stored it.
            transaction.rollback().await?;
            return Ok(Named::Settled);
        }
        let mut deed = upload.deed("storeUpload", now);
        deed.objects.insert(format!("File:{hash}"));
        if taken.place.is_some() {
            deed.touch("Evidence.location", format!("Upload:{}", upload.id), Class::Personal);
        }
        if first {
            self.writer.append_to(&mut transaction, &[deed], &mut ids).await?;
        }
        transaction.commit().await?;
        Ok(Named::Ours)
    }

    /// Changes an upload that is in one of these states; in another it stays as it is.
    async fn settle(&self, id: i64, from: &[&str], columns: &[(&str, Expr)]) -> Result<(), FileRefusal> {
        let mut transaction = Transaction::begin(self.writer.pool()).await?;
        transaction.update(&settling(id, from, columns)).await?;
        Ok(transaction.commit().await?)
    }

    /// Removes everything that lies where the parts of an upload do, also what its row does not name.
    pub(super) async fn clear(&self, id: i64) -> Result<(), StoreError> {
        for part in self.store.below(&store::parts(id)).await? {
            self.store.remove(&part).await?;
        }
        Ok(())
    }

    /// The same for an upload that has come to its end: what cannot be removed now is the sweep's.
    async fn tidy(&self, id: i64) {
        if let Err(error) = self.clear(id).await {
            tracing::warn!(%error, upload = id, "parts are left to the sweep");
        }
    }

    /// Gives the slot back: what has come is thrown away. The row goes first: whoever brings a part at this moment
    /// finds none, and removes the part again.
    pub(super) async fn terminate(&self, id: i64) -> Result<(), FileRefusal> {
        let mut ids = self.writer.keys().await?;
        let mut transaction = Transaction::begin(self.writer.pool()).await?;
        let upload = self.find(&mut transaction, id, true).await?;
        if upload.state != "OPEN" {
            return Ok(transaction.rollback().await?);
        }
        let mut delete = DeleteStatement::new();
        delete.from_table(Alias::new("upload")).and_where(Expr::col(Alias::new("id")).eq(id));
        transaction.delete(&delete).await?;
        let deed = upload.deed("giveBackUpload", self.clock.now_ms());
        self.writer.append_to(&mut transaction, &[deed], &mut ids).await?;
        transaction.commit().await?;
        self.tidy(id).await;
        Ok(())
    }
}

impl Upload {
    /// What its owner did with it, for the trail. A slot knows the account and no posting.
    fn deed(&self, operation: &str, now: i64) -> Deed {
        let who = Who { account_id: Some(self.account_id), ..Who::default() };
        let mut deed = Deed::new(now, who, operation, Decision::Allow, operation);
        deed.objects.insert(format!("Upload:{}", self.id));
        deed
    }

    /// Where the parts end with one more; it must go on where the others end, and not be too much.
    fn end_with(&self, offset: u64, length: usize) -> Result<u64, FileRefusal> {
        if offset != self.received {
            return Err(FileRefusal::Offset(self.received));
        }
        let end = offset + length as u64;
        let room = self.state == "OPEN" && end <= self.size && self.parts.len() < MOST_PARTS;
        if length == 0 || room { Ok(end) } else { Err(FileRefusal::TooLarge) }
    }

    /// What whoever asks for its end is told; `None`: all of it is there and is still to be looked at.
    fn settled(&self) -> Option<Result<UploadState, FileRefusal>> {
        match &self.code {
            Some(code) => Some(Err(refusal_of(code))),
            None => (self.state == "DONE" || self.received < self.size).then(|| Ok(self.told())),
        }
    }

    fn told(&self) -> UploadState {
        UploadState {
            mime: self.mime.clone(),
            size: self.size,
            offset: self.received,
            state: match self.state.as_str() {
                "DONE" => "DONE",
                "REFUSED" => "REFUSED",
                _ => "OPEN",
            },
            hash: self.hash.clone().filter(|_| self.state == "DONE"),
            expires_at: self.expires_at,
        }
    }
}

/// Changes an upload only from one of these states: what one has settled, another that was slower does not turn back.
fn settling(id: i64, from: &[&str], columns: &[(&str, Expr)]) -> UpdateStatement {
    let mut update = UpdateStatement::new();
    update.table(Alias::new("upload")).and_where(Expr::col(Alias::new("id")).eq(id));
    update.and_where(Expr::col(Alias::new("state")).is_in(from.iter().copied()));
    update.values(columns.iter().map(|(column, value)| (Alias::new(*column), value.clone())));
    update
}

fn code_of(refused: FileRefusal) -> &'static str {
    match refused {
        FileRefusal::Type => "UPLOAD_TYPE",
        FileRefusal::Pixels => "PICTURE_TOO_LARGE",
        _ => "UPLOAD_BROKEN",
    }
}

fn refusal_of(code: &str) -> FileRefusal {
    match code {
        "UPLOAD_TYPE" => FileRefusal::Type,
        "PICTURE_TOO_LARGE" => FileRefusal::Pixels,
        _ => FileRefusal::Broken,
    }
}

/// Looks at content: is it what was announced, is it sound, what does it say of itself.
fn examine(announced: Kind, content: Bytes) -> Result<Examined, FileRefusal> {
    let kind = Kind::sniff(&content).filter(|kind| *kind == announced).ok_or(FileRefusal::Type)?;
    let taken = metadata::read(kind, &content);
    let unpacked = picture::unpack(kind, &content, taken.orientation).map_err(|refused| match refused {
        Refused::TooLarge => FileRefusal::Pixels,
        Refused::Broken => FileRefusal::Broken,
    })?;
    let original_hash = hex(&Sm3::digest(&content));
    let stripped = strip::strip(kind, content.to_vec(), taken.orientation).ok_or(FileRefusal::Broken)?;
    Ok(Examined {
        kind,
        taken,
        original_hash,
        hash: hex(&Sm3::digest(&stripped)),
        content: stripped.into(),
        size: unpacked.as_ref().map(|picture| (picture.width, picture.height)),
        small: unpacked.map(|picture| picture.small.into()),
    })
}
