//! Opening the database and checking that it is fit to serve: SQLite by path, PostgreSQL 15 or later by URL.

mod check;
mod config;
mod error;
mod grant;
mod listen;
mod migrate;
mod postgres;
mod sqlite;
mod together;
mod warm;
mod write;

pub use config::DatabaseConfig;
pub use error::StorageError;
pub use grant::{grant_to, may_change_trail};
pub use listen::Listener;
pub use migrate::{MigrationState, migrate_up, migration_states};
use std::time::Duration;

use sea_orm::DatabaseConnection;
pub use warm::{Lent, Warm};
pub use write::{Transaction, WritePool};

/// What a connection is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// Answering requests: statements are cut off, a missing SQLite file is an error.
    Serve,
    /// Migrating and loading: long statements are allowed, a missing SQLite file is created.
    Maintain,
}

/// An open database: one way to write, many to read.
#[derive(Clone, Debug)]
pub struct Storage {
    /// The writer. SQLite: one connection.
    pub write: DatabaseConnection,
    /// The readers; on SQLite they cannot write.
    pub read: ReadPool,
    /// The connections of the writer.
    writers: WritePool,
}

/// Connections that only read.
#[derive(Clone, Debug)]
pub enum ReadPool {
    /// PostgreSQL.
    Postgres(Warm),
    /// SQLite, and how long one of its reads may take.
    Sqlite(sqlx::SqlitePool, Option<Duration>),
}

impl ReadPool {
    /// The connections as SeaORM takes them.
    pub fn to_sea_orm(&self) -> DatabaseConnection {
        match self {
            Self::Postgres(warm) => sea_orm::SqlxPostgresConnector::from_sqlx_postgres_pool(warm.pool().clone()),
            Self::Sqlite(pool, _) => sea_orm::SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone()),
        }
    }
}

impl Storage {
    /// Opens a database to serve from. An SQLite file must exist. Does not look at the schema: see [`Storage::check`].
    pub async fn open(config: &DatabaseConfig) -> Result<Self, StorageError> {
        Self::open_for(config, Use::Serve).await
    }

    /// Opens a database to migrate or load, without limits on the length of a statement. Creates a missing SQLite file.
    pub async fn open_to_maintain(config: &DatabaseConfig) -> Result<Self, StorageError> {
        Self::open_for(config, Use::Maintain).await
    }

    async fn open_for(config: &DatabaseConfig, purpose: Use) -> Result<Self, StorageError> {
        match config {
            DatabaseConfig::Sqlite { .. } => sqlite::open(config, purpose).await,
            DatabaseConfig::Postgres { .. } => postgres::open(config, purpose).await,
        }
    }

    /// The checks of start-up: encoding and version of the database, mode of the file, schema current. An error is a
    /// sentence that says what to do.
    pub async fn check(&self) -> Result<(), StorageError> {
        check::fitness(self).await?;
        check::schema_is_current(&self.write).await
    }

    /// Whether a reader answers and the schema is current, for the readiness probe.
    pub async fn is_ready(&self) -> bool {
        let answers = match &self.read {
            ReadPool::Postgres(warm) => sqlx::query("SELECT 1").execute(warm.pool()).await.is_ok(),
            ReadPool::Sqlite(pool, _) => sqlx::query("SELECT 1").execute(pool).await.is_ok(),
        };
        answers && check::schema_is_current(&self.write).await.is_ok()
    }

    /// Closes every connection; on SQLite this also folds the write-ahead log into the file.
    pub async fn close(self) -> Result<(), StorageError> {
        for pool in [&self.read, &self.writers] {
            match pool {
                ReadPool::Postgres(warm) => warm.close().await,
                ReadPool::Sqlite(pool, _) => pool.close().await,
            }
        }
        Ok(self.write.close().await?)
    }
}
