//! Files that the program writes must be what it writes today.

use crate::run;

/// A file of the tree and the words after `cargo run --` that print it, such as
/// `("schema/schema.graphql", &["schema"])`.
const GENERATED: &[(&str, &[&str])] = &[
    ("schema/schema.graphql", &["schema"]),
    ("docs/flows/dispute.md", &["flow", "Dispute"]),
    ("docs/flows/hazard.md", &["flow", "Hazard"]),
    ("docs/flows/grid_event.md", &["flow", "GridEvent"]),
    ("docs/flows/inspection.md", &["flow", "Inspection"]),
    ("docs/flows/self_inspection.md", &["flow", "SelfInspection"]),
];

/// Compares every generated file with what the program prints.
pub(super) fn check() -> Result<(), String> {
    let mut stale = Vec::new();
    for (path, words) in GENERATED {
        let kept = std::fs::read_to_string(run::root().join(path)).unwrap_or_default();
        if kept != print(words)? {
            stale.push(format!("{path}: stale; run `cargo xtask generate` and review the difference"));
        }
    }
    super::verdict(stale)
}

/// Writes every generated file anew.
pub(crate) fn write() -> Result<(), String> {
    for (path, words) in GENERATED {
        let text = print(words)?;
        std::fs::write(run::root().join(path), text).map_err(|error| format!("cannot write {path}: {error}"))?;
    }
    Ok(())
}

fn print(words: &[&str]) -> Result<String, String> {
    let mut command = run::cargo(&["run", "--quiet", "--locked", "--package", "fengqiao", "--"]);
    run::output(command.args(words), &format!("`fengqiao {}`", words.join(" ")))
}
