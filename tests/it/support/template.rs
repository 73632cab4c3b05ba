//! Databases that are made once a process and copied for each test.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use migration::Migrator;
use sea_orm_migration::MigratorTrait;
use tokio::sync::OnceCell;
use xtask::scratch::Scratch;

use super::backend::Backend;
use super::{database, server};

/// The files of this process: gone when it is gone.
static FILES: LazyLock<Scratch> = LazyLock::new(|| Scratch::new("tests").unwrap_or_else(|why| panic!("{why}")));
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A database that nobody is connected to, so that it can be copied.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// A SQLite file.
    File(PathBuf),
    /// A database of the server.
    Name(String),
}

impl Place {
    /// A new place with nothing in it.
    pub(crate) async fn empty(backend: Backend, label: &str) -> Self {
        match backend {
            Backend::Sqlite => Self::File(new_file(label)),
            Backend::Postgres => Self::Name(server::create(label, None).await),
        }
    }

    /// A new place with the same content.
    pub(crate) async fn copy(&self, label: &str) -> Self {
        match self {
            Self::File(original) => {
                let file = new_file(label);
                tokio::fs::copy(original, &file).await.expect("the template can be copied");
                Self::File(file)
            }
            Self::Name(original) => Self::Name(server::create(label, Some(original)).await),
        }
    }

    /// Takes it away.
    pub(crate) async fn remove(&self) {
        match self {
            Self::File(file) => {
                for suffix in ["", "-wal", "-shm"] {
                    // The side files are there only while the database was in use.
                    let _ = tokio::fs::remove_file(format!("{}{suffix}", file.display())).await;
                }
            }
            Self::Name(name) => server::remove(name).await,
        }
    }

    /// The URL to connect to.
    pub(crate) async fn url(&self) -> String {
        match self {
            Self::File(file) => format!("sqlite://{}?mode=rwc", file.display()),
            Self::Name(name) => server::url(name).await,
        }
    }
}

/// The schema as the migrations make it, without a row.
pub(crate) async fn schema(backend: Backend) -> &'static Place {
    static PLACES: [OnceCell<Place>; 2] = [const { OnceCell::const_new() }; 2];
    let made = PLACES[backend as usize].get_or_init(async || {
        let place = Place::empty(backend, "schema").await;
        let connection = database::connect(&place.url().await).await;
        Migrator::up(&connection, None).await.expect("the migrations run");
        connection.close().await.expect("the connections close");
        place
    });
    made.await
}

fn new_file(label: &str) -> PathBuf {
    FILES.path().join(format!("{}_{label}.db", NUMBER.fetch_add(1, Ordering::Relaxed)))
}
