//! The transitions of a dispute and what they come to.

use entity::status_event;

use super::ending::Ending;
use super::fate::{Course, Fate};
use super::handler::{Around, Handler, Intake};
use crate::demo::calendar::HOUR;
use crate::demo::out::{Out, Stopped};
use crate::demo::random::Random;

/// One transition.
pub(super) struct Step {
    pub(super) at: i64,
    pub(super) action: &'static str,
    pub(super) to: &'static str,
    pub(super) by: i64,
    pub(super) note: Option<&'static str>,
}

/// Everything that will happen, in order.
pub(super) fn steps(
    fate: &Fate,
    intake: &Intake,
    handler: &Handler<'_>,
    around: &Around<'_>,
    ending: &Ending,
    random: &mut Random,
) -> Vec<Step> {
    let step = |at, action, to, by, note| Step { at, action, to, by, note };
    let mut steps = vec![step(fate.registered, "REGISTER_DISPUTE", "REGISTERED", intake.by, None)];
    let close =
        |random: &mut Random, after: i64| step(after + random.range(20, 96) * HOUR, "CLOSE", "CLOSED", intake.by, None);
    let routes = Some("已告知可通过仲裁、行政、诉讼等途径解决");
    match fate.course {
        Course::Waiting => return steps,
        Course::NotAccepted | Course::Routed => {
            let to = if fate.course == Course::Routed { "ROUTED" } else { "NOT_ACCEPTED" };
            steps.push(step(fate.accepted, "TRIAGE", to, intake.by, routes));
            steps.push(close(random, fate.accepted));
            return steps;
        }
        _ => steps.push(step(fate.accepted, "TRIAGE", "ACCEPTED", intake.by, None)),
    }
    if fate.course == Course::Merged {
        steps.push(step(fate.ended, "MERGE", "MERGED", intake.by, Some("并入在先登记的同一事项")));
        return steps;
    }
    steps.push(step(fate.dispatched, "DISPATCH", "DISPATCHED", intake.by, None));
    if fate.course == Course::Stuck && random.chance(350) {
        return steps;
    }
    steps.push(step(fate.started, "START_MEDIATION", "MEDIATING", handler.by, None));
    match fate.course {
        Course::Agreed | Course::Defaulted => {
            steps.push(step(fate.ended, "RECORD_AGREEMENT", "AGREED", handler.by, None));
            if let Some((requested, decided)) = ending.confirmation_times() {
                steps.push(step(requested, "REQUEST_CONFIRMATION", "CONFIRMATION", handler.by, None));
                steps.push(step(decided, "DECIDE_CONFIRMATION", "AGREED", around.seat.desks["COURT"], None));
            }
            steps.push(step(ending.visited, "RECORD_PERFORMANCE", "FOLLOWED_UP", handler.by, None));
            steps.push(close(random, ending.visited));
        }
        Course::Reconciled | Course::Withdrawn => {
            let note = if fate.course == Course::Reconciled { "双方自行和解" } else { "当事人撤回申请" };
            steps.push(step(fate.ended, "WITHDRAW", "WITHDRAWN", handler.by, Some(note)));
            steps.push(close(random, fate.ended));
        }
        Course::Terminated => {
            steps.push(step(fate.ended, "TERMINATE", "TERMINATED", handler.by, routes));
            steps.push(close(random, fate.ended));
        }
        _ => {}
    }
    steps
}

/// Writes the transitions and gives their keys.
pub(super) fn write(out: &mut Out<'_>, steps: &[Step], dispute: i64, division: &str) -> Result<Vec<i64>, Stopped> {
    let mut keys = Vec::with_capacity(steps.len());
    let mut from = None;
    for (seq, step) in (1..).zip(steps) {
        let id = out.id("status_event");
        keys.push(id);
        out.put(status_event::Model {
            id,
            division_code: division.to_owned(),
            hazard_id: None,
            dispute_id: Some(dispute),
            seq,
            from_state: from.replace(step.to).map(str::to_owned),
            to_state: step.to.to_owned(),
            action: step.action.to_owned(),
            by_id: Some(step.by),
            at: step.at,
            note: step.note.map(str::to_owned),
        })?;
    }
    Ok(keys)
}

/// `DisputeOutcome` as of "now".
pub(super) fn outcome(fate: &Fate, random: &mut Random, as_of: i64) -> Option<&'static str> {
    if fate.ended > as_of {
        return None;
    }
    match fate.course {
        Course::Agreed | Course::Defaulted => Some("MEDIATED"),
        Course::Reconciled | Course::Withdrawn => Some("WITHDRAWN"),
        Course::Terminated => Some("TERMINATED"),
        Course::NotAccepted => Some("NOT_ACCEPTED"),
        Course::Merged => Some("MERGED"),
        Course::Routed => Some(match random.weighted(&[60, 20, 12, 8]) {
            0 => "TRANSFERRED_JUDICIAL",
            1 => "TRANSFERRED_ARBITRATION",
            2 => "TRANSFERRED_ADMINISTRATIVE",
            _ => "TRANSFERRED_PETITION",
        }),
        Course::Waiting | Course::Stuck => None,
    }
}
