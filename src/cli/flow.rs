//! `fengqiao flow`: a lifecycle as a page, or a check of one that is being written.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::Failure;
use super::failure::print;
use crate::access::Policy;
use crate::graphql::nouns;
use crate::lifecycle;
use crate::lifecycle::flow::Flow;
use crate::read::catalog::Catalog;

pub(super) const EXAMPLES: &str = "\
Examples:
  fengqiao flow Hazard > docs/flows/hazard.md
  fengqiao flow --check schema/flows/hazard.toml";

/// Which lifecycle.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").required(true).args(["object", "check"]))]
pub(super) struct Arguments {
    /// The type that lives by it, e.g. Hazard: its newest version is printed.
    object: Option<String>,
    /// A file to check against this build; says nothing when it is sound.
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let catalog = nouns::catalog().map_err(|error| Failure::Failed(error.to_string()))?;
    let policy = Policy::built_in().map_err(|error| Failure::Failed(error.to_string()))?;
    if let Some(file) = &arguments.check {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file).map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
        return lifecycle::check(catalog, &policy, &name, &text)
            .map(|_| ())
            .map_err(|error| Failure::Configuration(error.to_string()));
    }
    let flows = lifecycle::Lifecycles::built_in(catalog, &policy)
        .map(|l| l.flows)
        .map_err(|error| Failure::Failed(error.to_string()))?;
    let object = arguments.object.as_deref().unwrap_or_default();
    let missing = || {
        let known: Vec<&str> = flows.all().iter().map(|flow| flow.object.as_str()).collect();
        Failure::Usage(format!("there is no lifecycle of {object}; there are: {}", known.join(", ")))
    };
    print(&page(catalog, flows.newest(object).ok_or_else(missing)?))
}

fn page(catalog: &Catalog, flow: &Flow) -> String {
    let states = catalog.codes(&format!("{}Status", flow.object));
    flow.page(|code| {
        let entry = states.and_then(|table| table.entries.iter().find(|entry| entry.code == code));
        entry.map(|entry| entry.zh.clone()).unwrap_or_default()
    })
}
