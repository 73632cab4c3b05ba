//! The life of one hazard: its transitions, and what they make of its row.

use serde_json::json;

use crate::demo::calendar::{self, DAY, HOUR, MINUTE};
use crate::demo::history::Step;
use crate::demo::random::Random;

/// How a hazard goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// Nobody has looked at it yet.
    Fresh,
    /// Judged not to be a hazard.
    Rejected,
    /// Fixed on the spot; general hazards only.
    OnSite,
    /// Ordered to be rectified.
    Ordered,
}

/// Who acts on a hazard.
pub(super) struct Actors {
    /// Who reports it.
    pub(super) reporter: i64,
    /// Who grades or rejects it.
    pub(super) grader: i64,
    /// Who fixes it; none when the unit has no account.
    pub(super) fixer: Option<i64>,
    /// Who issues the order.
    pub(super) issuer: i64,
    /// Who guides.
    pub(super) guide: i64,
    /// Who accepts and writes off.
    pub(super) acceptor: i64,
}

/// Draws how a hazard goes. Without a unit no order can be addressed, so it is fixed on the spot.
pub(super) fn course(random: &mut Random, major: bool, has_unit: bool, fresh: bool) -> Course {
    if fresh {
        return Course::Fresh;
    }
    match random.weighted(&[3, 22, 430, 545]) {
        0 => Course::Fresh,
        1 => Course::Rejected,
        2 if !major => Course::OnSite,
        _ if has_unit => Course::Ordered,
        _ => Course::OnSite,
    }
}

/// Days that an order gives.
pub(super) const fn days_allowed(major: bool) -> i64 {
    if major { 30 } else { 7 }
}

/// When things are done about a hazard.
pub(super) struct Times {
    /// When it is graded.
    pub(super) graded: i64,
    /// When the order is issued.
    pub(super) ordered: i64,
    /// Until when it is to be put right.
    pub(super) deadline: i64,
    /// When each assignee acknowledges the order: guidance and acceptance.
    pub(super) acknowledged: [i64; 2],
}

/// The assignees of an order, guidance first.
pub(super) const ASSIGNEES: [&str; 2] = ["REGULATOR_GUIDANCE", "LOCAL_ACCEPTANCE"];

/// Everything that will happen, in order.
pub(super) fn steps(
    random: &mut Random,
    course: Course,
    found: i64,
    major: bool,
    times: &Times,
    actors: &Actors,
) -> Vec<Step> {
    let mut steps = vec![Step::new(found, "reportHazard", "REPORTED", Some(actors.reporter))];
    let grade = json!({ "grade": if major { "MAJOR" } else { "GENERAL" } });
    match course {
        Course::Fresh => {}
        Course::Rejected => {
            let step = Step::new(times.graded, "rejectHazard", "REJECTED", Some(actors.grader));
            steps.push(step.noted("不属于安全隐患，已告知报送人"));
        }
        Course::OnSite => {
            let fixed = found + random.range(5, 60) * MINUTE;
            steps.push(Step::new(fixed, "fixOnSite", "RECTIFIED", actors.fixer));
            accept(random, &mut steps, fixed, actors, false);
        }
        Course::Ordered => {
            steps.push(Step::new(times.graded, "gradeHazard", "GRADED", Some(actors.grader)).keeping(grade));
            let order = Step::new(times.ordered, "issueOrder", "ASSIGNED", Some(actors.issuer));
            steps.push(order.keeping(json!({ "deadline": times.deadline })));
            let begun = times.ordered + random.range(4, 60) * HOUR;
            let start = Step::new(begun, "startRectification", "RECTIFYING", actors.fixer);
            steps.push(start.keeping(json!({ "suspend": false })));
            rectify(random, &mut steps, begun, times.deadline, major, actors);
            acknowledge(&mut steps, times, actors);
        }
    }
    Step::settle(&mut steps);
    steps
}

/// Both assignees acknowledge, before the acceptance however fast it goes.
fn acknowledge(steps: &mut Vec<Step>, times: &Times, actors: &Actors) {
    let accepted = steps.iter().find(|step| step.action == "acceptRectification").map_or(i64::MAX, |step| step.at);
    for ((role, at), by) in ASSIGNEES.into_iter().zip(times.acknowledged).zip([actors.guide, actors.acceptor]) {
        let step = Step::new(at.min(accepted - MINUTE), "acknowledgeAssignment", "", Some(by));
        steps.push(step.keeping(json!({ "subject": role })));
    }
}

/// The deadline of the next round, when a rectification was sent back.
pub(super) fn second_limit(refused: i64) -> i64 {
    calendar::day_start(calendar::day_of(refused) + days_allowed(false) + 1)
}

fn rectify(random: &mut Random, steps: &mut Vec<Step>, begun: i64, deadline: i64, major: bool, actors: &Actors) {
    let done = match random.weighted(&[885, 85, 30]) {
        0 => begun + (deadline - begun).max(HOUR) * random.range(20, 98) / 100,
        1 => deadline + random.range(1, 20) * DAY,
        // Nobody brings it to an end.
        _ => return,
    };
    let mut last = done;
    steps.push(Step::new(done, "submitRectification", "RECTIFIED", actors.fixer));
    if random.chance(70) {
        let refused = last + random.range(6, 60) * HOUR;
        let step = Step::new(refused, "rejectRectification", "RECTIFYING", Some(actors.acceptor));
        let step = step.noted("整改不到位，退回重新整改");
        steps.push(step.keeping(json!({ "deadline": second_limit(refused) })));
        last = refused + random.range(12, 120) * HOUR;
        steps.push(Step::new(last, "submitRectification", "RECTIFIED", actors.fixer));
    }
    if major || random.chance(400) {
        last += random.range(2, 24) * HOUR;
        let step = Step::new(last, "confirmGuidance", "", Some(actors.guide)).noted("整改符合要求");
        steps.push(step.keeping(json!({ "result": "PASS" })));
    }
    accept(random, steps, last, actors, true);
}

fn accept(random: &mut Random, steps: &mut Vec<Step>, after: i64, actors: &Actors, ordered: bool) {
    let accepted = after + random.range(2, if ordered { 70 } else { 40 }) * HOUR;
    let by = Some(actors.acceptor);
    steps.push(Step::new(accepted, "acceptRectification", "ACCEPTED", by));
    let written_off = accepted + random.range(10, 20 * 60) * MINUTE;
    steps.push(Step::new(written_off, "writeOff", "WRITTEN_OFF", by));
}
