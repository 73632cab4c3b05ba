//! PostgreSQL for tests: finding it, installing it, running a throw-away cluster of it.

mod binaries;
mod cluster;
mod install;
mod server;

pub use binaries::Binaries;
pub use cluster::Cluster;
pub(crate) use cluster::free_port;
pub use install::find_or_install;
pub use server::server;

/// The environment variable that hands a running server to the tests: a URL whose user may create databases.
pub const URL_VARIABLE: &str = "FENGQIAO_TEST_PG";

/// The environment variable that names the directory of PostgreSQL's binaries.
pub const BIN_VARIABLE: &str = "FENGQIAO_PG_BIN";

/// The oldest major version that Fengqiao runs on.
pub const OLDEST: u32 = 15;
