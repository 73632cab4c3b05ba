//! 时限. A statement of SQLite that takes too long, or for which nobody waits any more, is broken off. PostgreSQL does the first by
//! itself (`statement_timeout`), and the second no later than that.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use sqlx::SqliteConnection;

/// After how many steps of its machine SQLite asks whether to go on.
const STEPS: i32 = 10_000;
/// Moments are told as milliseconds since this one.
static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A watch over the statements of one connection.
pub(super) struct Flight {
    /// Until when the statement in flight may run; 0: there is none.
    until: Arc<AtomicU64>,
    /// How long one may run; `None`: without limit.
    longest: Option<Duration>,
}

impl Flight {
    /// Watches over a connection until it is back in its pool, which takes the watch off.
    pub(super) async fn over(
        connection: &mut SqliteConnection,
        longest: Option<Duration>,
    ) -> Result<Flight, sqlx::Error> {
        let flight = Flight { until: Arc::default(), longest };
        let until = flight.until.clone();
        let goes_on = move || match until.load(Ordering::Relaxed) {
            0 => true,
            until => now() < until,
        };
        connection.lock_handle().await?.set_progress_handler(STEPS, goes_on);
        Ok(flight)
    }

    /// A statement begins.
    pub(super) fn begin(&self) {
        let until = self.longest.map_or(u64::MAX, |longest| now() + longest.as_millis() as u64);
        self.until.store(until, Ordering::Relaxed);
    }

    /// It has ended.
    pub(super) fn end(&self) {
        self.until.store(0, Ordering::Relaxed);
    }
}

impl Drop for Flight {
    /// Whoever still has a statement in flight does not wait for it any more.
    fn drop(&mut self) {
        if self.until.load(Ordering::Relaxed) != 0 {
            self.until.store(1, Ordering::Relaxed);
        }
    }
}

fn now() -> u64 {
    // One more, because 0 means that nothing is in flight.
    BEGIN.elapsed().as_millis() as u64 + 1
}

#[cfg(test)]
mod tests {
    use crate::read::session::{Runner, Session};
    use crate::read::sql::Statement;
    use crate::storage::{DatabaseConfig, Storage, migrate_up};

    fn endless() -> Statement {
        let sql = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n";
        Statement::once(sql.to_owned(), vec![])
    }

    fn quick() -> Statement {
        Statement::once("SELECT 1".to_owned(), vec![])
    }

    /// A database with one reader, whose statements may take so long.
    async fn single(longest_ms: u32) -> (Storage, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let config =
            DatabaseConfig::sqlite(folder.path().join("a.db")).with_readers(1).with_statement_timeout(longest_ms);
        let storage = Storage::open_to_maintain(&config).await.unwrap();
        migrate_up(&storage.write, None).await.unwrap();
        (storage, folder)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_statement_without_end_is_broken_off_and_the_reader_goes_on() {
        let (storage, _folder) = single(100).await;
        let mut session = Session::open(&storage.read).await.unwrap();
        let refused = session.rows(endless()).await.err().unwrap();
        assert!(refused.is_timeout(), "{refused}");
        assert_eq!(
            session.slowest().map(|(sql, _)| sql.to_owned()),
            Some(endless().sql.to_string()),
            "it is known which one it was"
        );
        assert_eq!(session.rows(quick()).await.unwrap().len(), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_statement_that_nobody_waits_for_gives_its_reader_back() {
        let (storage, _folder) = single(0).await;
        let abandoned = async {
            let mut session = Session::open(&storage.read).await.unwrap();
            session.rows(endless()).await.map(drop)
        };
        let moment = std::time::Duration::from_millis(100);
        assert!(tokio::time::timeout(moment, abandoned).await.is_err(), "it has no end");
        // The only reader, whose statement would never end by itself.
        let mut session = Session::open(&storage.read).await.expect("the reader is given back");
        assert_eq!(session.rows(quick()).await.unwrap().len(), 1);
    }
}
