//! The engine over the shared city of one database, asked by trusted viewers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use fengqiao::access::Policy;
use fengqiao::graphql::engine::{Engine, Options};
use fengqiao::http::Request;
use fengqiao::identity::{Authenticator, DatabasePostings, Purpose, Viewer};
use fengqiao::kernel::clock::{Clock, FixedClock};
use fengqiao::kernel::seal::Sealer;
use fengqiao::storage::Storage;
use fengqiao::trail::entry::Deed;
use fengqiao::trail::recorder::Memory;
use sea_orm::ConnectionTrait;

use crate::oracle::Oracle;
use crate::oracle::city::City as CityInMemory;
use crate::support::backend::{Backend, Fixture};
use crate::support::city::{City, PLAN};
use crate::support::database::Database;

/// Every so manieth question is asked twice.
const AGAIN: u64 = 10;

/// An engine and those who may ask it.
pub(crate) struct World {
    /// The database behind it.
    pub(crate) database: Database,
    /// The engine.
    pub(crate) engine: Engine,
    /// What it would put into the trail.
    memory: Memory,
    asked: AtomicU64,
    authenticator: Authenticator,
}

impl Fixture for World {
    async fn open(backend: Backend) -> Self {
        Self::over(City::open(backend).await.0).await
    }

    async fn close(self) {
        self.database.close().await;
    }
}

/// An engine that only reads, by a clock of its own.
pub(crate) async fn engine_at(storage: &Storage, clock: Arc<dyn Clock>, memory: Memory) -> Engine {
    let policy = Arc::new(Policy::built_in().expect("the policy is sound"));
    let options = Options::reading_with_trail_in_memory(memory).unmetered();
    Engine::new(storage, policy, Arc::new(Sealer::demo()), clock, options).await.expect("the engine starts")
}

impl World {
    /// An engine over a database that holds the city.
    pub(crate) async fn over(database: Database) -> World {
        let clock = Arc::new(FixedClock(PLAN.as_of_ms));
        let policy = Arc::new(Policy::built_in().expect("the policy is sound"));
        let postings = Arc::new(DatabasePostings::new(database.storage.write.clone()));
        let authenticator = Authenticator::new(vec![], postings, policy.clone(), clock.clone());
        let memory = Memory::default();
        let engine = engine_at(&database.storage, clock, memory.clone()).await;
        World { database, engine, memory, asked: AtomicU64::new(0), authenticator }
    }

    /// Changes the city behind it, which must be its own. Every statement has to change something.
    pub(crate) async fn change(&self, statements: impl IntoIterator<Item = String>) {
        for sql in statements {
            let changed = self.database.storage.write.execute_unprepared(&sql).await;
            let changed = changed.unwrap_or_else(|error| panic!("{sql}: {error}"));
            assert!(changed.rows_affected() > 0, "{sql} changes nothing");
        }
    }

    /// The viewer of a posting.
    pub(crate) async fn viewer(&self, posting: i64, purpose: &str) -> Viewer {
        let purpose = Purpose::parse(purpose).expect("a purpose");
        self.authenticator.trusted_viewer_for_posting(posting, Some(purpose)).await.expect("the posting is valid")
    }

    /// The body that answers a query.
    pub(crate) async fn ask(&self, viewer: &Viewer, query: &str) -> Vec<u8> {
        let request = Request { query: query.to_owned(), ..Request::default() };
        self.engine.execute_traced(viewer, request).await.answer.body
    }

    /// The body that answers a query, and what the trail was told of it. Asked again, when the plan is known, both are the same.
    pub(crate) async fn ask_with_deeds(&self, viewer: &Viewer, query: &str) -> (Vec<u8>, Vec<Deed>) {
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        let name = format!("Q{number}");
        let (query, operation_name) = (format!("query {name} {query}"), Some(name));
        let request = Request { query, operation_name, ..Request::default() };
        let answered = self.once(viewer, &request).await;
        if number.is_multiple_of(AGAIN) {
            let again = self.once(viewer, &request).await;
            assert!(answered == again, "asked again, {} is answered otherwise", request.query);
        }
        answered
    }

    async fn once(&self, viewer: &Viewer, request: &Request) -> (Vec<u8>, Vec<Deed>) {
        let body = self.engine.execute_traced(viewer, request.clone()).await.answer.body;
        let mut all = self.memory.lock().expect("nobody panicked");
        let ours = |deed: &Deed| Some(&deed.operation) == request.operation_name.as_ref();
        let (ours, others) = std::mem::take(&mut *all).into_iter().partition(ours);
        *all = others;
        (body, ours)
    }

    /// What the oracle knows of this city.
    pub(crate) async fn oracle(&self) -> Oracle {
        Oracle::new(CityInMemory::read(&self.database.storage.write).await, PLAN.as_of_ms)
    }
}
