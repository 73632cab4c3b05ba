//! When each dispute comes, of what type, and how it will end: everything that the statistics count, before any row.

use std::collections::BTreeMap;

use super::types::{LABOUR, TYPES};
use crate::demo::calendar::{self, DAY, HOUR, MINUTE};
use crate::demo::figures::{BY_CENTRE, DISPUTE_TYPES, KEY_FIELD, KEY_FIELD_RESOLVED, OTHER_RESOLVED};
use crate::demo::random::{Quota, Random, Wheel, share};
use crate::demo::{Plan, city};

/// How a dispute goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// Registered and not looked at yet.
    Waiting,
    /// Accepted; nobody has brought it to an end.
    Stuck,
    /// Settled by an agreement that is kept.
    Agreed,
    /// Settled by an agreement that is broken: not resolved.
    Defaulted,
    /// Withdrawn because the parties made it up: resolved.
    Reconciled,
    /// Withdrawn for another reason.
    Withdrawn,
    /// Mediation ended without agreement.
    Terminated,
    /// Led to another procedure at once.
    Routed,
    /// Not accepted.
    NotAccepted,
    /// Joined to an older dispute.
    Merged,
}

/// The plan of one dispute. Times are instants; those after "now" have not happened.
#[derive(Clone, Debug)]
pub(crate) struct Fate {
    /// Place of the village.
    pub(crate) village: usize,
    /// Place of the main type.
    pub(crate) kind: usize,
    /// Place of a second type.
    pub(crate) second: Option<usize>,
    /// Whether it lies in a key field.
    pub(crate) key: bool,
    /// When registered.
    pub(crate) registered: i64,
    /// When accepted; equal to `registered` while it waits.
    pub(crate) accepted: i64,
    /// When dispatched.
    pub(crate) dispatched: i64,
    /// When mediation starts.
    pub(crate) started: i64,
    /// When it ends in the way of its course.
    pub(crate) ended: i64,
    /// How it goes.
    pub(crate) course: Course,
    /// Whether a centre, or a mediation organisation seated in one, handles it (10.3).
    pub(crate) by_centre: bool,
}

impl Fate {
    /// When it was resolved, as of an instant.
    pub(crate) fn resolved(&self, as_of: i64) -> Option<i64> {
        let resolving = matches!(self.course, Course::Agreed | Course::Reconciled);
        (resolving && self.ended <= as_of).then_some(self.ended)
    }
}

/// Shares in 1,000 of what becomes of disputes that nobody resolves.
const UNRESOLVED: [(Course, u32); 6] = [
    (Course::Terminated, 480),
    (Course::Routed, 240),
    (Course::Stuck, 100),
    (Course::Defaulted, 80),
    (Course::Withdrawn, 50),
    (Course::NotAccepted, 50),
];
/// Share in 1,000 of other than key-field disputes that join an older one.
const MERGED: u32 = 4;

/// The stream of the fates of a group of villages, day by day.
pub(crate) struct Fates {
    random: Random,
    as_of: i64,
    last_day: i64,
    villages: Vec<usize>,
    wheel: Wheel,
    by_day: Vec<usize>,
    resolved: BTreeMap<(bool, i64), Quota>,
    by_centre: BTreeMap<(bool, i64), Quota>,
}

impl Fates {
    /// `total` disputes among villages with weights.
    pub(crate) fn new(plan: &Plan, label: &str, villages: Vec<(usize, f64)>, total: usize) -> Self {
        let last_day = city::last_day(plan);
        let weights: Vec<f64> = (city::first_day()..=last_day).map(calendar::busy).collect();
        let wheel = Wheel::new(villages.iter().map(|(_, weight)| *weight));
        let by_day = if villages.is_empty() { vec![0; weights.len()] } else { share(total, &weights) };
        Self {
            random: Random::new(plan.seed, label, 0),
            as_of: plan.as_of_ms,
            last_day,
            villages: villages.into_iter().map(|(place, _)| place).collect(),
            wheel,
            by_day,
            resolved: BTreeMap::new(),
            by_centre: BTreeMap::new(),
        }
    }

