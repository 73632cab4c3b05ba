//! Puts the city together: places first, then what happens in them.

use std::sync::Arc;

use super::calendar::{self, DAY};
use super::out::{Chunk, Out, Stopped};
use super::reference::Reference;
use super::world::{self, Builder};
use super::{DemoError, Plan, disputes, events, hazards};
use crate::access::Policy;
use crate::graphql::nouns;
use crate::lifecycle::Lifecycles;

impl From<Stopped> for DemoError {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

/// The first day of the data.
pub(crate) fn first_day() -> i64 {
    calendar::day(2025, 1, 1)
}

/// Whether the plan makes sense.
pub(super) fn check(plan: &Plan) -> Result<(), DemoError> {
    let earliest = calendar::day_start(calendar::day(2026, 3, 15));
    let latest = calendar::day_start(calendar::day(2026, 12, 31));
    if (earliest..=latest).contains(&plan.as_of_ms) {
        return Ok(());
    }
    Err(DemoError::Plan("the demo city's clock must lie between 2026-03-15 and 2026-12-31"))
}

/// The last day that has matters: the one before "now".
pub(crate) fn last_day(plan: &Plan) -> i64 {
    calendar::day_of(plan.as_of_ms - DAY)
}

pub(super) fn lifecycles() -> Result<Lifecycles, DemoError> {
    let broken = |error: String| DemoError::Reference(error);
    let catalog = nouns::catalog().map_err(|error| broken(error.to_string()))?;
    let policy = Policy::built_in().map_err(|error| broken(error.to_string()))?;
    Lifecycles::built_in(catalog, &policy).map_err(|error| broken(error.to_string()))
}

/// Generates the whole city into a sink.
pub(super) fn generate(plan: &Plan, sink: &mut dyn FnMut(Chunk) -> Result<(), Stopped>) -> Result<(), DemoError> {
    let reference = Reference::read()?;
    let mut sink = |chunk| sink(chunk);
    let mut out = Out::new(Arc::new(lifecycles()?), &mut sink);
    let mut builder = Builder::new(*plan, &reference, &mut out);
    let world = world::build(&mut builder)?;
    let (at_sites, mut became) = disputes::write(&mut builder, &world)?;
    became.extend(hazards::write(&mut builder, &world, &at_sites)?);
    events::write(&mut builder, &world, &became)?;
    out.flush()?;
    Ok(())
}
