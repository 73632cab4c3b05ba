//! Databases that are made once a process and copied for each test.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use fengqiao::storage::{DatabaseConfig, Storage, migrate_up};
use tokio::sync::OnceCell;
use xtask::scratch::Scratch;

use super::backend::Backend;
use super::server;

/// Connections that read, of each test: two tests run at once on the usual machine, and a server has its limit.
const READERS: u32 = 4;
/// Long enough for a machine that does much else: no test is to fail by the clock.
const PATIENCE_MS: u32 = 120_000;

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

    /// What the product is told to open it.
    pub(crate) async fn config(&self) -> DatabaseConfig {
        let config = match self {
            Self::File(file) => DatabaseConfig::sqlite(file),
            Self::Name(name) => DatabaseConfig::from_url(&server::url(name).await).expect("the server's URL is one"),
        };
        config.with_readers(READERS).with_statement_timeout(PATIENCE_MS)
    }
}

/// The schema as the migrations make it, without a row.
pub(crate) async fn schema(backend: Backend) -> &'static Place {
    static PLACES: [OnceCell<Place>; 2] = [const { OnceCell::const_new() }; 2];
    let made = PLACES[backend as usize].get_or_init(async || {
        let place = Place::empty(backend, "schema").await;
        let storage = Storage::open_to_maintain(&place.config().await).await.expect("the database opens");
        migrate_up(&storage.write, None).await.expect("the migrations run");
        storage.close().await.expect("the connections close");
        place
    });
    made.await
}

fn new_file(label: &str) -> PathBuf {
    FILES.path().join(format!("{}_{label}.db", NUMBER.fetch_add(1, Ordering::Relaxed)))
}
