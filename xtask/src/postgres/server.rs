//! The one server of a test process.

use std::sync::OnceLock;

use super::{Binaries, Cluster, URL_VARIABLE};

/// Handed over by `cargo xtask test`, or our own, which ends with the process.
enum Server {
    Given(String),
    Own(Cluster),
}

/// URL of the server that this process tests on, for a user who may create databases. The first call starts one (about
/// a second) when the environment names none; it blocks.
pub fn server() -> Result<&'static str, String> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    match SERVER.get_or_init(find_or_start) {
        Ok(Server::Given(url)) => Ok(url),
        Ok(Server::Own(cluster)) => Ok(cluster.url()),
        Err(why) => Err(why.clone()),
    }
}

fn find_or_start() -> Result<Server, String> {
    if let Ok(url) = std::env::var(URL_VARIABLE) {
        return Ok(Server::Given(url));
    }
    let binaries = Binaries::find()?.ok_or("PostgreSQL is not installed: run `cargo xtask test`, which installs it")?;
    Cluster::start(&binaries).map(Server::Own)
}
