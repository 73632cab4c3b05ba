//! `cargo xtask clients`: clients of the GraphQL world, from their own registry, against a server of a release build. Needs node, and python
//! for some.

use std::process::Command;

use xtask::product::Product;
use xtask::scratch::Scratch;

use crate::run;

/// Runs all of them, or those that are named.
pub(crate) fn run(names: &[&str]) -> Result<(), String> {
    run::succeed(&mut run::cargo(&["build", "--release", "--bin", "fengqiao"]), "`cargo build`")?;
    let clients = run::root().join("tests/clients");
    let mut install = Command::new("npm");
    install.args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"]).current_dir(&clients);
    run::succeed(&mut install, "`npm ci`")?;
    let folder = Scratch::new("clients")?;
    let product = Product::new(folder.path(), "small", None).with("FENGQIAO_HTTP__SOCKETS", "1000");
    let server = product.serve()?;
    let mut node = Command::new("node");
    node.arg("run.mjs").args(names).current_dir(&clients);
    node.env("FENGQIAO_ADDRESS", server.address());
    node.env("FENGQIAO_OFFICER", server.token("COUNTY_PEACE_OFFICER")?);
    node.env("FENGQIAO_MEMBER", server.token("GRID_MEMBER")?);
    run::succeed(&mut node, "the clients")
}
