//! 网格事件. What grids report, and what became of it: settled on the spot, handled, or handed over.

mod life;
mod record;

use std::collections::BTreeMap;

use life::Around;
use record::Register;

use super::calendar;
use super::geo::Point;
use super::history::Matter;
use super::random::{Random, Wheel};
use super::world::{Builder, World};
use super::{DemoError, city};

/// Events at a key site, in 1,000.
const AT_SITE: u32 = 260;
/// Events of the last twelve days beyond their share, in 1,000.
const RECENT: u32 = 90;

/// A matter that a grid reported: an event that was handed over may stand before it.
pub(crate) struct Became {
    /// The matter.
    pub(crate) matter: Matter,
    /// Place of the village.
    pub(crate) village: usize,
    /// Grid.
    pub(crate) grid: i64,
    /// Key site.
    pub(crate) site: Option<i64>,
    /// Where.
    pub(crate) point: Point,
    /// When it began.
    pub(crate) at: i64,
    /// Posting that began it.
    pub(crate) by: i64,
    /// When it ended, and whether it was refused.
    pub(crate) ended: Option<(i64, bool)>,
}

/// Writes the events: those that were handed over, and the others.
pub(crate) fn write(builder: &mut Builder<'_, '_>, world: &World, became: &[Became]) -> Result<(), DemoError> {
    let mut random = builder.random("events");
    let mut register = Register { numbers: BTreeMap::new(), latest: BTreeMap::new() };
    for became in became {
        let around = Around::of(world, became.village, |grid| grid.id == became.grid);
        let life = life::handed_over(&mut random, became, &around, builder.plan.as_of_ms);
        record::write(builder, &mut random, &mut register, &around, life)?;
    }
    let cohort: Vec<usize> = (0..world.villages.len()).filter(|place| world.villages[*place].cohort).collect();
    let villages = Wheel::new(cohort.iter().map(|place| world.villages[*place].weight));
    let days = Wheel::new((city::first_day()..=city::last_day(&builder.plan)).map(calendar::busy));
    for _ in became.len()..builder.counts.events {
        let place = cohort[villages.draw(&mut random)];
        let chosen = random.below(world.villages[place].grids.len());
        let around = Around::of(world, place, |grid| grid.id == world.villages[place].grids[chosen].id);
        let at = instant(&mut random, &days, city::last_day(&builder.plan));
        let mut life = life::plain(&mut random, at, &around, builder.plan.as_of_ms);
        let sites = &world.villages[place].sites;
        if !sites.is_empty() && random.chance(AT_SITE) {
            life.site = Some(*random.pick(sites)).map(|site| &world.sites[site]);
        }
        record::write(builder, &mut random, &mut register, &around, life)?;
    }
    Ok(())
}

fn instant(random: &mut Random, days: &Wheel, last: i64) -> i64 {
    let day = match random.chance(RECENT) {
        true => last - random.range(0, 11),
        false => city::first_day() + days.draw(random) as i64,
    };
    calendar::working_instant(random, day)
}
