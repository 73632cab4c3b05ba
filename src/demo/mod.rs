//! 演示城市. The demo city: made up from a seed, the same rows with the same keys on every database.
//!
//! `load` fills an empty database once. The generator runs on its own thread and hands chunks of rows to the
//! writer, so the whole city is never in memory.

mod calendar;
mod city;
mod disputes;
mod events;
mod figures;
mod geo;
mod hazards;
pub(crate) mod history;
mod out;
mod people;
mod random;
mod reference;
#[cfg(test)]
mod tests;
mod world;
mod write;

use std::fmt;

use sea_orm::{DatabaseConnection, DbErr};

pub use figures::{AS_OF_MS, Counts};

use crate::kernel::seal::Sealer;

/// How much city to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// 3 townships of 柯桥 330603, for developers and tests.
    Small,
    /// All of 柯桥.
    Medium,
    /// All of 绍兴 3306, with the stories of 嘉兴 and 金山.
    Full,
}

impl Scale {
    /// Name in the marker and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Full => "full",
        }
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What to load.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How much.
    pub scale: Scale,
    /// The seed: equal seeds give equal cities.
    pub seed: u64,
    /// The data's own "now" in milliseconds; nothing but plans and limits lies after it. Usually `AS_OF_MS`.
    pub as_of_ms: i64,
}

impl Plan {
    /// The usual city of a scale.
    pub const fn of(scale: Scale) -> Self {
        Self { scale, seed: 20_260_401, as_of_ms: AS_OF_MS }
    }
}

/// Hears how far the loading has come.
pub trait Progress: Sync {
    /// So many of a total (an estimate) of rows done; the label says what is being done.
    fn step(&self, label: &str, done: u64, total: u64);
}

/// Says nothing.
pub struct Quiet;

impl Progress for Quiet {
    fn step(&self, _label: &str, _done: u64, _total: u64) {}
}

/// What is in the database now.
#[derive(Clone, Debug)]
pub struct Summary {
    /// False: the same city was there already and nothing was written.
    pub loaded: bool,
    /// Scale of the city.
    pub scale: Scale,
    /// Its seed.
    pub seed: u64,
    /// Its "now" in milliseconds.
    pub as_of_ms: i64,
    /// Rows written by table; empty when nothing was written.
    pub rows: Vec<(&'static str, u64)>,
}

/// Why the city was not loaded. The texts are for the operator of the server.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A reference file is wrong.
    #[error("reference data: {0}")]
    Reference(String),
    /// The plan makes no sense.
    #[error("{0}")]
    Plan(&'static str),
    /// Another city is loaded.
    #[error(
        "the database already holds the {found} demo city with seed {found_seed}; use that one, or an empty database for the {wanted} city with seed {wanted_seed}"
    )]
    OtherCity {
        /// Scale found.
        found: String,
        /// Seed found.
        found_seed: i64,
        /// Scale asked for.
        wanted: Scale,
        /// Seed asked for.
        wanted_seed: u64,
    },
    /// Rows without a marker: an interrupted load or real data.
    #[error(
        "the database is not empty (table {0}) and holds no complete demo city; load into a new database, or delete this one if an earlier load was interrupted"
    )]
    NotEmpty(String),
    /// The generator ended without saying why.
    #[error("the generator of the demo city stopped unexpectedly")]
    Stopped,
    /// The database refused.
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// The database refused in bulk loading.
    #[error("database: {0}")]
    Bulk(#[from] sqlx::Error),
}

/// Loads the city of a plan into a migrated, empty database. Does nothing when that city is there already.
///
/// # Errors
/// When another city or other rows are there, or the database refuses; a load that fails on SQLite leaves rows but
/// no marker, so that the next one refuses too.
pub async fn load(
    db: &DatabaseConnection,
    plan: &Plan,
    sealer: &Sealer,
    progress: &dyn Progress,
) -> Result<Summary, DemoError> {
    write::load(db, plan, sealer, progress).await
}
