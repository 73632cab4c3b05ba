//! 时限. A statement of SQLite that takes too long, or for which nobody waits any more, is broken off. PostgreSQL does the first by
//! itself (`statement_timeout`), and the second no later than that.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use sqlx::SqliteConnection;

use crate::storage::DEFAULT_STATEMENT_TIMEOUT_MS;

/// After how many steps of its machine SQLite asks whether to go on.
const STEPS: i32 = 10_000;
const LONGEST: Duration = Duration::from_millis(DEFAULT_STATEMENT_TIMEOUT_MS as u64);
/// Moments are told as milliseconds since this one.
static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Until when the statement in flight may run; 0: there is none.
#[derive(Default)]
pub(super) struct Flight(Arc<AtomicU64>);

impl Flight {
    /// Watches over a connection until it is back in its pool, which takes the watch off.
    pub(super) async fn over(connection: &mut SqliteConnection) -> Result<Flight, sqlx::Error> {
        let flight = Flight::default();
        let until = flight.0.clone();
        let goes_on = move || match until.load(Ordering::Relaxed) {
            0 => true,
            until => now() < until,
        };
        connection.lock_handle().await?.set_progress_handler(STEPS, goes_on);
        Ok(flight)
    }

    /// A statement begins.
    pub(super) fn begin(&self) {
        self.0.store(now() + LONGEST.as_millis() as u64, Ordering::Relaxed);
    }

    /// It has ended.
    pub(super) fn end(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

impl Drop for Flight {
    /// Whoever still has a statement in flight does not wait for it any more.
    fn drop(&mut self) {
        if self.0.load(Ordering::Relaxed) != 0 {
            self.0.store(1, Ordering::Relaxed);
        }
    }
}

fn now() -> u64 {
    // One more, because 0 means that nothing is in flight.
    BEGIN.elapsed().as_millis() as u64 + 1
}
