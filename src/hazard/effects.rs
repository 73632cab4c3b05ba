//! 隐患办理结果. What each action on a hazard makes of rows, and who is told.

use serde_json::{Value as Json, json};

use super::rules;
use crate::lifecycle::case::{Attempt, Case, Values, number, text};
use crate::lifecycle::clocks::SUBJECT;
use crate::lifecycle::place;
use crate::lifecycle::room::{Audience, Effect, Effects, Recipient};

const DAY_MS: i64 = 86_400_000;
/// Days after the deadline in which the acceptance is expected.
const ACCEPT_DAYS: i64 = 3;

pub(super) const EFFECTS: &[(&str, Effect)] = &[
    ("reportHazard", report),
    ("gradeHazard", regraded),
    ("regradeHazard", |_, _| {}),
    ("rejectHazard", |_, _| {}),
    ("fixOnSite", fix_on_site),
    ("issueOrder", issue_order),
    ("acknowledgeAssignment", acknowledge),
    ("returnAssignment", return_assignment),
    ("recallOrder", return_assignment),
    ("startRectification", start),
    ("giveGuidance", give_guidance),
    ("requestExtension", |_, _| {}),
    ("decideExtension", decide_extension),
    ("submitRectification", |attempt, out| out.set("rectified_at", attempt.now)),
    ("confirmGuidance", confirm_guidance),
    ("acceptRectification", accept),
    ("rejectRectification", reject),
    ("writeOff", write_off),
    ("escalateHazard", |attempt, out| out.set("escalated_at", attempt.now)),
    ("reopenHazard", reopen),
];

pub(super) const AUDIENCES: &[(&str, Audience)] = &[
    ("REPORTER", |case| case.number("found_by_id").map(Recipient::Posting).into_iter().collect()),
    ("UNIT", |case| case.number("unit_id").map(Recipient::Organisation).into_iter().collect()),
    ("ISSUER", |case| organisations(case.rows("order"), "issued_by_id")),
    ("GUIDANCE", |case| assignees(case, &["REGULATOR_GUIDANCE"])),
    ("ACCEPTANCE", |case| assignees(case, &["LOCAL_ACCEPTANCE"])),
];

fn organisations(rows: &[Values], column: &str) -> Vec<Recipient> {
    rows.iter().filter_map(|row| number(row, column)).map(Recipient::Organisation).collect()
}

fn assignees(case: &Case, roles: &[&str]) -> Vec<Recipient> {
    let meant = |row: &&Values| text(row, "role").is_some_and(|role| roles.contains(&role));
    case.rows("assignments")
        .iter()
        .filter(meant)
        .filter_map(|row| number(row, "organisation_id"))
        .map(Recipient::Organisation)
        .collect()
}

fn report(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    place::fill(attempt, out);
    let of_site = |column: &str| attempt.row("site").and_then(|site| site.get(column)).cloned().unwrap_or_default();
    out.set("unit_id", of_site("unit_id"));
    out.set("site_kind", of_site("kind"));
    department(attempt, out);
    out.set("grade", Json::Null);
    out.set("risk_colour", "BLUE");
    out.set("found_at", attempt.now);
    out.set("found_by_id", attempt.actor.posting_id);
    out.set("rectified_on_site", false);
    out.set("round_no", 1);
    out.set("suspended", false);
    out.set("recurrence", 0);
    for (column, field) in
        [("inspection_id", "inspection"), ("self_inspection_id", "selfInspection"), ("related_dispute_id", "dispute")]
    {
        out.set(column, attempt.number(field));
    }
}

/// The department that is competent for the category.
fn department(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    if let Some(category) = attempt.text("category") {
        out.set("regulator_department", attempt.known.department("HazardCategory", category));
    }
}

fn regraded(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    department(attempt, out);
}

fn fix_on_site(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    out.set("rectified_on_site", true);
    out.set("rectified_at", attempt.now);
    // What is put right on the spot is a general one, also when nobody has graded it before.
    out.set("grade", "GENERAL");
}

