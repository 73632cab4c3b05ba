//! Databases as fixtures.

use sea_orm::{ConnectOptions, DatabaseConnection};

use super::backend::{Backend, Fixture};
use super::template::{self, Place};

/// A database of one test.
pub(crate) struct Database {
    /// Which kind.
    pub(crate) backend: Backend,
    /// A pool of connections to it.
    pub(crate) connection: DatabaseConnection,
    place: Place,
}

/// A database without a table.
pub(crate) struct Empty(pub(crate) Database);

/// A database with the schema and without a row.
pub(crate) struct Migrated(pub(crate) Database);

impl Database {
    async fn at(backend: Backend, place: Place) -> Self {
        let connection = connect(&place.url().await).await;
        Self { backend, connection, place }
    }

    async fn close(self) {
        self.connection.close().await.expect("the connections close");
        self.place.remove().await;
    }
}

impl Fixture for Empty {
    async fn open(backend: Backend) -> Self {
        Self(Database::at(backend, Place::empty(backend, "empty").await).await)
    }

    async fn close(self) {
        self.0.close().await;
    }
}

impl Fixture for Migrated {
    async fn open(backend: Backend) -> Self {
        Self(Database::at(backend, template::schema(backend).await.copy("migrated").await).await)
    }

    async fn close(self) {
        self.0.close().await;
    }
}

/// Connects a small pool.
pub(crate) async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(4).sqlx_logging(false);
    sea_orm::Database::connect(options).await.expect("the database answers")
}
