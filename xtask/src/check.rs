//! `cargo xtask check`: everything that has to hold besides the tests, cheapest first.

mod dependencies;
pub(crate) mod generated;
mod licences;
mod lockfile;
mod personal;
mod sources;

use crate::run;

type Check = fn() -> Result<(), String>;

/// Runs every check and tells all that is wrong, not only the first thing.
pub(crate) fn run() -> Result<(), String> {
    let checks: [(&str, Check); 8] = [
        ("source rules", sources::check),
        ("no personal data", personal::check),
        ("dependency rules", dependencies::check),
        ("licences", licences::check),
        ("format", format),
        ("lints", lints),
        ("generated files", generated::check),
        ("documents", generated::documents),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        match check() {
            Ok(()) => eprintln!("xtask: {name}: ok"),
            Err(why) => {
                eprintln!("xtask: {name}: FAILED\n{why}");
                failed.push(name);
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("check failed: {}", failed.join(", "))) }
}

fn format() -> Result<(), String> {
    run::succeed(&mut run::cargo(&["fmt", "--all", "--check"]), "`cargo fmt --check` (cargo fmt puts it right)")
}

fn lints() -> Result<(), String> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    run::succeed(&mut run::cargo(&arguments), "`cargo clippy`")
}

/// One sentence a line, or success when there is none.
fn verdict(mut findings: Vec<String>) -> Result<(), String> {
    findings.sort();
    if findings.is_empty() { Ok(()) } else { Err(findings.join("\n")) }
}
