//! 存储. Where content is kept: a folder, or a bucket of a service that speaks S3.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use secrecy::ExposeSecret;

use crate::config::Bucket;
use crate::kernel::private;

/// Content could not be kept, read or removed; why stands in the log.
#[derive(Debug, thiserror::Error)]
#[error("the store of files: {0}")]
pub struct StoreError(#[from] object_store::Error);

/// The store. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Store(Arc<dyn ObjectStore>);

impl Store {
    /// A folder, made if it is not there.
    pub fn folder(folder: &Path) -> Result<Store, std::io::Error> {
        private::create_folder(folder)?;
        let folder = LocalFileSystem::new_with_prefix(folder).map_err(std::io::Error::other)?;
        Ok(Store(Arc::new(folder)))
    }

    /// A bucket.
    pub fn bucket(bucket: &Bucket) -> Result<Store, StoreError> {
        // Whoever installed one before has the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let plain = bucket.endpoint.starts_with("http://");
        let store = AmazonS3Builder::new()
            .with_endpoint(&bucket.endpoint)
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_access_key_id(&bucket.access_key)
            .with_secret_access_key(bucket.secret_key.expose_secret())
            .with_allow_http(plain)
            .build()?;
        Ok(Store(Arc::new(store)))
    }

    /// Keeps content.
    pub(super) async fn put(&self, place: &str, content: Bytes) -> Result<(), StoreError> {
        self.0.put(&Place::from(place), PutPayload::from(content)).await?;
        Ok(())
    }

    /// Content; `None`: there is none.
    pub(super) async fn get(&self, place: &str) -> Result<Option<Bytes>, StoreError> {
        match self.0.get(&Place::from(place)).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes content; that there is none is no fault.
    pub(super) async fn remove(&self, place: &str) -> Result<(), StoreError> {
        match self.0.delete(&Place::from(place)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Places below one, in their order.
    pub(super) async fn below(&self, place: &str) -> Result<Vec<String>, StoreError> {
        let mut listed = self.0.list(Some(&Place::from(place)));
        let mut places = vec![];
        while let Some(found) = listed.next().await {
            places.push(found?.location.to_string());
        }
        places.sort();
        Ok(places)
    }
}

/// Where content is kept by its hash.
pub(super) fn content(hash: &str) -> String {
    format!("files/{}/{hash}", hash.get(..2).unwrap_or_default())
}

/// Where the small copy of a picture is kept.
pub(super) fn small(hash: &str) -> String {
    format!("{}.small", content(hash))
}

/// Where a part of an upload is kept.
pub(super) fn part(upload: i64, name: &str) -> String {
    format!("uploads/{upload}/{name}")
}

/// Where all parts of an upload are kept.
pub(super) fn parts(upload: i64) -> String {
    format!("uploads/{upload}")
}
