//! Databases as fixtures.

use fengqiao::storage::{DatabaseConfig, Storage};
use secrecy::ExposeSecret;

use super::backend::{Backend, Fixture};
use super::template::{self, Place};

/// A database of one test.
pub(crate) struct Database {
    /// Which kind.
    pub(crate) backend: Backend,
    /// The product's own connections to it, without limits on the length of a statement.
    pub(crate) storage: Storage,
    /// To be removed in the end; nothing when others use it too.
    own: Option<Place>,
}

/// A database without a table.
pub(crate) struct Empty(pub(crate) Database);

/// A database with the schema and without a row.
pub(crate) struct Migrated(pub(crate) Database);

impl Database {
    /// Opens a place that is this test's alone.
    pub(crate) async fn own(backend: Backend, place: Place) -> Self {
        Self { own: Some(place.clone()), ..Self::shared(backend, &place).await }
    }

    /// Opens a place that others use too.
    pub(crate) async fn shared(backend: Backend, place: &Place) -> Self {
        let storage = Storage::open_to_maintain(&place.config().await).await.expect("the database opens");
        Self { backend, storage, own: None }
    }

    /// The same connections once more, for somebody who does not take the place away.
    pub(crate) fn beside(&self) -> Self {
        Self { backend: self.backend, storage: self.storage.clone(), own: None }
    }

    /// The URL of a database that is this test's alone, as the command line takes it.
    pub(crate) async fn url(&self) -> String {
        match self.own.as_ref().expect("a database of this test").config().await {
            DatabaseConfig::Sqlite { path, .. } => format!("sqlite:{}", path.display()),
            DatabaseConfig::Postgres { url, .. } => url.expose_secret().to_owned(),
        }
    }

    /// Closes the connections and takes the place away if it is this test's alone.
    pub(crate) async fn close(self) {
        self.storage.close().await.expect("the connections close");
        if let Some(place) = self.own {
            place.remove().await;
        }
    }
}

impl Fixture for Empty {
    async fn open(backend: Backend) -> Self {
        Self(Database::own(backend, Place::empty(backend, "empty").await).await)
    }

    async fn close(self) {
        self.0.close().await;
    }
}

impl Fixture for Migrated {
    async fn open(backend: Backend) -> Self {
        Self(Database::own(backend, template::schema(backend).await.copy("migrated").await).await)
    }

    async fn close(self) {
        self.0.close().await;
    }
}
