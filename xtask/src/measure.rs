//! Commands that need a database: they are in the crates `measure` and `bench`, so that this one stays without dependencies.

use std::process::Command;

use crate::run;

/// Builds the product and `measure` in release, and runs a command of the latter.
pub(crate) fn run(command: &str, arguments: &[&str]) -> Result<(), String> {
    start("measure", &[&[command], arguments].concat())
}

/// The same of `bench`.
pub(crate) fn bench(arguments: &[&str]) -> Result<(), String> {
    start("bench", arguments)
}

fn start(program: &str, arguments: &[&str]) -> Result<(), String> {
    // Together, so that all are built with the same features of what they share.
    let build = ["build", "--release", "-p", "fengqiao", "-p", "measure", "-p", "bench", "--bins"];
    run::succeed(&mut run::cargo(&build), "`cargo build`")?;
    let mut started = Command::new(run::root().join("target/release").join(program));
    run::succeed(started.args(arguments), &format!("`{program}`"))
}
