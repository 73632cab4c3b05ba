//! 网格事件规则. Relations and conditions that the lifecycle of a grid event names.

use sea_orm::sea_query::ExprTrait;
use serde_json::Value as Json;

use crate::lifecycle::case::{Actor, Attempt, Case, Event, Values, number, text};
use crate::lifecycle::place;
use crate::lifecycle::refusal::{Code, Refusal, refused_if};
use crate::lifecycle::room::{Check, Need, Relation};
use crate::read::sql::{col, select_where};

const DAY_MS: i64 = 86_400_000;
/// Days without a word of the reporter after which an office may confirm.
const SILENT_DAYS: i64 = 7;
/// For how many days an event may be watched.
const TRACKING: [i64; 3] = [30, 60, 90];
/// Actions after which the event waits for what it became.
const HANDED_OVER: [&str; 2] = ["handOverToDispute", "handOverToHazard"];
/// Actions that are the handling itself: the duty HANDLED_IT of the lifecycle.
const HANDLING: [&str; 2] = ["settleOnSpot", "handleEvent"];
/// Actions that end the waiting.
const CAME_BACK: [&str; 3] = ["concludeEvent", "resumeEvent", "retriageEvent"];

pub(super) const RELATIONS: &[(&str, Relation)] = &[
    ("HANDLER", |case, actor| case.number("handler_id") == Some(actor.organisation_id)),
    ("REPORTER", reporter),
    ("HANDLED_WHAT_IT_BECAME", |case, actor| handled_what_it_became(case).any(|account| account == actor.account_id)),
    ("OWN_GRID", |case, actor| case.number("grid_id").is_some_and(|grid| actor.grid_ids.contains(&grid))),
];

pub(super) const CHECKS: &[(&str, Check, &[Code])] = &[
    ("place", place::given, &[Code::PlaceUnknown]),
    ("reporter_out", reporter_out, &[Code::NotPermitted]),
    ("handler_named", handler_named, &[Code::NotPermitted]),
    ("triage_reason", triage_reason, &[Code::InputIncomplete]),
    ("meeting_fits", meeting_fits, &[Code::InputIncomplete]),
    ("later", later, &[Code::DeadlineInvalid]),
    ("nobody_handles", nobody_handles, &[Code::AlreadyDone, Code::NotHandled]),
    ("waiting", |attempt| refused_if(!waits(attempt.case), Code::NotHandled.alone()), &[Code::NotHandled]),
    ("open_handling", open_handling, &[Code::AlreadyDone, Code::NotHandled]),
    ("is_handled", is_handled, &[Code::NotHandled]),
    ("reviewed", reviewed, &[Code::ReviewMissing]),
    ("has_recurred", has_recurred, &[Code::WrongState]),
    ("tracking_days", tracking_days, &[Code::InputIncomplete]),
    ("tracked", tracked, &[Code::TooEarly]),
];

/// The offices of the place: whoever triages.
pub(super) fn needs(action: &str, attempt: &Attempt<'_>) -> Vec<Need> {
    let place = attempt.row("site").or_else(|| attempt.row("grid"));
    let code = place.and_then(|row| text(row, "division_code"));
    match (action, code) {
        ("reportEvent", Some(code)) => {
            let here = col("t0", "division_code").eq(code).and(col("t0", "department").eq("VILL"));
            vec![Need { name: "village", table: "organisation", rows: select_where("organisation", here), gate: None }]
        }
        _ => vec![],
    }
}

fn reporter(case: &Case, actor: &Actor) -> bool {
    let by = case.last("reportEvent").and_then(|event| event.account_id);
    by == Some(actor.account_id) || by.is_none() && case.number("reported_by_id") == Some(actor.posting_id)
}

/// Accounts of those who put right the hazard, or mediated the dispute, that the event became.
fn handled_what_it_became(case: &Case) -> impl Iterator<Item = i64> + '_ {
    let named = |event: &'_ Event| event.input.get("handledBy").and_then(Json::as_array).cloned().unwrap_or_default();
    case.events.iter().flat_map(named).filter_map(|account| account.as_i64())
}

