//! 网格事件办理结果. What each action on a grid event makes of rows, who is told, and what it becomes.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::kernel::clock;
use crate::lifecycle::case::{Attempt, Case, Event, Values, number};
use crate::lifecycle::place;
use crate::lifecycle::room::{Audience, Beginning, Effect, Effects, Recipient};
use crate::lifecycle::write::{Named, Reference};

const DAY_MS: i64 = 86_400_000;
/// Days for closing an event after it was watched.
const CLOSE_DAYS: i64 = 3;

pub(super) const EFFECTS: &[(&str, Effect)] = &[
    ("reportEvent", report),
    ("settleOnSpot", settle),
    ("triageEvent", triage),
    ("consultEvent", consult),
    ("assignEvent", assign),
    ("returnEvent", give_back),
    ("handleEvent", handle),
    ("handOverToDispute", to_dispute),
    ("handOverToHazard", to_hazard),
    ("resumeEvent", resume),
    ("concludeEvent", |attempt, out| out.set("handled_at", attempt.now)),
    ("feedBackEvent", |attempt, out| out.set("fed_back_at", attempt.now)),
    ("rejectFeedback", |attempt, out| handle_again(attempt, out, attempt.text("reason"))),
    ("trackEvent", track),
    ("recurEvent", recur),
    ("reviewEvent", review),
    ("closeEvent", |attempt, out| out.set("concluded_at", attempt.now)),
];

pub(super) const AUDIENCES: &[(&str, Audience)] = &[
    ("REPORTER", |case| case.number("reported_by_id").map(Recipient::Posting).into_iter().collect()),
    ("HANDLER", |case| case.number("handler_id").map(Recipient::Organisation).into_iter().collect()),
    ("GRID_OFFICE", |case| case.number("office_id").map(Recipient::Organisation).into_iter().collect()),
];

fn report(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    place::fill(attempt, out);
    out.set("reported_at", attempt.now);
    out.set("reported_by_id", attempt.actor.posting_id);
    out.set("office_id", attempt.row("village").and_then(|row| number(row, "id")));
    out.set("high_frequency", attempt.truth("highFrequency"));
    out.set("mass_event", attempt.truth("massEvent"));
    out.set("settled_on_spot", false);
    out.set("recurrence", 0);
}

fn settle(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    out.set("settled_on_spot", true);
    out.set("handled_at", attempt.now);
    out.set("handler_id", attempt.actor.organisation_id);
}

fn triage(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    if attempt.text("decision") != Some("TRIAGED") {
        out.set("concluded_at", attempt.now);
        out.set("duplicate_of_id", attempt.number("duplicateOf"));
    }
}

fn consult(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let (case, conclusion) = (attempt.case, attempt.text("conclusion"));
    let attendees: BTreeSet<i64> = attempt.list("attendees").iter().filter_map(Json::as_i64).collect();
    let mut meeting = attempt.number("meeting");
    if attempt.text("kind") == Some("MEETING") && meeting.is_none() {
        let held = json!({
            "grid_id": case.number("grid_id"),
            "held_at": attempt.now,
            "chair": attempt.text("chair"),
            "attendee_count": attendees.len(),
            "matters": json!([case.text("no")]).to_string(),
            "decisions": json!([conclusion]).to_string(),
            "minutes": conclusion,
        });
        let id = out.insert("grid_meeting", held);
        for organisation in &attendees {
            out.insert("grid_meeting_attendee", json!({ "meeting_id": id, "organisation_id": organisation }));
        }
        meeting = Some(id);
    }
    let consultation = out.insert(
        "event_consultation",
        json!({
            "grid_event_id": case.number("id"),
            "meeting_id": meeting,
            "at": attempt.now,
            "kind": attempt.text("kind"),
            "conclusion": conclusion,
            "convened_by_id": attempt.actor.posting_id,
        }),
    );
    for organisation in attendees {
        let row = json!({ "consultation_id": consultation, "organisation_id": organisation });
        out.insert("consultation_attendee", row);
    }
}

/// A task of an organisation; where nobody handles it, there is none to give.
fn task(attempt: &Attempt<'_>, out: &mut Effects<'_>, organisation: Option<i64>, text: Option<&str>) {
    if organisation.is_none() {
        return;
    }
    out.insert(
        "event_task",
        json!({
            "grid_event_id": attempt.case.number("id"),
            "organisation_id": organisation,
            "task": text,
            "assigned_at": attempt.now,
            "due_at": attempt.number("deadline"),
        }),
    );
}

fn assign(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    task(attempt, out, attempt.number("handler"), attempt.text("task"));
}

/// Changes the task that is open.
fn settle_task(attempt: &Attempt<'_>, out: &mut Effects<'_>, columns: Json) {
    let open = |row: &&Values| number(row, "done_at").or_else(|| number(row, "returned_at")).is_none();
    if let Some(id) = attempt.case.rows("tasks").iter().rfind(open).and_then(|row| number(row, "id")) {
        out.update("event_task", id, columns);
    }
}

fn give_back(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    settle_task(attempt, out, json!({ "returned_at": attempt.now }));
    out.set("handler_id", Json::Null);
    out.set("due_at", Json::Null);
}

fn handle(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    settle_task(attempt, out, json!({ "done_at": attempt.now, "result": attempt.text("result") }));
    out.set("handled_at", attempt.now);
}

