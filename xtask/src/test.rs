//! `cargo xtask test`: one throw-away PostgreSQL for the run, then cargo's tests.

use std::time::Instant;

use xtask::postgres::{self, Cluster};

use crate::run;

/// Runs the tests of the whole workspace; `arguments` go to `cargo test`.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let started = Instant::now();
    // A server that the caller already runs is used as it is.
    let cluster = match std::env::var_os(postgres::URL_VARIABLE) {
        Some(_) => None,
        None => {
            let binaries = postgres::find_or_install()?;
            let cluster = Cluster::start(&binaries)?;
            let seconds = started.elapsed().as_secs_f32();
            eprintln!("xtask: PostgreSQL {} runs for the tests ({seconds:.1} s)", binaries.version());
            Some(cluster)
        }
    };
    let mut tests = run::cargo(&["test", "--workspace", "--exclude", "bench", "--no-fail-fast"]);
    tests.args(arguments);
    if let Some(cluster) = &cluster {
        tests.env(postgres::URL_VARIABLE, cluster.url());
    }
    let outcome = run::succeed(&mut tests, "`cargo test`");
    drop(cluster);
    eprintln!("xtask: {:.0} s from start to end", started.elapsed().as_secs_f32());
    outcome
}