fn issue_order(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let unit = rules::unit(attempt);
    let deadline = rules::deadline(attempt).unwrap_or(attempt.now);
    out.set("unit_id", unit);
    out.set("deadline", deadline);
    out.keep("deadline", deadline);
    out.set("acceptor_id", attempt.number("acceptance"));
    if let Some(order) = attempt.number("order") {
        out.set("order_id", order);
        // The regulator has another finding to look at.
        owe_guidance(attempt.rows("order assignments"), out);
        return;
    }
    let document = attempt.list("evidence").iter().find(|e| e["phase"] == "DOCUMENT").map(|e| e["hash"].clone());
    let department = attempt.row("guidance").and_then(|row| text(row, "department"));
    let order = out.insert_numbered(
        "rectification_order",
        "JB",
        json!({
            "issued_by_id": attempt.actor.organisation_id,
            "issued_at": attempt.now,
            "unit_id": unit,
            "department": department,
            "deadline": deadline,
            "dual": true,
            "document_hash": document,
        }),
    );
    out.set("order_id", order);
    let assignment = |role: &str, organisation: Option<i64>, due: i64| {
        json!({
            "order_id": order,
            "role": role,
            "organisation_id": organisation,
            "received_at": attempt.now,
            "ack_due_at": attempt.now + DAY_MS,
            "opinion_due_at": due,
            "state": "OPEN",
        })
    };
    let guidance = assignment("REGULATOR_GUIDANCE", attempt.number("guidance"), deadline);
    let guidance = out.insert("order_assignment", guidance);
    let mut acceptance = assignment("LOCAL_ACCEPTANCE", attempt.number("acceptance"), deadline + ACCEPT_DAYS * DAY_MS);
    acceptance["other_id"] = guidance.into();
    let acceptance = out.insert("order_assignment", acceptance);
    out.update("order_assignment", guidance, json!({ "other_id": acceptance }));
}

/// The assignments of the actor's organisation, or those of a role.
fn own<'c>(case: &'c Case, organisation: i64, role: Option<&'c str>) -> impl Iterator<Item = (i64, &'c Values)> {
    let meant = move |row: &&Values| match role {
        Some(role) => text(row, "role") == Some(role),
        None => number(row, "organisation_id") == Some(organisation),
    };
    case.rows("assignments").iter().filter(meant).filter_map(|row| Some((number(row, "id")?, row)))
}

fn acknowledge(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    for (id, row) in own(attempt.case, attempt.actor.organisation_id, None) {
        if number(row, "acknowledged_at").is_none() {
            out.update("order_assignment", id, json!({ "acknowledged_at": attempt.now, "state": "ACKNOWLEDGED" }));
        }
        out.keep(SUBJECT, text(row, "role"));
    }
}

fn return_assignment(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    for column in ["order_id", "deadline", "acceptor_id"] {
        out.set(column, Json::Null);
    }
    // The order stands as long as another finding is under it.
    if others_open(attempt.case) {
        return;
    }
    for (id, _) in attempt.case.rows("assignments").iter().filter_map(|row| Some((number(row, "id")?, row))) {
        out.update("order_assignment", id, json!({ "state": "RETURNED" }));
    }
    close_order(attempt, out);
}

fn close_order(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    if let Some(order) = attempt.case.number("order_id") {
        out.update("rectification_order", order, json!({ "closed_at": attempt.now }));
    }
}

fn start(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    // A second plan does not let work go on that was suspended, under whatever order.
    let suspended = attempt.truth("suspend") || attempt.case.truth("suspended");
    out.set("suspended", suspended);
    let plan = attempt.input.and_then(|input| input.get("plan")).cloned().unwrap_or_default();
    out.insert(
        "rectification_plan",
        json!({
            "hazard_id": attempt.case.number("id"),
            "round_no": attempt.case.number("round_no"),
            "at": attempt.now,
            "measure": plan["measure"],
            "money": plan["money"],
            "person": plan["person"],
            "time_limit": plan["timeLimit"],
            "emergency_plan": plan["emergencyPlan"],
            "suspended": suspended,
        }),
    );
}

