//! The life of one event: its transitions, and what they make of its row.

use serde_json::json;

use super::Became;
use crate::demo::calendar::{self, DAY, HOUR, MINUTE};
use crate::demo::geo::Point;
use crate::demo::history::{Matter, Step};
use crate::demo::random::Random;
use crate::demo::world::{GridPlace, Seat, Site, Township, Village, World};

/// Days that a handler is given.
const DAYS_ALLOWED: i64 = 7;
/// `EventChannel`, in 1,000.
const CHANNELS: [(&str, u32); 7] = [
    ("GRID_APP", 880),
    ("PUBLIC_SCAN", 50),
    ("WINDOW", 30),
    ("HOTLINE_12345", 20),
    ("POLICE_110", 10),
    ("ONLINE_LEAD", 7),
    ("IOT", 3),
];

/// The place of an event and who is there.
pub(super) struct Around<'w> {
    pub(super) village: &'w Village,
    pub(super) township: &'w Township,
    pub(super) seat: &'w Seat,
    /// Place of the county among the seats.
    pub(super) seat_place: usize,
    pub(super) grid: &'w GridPlace,
}

impl<'w> Around<'w> {
    pub(super) fn of(world: &'w World, village: usize, is: impl Fn(&GridPlace) -> bool) -> Around<'w> {
        let village = &world.villages[village];
        let grid = village.grids.iter().find(|grid| is(grid)).unwrap_or(&village.grids[0]);
        let (township, seat) = (&world.townships[village.township], &world.seats[village.seat]);
        Around { village, township, seat, seat_place: village.seat, grid }
    }
}

/// Who handles an event.
#[derive(Clone, Copy)]
pub(super) struct Handler {
    pub(super) organisation: i64,
    pub(super) by: i64,
}

/// An event as far as it has come.
pub(super) struct Life<'w> {
    pub(super) kind: &'static str,
    pub(super) channel: &'static str,
    pub(super) steps: Vec<Step>,
    pub(super) handler: Option<Handler>,
    pub(super) on_spot: bool,
    pub(super) due: Option<i64>,
    pub(super) tracking: Option<i64>,
    pub(super) site: Option<&'w Site>,
    pub(super) site_id: Option<i64>,
    pub(super) point: Option<Point>,
    pub(super) became: Option<Matter>,
}

impl Life<'_> {
    /// When an action was last taken.
    pub(super) fn last(&self, action: &str) -> Option<i64> {
        self.steps.iter().rev().find(|step| step.action == action).map(|step| step.at)
    }
}

fn limit(from: i64, days: i64) -> i64 {
    calendar::day_start(calendar::day_of(from) + days + 1)
}

/// An event that was settled, handled or found void in the grid or by an office.
pub(super) fn plain<'w>(random: &mut Random, at: i64, around: &Around<'w>, as_of: i64) -> Life<'w> {
    let kind = ["PATROL_FINDING", "SERVICE", "HAZARD", "DISPUTE", "DEMAND"][random.weighted(&[380, 270, 150, 60, 140])];
    let channel = CHANNELS[random.weighted(&CHANNELS.map(|(_, weight)| weight))].0;
    let mut life = begun(kind, channel, at, around.grid.member);
    match random.weighted(&[540, 20, 10, 400, 30]) {
        0 => {
            life.on_spot = true;
            life.handler = Some(Handler { organisation: around.village.body, by: around.grid.member });
            let done = at + random.range(5, 90) * MINUTE;
            life.steps.push(Step::new(done, "settleOnSpot", "HANDLING", Some(around.grid.member)).noted("已当场处理"));
            confirm(random, &mut life, done, around);
        }
        1 => {
            let judged = at + random.range(30, 8 * 60) * MINUTE;
            let step = Step::new(judged, "triageEvent", "INVALID", Some(around.village.cadre));
            life.steps.push(step.noted("经核实不属实，已告知报送人"));
        }
        2 => {
            let judged = at + random.range(30, 8 * 60) * MINUTE;
            life.steps.push(Step::new(judged, "triageEvent", "DUPLICATE", Some(around.village.cadre)));
        }
        3 => assigned(random, &mut life, at, around),
        _ => {}
    }
    // Whoever reported it on the last day may not have heard yet.
    life.steps.retain(|step| step.at <= as_of);
    Step::settle(&mut life.steps);
    life
}

fn begun<'w>(kind: &'static str, channel: &'static str, at: i64, by: i64) -> Life<'w> {
    Life {
        kind,
        channel,
        steps: vec![Step::new(at, "reportEvent", "REPORTED", Some(by))],
        handler: None,
        on_spot: false,
        due: None,
        tracking: None,
        site: None,
        site_id: None,
        point: None,
        became: None,
    }
}

