//! 纠纷规则. Relations and conditions that the lifecycle of a dispute names.

use serde_json::Value as Json;

use crate::kernel::clock;
use crate::lifecycle::case::{Actor, Attempt, Case, Check, Code, Refusal, Relation, Room, refused_if};

const DAY_MS: i64 = 86_400_000;
/// Days from the day of effect in which a court may be asked (人民调解法 art. 33).
const WINDOW_DAYS: i64 = 30;
/// Days after the closing in which the same cause opens the file again: six months.
const REPEAT_DAYS: i64 = 183;
/// From the township to the county to the city.
const MOST_RAISES: usize = 2;

/// What the room brings to the lifecycle.
pub static ROOM: Room = Room { relations: RELATIONS, checks: CHECKS };

const RELATIONS: &[(&str, Relation)] = &[("HANDLER", handler), ("PARTY", party), ("COURT", court)];

const CHECKS: &[(&str, Check)] = &[
    ("two_parties", two_parties),
    ("triage_told", triage_told),
    ("into_older", into_older),
    ("handler_given", handler_given),
    ("declared", declared),
    ("consents", consents),
    ("not_flagged", |attempt| refused_if(flagged(attempt.case), Code::AlreadyDone.alone())),
    ("flagged", |attempt| refused_if(!flagged(attempt.case), Code::WrongState.alone())),
    ("mediated", |attempt| refused_if(!held(attempt.case), Code::WrongState.alone())),
    ("signed", signed),
    ("both_consent", |attempt| all_parties(attempt, "consents", Code::ConsentMissing)),
    ("later", later),
    ("routes_told", |attempt| said(attempt, "routes")),
    ("not_confirmed", not_confirmed),
    ("both_ask", |attempt| all_parties(attempt, "askedBy", Code::PartiesMissing)),
    ("confirmable", |attempt| {
        refused_if(attempt.truth("identityRelation"), Code::NotConfirmable.of("identityRelation"))
    }),
    ("within_window", within_window),
    ("file_complete", file_complete),
    ("within_six_months", within_six_months),
    ("not_top", not_top),
];

fn handler(case: &Case, actor: &Actor) -> bool {
    let ours = |column: &str| case.number(column) == Some(actor.organisation_id);
    ours("handling_organisation_id") || ours("mediator_organisation_id")
}

fn party(case: &Case, actor: &Actor) -> bool {
    case.rows("party").iter().any(|party| {
        let is = |column: &str, id: i64| party.get(column).and_then(Json::as_i64) == Some(id);
        is("account_id", actor.account_id) || is("organisation_id", actor.organisation_id)
    })
}

fn court(case: &Case, actor: &Actor) -> bool {
    let asked = case.rows("judicial_confirmation").last();
    asked.and_then(|request| request.get("court_id")?.as_i64()) == Some(actor.organisation_id)
}

/// Whether a report to the police waits for them.
fn flagged(case: &Case) -> bool {
    let last = case.events.iter().rev().find_map(|event| match event.action.as_str() {
        "flagEscalation" => Some(true),
        "acknowledgeEscalation" => Some(false),
        _ => None,
    });
    last == Some(true)
}

/// Whether the mediation that runs has had a session.
fn held(case: &Case) -> bool {
    case.since(&["startMediation"]).iter().any(|event| event.action == "addSession")
}

fn said(attempt: &Attempt<'_>, field: &str) -> Result<(), Refusal> {
    let silent = attempt.text(field).is_none_or(|text| text.trim().is_empty());
    refused_if(attempt.input.is_some() && silent, Code::InputIncomplete.of(field))
}

/// The number that is given is that of all parties.
fn all_parties(attempt: &Attempt<'_>, field: &str, code: Code) -> Result<(), Refusal> {
    let all = i64::try_from(attempt.case.rows("party").len()).unwrap_or(i64::MAX);
    refused_if(attempt.input.is_some() && attempt.number(field).unwrap_or_default() < all, code.of(field))
}

