//! 存储. Where content is kept: a folder, or a bucket of a service that speaks S3.

use std::fs::DirEntry;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt, PutPayload};
use secrecy::ExposeSecret;

use crate::config::Bucket;
use crate::kernel::{private, tls};

/// Where content is kept, and where parts of uploads are.
const FILES: &str = "files";
pub(super) const UPLOADS: &str = "uploads";
/// How often a folder is asked to keep something: with its last file a folder goes as well, also one that is being made
/// for the next.
const TRIES: usize = 3;
/// How old a file is that was begun and will not be ended any more, in milliseconds.
const ABANDONED_MS: i64 = 3_600_000;

/// Content could not be kept, read or removed; why stands in the log.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store.
    #[error("the store of files: {0}")]
    Store(#[from] object_store::Error),
    /// The folder of the store, where it is gone through by ourselves.
    #[error("the folder of files: {0}")]
    Folder(#[from] std::io::Error),
}

/// A range of content, chunk by chunk.
pub(super) type Chunks = BoxStream<'static, Result<Bytes, StoreError>>;

/// The store. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    /// The folder; `None`: a bucket.
    folder: Option<PathBuf>,
}

impl Store {
    /// A folder, made if it is not there. What is kept is on the disk before it is told as kept; a folder below it that
    /// becomes empty by a removal goes as well.
    pub fn folder(folder: &Path) -> Result<Store, std::io::Error> {
        private::create_folder(folder)?;
        let objects = LocalFileSystem::new_with_prefix(folder).map_err(std::io::Error::other)?;
        let objects = objects.with_fsync(true).with_automatic_cleanup(true);
        Ok(Store { objects: Arc::new(objects), folder: Some(folder.to_owned()) })
    }

    /// A bucket.
    pub fn bucket(bucket: &Bucket) -> Result<Store, StoreError> {
        tls::choose_provider();
        let plain = bucket.endpoint.starts_with("http://");
        let store = AmazonS3Builder::new()
            .with_endpoint(&bucket.endpoint)
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_access_key_id(&bucket.access_key)
            .with_secret_access_key(bucket.secret_key.expose_secret())
            .with_allow_http(plain)
            .build()?;
        Ok(Store { objects: Arc::new(store), folder: None })
    }

    /// Keeps content.
    pub(super) async fn put(&self, place: &str, content: Bytes) -> Result<(), StoreError> {
        let place = Place::from(place);
        let mut tried = 1;
        loop {
            match self.objects.put(&place, PutPayload::from(content.clone())).await {
                Ok(_) => return Ok(()),
                Err(_) if self.folder.is_some() && tried < TRIES => tried += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Content; `None`: there is none.
    pub(super) async fn get(&self, place: &str) -> Result<Option<Bytes>, StoreError> {
        match found(self.objects.get(&Place::from(place)).await)? {
            Some(found) => Ok(Some(found.bytes().await?)),
            None => Ok(None),
        }
    }

    /// Bytes of content; `None`: there is none.
    pub(super) async fn size(&self, place: &str) -> Result<Option<u64>, StoreError> {
        Ok(found(self.objects.head(&Place::from(place)).await)?.map(|found| found.size))
    }

    /// A range of content, of which no more is read than is taken; `None`: there is none.
    pub(super) async fn stream(&self, place: &str, range: Range<u64>) -> Result<Option<Chunks>, StoreError> {
        let options = GetOptions::new().with_range(Some(range));
        let found = found(self.objects.get_opts(&Place::from(place), options).await)?;
        Ok(found.map(|found| found.into_stream().map_err(StoreError::from).boxed()))
    }

    /// Removes content; that there is none is no fault.
    pub(super) async fn remove(&self, place: &str) -> Result<(), StoreError> {
        found(self.objects.delete(&Place::from(place)).await)?;
        Ok(())
    }

    /// Removes what a put that was cut off has left in a folder, and empty folders: a listing tells of neither. In a
    /// bucket there is no such thing.
    pub(super) async fn remove_abandoned(&self, now: i64) -> Result<(), StoreError> {
        let Some(folder) = self.folder.clone() else { return Ok(()) };
        let since = Duration::from_millis(u64::try_from(now.saturating_sub(ABANDONED_MS)).unwrap_or_default());
        let before = SystemTime::UNIX_EPOCH + since;
        let removed = tokio::task::spawn_blocking(move || {
            let below = |place: &str| unless_gone(remove_abandoned(&folder.join(place), before));
            below(FILES).and(below(UPLOADS))
        });
        removed.await.map_err(std::io::Error::other)??;
        Ok(())
    }

    /// Places below one, in their order.
    pub(super) async fn below(&self, place: &str) -> Result<Vec<String>, StoreError> {
        let mut listed = self.objects.list(Some(&Place::from(place)));
        let mut places = vec![];
        while let Some(found) = listed.next().await {
            places.push(found?.location.to_string());
        }
        places.sort();
        Ok(places)
    }
}

/// What the store has found; `None`: there is nothing.
fn found<T>(answer: Result<T, object_store::Error>) -> Result<Option<T>, StoreError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Removes what was begun before an instant below a folder, and the folder if it is empty then. What cannot be removed
/// does not keep the rest from it.
fn remove_abandoned(folder: &Path, before: SystemTime) -> Result<(), std::io::Error> {
    let mut outcome = Ok(());
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let removed = match entry.file_type()?.is_dir() {
            true => remove_abandoned(&entry.path(), before),
            false => remove_begun(&entry, before),
        };
        outcome = outcome.and(unless_gone(removed));
    }
    // It says no as long as something is in it.
    let _ = std::fs::remove_dir(folder);
    outcome
}

/// Removes a file if it is one that a put writes before it gives it its name, and was last written before an instant.
fn remove_begun(file: &DirEntry, before: SystemTime) -> Result<(), std::io::Error> {
    if file.file_name().to_string_lossy().contains('#') && file.metadata()?.modified()? < before {
        std::fs::remove_file(file.path())?;
    }
    Ok(())
}

/// That something is gone already is no fault.
fn unless_gone(outcome: Result<(), std::io::Error>) -> Result<(), std::io::Error> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Where content is kept by its hash.
pub(super) fn content(hash: &str) -> String {
    format!("{FILES}/{}/{hash}", hash.get(..2).unwrap_or_default())
}

/// Where the small copy of a picture is kept.
pub(super) fn small(hash: &str) -> String {
    format!("{}.small", content(hash))
}

/// Where a part of an upload is kept.
pub(super) fn part(upload: i64, name: &str) -> String {
    format!("{UPLOADS}/{upload}/{name}")
}

/// Where all parts of an upload are kept.
pub(super) fn parts(upload: i64) -> String {
    format!("{UPLOADS}/{upload}")
}

/// The upload whose part lies at a place; `None`: no part does.
pub(super) fn upload_of(place: &str) -> Option<i64> {
    place.strip_prefix(UPLOADS)?.strip_prefix('/')?.split_once('/')?.0.parse().ok()
}
