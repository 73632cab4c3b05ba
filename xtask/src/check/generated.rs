//! Files that the program writes must be what it writes today.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

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
/// Documents of the departments, a folder each, and where their manifests are.
const OPERATIONS: &str = "schema/operations";
const MANIFESTS: &str = "schema/manifests";

/// Compares every generated file with what the program prints.
pub(super) fn check() -> Result<(), String> {
    let mut stale = Vec::new();
    let wanted = wanted()?;
    for (path, words) in &wanted {
        let kept = fs::read_to_string(run::root().join(path)).unwrap_or_default();
        if kept != print(words)? {
            stale.push(format!("{path}: stale; run `cargo xtask generate` and review the difference"));
        }
    }
    for name in names(MANIFESTS)? {
        let path = format!("{MANIFESTS}/{name}");
        if !wanted.contains_key(&path) {
            stale.push(format!("{path}: no department has this folder; delete it"));
        }
    }
    super::verdict(stale)
}

/// The contract must not break a document that an application sends.
pub(super) fn documents() -> Result<(), String> {
    print(&["documents", "check", OPERATIONS, MANIFESTS].map(str::to_owned)).map(drop)
}

/// Writes every generated file anew.
pub(crate) fn write() -> Result<(), String> {
    let folder = run::root().join(MANIFESTS);
    fs::create_dir_all(&folder).map_err(|error| format!("cannot make {MANIFESTS}: {error}"))?;
    for (path, words) in wanted()? {
        let text = print(&words)?;
        fs::write(run::root().join(&path), text).map_err(|error| format!("cannot write {path}: {error}"))?;
    }
    Ok(())
}

/// Every generated file and the words that print it.
fn wanted() -> Result<BTreeMap<String, Vec<String>>, String> {
    let fixed = GENERATED
        .iter()
        .map(|(path, words)| ((*path).to_owned(), words.iter().map(|word| (*word).to_owned()).collect()));
    let mut wanted: BTreeMap<String, Vec<String>> = fixed.collect();
    for name in names(OPERATIONS)? {
        let words = ["documents", "manifest", &format!("{OPERATIONS}/{name}")].map(str::to_owned);
        wanted.insert(format!("{MANIFESTS}/{name}.json"), words.to_vec());
    }
    Ok(wanted)
}

/// Names of what is in a folder of the tree.
fn names(folder: &str) -> Result<Vec<String>, String> {
    let unreadable = |error: std::io::Error| format!("cannot read {folder}: {error}");
    let path: &Path = &run::root().join(folder);
    let entries = fs::read_dir(path).map_err(unreadable)?;
    entries.map(|entry| Ok(entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned())).collect()
}

fn print(words: &[String]) -> Result<String, String> {
    let mut command = run::cargo(&["run", "--quiet", "--locked", "--package", "fengqiao", "--"]);
    run::output(command.args(words), &format!("`fengqiao {}`", words.join(" ")))
}
