//! 热连接. Connections of PostgreSQL that are lent, those first that were used last: their server processes have plans and tables at
//! hand. What comes back in order is kept aside. The pool that they come from would ask each one that it is given back whether it
//! is still there, which is a way there and back, and would lend the one that has rested longest.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{Connection, PgConnection, PgPool, Postgres};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections of the pool beside those that are lent here: for whoever takes one from the pool itself.
pub(super) const BESIDE: u32 = 2;
/// A connection that rested longer is tried before it is used.
pub(super) const TRUSTED_REST: Duration = Duration::from_secs(30);
/// How long a connection is waited for.
pub(super) const WAIT: Duration = Duration::from_secs(3);
/// One that nobody has used for so long goes back to the pool, and so does every one after a while: the pool closes what is old.
const LONGEST_REST: Duration = Duration::from_secs(300);
const LONGEST_AWAY: Duration = Duration::from_secs(1_800);

/// A pool of PostgreSQL, of which so many connections are lent at once.
#[derive(Clone, Debug)]
pub struct Warm {
    pool: PgPool,
    /// Who waits for a connection waits here, in order, and not for the pool: it has as many, and some beside.
    places: Arc<Semaphore>,
    aside: Arc<Aside>,
}

/// Connections that rest, the one that was used last at the end.
#[derive(Debug, Default)]
struct Aside(Mutex<Vec<Rested>>);

#[derive(Debug)]
struct Rested {
    connection: PoolConnection<Postgres>,
    /// When it was taken from the pool, and when it was last found to be in order.
    taken: Instant,
    used: Instant,
}

/// A connection that is lent. It goes back where it came from, unless something was left in it.
#[derive(Debug)]
pub struct Lent {
    /// `None` only while it is dropped.
    rested: Option<Rested>,
    home: Warm,
    busy: bool,
    place: Option<OwnedSemaphorePermit>,
}

impl Warm {
    /// Of a pool that has [`BESIDE`] more.
    pub(super) fn new(pool: PgPool, lent: u32) -> Warm {
        let places = Arc::new(Semaphore::new(usize::try_from(lent).unwrap_or(1)));
        Warm { pool, places, aside: Arc::default() }
    }

    /// The pool, for what takes connections by itself.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Lends a connection.
    pub async fn lend(&self) -> Result<Lent, sqlx::Error> {
        let place = tokio::time::timeout(WAIT, self.places.clone().acquire_owned()).await;
        let place = place.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)?;
        // Where even the one that was used last has rested too long, the pool tries it.
        let last = self.aside.lock().pop().filter(|last| last.used.elapsed() <= TRUSTED_REST);
        let rested = match last {
            Some(last) => last,
            None => {
                let connection = self.pool.acquire().await?;
                Rested { connection, taken: Instant::now(), used: Instant::now() }
            }
        };
        Ok(Lent { rested: Some(rested), home: self.clone(), busy: false, place: Some(place) })
    }

    /// Closes every connection, those that are lent as soon as they come back.
    pub(super) async fn close(&self) {
        let aside = {
            let mut aside = self.aside.lock();
            self.places.close();
            std::mem::take(&mut *aside)
        };
        drop(aside);
        self.pool.close().await;
    }

    /// Keeps a connection aside, unless it has been away from its pool for too long; gives back to the pool what rested too long.
    fn keep(&self, rested: Rested) {
        let mut aside = self.aside.lock();
        // Under the lock that closing takes as well: afterwards nothing is kept.
        if !self.places.is_closed() && rested.taken.elapsed() <= LONGEST_AWAY {
            aside.push(rested);
        }
        if aside.first().is_some_and(|first| first.used.elapsed() > LONGEST_REST) {
            aside.remove(0);
        }
    }
}

impl Aside {
    fn lock(&self) -> MutexGuard<'_, Vec<Rested>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Aside {
    /// Where nothing runs any more, no pool can take them back.
    fn drop(&mut self) {
        if Handle::try_current().is_err() {
            self.lock().drain(..).for_each(|rested| drop(rested.connection.detach()));
        }
    }
}

impl Lent {
    /// The connection, over which something begins that is to be brought to its end.
    pub fn begin(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        self.busy = true;
        self.rested.as_mut().map(|rested| &mut *rested.connection).ok_or(sqlx::Error::PoolClosed)
    }

    /// The connection, where something began over it and has not ended.
    pub(super) fn left(&mut self) -> Option<&mut PoolConnection<Postgres>> {
        self.rested.as_mut().filter(|_| self.busy).map(|rested| &mut rested.connection)
    }