/// Who reported it and handled it as well does not confirm it, and some never answer: somebody else has to.
fn reporter_out(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let case = attempt.case;
    let by = case.last("reportEvent").and_then(|event| event.account_id);
    let handled = |event: &Event| HANDLING.contains(&event.action.as_str()) && event.account_id == by;
    let hand =
        by.is_some_and(|by| case.events.iter().any(handled) || handled_what_it_became(case).any(|hand| hand == by));
    let handled_at = case.number("handled_at").unwrap_or(attempt.now);
    let silent = attempt.now - handled_at > SILENT_DAYS * DAY_MS;
    refused_if(!hand && !silent, Code::NotPermitted.alone())
}

/// An office takes back what it has given to somebody.
fn handler_named(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.case.number("handler_id").is_none(), Code::NotPermitted.alone())
}

/// What is void is told why; a duplicate names the older event of the same place.
fn triage_reason(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    match attempt.text("decision") {
        Some("INVALID") => refused_if(attempt.blank("reason"), Code::InputIncomplete.of("reason")),
        Some("DUPLICATE") => {
            // Two of one batch have the same time: their numbers say which came first.
            let age = |row: &Values| (number(row, "reported_at"), text(row, "no").map(str::to_owned));
            let older = attempt.row("duplicateOf").is_some_and(|other| {
                let stands = !matches!(text(other, "status"), Some("INVALID" | "DUPLICATE"));
                let here = number(other, "grid_id") == attempt.case.number("grid_id");
                stands && here && age(other) < age(&attempt.case.row)
            });
            refused_if(!older, Code::InputIncomplete.of("duplicateOf"))
        }
        _ => Ok(()),
    }
}

/// A meeting is one of the event's own grid; one that is recorded has a chair.
fn meeting_fits(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    if attempt.input.is_none() {
        return Ok(());
    }
    refused_if(attempt.list("attendees").is_empty(), Code::InputIncomplete.of("attendees"))?;
    let meets = attempt.text("kind") == Some("MEETING");
    let grid = attempt.case.number("grid_id");
    match attempt.row("meeting") {
        Some(meeting) => refused_if(
            !meets || number(meeting, "grid_id") != grid || grid.is_none(),
            Code::InputIncomplete.of("meeting"),
        ),
        None => refused_if(meets && (grid.is_none() || attempt.blank("chair")), Code::InputIncomplete.of("chair")),
    }
}

/// A deadline that is given lies after now.
fn later(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let Some(deadline) = attempt.number("deadline") else { return Ok(()) };
    refused_if(deadline <= attempt.now, Code::DeadlineInvalid.of("deadline"))
}

/// Whether it waits for what it became.
pub(super) fn waits(case: &Case) -> bool {
    case.since(&CAME_BACK).iter().any(|event| HANDED_OVER.contains(&event.action.as_str()))
}

/// Not done yet, and in nobody else's hands.
fn open_handling(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.case.number("handled_at").is_some(), Code::AlreadyDone.alone())?;
    refused_if(waits(attempt.case), Code::NotHandled.alone())
}

/// In the state of handling it is given to somebody only when it came back and nobody has it.
fn nobody_handles(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let taken = attempt.case.state == "HANDLING" && attempt.case.number("handler_id").is_some();
    refused_if(taken, Code::AlreadyDone.alone())?;
    if attempt.case.state == "HANDLING" { open_handling(attempt) } else { Ok(()) }
}

fn is_handled(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.case.number("handled_at").is_none(), Code::NotHandled.alone())
}

/// What has come again was looked into.
fn reviewed(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let case = attempt.case;
    let looked = case.since(&["recurEvent"]).iter().any(|event| event.action == "reviewEvent");
    refused_if(case.last("recurEvent").is_some() && !looked, Code::ReviewMissing.alone())
}

fn has_recurred(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.case.last("recurEvent").is_none(), Code::WrongState.alone())
}

fn tracking_days(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let wrong = attempt.number("days").is_some_and(|days| !TRACKING.contains(&days));
    refused_if(wrong, Code::InputIncomplete.of("days"))
}

fn tracked(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let until = attempt.case.number("tracking_until").unwrap_or(i64::MAX);
    refused_if(attempt.now < until, Code::TooEarly.alone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Policy;
    use crate::graphql::nouns;
    use crate::lifecycle::Lifecycles;

    #[test]
    fn who_handled_it_is_what_the_lifecycle_says() {
        let lifecycles = Lifecycles::built_in(nouns::catalog().unwrap(), &Policy::built_in().unwrap()).unwrap();
        assert_eq!(lifecycles.flows.newest("GridEvent").unwrap().duties["HANDLED_IT"].actions, HANDLING);
    }
}
