//! `fengqiao schema`: the contract as SDL.

use clap::Args;

use super::Failure;
use super::failure::print;
use crate::access::Policy;
use crate::graphql::{nouns, sdl};
use crate::lifecycle::Lifecycles;

pub(super) const EXAMPLES: &str = "\
Examples:
  fengqiao schema > schema/schema.graphql
  fengqiao schema --role COUNTY_REGULATOR
  fengqiao schema --subgraph                   for the gateway of a federation";

/// For whom.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only what this role can use for its usual purpose.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// As a part of a federation (Apollo Federation 2).
    #[arg(long, conflicts_with = "role")]
    subgraph: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Failed(error.to_string());
    let catalog = nouns::catalog().map_err(|e| failed(&e))?;
    let policy = Policy::built_in().map_err(|e| failed(&e))?;
    let lifecycles = Lifecycles::built_in(catalog, &policy).map_err(|e| failed(&e))?;
    let whole = |flows| match arguments.subgraph {
        true => sdl::subgraph(catalog, flows),
        false => sdl::sdl(catalog, &policy, flows, arguments.role.as_deref()),
    };
    match whole(&lifecycles.flows) {
        Ok(text) => print(&text),
        Err(error @ sdl::SdlError::Role(_)) => Err(Failure::Usage(error.to_string())),
        Err(error) => Err(failed(&error)),
    }
}
