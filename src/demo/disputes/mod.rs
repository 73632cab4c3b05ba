//! 矛盾纠纷. Disputes, day by day, of Shaoxing and of the neighbours' stories.

mod ending;
pub(crate) mod fate;
mod handler;
mod parties;
mod record;
mod steps;
mod types;

use std::collections::BTreeMap;

pub(crate) use ending::digest;
use fate::{Fate, Fates};
use record::Scene;

use super::calendar;
use super::events::Became;
use super::figures::PUYUAN_AT_MARKETS;
use super::random::{Quota, Random};
use super::world::{Builder, World, kind_code};
use super::{DemoError, city};

/// A dispute that arose at a site, for hazards that belong to it.
pub(crate) struct AtSite {
    /// Key of the dispute.
    pub(crate) dispute: i64,
    /// Place of the site.
    pub(crate) site: usize,
    /// When it was accepted.
    pub(crate) accepted: i64,
}

/// Disputes to which a resident with an account is a party.
const OF_A_RESIDENT: usize = 5;

/// A group of villages with its own number of disputes.
struct Group {
    fates: Fates,
    story: Story,
}

#[derive(PartialEq)]
enum Story {
    /// Shaoxing.
    City,
    /// 平湖 and 金山, by their mechanism.
    Joint,
    /// 濮院镇: mostly at the markets.
    Markets(Quota),
    /// 新义村: mostly at the rental buildings.
    Rental,
}

/// Writes all disputes; gives those at sites, and those that began with a grid event.
pub(crate) fn write(builder: &mut Builder<'_, '_>, world: &World) -> Result<(Vec<AtSite>, Vec<Became>), DemoError> {
    let plan = builder.plan;
    let mut groups = groups(builder, world);
    let mut numbers: BTreeMap<(&str, i64), u32> = BTreeMap::new();
    let mut random = builder.random("disputes");
    let mut residents = vec![0; world.residents.len()];
    let (mut at_sites, mut reported) = (Vec::new(), Vec::new());
    for day in city::first_day()..=city::last_day(&plan) {
        for group in &mut groups {
            for mut fate in group.fates.of_day(day) {
                let site = group.story.site(&mut random, world, &mut fate);
                let seat = &world.seats[world.villages[fate.village].seat];
                let registered = calendar::day_of(fate.registered);
                let number = numbers.entry((seat.code.as_str(), registered)).or_insert(0);
                *number += 1;
                let resident = world.residents.iter().position(|resident| resident.village == fate.village);
                let resident = resident.filter(|place| residents[*place] < OF_A_RESIDENT);
                if let Some(place) = resident {
                    residents[place] += 1;
                }
                let scene = Scene {
                    world,
                    as_of: plan.as_of_ms,
                    site,
                    resident: resident.map(|place| &world.residents[place]),
                    mechanism: (group.story == Story::Joint).then_some(world.mechanism),
                    no: format!("MD-{}-{}-{number:06}", seat.code, calendar::compact(registered)),
                };
                let (dispute, became) = record::write(builder.out, &mut random, &fate, scene)?;
                reported.extend(became);
                if let Some(site) = site {
                    at_sites.push(AtSite { dispute, site, accepted: fate.accepted });
                }
            }
        }
        // A registration may be the day before the acceptance; older days are done with.
        numbers.retain(|(_, registered), _| *registered >= day - 2);
    }
    Ok((at_sites, reported))
}

/// The fates of Shaoxing alone, whose figures are fixed.
pub(crate) fn of_the_city(builder: &Builder<'_, '_>, world: &World) -> Fates {
    let all = world.villages.iter().enumerate();
    let cohort = all.filter(|(_, village)| village.cohort).map(|(place, village)| (place, village.weight));
    Fates::new(&builder.plan, "disputes of the city", cohort.collect(), builder.counts.disputes)
}

fn groups(builder: &Builder<'_, '_>, world: &World) -> Vec<Group> {
    let counts = builder.counts;
    let within = |prefixes: &[&str]| -> Vec<(usize, f64)> {
        let matches = |code: &str| prefixes.iter().any(|prefix| code.starts_with(prefix));
        let all = world.villages.iter().enumerate();
        all.filter(|(_, village)| matches(&village.code)).map(|(place, village)| (place, village.weight)).collect()
    };
    let story = |label: &str, prefixes: &[&str], total: usize, story: Story| Group {
        fates: Fates::new(&builder.plan, label, within(prefixes), total),
        story,
    };
    vec![
        Group { fates: of_the_city(builder, world), story: Story::City },
        story("joint disputes", &["330482106", "310116107"], counts.joint_disputes, Story::Joint),
        story("market disputes", &["330483101"], counts.puyuan_disputes, Story::Markets(Quota::new(PUYUAN_AT_MARKETS))),
        story("rental disputes", &["330411005"], counts.xinyi_disputes, Story::Rental),
    ]
}

impl Story {
    /// The site where a dispute arises; a market's dispute moves to the market's village.
    fn site(&mut self, random: &mut Random, world: &World, fate: &mut Fate) -> Option<usize> {
        let own = &world.villages[fate.village];
        let of_kind = |kind: &str, places: &mut dyn Iterator<Item = usize>| -> Vec<usize> {
            places.filter(|place| kind_code(world.sites[*place].kind) == kind).collect()
        };
        match self {
            Self::Markets(quota) => {
                let town = world.villages.iter().filter(|village| village.township == own.township);
                let mut places = town.flat_map(|village| village.sites.iter().copied());
                if quota.next() {
                    let markets = of_kind("SPECIALISED_MARKET", &mut places);
                    let market = *random.pick(&markets);
                    fate.village = world.sites[market].village;
                    return Some(market);
                }
                None
            }
            Self::Rental if random.chance(700) => {
                let buildings = of_kind("RENTAL_APARTMENT", &mut own.sites.iter().copied());
                (!buildings.is_empty()).then(|| *random.pick(&buildings))
            }
            Self::Rental => None,
            Self::City | Self::Joint => {
                let likely = random.chance(types::TYPES[fate.kind].at_site) && !own.sites.is_empty();
                likely.then(|| *random.pick(&own.sites))
            }
        }
    }
}
