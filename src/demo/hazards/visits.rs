//! Where and when hazards are found: joint fire duty, inspections, self-inspections, patrols and the rest.

use crate::demo::calendar::{self, DAY, HOUR};
use crate::demo::figures::Counts;
use crate::demo::random::{Random, Wheel};
use crate::demo::world::{World, kind_code};
use crate::demo::{Plan, city};

/// Hazards found together at one place.
#[derive(Clone, Debug)]
pub(crate) struct Find {
    /// When the first was found.
    pub(crate) at: i64,
    /// Place of the site; none in the open.
    pub(crate) site: Option<usize>,
    /// Place of the village.
    pub(crate) village: usize,
    /// `HazardSource`.
    pub(crate) source: &'static str,
    /// Place of the inspection among the visits.
    pub(crate) visit: Option<usize>,
    /// How many.
    pub(crate) count: usize,
}

/// An inspection.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// When it starts, or is planned to.
    pub(crate) at: i64,
    /// Sites visited.
    pub(crate) sites: Vec<usize>,
    /// `InspectionKind`.
    pub(crate) kind: &'static str,
    /// `InspectionMode`.
    pub(crate) mode: &'static str,
    /// Whether the fire service makes it.
    pub(crate) fire: bool,
    /// Whether the city's team makes it.
    pub(crate) city: bool,
}

/// Sources other than joint fire duty, in 1,000.
const SOURCES: [(&str, u32); 9] = [
    ("SELF", 300),
    ("GRID", 330),
    ("INSPECTION", 220),
    ("CAMPAIGN", 60),
    ("PUBLIC_SCAN", 40),
    ("DEMAND_12345", 25),
    ("POLICE_110", 12),
    ("ONLINE_LEAD", 8),
    ("IOT", 5),
];
/// Finds of the last twelve days beyond their share, in 1,000.
const RECENT: u32 = 125;
/// Sites that one fire inspection visits at most.
const FIRE_SITES: usize = 4;

/// Plans finds and visits; both by time.
pub(crate) struct Planner<'w> {
    random: Random,
    world: &'w World,
    days: Wheel,
    last_day: i64,
    pub(crate) finds: Vec<Find>,
    pub(crate) visits: Vec<Visit>,
}

impl<'w> Planner<'w> {
    /// The finds and visits of a plan.
    pub(crate) fn run(plan: &Plan, counts: &Counts, world: &'w World) -> Self {
        let last_day = city::last_day(plan);
        let days = Wheel::new((city::first_day()..=last_day).map(calendar::busy));
        let random = Random::new(plan.seed, "hazard plan", 0);
        let mut planner = Self { random, world, days, last_day, finds: Vec::new(), visits: Vec::new() };
        planner.fire(counts);
        planner.others(counts.hazards - counts.fire_hazards - counts.fire_hazards_later);
        planner.stories();
        planner.uneventful();
        planner.ahead(plan.as_of_ms);
        planner.sort();
        planner
    }

    fn village_of(&self, site: usize) -> usize {
        self.world.sites[site].village
    }

    fn cohort_sites(&self, wanted: impl Fn(&crate::demo::world::Site) -> bool) -> Vec<usize> {
        let own = |place: &usize| {
            let site = &self.world.sites[*place];
            self.world.villages[site.village].cohort && site.active && wanted(site)
        };
        (0..self.world.sites.len()).filter(own).collect()
    }