    /// The disputes of a day, by time of acceptance.
    pub(crate) fn of_day(&mut self, day: i64) -> Vec<Fate> {
        let count = usize::try_from(day - city::first_day()).ok().and_then(|place| self.by_day.get(place));
        let mut times: Vec<i64> =
            (0..count.copied().unwrap_or(0)).map(|_| calendar::working_instant(&mut self.random, day)).collect();
        times.sort_unstable();
        times.into_iter().map(|accepted| self.fate(day, accepted)).collect()
    }

    fn fate(&mut self, day: i64, accepted: i64) -> Fate {
        let random = &mut self.random;
        let village = self.villages[self.wheel.draw(random)];
        let mut types = DISPUTE_TYPES;
        // Five times as many wage disputes before the festival, so that the year's share stays.
        types[LABOUR] = types[LABOUR] * if calendar::before_festival(day) { 30 } else { 6 } / 10;
        let kind = random.weighted(&types);
        let second = random.chance(90).then(|| random.weighted(&DISPUTE_TYPES)).filter(|second| *second != kind);
        let key = TYPES[kind].key_field.is_some() && random.chance(KEY_FIELD);
        let waits = self.last_day - day < 3 && random.chance(250);
        let registered = if waits { accepted } else { accepted - random.range(4, 900) * MINUTE };
        let course = if waits { Course::Waiting } else { self.course(key, calendar::year_of(accepted)) };
        let random = &mut self.random;
        let ended = match course {
            Course::Routed | Course::NotAccepted => accepted,
            Course::Merged => accepted + random.range(1, 20) * HOUR,
            Course::Stuck | Course::Waiting => i64::MAX,
            // Early enough that the broken promise shows before "now" for the whole cohort of the year.
            Course::Defaulted => settled(random, accepted, |random| random.range(8, 20 * 24) * HOUR),
            _ => settled(random, accepted, duration),
        };
        let length = if ended == i64::MAX { random.range(2, 9) * DAY } else { ended - accepted };
        let dispatched = accepted + length * random.range(4, 18) / 100;
        let started = accepted + length * random.range(22, 45) / 100;
        let mut fate = Fate {
            village,
            kind,
            second,
            key,
            registered,
            accepted,
            dispatched,
            started,
            ended,
            course,
            by_centre: false,
        };
        fate.by_centre = match fate.resolved(self.as_of) {
            Some(at) => {
                let stratum = (key, calendar::year_of(at));
                self.by_centre.entry(stratum).or_insert_with(|| Quota::new(BY_CENTRE)).next()
            }
            None => self.random.chance(BY_CENTRE),
        };
        fate
    }

    fn course(&mut self, key: bool, year: i64) -> Course {
        if !key && self.random.chance(MERGED) {
            return Course::Merged;
        }
        let rate = if key { KEY_FIELD_RESOLVED } else { OTHER_RESOLVED };
        if self.resolved.entry((key, year)).or_insert_with(|| Quota::new(rate)).next() {
            return if self.random.chance(30) { Course::Reconciled } else { Course::Agreed };
        }
        // A key-field dispute is always accepted.
        let weights = UNRESOLVED.map(|(course, weight)| if key && course == Course::NotAccepted { 0 } else { weight });
        UNRESOLVED[self.random.weighted(&weights)].0
    }
}

/// When a matter ends that takes so long: in office hours.
fn settled(random: &mut Random, accepted: i64, length: impl Fn(&mut Random) -> i64) -> i64 {
    let length = length(random);
    calendar::office_hours(random, accepted + length)
}

/// How long a mediation takes: most are done within days, few go beyond the month.
fn duration(random: &mut Random) -> i64 {
    match random.weighted(&[240, 310, 250, 172, 28]) {
        0 => random.range(90, 480) * MINUTE,
        1 => random.range(12, 72) * HOUR,
        2 => random.range(73, 240) * HOUR,
        3 => random.range(241, 690) * HOUR,
        _ => random.range(32, 55) * DAY,
    }
}
