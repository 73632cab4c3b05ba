//! A city in the bench's own process: the engine as the server has it, but for the trail, which it only keeps in memory.

use std::sync::Arc;

use fengqiao::access::Policy;
use fengqiao::graphql::engine::{Engine, Options};
use fengqiao::identity::{Authenticator, DatabasePostings};
use fengqiao::kernel::clock::FixedClock;
use fengqiao::kernel::seal::Sealer;
use fengqiao::storage::{DatabaseConfig, Storage};
use fengqiao::trail::recorder::Memory;
use sea_orm::DatabaseConnection;

/// An engine over a loaded city, and what is needed to ask it.
pub(crate) struct City {
    /// The database, to look into.
    pub(crate) database: DatabaseConnection,
    /// Who may ask.
    pub(crate) authenticator: Authenticator,
    /// The engine.
    pub(crate) engine: Engine,
}

impl City {
    /// The city in the database of a URL, under the policy of the build.
    pub(crate) async fn open(url: &str) -> Result<City, String> {
        Self::under(url, Policy::built_in().map_err(|error| error.to_string())?).await
    }

    /// The same under another policy.
    pub(crate) async fn under(url: &str, policy: Policy) -> Result<City, String> {
        let told = |error: &dyn std::fmt::Display| error.to_string();
        let config = DatabaseConfig::from_url(url).map_err(|e| told(&e))?;
        let storage = Storage::open(&config).await.map_err(|e| told(&e))?;
        let policy = Arc::new(policy);
        let clock = Arc::new(FixedClock(fengqiao::demo::AS_OF_MS));
        let database = storage.read.to_sea_orm();
        let postings = Arc::new(DatabasePostings::new(database.clone()));
        let authenticator = Authenticator::new(vec![], postings, policy.clone(), clock.clone());
        let options = Options::reading_with_trail_in_memory(Memory::default()).unmetered();
        let engine = Engine::new(&storage, policy, Arc::new(Sealer::demo()), clock, options).await;
        Ok(City { database, authenticator, engine: engine.map_err(|e| told(&e))? })
    }
}