    /// Joint fire duty: exactly so many sites, each with a hazard in 2025, and exactly so many hazards.
    fn fire(&mut self, counts: &Counts) {
        let mut sites = self.cohort_sites(|_| true);
        for place in 0..counts.fire_sites {
            let other = place + self.random.below(sites.len() - place);
            sites.swap(place, other);
        }
        sites.truncate(counts.fire_sites);
        let mut found = vec![1usize; sites.len()];
        for _ in 0..counts.fire_hazards - counts.fire_sites {
            let place = self.random.below(sites.len());
            found[place] += 1;
        }
        // (day, township) -> site, hazards
        let mut calls: Vec<(i64, usize, usize, usize)> = Vec::new();
        let last = calendar::day(2025, 12, 31);
        for (site, mut left) in sites.iter().zip(found) {
            while left > 0 {
                let now = left.min(2);
                left -= now;
                let day = self.week_day(city::first_day(), last);
                calls.push((day, self.world.villages[self.village_of(*site)].township, *site, now));
            }
        }
        for _ in 0..counts.fire_hazards_later {
            let site = *self.random.pick(&sites);
            let day = self.week_day(last + 1, self.last_day);
            calls.push((day, self.world.villages[self.village_of(site)].township, site, 1));
        }
        calls.sort_unstable();
        for group in calls.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).flat_map(|same| same.chunks(FIRE_SITES)) {
            let start = calendar::day_start(group[0].0) + self.random.range(9 * 60, 15 * 60) * calendar::MINUTE;
            let mut visit =
                Visit { at: start, sites: Vec::new(), kind: "JOINT", mode: "OPEN", fire: true, city: false };
            for (number, (_, _, site, count)) in (0..).zip(group) {
                if !visit.sites.contains(site) {
                    visit.sites.push(*site);
                }
                self.finds.push(Find {
                    at: start + (number * 30 + 10) * calendar::MINUTE,
                    site: Some(*site),
                    village: self.world.sites[*site].village,
                    source: "FIRE_JOINT",
                    visit: Some(self.visits.len()),
                    count: *count,
                });
            }
            self.visits.push(visit);
        }
    }

    fn week_day(&mut self, first: i64, last: i64) -> i64 {
        let day = self.random.range(first, last);
        if !calendar::weekend(day) {
            day
        } else if day - 2 >= first {
            day - 2
        } else {
            day + 2
        }
    }

    /// Any time of the data; one in eight of the last days, so that there is work in hand.
    fn instant(&mut self) -> i64 {
        let day = match self.random.chance(RECENT) {
            true => self.last_day - self.random.range(0, 11),
            false => city::first_day() + self.days.draw(&mut self.random) as i64,
        };
        calendar::working_instant(&mut self.random, day)
    }

    fn others(&mut self, mut left: usize) {
        let sites = self.cohort_sites(|_| true);
        let owned = self.cohort_sites(|site| site.owner.is_some());
        let cohort = self.world.villages.iter().enumerate().filter(|(_, village)| village.cohort);
        let villages: Vec<usize> = cohort.map(|(place, _)| place).collect();
        let wheel = Wheel::new(villages.iter().map(|place| self.world.villages[*place].weight));
        while left > 0 {
            let source = SOURCES[self.random.weighted(&SOURCES.map(|(_, weight)| weight))].0;
            let inspected = matches!(source, "INSPECTION" | "CAMPAIGN");
            let site = match source {
                "SELF" => Some(*self.random.pick(&owned)),
                "INSPECTION" | "CAMPAIGN" => Some(*self.random.pick(&sites)),
                _ => self.random.chance(650).then(|| *self.random.pick(&sites)),
            };
            let count = if inspected { self.random.range(1, 3) as usize } else { 1 }.min(left);
            left -= count;
            let at = self.instant();
            let village = match site {
                Some(site) => self.village_of(site),
                None => villages[wheel.draw(&mut self.random)],
            };
            let visit = match site {
                Some(site) if inspected => Some(self.inspection(at - HOUR / 2, vec![site], source)),
                _ => None,
            };
            self.finds.push(Find { at, site, village, source, visit, count });
        }
    }

    fn inspection(&mut self, at: i64, sites: Vec<usize>, source: &str) -> usize {
        let (kind, mode, city) = match self.random.weighted(&[55, 25, 20]) {
            _ if source == "CAMPAIGN" => ("SPECIAL", "OPEN", false),
            0 => ("ROUTINE", "OPEN", false),
            1 => ("SPECIAL", "UNANNOUNCED", false),
            _ => ("SUPERVISION", if self.random.chance(500) { "COVERT" } else { "UNANNOUNCED" }, true),
        };
        self.visits.push(Visit { at, sites, kind, mode, fire: false, city });
        self.visits.len() - 1
    }

    /// Hazards at the sites of the neighbours' stories: mostly fire hazards at the rental buildings.
    fn stories(&mut self) {
        for place in 0..self.world.sites.len() {
            let site = &self.world.sites[place];
            if self.world.villages[site.village].cohort || !site.active {
                continue;
            }
            let rental = kind_code(site.kind) == "RENTAL_APARTMENT";
            for _ in 0..if rental { self.random.range(1, 4) } else { self.random.range(0, 1) } {
                let at = self.instant();
                let village = self.village_of(place);
                self.finds.push(Find { at, site: Some(place), village, source: "GRID", visit: None, count: 1 });
            }
        }
    }

    /// One inspection in four finds nothing.
    fn uneventful(&mut self) {
        let sites = self.cohort_sites(|_| true);
        let eventful = self.visits.iter().filter(|visit| !visit.fire).count();
        for _ in 0..eventful / 3 {
            let at = self.instant();
            let site = *self.random.pick(&sites);
            self.inspection(at, vec![site], "INSPECTION");
        }
    }

    /// Inspections that are planned and have not started, half of them covert or unannounced.
    fn ahead(&mut self, as_of: i64) {
        let sites = self.cohort_sites(|_| true);
        for number in 0..(sites.len() / 400).clamp(8, 80) {
            let at = as_of + self.random.range(1, 20) * DAY + self.random.range(9, 15) * HOUR;
            let site = *self.random.pick(&sites);
            let mode = ["COVERT", "OPEN", "UNANNOUNCED", "OPEN"][number % 4];
            let city = mode == "COVERT";
            let kind = if city { "SUPERVISION" } else { "ROUTINE" };
            self.visits.push(Visit { at, sites: vec![site], kind, mode, fire: false, city });
        }
    }

    /// Puts both lists in order of time and keeps the finds' places right.
    fn sort(&mut self) {
        let mut order: Vec<usize> = (0..self.visits.len()).collect();
        order.sort_by_key(|place| (self.visits[*place].at, *place));
        let mut now_at = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            now_at[*old] = new;
        }
        self.visits = order.into_iter().map(|old| self.visits[old].clone()).collect();
        for find in &mut self.finds {
            find.visit = find.visit.map(|old| now_at[old]);
        }
        self.finds.sort_by_key(|find| (find.at, find.village, find.site));
    }
}