/// The handling goes on with the time that was left when it was handed over.
fn resume(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let handed = ["handOverToDispute", "handOverToHazard"].into_iter().filter_map(|action| attempt.case.last(action));
    let (Some(since), Some(due)) = (handed.map(|event| event.at).max(), attempt.case.number("due_at")) else { return };
    let due = due + attempt.now - since;
    out.set("due_at", due);
    settle_task(attempt, out, json!({ "due_at": due }));
}

/// What the new matter is told of the place, with what was given for it.
fn begin(
    attempt: &Attempt<'_>,
    out: &mut Effects<'_>,
    (view, action, column): (&'static str, &'static str, &'static str),
    mut input: Values,
    mut references: Vec<Reference>,
) {
    let (field, view_of, id) = match attempt.case.number("site_id") {
        Some(site) => ("site", "KeySite", Some(site)),
        None => ("grid", "Grid", attempt.case.number("grid_id")),
    };
    if let Some(id) = id {
        input.insert(field.to_owned(), id.into());
        references.push(Reference { field: field.to_owned(), view: view_of, named: Named::Id(id) });
    }
    if let (Some(lon), Some(lat)) = (attempt.case.row.get("lon"), attempt.case.row.get("lat")) {
        input.insert("location".to_owned(), json!({ "lon": lon, "lat": lat }));
    }
    // It was said when the event was reported why it lies elsewhere.
    if let Some(reason) = attempt.case.text("outside_reason") {
        input.insert("outsideReason".to_owned(), reason.into());
    }
    out.begin(Beginning { view, action, input, references, under: String::new(), column });
}

fn given(attempt: &Attempt<'_>) -> Values {
    attempt.input.cloned().unwrap_or_default()
}

fn to_dispute(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let mut input = given(attempt);
    let channel = match attempt.case.text("channel") {
        Some("PUBLIC_SCAN") => "QR_CODE",
        Some("ONLINE_LEAD") => "ONLINE",
        Some(same @ ("WINDOW" | "HOTLINE_12345" | "POLICE_110")) => same,
        _ => "GRID",
    };
    input.insert("channel".to_owned(), channel.into());
    let parties = attempt.list("parties").iter().enumerate();
    let organisation = |(at, party): (usize, &Json)| {
        let id = party["organisation"].as_i64()?;
        Some(Reference { field: format!("parties.{at}.organisation"), view: "Organisation", named: Named::Id(id) })
    };
    // It waits for this one, whatever it became before.
    out.set("hazard_id", Json::Null);
    begin(
        attempt,
        out,
        ("Dispute", "registerDispute", "dispute_id"),
        input,
        parties.filter_map(organisation).collect(),
    );
}

fn to_hazard(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let mut input = given(attempt);
    let source = match attempt.case.text("channel") {
        Some("HOTLINE_12345") => "DEMAND_12345",
        Some(same @ ("PUBLIC_SCAN" | "ONLINE_LEAD" | "POLICE_110" | "IOT")) => same,
        _ => "GRID",
    };
    input.insert("source".to_owned(), source.into());
    out.set("dispute_id", Json::Null);
    begin(attempt, out, ("Hazard", "reportHazard", "hazard_id"), input, vec![]);
}

fn track(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let days = attempt.number("days").unwrap_or_default();
    let first = clock::day_start_ms(&clock::shanghai_date(attempt.now)).unwrap_or(attempt.now);
    let until = first + (days + 1) * DAY_MS;
    out.set("tracking_until", until);
    // It cannot be closed before: what is measured is how soon afterwards.
    out.keep("closeBy", until + CLOSE_DAYS * DAY_MS);
}

/// It is not done, or has come again: whoever had it has it once more.
fn handle_again(attempt: &Attempt<'_>, out: &mut Effects<'_>, why: Option<&str>) {
    for column in ["handled_at", "fed_back_at", "satisfied", "tracking_until"] {
        out.set(column, Json::Null);
    }
    task(attempt, out, attempt.case.number("handler_id"), why);
}

fn recur(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    handle_again(attempt, out, attempt.text("finding"));
    out.set("recurrence", attempt.case.number("recurrence").unwrap_or_default() + 1);
}

fn review(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    out.insert(
        "retrospective_review",
        json!({
            "grid_event_id": attempt.case.number("id"),
            "missed_step": attempt.text("missedStep"),
            "responsible_id": attempt.number("responsible"),
            "finding": attempt.text("finding"),
            "measure": attempt.text("measure"),
            "at": attempt.now,
        }),
    );
}

/// Actions on what an event became that are its handling, or end it without.
const HANDS: [&str; 10] = [
    "fixOnSite",
    "startRectification",
    "submitRectification",
    "triageDispute",
    "startMediation",
    "addSession",
    "recordAgreement",
    "completeAgreement",
    "terminateMediation",
    "withdrawDispute",
];

/// What goes on with an event when what it became has ended so.
pub(crate) fn after(ended: &Case, event: &Values) -> (&'static str, Values) {
    let refused = match ended.state.as_str() {
        "REJECTED" | "MERGED" => true,
        _ => ended.text("outcome") == Some("NOT_ACCEPTED"),
    };
    // Who accepted a dispute for others to mediate has no hand in it.
    let handled = |event: &&Event| HANDS.contains(&event.action.as_str()) && event.to != "ACCEPTED";
    let hands = ended.events.iter().filter(handled);
    let people: BTreeSet<i64> = hands.filter_map(|event| event.account_id).collect();
    match (refused, number(event, "handler_id")) {
        (false, _) => ("concludeEvent", Values::from_iter([("handledBy".to_owned(), json!(people))])),
        (true, Some(_)) => ("resumeEvent", Values::new()),
        (true, None) => ("retriageEvent", Values::new()),
    }
}
