//! SQLite: write-ahead log, one writer, a pool of readers that cannot write.

use std::path::Path;
use std::time::Duration;

use sea_orm::{ConnectOptions, Database};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{DatabaseConfig, ReadPool, Storage, StorageError, Use};
use crate::kernel::private;

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
const STATEMENTS_KEPT: usize = 512;
/// Page cache of one reader in KiB. No memory map: its pages would count as ours once per reader.
const READER_CACHE_KIB: i32 = 8 * 1024;
const WRITER_CACHE_KIB: i32 = 32 * 1024;

pub(super) async fn open(config: &DatabaseConfig, purpose: Use) -> Result<Storage, StorageError> {
    let DatabaseConfig::Sqlite { path, readers, statement_timeout_ms } = config else {
        return Err(StorageError::Url);
    };
    match purpose {
        Use::Serve if !path.exists() => return Err(StorageError::Missing(path.to_owned())),
        Use::Serve => {}
        Use::Maintain => create(path).map_err(|source| StorageError::Create { path: path.to_owned(), source })?,
    }
    // FULL: an acknowledged write survives a loss of power.
    let writing = options(path, WRITER_CACHE_KIB)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .optimize_on_close(true, 1000);
    let mut writer = ConnectOptions::new("sqlite:");
    writer.max_connections(1).min_connections(1).acquire_timeout(ACQUIRE_TIMEOUT).test_before_acquire(false);
    writer.idle_timeout(None).max_lifetime(None).sqlx_logging(false).record_stmt_in_spans(false);
    writer.map_sqlx_sqlite_opts(move |_| writing.clone());
    let write = Database::connect(writer).await?;
    let read = SqlitePoolOptions::new()
        .max_connections(*readers)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_release(|connection, _| {
            // A watch that a reader has left would break off a statement of the next one.
            Box::pin(async move {
                connection.lock_handle().await?.remove_progress_handler();
                Ok(true)
            })
        })
        .connect_with(options(path, READER_CACHE_KIB).read_only(true).pragma("query_only", "on"))
        .await?;
    let longest = (*statement_timeout_ms > 0).then(|| Duration::from_millis(u64::from(*statement_timeout_ms)));
    let writers = ReadPool::Sqlite(write.get_sqlite_connection_pool().clone(), longest);
    Ok(Storage { write, read: ReadPool::Sqlite(read, longest), writers })
}

fn options(path: &Path, cache_kib: i32) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENTS_KEPT)
        .pragma("cache_size", format!("-{cache_kib}"))
        .pragma("temp_store", "memory")
        .pragma("trusted_schema", "off")
        .disable_statement_logging()
}

/// Creates the file for its owner only; SQLite gives the log beside it the same mode. An existing file stays as it is.
fn create(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private::create_folder(folder)?;
    }
    private::writing().create(true).truncate(false).open(path).map(drop)
}

#[cfg(test)]
mod tests {
    use super::super::migrate_up;
    use super::*;
    use sea_orm::ConnectionTrait;
    use sqlx::Row;

    async fn pragma(pool: &sqlx::SqlitePool, name: &'static str) -> String {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA {name}"))).fetch_one(pool).await.unwrap();
        row.try_get::<String, _>(0).unwrap_or_else(|_| row.get::<i64, _>(0).to_string())
    }

    #[tokio::test]
    async fn writer_and_readers_have_their_settings() {
        let folder = tempfile::tempdir().unwrap();
        let config = DatabaseConfig::sqlite(folder.path().join("sub/fengqiao.db"));
        let storage = Storage::open_to_maintain(&config).await.unwrap();
        let writer = storage.write.get_sqlite_connection_pool();
        for (name, value) in
            [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("busy_timeout", "5000")]
        {
            assert_eq!(pragma(writer, name).await, value, "{name}");
        }
        let ReadPool::Sqlite(reader, _) = &storage.read else { panic!("SQLite") };
        for (name, value) in [("journal_mode", "wal"), ("query_only", "1"), ("cache_size", "-8192")] {
            assert_eq!(pragma(reader, name).await, value, "{name}");
        }
        storage.close().await.unwrap();
    }

    #[tokio::test]
    async fn readers_see_writes_and_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open_to_maintain(&DatabaseConfig::sqlite(folder.path().join("a.db"))).await.unwrap();
        migrate_up(&storage.write, None).await.unwrap();
        let insert = "INSERT INTO demo_marker (id, scale, seed, as_of) VALUES (1, 'small', 1, 1)";
        storage.write.execute_unprepared(insert).await.unwrap();
        let ReadPool::Sqlite(reader, _) = &storage.read else { panic!("SQLite") };
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM demo_marker").fetch_one(reader).await.unwrap();
        assert_eq!(count, 1);
        let refused = sqlx::query("DELETE FROM demo_marker").execute(reader).await.unwrap_err();
        assert!(refused.to_string().contains("readonly"), "{refused}");
    }
}
