//! Bringing the schema up to date.

use migration::Migrator;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, TransactionTrait};
use sea_orm_migration::{Migration, MigrationStatus, MigratorTrait};

use super::StorageError;

/// Two migrating processes wait for each other on this key.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7274490331)";

/// One schema change and whether the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationState {
    /// Name of the change.
    pub name: String,
    /// Whether it has been applied.
    pub applied: bool,
}

/// Applies the next `steps` pending changes, or all. On PostgreSQL one process at a time. Returns how many were applied.
pub async fn migrate_up(db: &DatabaseConnection, steps: Option<u32>) -> Result<usize, StorageError> {
    let lock = match db.get_database_backend() {
        DbBackend::Postgres => {
            let transaction = db.begin().await?;
            transaction.execute_unprepared(LOCK).await?;
            Some(transaction)
        }
        _ => None,
    };
    let before = pending(db).await?;
    Migrator::up(db, steps).await?;
    let after = pending(db).await?;
    if let Some(lock) = lock {
        lock.commit().await?;
    }
    Ok(before - after)
}

/// Every schema change in order. Writes nothing.
pub async fn migration_states(db: &DatabaseConnection) -> Result<Vec<MigrationState>, StorageError> {
    let known = Migrator::get_migration_with_status_read_only(db).await.map_err(newer_or_broken)?;
    let state = |change: &Migration| MigrationState {
        name: change.name().to_owned(),
        applied: change.status() == MigrationStatus::Applied,
    };
    Ok(known.iter().map(state).collect())
}

pub(super) async fn pending(db: &DatabaseConnection) -> Result<usize, StorageError> {
    Ok(migration_states(db).await?.iter().filter(|change| !change.applied).count())
}

/// The library reports an applied change without a file as a custom error, and nothing else that way.
fn newer_or_broken(error: sea_orm::DbErr) -> StorageError {
    match error {
        sea_orm::DbErr::Custom(_) => StorageError::Newer,
        other => StorageError::Database(other),
    }
}
