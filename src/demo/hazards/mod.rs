//! 隐患. Hazards with their inspections and orders.

mod inspections;
mod life;
mod orders;
mod record;
mod texts;
pub(crate) mod visits;

use std::collections::BTreeMap;

use inspections::Inspected;
use record::{Register, Scene};
use visits::{Find, Planner};

use super::calendar;
use super::disputes::AtSite;
use super::events::Became;
use super::world::{Builder, World};
use super::{DemoError, city};

/// Days after a dispute in which a hazard at the same site may belong to it.
const RELATED_DAYS: i64 = 60;

/// Writes inspections, hazards and orders; gives the hazards that began with a grid event.
pub(crate) fn write(
    builder: &mut Builder<'_, '_>,
    world: &World,
    at_sites: &[AtSite],
) -> Result<Vec<Became>, DemoError> {
    let rounds = inspections::rounds(builder)?;
    let planner = Planner::run(&builder.plan, &builder.counts, world);
    let inspected = inspections::write(builder, world, &planner.visits, &rounds)?;
    let mut disputes: BTreeMap<usize, Vec<(i64, i64)>> = BTreeMap::new();
    for one in at_sites {
        disputes.entry(one.site).or_default().push((one.accepted, one.dispute));
    }
    let mut random = builder.random("hazards");
    let mut register = Register::default();
    let mut reported = Vec::new();
    for find in &planner.finds {
        let related = find.site.and_then(|site| related(disputes.get(&site)?, find.at)).filter(|_| random.chance(300));
        let scene = Scene {
            find,
            inspected: find.visit.map(|place| inspected[place]),
            related,
            fresh: is_fresh(builder, find),
        };
        reported.extend(record::write(builder, world, &mut random, &mut register, &scene)?);
    }
    Ok(reported)
}

/// The last dispute at the site within the days before.
fn related(disputes: &[(i64, i64)], found: i64) -> Option<i64> {
    let window = found - RELATED_DAYS * calendar::DAY..found;
    disputes.iter().rev().find(|(accepted, _)| window.contains(accepted)).map(|(_, dispute)| *dispute)
}

/// What was found on the last day may not have been looked at.
fn is_fresh(builder: &Builder<'_, '_>, find: &Find) -> bool {
    calendar::day_of(find.at) >= city::last_day(&builder.plan)
}

impl Inspected {
    /// The dispatching organisation and posting of a find without inspection.
    fn township(organisation: i64, by: i64) -> Self {
        Self { id: 0, team: organisation, by }
    }
}
