//! The checks of start-up.

use sea_orm::DatabaseConnection;

use super::{ReadPool, Storage, StorageError, migrate};

const OLDEST_POSTGRES: i32 = 15;

/// Version and encoding of PostgreSQL, mode of the SQLite file.
pub(super) async fn fitness(storage: &Storage) -> Result<(), StorageError> {
    match &storage.read {
        ReadPool::Postgres(warm) => postgres(warm.pool()).await,
        ReadPool::Sqlite(pool, _) => file_mode(pool.connect_options().get_filename()),
    }
}

pub(super) async fn schema_is_current(db: &DatabaseConnection) -> Result<(), StorageError> {
    match migrate::pending(db).await? {
        0 => Ok(()),
        missing => Err(StorageError::Pending(missing)),
    }
}

async fn postgres(pool: &sqlx::PgPool) -> Result<(), StorageError> {
    let sql = "SELECT current_setting('server_version_num')::int / 10000, pg_encoding_to_char(encoding)::text, \
               datcollate::text, datctype::text FROM pg_database WHERE datname = current_database()";
    let (version, encoding, collate, ctype): (i32, String, String, String) =
        sqlx::query_as(sql).fetch_one(pool).await?;
    if version < OLDEST_POSTGRES {
        return Err(StorageError::Version(version));
    }
    // Under ctype C, trigrams of Chinese text are silently empty; another collation would order unlike SQLite.
    let fit = encoding == "UTF8" && collate == "C" && matches!(ctype.as_str(), "C.UTF-8" | "C.utf8");
    if fit { Ok(()) } else { Err(StorageError::Encoding { encoding, collate, ctype }) }
}

#[cfg(unix)]
fn file_mode(path: &std::path::Path) -> Result<(), StorageError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path).map_err(|_| StorageError::Missing(path.to_owned()))?;
    if metadata.permissions().mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(StorageError::FileMode { path: path.display().to_string() })
    }
}

#[cfg(not(unix))]
fn file_mode(_: &std::path::Path) -> Result<(), StorageError> {
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::{DatabaseConfig, migrate_up, migration_states};
    use super::*;
    use sea_orm::ConnectionTrait;
    use sqlx::{Connection, Executor, PgConnection};

    pub(in crate::storage) const UTF8: &str = "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'";

    /// A database of its own on the server that the test command started.
    pub(in crate::storage) struct Scratch {
        server: String,
        name: String,
    }

    impl Scratch {
        pub(in crate::storage) async fn create(locale: &str) -> Self {
            let server = tokio::task::spawn_blocking(xtask::postgres::server).await.unwrap().unwrap().to_owned();
            let name = format!("storage_{}", crate::kernel::random::id().unwrap());
            let scratch = Self { server, name };
            scratch.on_server(format!("CREATE DATABASE {} TEMPLATE template0 {locale}", scratch.name)).await;
            scratch
        }

        pub(in crate::storage) fn config(&self) -> DatabaseConfig {
            let (server, _) = self.server.rsplit_once('/').unwrap();
            DatabaseConfig::from_url(&format!("{server}/{}", self.name)).unwrap().with_readers(2)
        }

        pub(in crate::storage) async fn drop(self) {
            self.on_server(format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
        }

        async fn on_server(&self, sql: String) {
            let mut connection = PgConnection::connect(&self.server).await.unwrap();
            connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
            connection.close().await.unwrap();
        }
    }

    async fn becomes_current(config: &DatabaseConfig) {
        let storage = Storage::open_to_maintain(config).await.unwrap();
        let all = migration_states(&storage.write).await.unwrap().len();
        assert!(matches!(storage.check().await, Err(StorageError::Pending(n)) if n == all));
        assert!(!storage.is_ready().await);
        assert_eq!(migrate_up(&storage.write, Some(3)).await.unwrap(), 3);
        let sentence = storage.check().await.unwrap_err().to_string();
        assert_eq!(sentence, format!("the database lacks {} schema change(s): run `fengqiao migrate up`", all - 3));
        assert_eq!(migrate_up(&storage.write, None).await.unwrap(), all - 3);
        assert_eq!(migrate_up(&storage.write, None).await.unwrap(), 0);
        storage.check().await.unwrap();
        assert!(storage.is_ready().await);
        let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29991231_000001_later', 0)";
        storage.write.execute_unprepared(newer).await.unwrap();
        assert!(matches!(storage.check().await, Err(StorageError::Newer)));
        storage.close().await.unwrap();
    }

    #[tokio::test]
    async fn an_sqlite_database_becomes_current() {
        let folder = tempfile::tempdir().unwrap();
        becomes_current(&DatabaseConfig::sqlite(folder.path().join("a.db"))).await;
    }

    #[tokio::test]
    async fn a_postgres_database_becomes_current() {
        let scratch = Scratch::create(UTF8).await;
        becomes_current(&scratch.config()).await;
        scratch.drop().await;
    }

    #[tokio::test]
    async fn two_processes_migrate_one_after_the_other() {
        let scratch = Scratch::create(UTF8).await;
        let first = Storage::open_to_maintain(&scratch.config()).await.unwrap();
        let second = Storage::open_to_maintain(&scratch.config()).await.unwrap();
        let (one, two) = tokio::join!(migrate_up(&first.write, None), migrate_up(&second.write, None));
        let all = migration_states(&first.write).await.unwrap().len();
        assert_eq!(one.unwrap() + two.unwrap(), all);
        first.close().await.unwrap();
        second.close().await.unwrap();
        scratch.drop().await;
    }

    #[tokio::test]
    async fn a_wrong_encoding_is_refused_with_the_cure() {
        for locale in [
            "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'",
            "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'",
            "ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'",
        ] {
            let scratch = Scratch::create(locale).await;
            let storage = Storage::open(&scratch.config()).await.unwrap();
            let refused = storage.check().await.unwrap_err();
            assert!(matches!(refused, StorageError::Encoding { .. }), "{locale}: {refused}");
            assert!(refused.to_string().contains("LC_CTYPE 'C.UTF-8'"));
            storage.close().await.unwrap();
            scratch.drop().await;
        }
    }

    #[tokio::test]
    async fn a_missing_file_is_not_created_by_serving() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let refused = Storage::open(&DatabaseConfig::sqlite(&path)).await.unwrap_err();
        assert!(matches!(refused, StorageError::Missing(_)) && !path.exists());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let storage = Storage::open_to_maintain(&DatabaseConfig::sqlite(&path)).await.unwrap();
        migrate_up(&storage.write, None).await.unwrap();
        for name in ["a.db", "a.db-wal"] {
            let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let sentence = storage.check().await.unwrap_err().to_string();
        assert!(sentence.contains(&format!("chmod 600 {}", path.display())), "{sentence}");
    }
}