fn two_parties(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let given = attempt.input.map(|input| input.get("parties").and_then(Json::as_array).map_or(0, Vec::len));
    let least = if attempt.truth("othersUnknown") { 1 } else { 2 };
    refused_if(given.is_some_and(|given| given < least), Code::PartiesMissing.of("parties"))
}

fn triage_told(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    match attempt.text("decision") {
        Some("ACCEPTED") => {
            let typed = attempt.input.and_then(|input| input.get("typeCodes")?.as_array());
            refused_if(!attempt.has("riskLevel"), Code::InputIncomplete.of("riskLevel"))?;
            refused_if(typed.is_none_or(Vec::is_empty), Code::InputIncomplete.of("typeCodes"))
        }
        _ => said(attempt, "told"),
    }
}

/// Keys are given in the order of registration.
fn into_older(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let older = attempt.number("into").zip(attempt.case.number("id")).is_some_and(|(into, own)| into < own);
    refused_if(attempt.input.is_some() && !older, Code::InputIncomplete.of("into"))
}

fn handler_given(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let nobody = !attempt.has("handler") && !attempt.has("mediationOrganisation");
    refused_if(attempt.input.is_some() && nobody, Code::InputIncomplete.of("handler"))
}

fn declared(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    if attempt.input.is_none() {
        return Ok(());
    }
    refused_if(!attempt.truth("unrelated"), Code::ConflictOfInterest.of("unrelated"))?;
    refused_if(!attempt.truth("rightsTold"), Code::InputIncomplete.of("rightsTold"))
}

fn consents(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let parties = attempt.case.rows("party");
    let refuses = parties.iter().any(|party| party.get("consent").and_then(Json::as_str) == Some("NO"));
    refused_if(refuses, Code::ConsentMissing.alone())
}

/// Of a written agreement every party signs and the committee seals the document (人民调解法 art. 29).
fn signed(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    if attempt.text("form") != Some("WRITTEN") {
        return Ok(());
    }
    all_parties(attempt, "signatures", Code::SignaturesMissing)?;
    refused_if(!attempt.truth("sealed"), Code::SignaturesMissing.of("sealed"))?;
    refused_if(!attempt.phases().any(|phase| phase == "DOCUMENT"), Code::EvidenceMissing.of("evidence"))
}

fn later(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let Some(deadline) = attempt.number("deadline") else { return Ok(()) };
    let present = attempt.case.number("due_at").unwrap_or(i64::MIN);
    refused_if(deadline <= attempt.now.max(present), Code::DeadlineInvalid.of("deadline"))
}

/// A court is asked once about an agreement.
fn not_confirmed(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let since = attempt.case.since(&["recordAgreement"]);
    refused_if(since.iter().any(|event| event.action == "decideConfirmation"), Code::AlreadyDone.alone())
}

fn within_window(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let agreed = attempt.case.last("recordAgreement").map_or(i64::MIN / 2, |event| event.at);
    let first = clock::day_start_ms(&clock::shanghai_date(agreed)).unwrap_or(i64::MIN / 2);
    refused_if(attempt.now >= first + (WINDOW_DAYS + 1) * DAY_MS, Code::TooLate.alone())
}

/// What was agreed was mediated in a session that is recorded, and the police have answered a report.
fn file_complete(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let case = attempt.case;
    refused_if(case.state == "FOLLOWED_UP" && !held(case) || flagged(case), Code::WrongState.alone())
}

fn within_six_months(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let closed = attempt.case.last("closeDispute").map_or(i64::MIN / 2, |event| event.at);
    refused_if(attempt.now - closed > REPEAT_DAYS * DAY_MS, Code::TooLate.alone())
}

fn not_top(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let raised = attempt.case.events.iter().filter(|event| event.action == "raiseLevel").count();
    refused_if(raised >= MOST_RAISES, Code::TopLevel.alone())
}