    /// What began is at its end, and nothing of it is left.
    pub fn end(&mut self) {
        self.busy = false;
        if let Some(rested) = &mut self.rested {
            rested.used = Instant::now();
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let (Some(mut rested), place) = (self.rested.take(), self.place.take()) else { return };
        if !self.busy {
            return self.home.keep(rested);
        }
        // What was broken off may still run: its place is free when the connection is.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                // The pool tries it again, and closes it where it does not answer.
                let _ = rested.connection.ping().await;
                drop((rested, place));
            });
        } else {
            drop(rested.connection.detach());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::tests::{Scratch, UTF8};
    use super::super::{DatabaseConfig, ReadPool, Storage, Transaction};
    use super::*;

    /// Which server process is at the other end.
    async fn process(lent: &mut Lent) -> i32 {
        sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(lent.begin().unwrap()).await.unwrap()
    }

    fn warm(pool: &ReadPool) -> &Warm {
        let ReadPool::Postgres(warm) = pool else { panic!("PostgreSQL") };
        warm
    }

    async fn open(scratch: &Scratch, readers: u32) -> Storage {
        let DatabaseConfig::Postgres { url, statement_timeout_ms, .. } = scratch.config() else { panic!("PostgreSQL") };
        Storage::open(&DatabaseConfig::Postgres { url, readers, statement_timeout_ms }).await.unwrap()
    }

    #[tokio::test]
    async fn what_was_used_last_is_lent_first_and_what_is_busy_never() {
        let scratch = Scratch::create(UTF8).await;
        let storage = open(&scratch, 2).await;
        let readers = warm(&storage.read);
        let (mut one, mut other) = (readers.lend().await.unwrap(), readers.lend().await.unwrap());
        let (first, second) = (process(&mut one).await, process(&mut other).await);
        assert_ne!(first, second);
        other.end();
        one.end();
        drop(other);
        drop(one);
        for _ in 0..3 {
            let mut again = readers.lend().await.unwrap();
            assert_eq!(process(&mut again).await, first);
            again.end();
        }
        let mut busy = readers.lend().await.unwrap();
        assert_eq!(process(&mut busy).await, first);
        drop(busy);
        assert_eq!(readers.aside.lock().len(), 1, "what nobody has ended goes back to the pool, which tries it");
        storage.close().await.unwrap();
        scratch.drop().await;
    }

    #[tokio::test]
    async fn no_more_are_lent_than_there_are_and_others_still_find_one() {
        let scratch = Scratch::create(UTF8).await;
        let storage = open(&scratch, 1).await;
        let readers = warm(&storage.read);
        let lent = readers.lend().await.unwrap();
        assert!(matches!(readers.lend().await, Err(sqlx::Error::PoolTimedOut)));
        let by_itself: i32 = sqlx::query_scalar("SELECT 1").fetch_one(readers.pool()).await.unwrap();
        assert_eq!(by_itself, 1);
        drop(lent);
        readers.lend().await.unwrap();
        storage.close().await.unwrap();
        scratch.drop().await;
    }

    #[tokio::test]
    async fn closing_waits_for_what_is_lent_and_for_nothing_that_is_aside() {
        let scratch = Scratch::create(UTF8).await;
        let storage = open(&scratch, 2).await;
        let readers = warm(&storage.read).clone();
        let (lent, aside) = (readers.lend().await.unwrap(), readers.lend().await.unwrap());
        drop(aside);
        let closing = tokio::spawn(storage.close());
        while !readers.places.is_closed() {
            tokio::task::yield_now().await;
        }
        assert!(matches!(readers.lend().await, Err(sqlx::Error::PoolClosed)));
        drop(lent);
        closing.await.unwrap().unwrap();
        assert!(readers.aside.lock().is_empty());
        scratch.drop().await;
    }

    #[tokio::test]
    async fn what_a_transaction_left_undone_is_undone_before_the_connection_is_used_again() {
        let scratch = Scratch::create(UTF8).await;
        let storage = open(&scratch, 1).await;
        let pool = storage.write_pool();
        let writers = warm(&pool);
        let begun = async || Transaction::begin(&pool).await.unwrap();
        let run = |sql: &str| crate::read::sql::Statement::once(sql.to_owned(), vec![]);
        let mut made = begun().await;
        made.execute(run("CREATE TABLE a (b int)")).await.unwrap();
        made.commit().await.unwrap();
        assert_eq!(writers.aside.lock().len(), 1, "a transaction that has ended leaves nothing");
        for ends in ["dropped", "taken back", "failed"] {
            let mut undone = begun().await;
            undone.execute(run("INSERT INTO a VALUES (1)")).await.unwrap();
            match ends {
                "dropped" => drop(undone),
                "taken back" => undone.rollback().await.unwrap(),
                _ => {
                    undone.execute(run("INSERT INTO a VALUES ('x')")).await.unwrap_err();
                    drop(undone);
                }
            }
            let mut after = begun().await;
            assert_eq!(after.execute(run("SELECT * FROM a")).await.unwrap(), 0, "{ends}");
            after.execute(run("LOCK TABLE a IN ACCESS EXCLUSIVE MODE")).await.unwrap();
            after.commit().await.unwrap();
        }
        storage.close().await.unwrap();
        scratch.drop().await;
    }
}
