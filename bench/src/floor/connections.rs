//! Connections of the floor to PostgreSQL, lent as the product lends its own: the one that was used last first, and none is asked
//! whether it is still there.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};
use tokio::sync::{Semaphore, SemaphorePermit};

/// As many as the pool has.
pub(super) struct Connections {
    pool: PgPool,
    places: Semaphore,
    aside: Mutex<Vec<PoolConnection<Postgres>>>,
}

/// One of them. Dropped, it goes to the pool, which tries it.
pub(super) struct Lent<'c> {
    pub(super) connection: PoolConnection<Postgres>,
    _place: SemaphorePermit<'c>,
}

impl Connections {
    pub(super) fn new(pool: PgPool, most: u32) -> Connections {
        Connections { pool, places: Semaphore::new(most as usize), aside: Mutex::default() }
    }

    pub(super) async fn lend(&self) -> Result<Lent<'_>, sqlx::Error> {
        let place = self.places.acquire().await.map_err(|_| sqlx::Error::PoolClosed)?;
        let last = self.aside().pop();
        let connection = match last {
            Some(connection) => connection,
            None => self.pool.acquire().await?,
        };
        Ok(Lent { connection, _place: place })
    }

    /// Takes one back with which nothing is left to do.
    pub(super) fn back(&self, lent: Lent<'_>) {
        self.aside().push(lent.connection);
    }

    fn aside(&self) -> MutexGuard<'_, Vec<PoolConnection<Postgres>>> {
        self.aside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
