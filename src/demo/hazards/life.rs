//! The life of one hazard: its transitions, and what they make of its row.

use crate::demo::calendar::{DAY, HOUR, MINUTE};
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

/// One transition.
pub(super) struct Step {
    pub(super) at: i64,
    pub(super) action: &'static str,
    pub(super) to: &'static str,
    pub(super) by: Option<i64>,
    pub(super) note: Option<&'static str>,
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

/// Everything that will happen, in order. `ordered` is when the order is issued.
pub(super) fn steps(
    random: &mut Random,
    course: Course,
    found: i64,
    major: bool,
    (graded, ordered, deadline): (i64, i64, i64),
    actors: &Actors,
) -> Vec<Step> {
    let step = |at, action, to, by, note| Step { at, action, to, by, note };
    let mut steps = vec![step(found, "REPORT_HAZARD", "REPORTED", Some(actors.reporter), None)];
    match course {
        Course::Fresh => {}
        Course::Rejected => {
            let note = Some("不属于安全隐患，已告知报送人");
            steps.push(step(graded, "REJECT_HAZARD", "REJECTED", Some(actors.grader), note));
        }
        Course::OnSite => {
            let fixed = found + random.range(5, 60) * MINUTE;
            steps.push(step(fixed, "FIX_ON_SITE", "RECTIFIED", actors.fixer, None));
            accept(random, &mut steps, fixed, actors, false);
        }
        Course::Ordered => {
            steps.push(step(graded, "GRADE_HAZARD", "GRADED", Some(actors.grader), None));
            steps.push(step(ordered, "ISSUE_ORDER", "ASSIGNED", Some(actors.issuer), None));
            let begun = ordered + random.range(4, 60) * HOUR;
            steps.push(step(begun, "START_RECTIFICATION", "RECTIFYING", actors.fixer, None));
            rectify(random, &mut steps, begun, deadline, major, actors);
        }
    }
    steps
}

fn rectify(random: &mut Random, steps: &mut Vec<Step>, begun: i64, deadline: i64, major: bool, actors: &Actors) {
    let done = match random.weighted(&[885, 85, 30]) {
        0 => begun + (deadline - begun).max(HOUR) * random.range(20, 98) / 100,
        1 => deadline + random.range(1, 20) * DAY,
        // Nobody brings it to an end.
        _ => return,
    };
    let mut last = done;
    steps.push(Step { at: done, action: "SUBMIT_RECTIFICATION", to: "RECTIFIED", by: actors.fixer, note: None });
    if random.chance(70) {
        let refused = last + random.range(6, 60) * HOUR;
        let note = Some("整改不到位，退回重新整改");
        steps.push(Step {
            at: refused,
            action: "REJECT_RECTIFICATION",
            to: "RECTIFYING",
            by: Some(actors.acceptor),
            note,
        });
        last = refused + random.range(12, 120) * HOUR;
        steps.push(Step { at: last, action: "SUBMIT_RECTIFICATION", to: "RECTIFIED", by: actors.fixer, note: None });
    }
    if major || random.chance(400) {
        last += random.range(2, 24) * HOUR;
        let note = Some("整改符合要求");
        steps.push(Step { at: last, action: "CONFIRM_GUIDANCE", to: "RECTIFIED", by: Some(actors.guide), note });
    }
    accept(random, steps, last, actors, true);
}

fn accept(random: &mut Random, steps: &mut Vec<Step>, after: i64, actors: &Actors, ordered: bool) {
    let accepted = after + random.range(2, if ordered { 70 } else { 40 }) * HOUR;
    let by = Some(actors.acceptor);
    steps.push(Step { at: accepted, action: "ACCEPT_RECTIFICATION", to: "ACCEPTED", by, note: None });
    let written_off = accepted + random.range(10, 20 * 60) * MINUTE;
    steps.push(Step { at: written_off, action: "WRITE_OFF", to: "WRITTEN_OFF", by, note: None });
}
