//! Commands that need a database: they are in the crate `measure`, so that this one stays without dependencies.

use std::process::Command;

use crate::run;

/// Builds the product and `measure` in release, and runs a command of the latter.
pub(crate) fn run(command: &str, arguments: &[&str]) -> Result<(), String> {
    // Together, so that both are built with the same features of what they share.
    let build = ["build", "--release", "-p", "fengqiao", "-p", "measure", "--bins"];
    run::succeed(&mut run::cargo(&build), "`cargo build`")?;
    let mut measure = Command::new(run::root().join("target/release/measure"));
    run::succeed(measure.arg(command).args(arguments), &format!("`{command}`"))
}
