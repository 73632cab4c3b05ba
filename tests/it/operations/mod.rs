//! The departments' documents: each runs on both databases as those who ask it, and as those who must not see.
//!
//! What the askers get, and the SQL it costs, is in `golden/`; what the others get is said in the tests.

mod around;
mod centres;
mod disputes;
mod grids;
mod hazards;
mod runner;
mod sites;
mod who;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/operations")
}

fn documents() -> Vec<(String, String, PathBuf)> {
    let name = |path: &Path| path.file_stem().and_then(|n| n.to_str()).unwrap().to_owned();
    let mut found = Vec::new();
    for department in std::fs::read_dir(root()).unwrap() {
        let department = department.unwrap().path();
        for file in std::fs::read_dir(&department).unwrap() {
            let file = file.unwrap().path();
            found.push((name(&department), name(&file), file));
        }
    }
    found
}

#[test]
fn every_document_says_who_asks_it_and_has_a_golden_file() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/operations/golden");
    let mut known = BTreeSet::new();
    for (department, name, path) in documents() {
        let text = std::fs::read_to_string(&path).unwrap();
        let first = text.lines().next().unwrap_or_default();
        let title = first.strip_prefix("# ").and_then(|line| line.split_once(". "));
        let chinese = |title: &str| title.chars().next().is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        assert!(title.is_some_and(|(title, _)| chinese(title)), "{name} begins without its Chinese title");
        assert!(text.lines().any(|line| line.starts_with(&format!("query {name}("))), "{name} holds another query");
        known.insert(format!("{department}.{name}.snap"));
    }
    let kept = std::fs::read_dir(golden).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    assert_eq!(kept.filter(|name| !name.ends_with(".new")).collect::<BTreeSet<_>>(), known);
}
