//! PostgreSQL: a pool that writes and a pool that reads with a cut-off, both with generic plans.

use std::str::FromStr;
use std::time::Duration;

use sea_orm::{ConnectOptions, Database};
use secrecy::ExposeSecret;
use sqlx::ConnectOptions as _;
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::warm::{BESIDE, TRUSTED_REST, WAIT, Warm};
use super::{DatabaseConfig, ReadPool, Storage, StorageError, Use};

const APPLICATION_NAME: &str = "fengqiao";
const STATEMENTS_KEPT: usize = 512;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const WRITE_TIMEOUT_MS: u32 = 10_000;
const LOCK_TIMEOUT_MS: u32 = 2_000;
const IDLE_IN_TRANSACTION_MS: u32 = 10_000;
/// How both go about statements.
const PLANNING: [(&str, &str); 3] = [
    // Plans are made once for a statement, not once for its values: the statements carry their own selectivity.
    ("plan_cache_mode", "force_generic_plan"),
    // Compiling a plan to machine code takes longer than any of these statements runs.
    ("jit", "off"),
    // Rows lie in memory or on a disk that turns no more: by itself PostgreSQL would rather read all of a table.
    ("random_page_cost", "1.1"),
];

pub(super) async fn open(config: &DatabaseConfig, purpose: Use) -> Result<Storage, StorageError> {
    let DatabaseConfig::Postgres { url, readers, statement_timeout_ms } = config else {
        return Err(StorageError::Url);
    };
    let base = PgConnectOptions::from_str(url.expose_secret())?
        .application_name(APPLICATION_NAME)
        .statement_cache_capacity(STATEMENTS_KEPT)
        .options(PLANNING)
        .disable_statement_logging();
    let writing = match purpose {
        Use::Maintain => base.clone(),
        Use::Serve => base.clone().options([
            ("statement_timeout", WRITE_TIMEOUT_MS),
            ("lock_timeout", LOCK_TIMEOUT_MS),
            ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_MS),
        ]),
    };
    let mut writer = ConnectOptions::new("postgres:");
    let writers = (readers / 4).max(2);
    writer.max_connections(writers + BESIDE).acquire_timeout(WAIT).connect_timeout(CONNECT_TIMEOUT);
    writer.test_before_acquire_if_idle_for(TRUSTED_REST).sqlx_logging(false).record_stmt_in_spans(false);
    writer.map_sqlx_postgres_opts(move |_| writing.clone());
    let write = Database::connect(writer).await.map_err(StorageError::Unreachable)?;
    let reading = base.options([
        ("statement_timeout", statement_timeout_ms.to_string().as_str()),
        ("default_transaction_read_only", "on"),
    ]);
    let read = PgPoolOptions::new()
        .max_connections(readers + BESIDE)
        .acquire_timeout(WAIT)
        .test_before_acquire(false)
        .before_acquire(|connection, rest| {
            Box::pin(async move {
                if rest.idle_for > TRUSTED_REST {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(reading)
        .await?;
    let writers = Warm::new(write.get_postgres_connection_pool().clone(), writers);
    let (read, writers) = (ReadPool::Postgres(Warm::new(read, *readers)), ReadPool::Postgres(writers));
    Ok(Storage { write, read, writers })
}

#[cfg(test)]
mod tests {
    use super::super::check::tests::{Scratch, UTF8};
    use super::*;

    async fn setting(pool: &sqlx::PgPool, name: &str) -> String {
        sqlx::query_scalar("SELECT current_setting($1)").bind(name.to_owned()).fetch_one(pool).await.unwrap()
    }

    #[tokio::test]
    async fn writers_and_readers_have_their_settings() {
        let scratch = Scratch::create(UTF8).await;
        let storage = Storage::open(&scratch.config()).await.unwrap();
        let writer = storage.write.get_postgres_connection_pool();
        for (name, value) in [("statement_timeout", "10s"), ("lock_timeout", "2s"), ("application_name", "fengqiao")] {
            assert_eq!(setting(writer, name).await, value, "{name}");
        }
        let ReadPool::Postgres(reader) = &storage.read else { panic!("PostgreSQL") };
        let reader = reader.pool();
        assert_eq!(setting(reader, "statement_timeout").await, "4s");
        for (name, value) in PLANNING {
            assert_eq!(setting(writer, name).await, value, "{name} of the writer");
            assert_eq!(setting(reader, name).await, value, "{name} of the reader");
        }
        let refused = sqlx::query("CREATE TABLE a (b int)").execute(reader).await.unwrap_err();
        assert!(refused.to_string().contains("read-only"), "{refused}");
        storage.close().await.unwrap();
        let storage = Storage::open_to_maintain(&scratch.config()).await.unwrap();
        assert_eq!(setting(storage.write.get_postgres_connection_pool(), "statement_timeout").await, "0");
        storage.close().await.unwrap();
        scratch.drop().await;
    }

    #[tokio::test]
    async fn a_slow_read_is_cut_off() {
        let scratch = Scratch::create(UTF8).await;
        let DatabaseConfig::Postgres { url, readers, .. } = scratch.config() else { panic!("PostgreSQL") };
        let quick = DatabaseConfig::Postgres { url, readers, statement_timeout_ms: 50 };
        let storage = Storage::open(&quick).await.unwrap();
        let ReadPool::Postgres(reader) = &storage.read else { panic!("PostgreSQL") };
        let reader = reader.pool();
        let refused = sqlx::query("SELECT pg_sleep(5)").execute(reader).await.unwrap_err();
        assert!(refused.to_string().contains("statement timeout"), "{refused}");
        storage.close().await.unwrap();
        scratch.drop().await;
    }
}
