//! The transitions of a dispute and what they come to.

use serde_json::json;

use super::ending::Ending;
use super::fate::{Course, Fate};
use super::handler::{Around, Handler, Intake};
use crate::demo::calendar::{HOUR, MINUTE};
use crate::demo::history::Step;
use crate::demo::random::Random;

/// Everything that will happen, in order, sessions and reports to the police aside.
pub(super) fn steps(
    fate: &Fate,
    intake: &Intake,
    handler: &Handler<'_>,
    around: &Around<'_>,
    ending: &Ending,
    random: &mut Random,
) -> Vec<Step> {
    let step = |at, action, to, by| Step::new(at, action, to, Some(by));
    let mut steps = vec![step(fate.registered, "registerDispute", "REGISTERED", intake.by)];
    let close = |random: &mut Random, after: i64| {
        step(after + random.range(20, 96) * HOUR, "closeDispute", "CLOSED", intake.by)
    };
    let routes = "已告知可通过仲裁、行政、诉讼等途径解决";
    match fate.course {
        Course::Waiting => return steps,
        Course::NotAccepted | Course::Routed => {
            let to = if fate.course == Course::Routed { "ROUTED" } else { "NOT_ACCEPTED" };
            steps.push(step(fate.accepted, "triageDispute", to, intake.by).noted(routes));
            steps.push(close(random, fate.accepted));
            return steps;
        }
        _ => steps.push(step(fate.accepted, "triageDispute", "ACCEPTED", intake.by)),
    }
    if fate.course == Course::Merged {
        steps.push(step(fate.ended, "mergeDisputes", "MERGED", intake.by).noted("并入在先登记的同一事项"));
        return steps;
    }
    steps.push(step(fate.dispatched, "dispatchDispute", "DISPATCHED", intake.by));
    if fate.course == Course::Stuck && random.chance(350) {
        return steps;
    }
    steps.push(step(fate.started, "startMediation", "MEDIATING", handler.by));
    match fate.course {
        Course::Agreed | Course::Defaulted => {
            steps.push(step(fate.ended, "recordAgreement", "AGREED", handler.by).keeping(ending.kept()));
            if let Some([requested, accepted, decided]) = ending.confirmation_times() {
                let court = around.seat.desks["COURT"];
                steps.push(step(requested, "requestConfirmation", "CONFIRMATION", handler.by));
                steps.push(step(accepted, "acceptConfirmation", "", court));
                steps.push(step(decided, "decideConfirmation", "AGREED", court));
            }
            steps.push(step(ending.visited, "recordPerformance", "FOLLOWED_UP", handler.by));
            steps.push(close(random, ending.visited));
        }
        Course::Reconciled | Course::Withdrawn => {
            let reconciled = fate.course == Course::Reconciled;
            let note = if reconciled { "双方自行和解" } else { "当事人撤回申请" };
            let withdrawn = step(fate.ended, "withdrawDispute", "WITHDRAWN", handler.by).noted(note);
            steps.push(withdrawn.keeping(json!({ "reconciled": reconciled })));
            steps.push(close(random, fate.ended));
        }
        Course::Terminated => {
            steps.push(step(fate.ended, "terminateMediation", "TERMINATED", handler.by).noted(routes));
            steps.push(close(random, fate.ended));
        }
        _ => {}
    }
    steps
}

/// A report to the police while the mediation runs, and that they took it over; what lies ahead does not happen.
pub(super) fn escalation(steps: &mut Vec<Step>, fate: &Fate, handler: &Handler<'_>, officer: i64) -> [i64; 2] {
    let reported = fate.started + (fate.ended.min(fate.started + 20 * HOUR) - fate.started) / 3;
    let taken = reported + 40 * MINUTE;
    steps.push(Step::new(reported, "flagEscalation", "", Some(handler.by)).noted("双方情绪激动，存在肢体冲突风险"));
    if taken < fate.ended {
        steps.push(Step::new(taken, "acknowledgeEscalation", "", Some(officer)));
    }
    [reported, taken]
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