/// Triaged, now and then talked over, and given to somebody.
fn assigned(random: &mut Random, life: &mut Life<'_>, at: i64, around: &Around<'_>) {
    let (village, township) = (around.village, around.township);
    let in_village = random.chance(620);
    let cadre = if in_village { village.cadre } else { township.operator };
    let mut now = at + random.range(20, 20 * 60) * MINUTE;
    life.steps.push(Step::new(now, "triageEvent", "TRIAGED", Some(cadre)));
    if random.chance(150) {
        now += random.range(4, 96) * HOUR;
        let step = Step::new(now, "consultEvent", "CONSULTED", Some(cadre)).noted("议定由承办单位牵头处置");
        life.steps.push(step);
    }
    let handler = match (in_village, random.weighted(&[55, 25, 20])) {
        (true, _) => Handler { organisation: village.body, by: village.cadre },
        (_, 0) => Handler { organisation: township.station, by: township.officer },
        (_, 1) => Handler { organisation: around.seat.offices["ENFORCE"], by: around.seat.desks["ENFORCE"] },
        _ => Handler { organisation: around.seat.offices["MARKET"], by: around.seat.desks["MARKET"] },
    };
    life.handler = Some(handler);
    now += random.range(10, 10 * 60) * MINUTE;
    let due = limit(now, DAYS_ALLOWED);
    life.due = Some(due);
    let step = Step::new(now, "assignEvent", "HANDLING", Some(cadre)).noted("现场处置并反馈");
    life.steps.push(step.keeping(json!({ "deadline": due })));
    let done = match random.weighted(&[930, 55, 15]) {
        0 => now + (due - now) * random.range(5, 98) / 100,
        1 => due + random.range(1, 9) * DAY,
        _ => return,
    };
    life.steps.push(Step::new(done, "handleEvent", "", Some(handler.by)).noted("已处置"));
    confirm(random, life, done, around);
}

/// Confirmed by the grid leader, watched, and closed if it has not come again.
fn confirm(random: &mut Random, life: &mut Life<'_>, done: i64, around: &Around<'_>) {
    let (leader, member) = (Some(around.grid.leader), Some(around.grid.member));
    let mut now = done + random.range(1, 60) * HOUR;
    life.steps.push(Step::new(now, "feedBackEvent", "FED_BACK", leader));
    let mut days = [30, 60, 90][random.weighted(&[70, 20, 10])];
    if random.chance(18) {
        now = watched(random, life, now, days, member) - random.range(2, days - 2) * DAY;
        let due = limit(now, DAYS_ALLOWED);
        let handler = life.handler.map(|handler| handler.by);
        let step = Step::new(now, "recurEvent", "HANDLING", member).noted("同一问题再次出现");
        life.steps.push(step.keeping(json!({ "deadline": due })));
        life.due = Some(due);
        now += random.range(5, 30) * HOUR;
        let step = Step::new(now, "reviewEvent", "", Some(around.township.operator));
        life.steps.push(step.noted("增加巡查频次，明确包干责任"));
        now += random.range(5, 60) * HOUR;
        life.steps.push(Step::new(now, "handleEvent", "", handler).noted("已重新处置"));
        now += random.range(5, 40) * HOUR;
        life.steps.push(Step::new(now, "feedBackEvent", "FED_BACK", leader));
        days = 30;
    }
    let until = watched(random, life, now, days, member);
    let closed = until + random.range(2, 70) * HOUR;
    life.steps.push(Step::new(closed, "closeEvent", "CLOSED", leader));
}

/// Watched for so many days; gives the end.
fn watched(random: &mut Random, life: &mut Life<'_>, after: i64, days: i64, by: Option<i64>) -> i64 {
    let begun = after + random.range(1, 20) * HOUR;
    let until = limit(begun, days);
    life.tracking = Some(until);
    let step = Step::new(begun, "trackEvent", "TRACKING", by);
    life.steps.push(step.keeping(json!({ "closeBy": until + 72 * HOUR })));
    until
}

/// An event that became a dispute or a hazard.
pub(super) fn handed_over<'w>(random: &mut Random, became: &Became, around: &Around<'w>, as_of: i64) -> Life<'w> {
    let (kind, action) = match became.matter {
        Matter::Dispute(_) => ("DISPUTE", "handOverToDispute"),
        _ => ("HAZARD", "handOverToHazard"),
    };
    let mut life = begun(kind, "GRID_APP", became.at - random.range(60, 8 * 60) * MINUTE, around.grid.member);
    let triaged = became.at - random.range(5, 50) * MINUTE;
    life.steps.push(Step::new(triaged, "triageEvent", "TRIAGED", Some(around.village.cadre)));
    life.steps.push(Step::new(became.at, action, "HANDLING", Some(became.by)));
    (life.site_id, life.point, life.became) = (became.site, Some(became.point), Some(became.matter));
    match became.ended {
        Some((at, false)) => {
            life.steps.push(Step::new(at, "concludeEvent", "", None));
            confirm(random, &mut life, at, around);
        }
        Some((at, true)) => life.steps.push(Step::new(at, "retriageEvent", "TRIAGED", None)),
        None => {}
    }
    life.steps.retain(|step| step.at <= as_of);
    Step::settle(&mut life.steps);
    life
}
