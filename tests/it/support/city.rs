//! The demo city as a fixture: loaded once a process and database, then shared or copied.

use fengqiao::demo::{self, Plan, Quiet, Scale};
use fengqiao::kernel::seal::Sealer;
use fengqiao::storage::Storage;
use tokio::sync::OnceCell;

use super::backend::{Backend, Fixture};
use super::database::Database;
use super::server;
use super::template::{self, Place};

/// The small demo city, shared by all tests that only read. PostgreSQL refuses to write in it.
pub(crate) struct City(pub(crate) Database);

/// A small demo city that only this test has.
pub(crate) struct OwnCity(pub(crate) Database);

impl Fixture for City {
    async fn open(backend: Backend) -> Self {
        Self(Database::shared(backend, shared(backend).await).await)
    }

    async fn close(self) {
        self.0.close().await;
    }
}

impl Fixture for OwnCity {
    async fn open(backend: Backend) -> Self {
        Self(Database::own(backend, loaded(backend).await.copy("own_city").await).await)
    }

    async fn close(self) {
        self.0.close().await;
    }
}

/// The plan that every test's city follows.
pub(crate) const PLAN: Plan = Plan::of(Scale::Small);

/// A copy of its own, because nobody may be connected to a template while it is copied.
async fn shared(backend: Backend) -> &'static Place {
    static PLACES: [OnceCell<Place>; 2] = [const { OnceCell::const_new() }; 2];
    let made = PLACES[backend as usize].get_or_init(async || {
        let place = loaded(backend).await.copy("city").await;
        if let Place::Name(name) = &place {
            server::make_read_only(name).await;
        }
        place
    });
    made.await
}

async fn loaded(backend: Backend) -> &'static Place {
    static PLACES: [OnceCell<Place>; 2] = [const { OnceCell::const_new() }; 2];
    let made = PLACES[backend as usize].get_or_init(async || {
        let place = template::schema(backend).await.copy("city_template").await;
        let storage = Storage::open_to_maintain(&place.config().await).await.expect("the database opens");
        demo::load(&storage.write, &PLAN, &Sealer::demo(), &Quiet).await.expect("the city loads");
        storage.close().await.expect("the connections close");
        place
    });
    made.await
}