fn guide(attempt: &Attempt<'_>, out: &mut Effects<'_>, state: Option<&str>) {
    for (id, _) in own(attempt.case, attempt.actor.organisation_id, Some("REGULATOR_GUIDANCE")) {
        let mut row = json!({ "opinion": attempt.text("opinion"), "opinion_at": attempt.now });
        if let Some(state) = state {
            row["state"] = state.into();
        }
        out.update("order_assignment", id, row);
    }
}

fn give_guidance(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    guide(attempt, out, None);
}

/// The guidance is done when the regulator has passed the last finding of the order that is open.
fn confirm_guidance(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let done = attempt.text("result") == Some("PASS") && !others_open(attempt.case);
    guide(attempt, out, done.then_some("DONE"));
    if !done {
        owe_guidance(attempt.case.rows("assignments"), out);
    }
}

/// The regulator owes an opinion again.
fn owe_guidance(assignments: &[Values], out: &mut Effects<'_>) {
    let done = |row: &&Values| text(row, "role") == Some("REGULATOR_GUIDANCE") && text(row, "state") == Some("DONE");
    for id in assignments.iter().filter(done).filter_map(|row| number(row, "id")) {
        out.update("order_assignment", id, json!({ "state": "ACKNOWLEDGED" }));
    }
}

/// Whether another finding of the same order is not written off yet.
fn others_open(case: &Case) -> bool {
    let open = |row: &Values| number(row, "id") != case.number("id") && number(row, "written_off_at").is_none();
    case.rows("findings").iter().any(open)
}

/// What was asked for is granted; the event keeps it, so that the clock moves there.
fn decide_extension(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let asked = attempt.case.last("requestExtension").and_then(|event| number(&event.input, "deadline"));
    if attempt.truth("agreed") && asked.is_some() {
        out.set("deadline", asked);
        out.keep("deadline", asked);
    }
}

fn judged(attempt: &Attempt<'_>, out: &mut Effects<'_>, result: &str) {
    for (id, _) in own(attempt.case, attempt.actor.organisation_id, Some("LOCAL_ACCEPTANCE")) {
        out.update("order_assignment", id, json!({ "result": result, "result_at": attempt.now }));
    }
}

fn accept(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    judged(attempt, out, "PASS");
    out.set("acceptor_id", attempt.actor.organisation_id);
}

fn next_round(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    out.set("round_no", attempt.case.number("round_no").unwrap_or(1) + 1);
    out.set("rectified_at", Json::Null);
}

fn reject(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    judged(attempt, out, "FAIL");
    owe_guidance(attempt.case.rows("assignments"), out);
    next_round(attempt, out);
}

fn write_off(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    out.set("written_off_at", attempt.now);
    let case = attempt.case;
    if case.number("order_id").is_none() || others_open(case) {
        return;
    }
    for row in case.rows("assignments") {
        if let Some(id) = number(row, "id") {
            out.update("order_assignment", id, json!({ "state": "DONE" }));
        }
    }
    close_order(attempt, out);
}

fn reopen(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    next_round(attempt, out);
    out.set("written_off_at", Json::Null);
    // Whoever wrote it off had the consent to resume; and it may be escalated anew.
    out.set("suspended", false);
    out.set("escalated_at", Json::Null);
    out.set("recurrence", attempt.case.number("recurrence").unwrap_or_default() + 1);
    if let Some(order) = attempt.case.number("order_id") {
        out.update("rectification_order", order, json!({ "closed_at": null }));
    }
    for row in attempt.case.rows("assignments") {
        if let Some(id) = number(row, "id") {
            let state = json!({ "state": "ACKNOWLEDGED", "result": null, "result_at": null });
            out.update("order_assignment", id, state);
        }
    }
}
