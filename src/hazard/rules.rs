//! 隐患规则. Relations and conditions that the lifecycle of a hazard names.

use serde_json::Value as Json;

use crate::lifecycle::case::{Actor, Attempt, Case, Check, Code, Event, Refusal, Relation, Room, Values, refused_if};

const DAY_MS: i64 = 86_400_000;
/// How long after the write-off the same finding opens the hazard again.
const RECURRENCE_DAYS: i64 = 90;
/// How long an assignee may return an order.
const RETURN_DAYS: i64 = 1;
const MOST_EXTENSIONS: usize = 2;
/// Parts of the plan for a major hazard: 措施、资金、责任人、时限、预案.
const PLAN: [&str; 5] = ["measure", "money", "person", "timeLimit", "emergencyPlan"];
/// Actions that begin a round of rectification.
const ROUNDS: [&str; 3] = ["issueOrder", "rejectRectification", "reopenHazard"];

/// What the room brings to the lifecycle.
pub static ROOM: Room = Room { relations: RELATIONS, checks: CHECKS };

const RELATIONS: &[(&str, Relation)] = &[
    ("UNIT", |case, actor| case.number("unit_id") == Some(actor.organisation_id)),
    ("ISSUER", |case, actor| issuer(case) == Some(actor.organisation_id)),
    ("GUIDANCE", |case, actor| assigned(case, actor, "REGULATOR_GUIDANCE")),
    ("ACCEPTANCE", |case, actor| assigned(case, actor, "LOCAL_ACCEPTANCE")),
    ("NO_ORDER", |case, _| case.number("order_id").is_none()),
];

const CHECKS: &[(&str, Check)] = &[
    ("place", place),
    ("general_only", |attempt| refused_if(attempt.text("grade") == Some("MAJOR"), Code::GeneralOnly.of("grade"))),
    ("not_major", |attempt| refused_if(major(attempt.case), Code::GeneralOnly.alone())),
    ("no_order", |attempt| refused_if(attempt.case.number("order_id").is_some(), Code::UnderOrder.alone())),
    ("other_grader", other_grader),
    ("assignees", assignees),
    ("later", later),
    ("not_acknowledged", not_acknowledged),
    ("within_ack", within_ack),
    ("full_plan", full_plan),
    ("before_deadline", before_deadline),
    ("no_open_request", |attempt| refused_if(open_request(attempt.case), Code::ExtensionState.alone())),
    ("open_request", |attempt| refused_if(!open_request(attempt.case), Code::ExtensionState.alone())),
    ("extensions_left", extensions_left),
    ("guidance_passed", guidance_passed),
    ("seen", seen),
    ("resume_consent", resume_consent),
    ("not_escalated", |attempt| refused_if(attempt.case.last("escalateHazard").is_some(), Code::AlreadyDone.alone())),
    ("within_90_days", within_90_days),
];

fn major(case: &Case) -> bool {
    case.text("grade") == Some("MAJOR")
}

fn issuer(case: &Case) -> Option<i64> {
    case.rows("rectification_order").first()?.get("issued_by_id")?.as_i64()
}

fn assigned(case: &Case, actor: &Actor, role: &str) -> bool {
    assignment(case, role).and_then(|a| a.get("organisation_id")?.as_i64()) == Some(actor.organisation_id)
}

fn assignment<'c>(case: &'c Case, role: &str) -> Option<&'c Values> {
    case.rows("order_assignment").iter().find(|a| a.get("role").and_then(Json::as_str) == Some(role))
}

fn place(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let unknown = attempt.input.is_some() && !attempt.has("site") && !attempt.has("grid");
    refused_if(unknown, Code::PlaceUnknown.of("site"))
}

/// From MAJOR to GENERAL only by another person than those who graded it MAJOR.
fn other_grader(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let down = major(attempt.case) && attempt.text("grade") == Some("GENERAL");
    let graded = |event: &Event| {
        matches!(event.action.as_str(), "gradeHazard" | "regradeHazard")
            && event.account_id == Some(attempt.actor.account_id)
            && event.input.get("grade").and_then(Json::as_str) == Some("MAJOR")
    };
    refused_if(down && attempt.case.events.iter().any(graded), Code::ConflictOfInterest.of("grade"))
}

/// Two assignees, neither of them the unit, and a unit to rectify.
fn assignees(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    if attempt.input.is_none() {
        return Ok(());
    }
    let unit = attempt.case.number("unit_id").or_else(|| attempt.number("unit"));
    let (guidance, acceptance) = (attempt.number("guidance"), attempt.number("acceptance"));
    refused_if(unit.is_none(), Code::AssigneesInvalid.of("unit"))?;
    refused_if(guidance == unit, Code::AssigneesInvalid.of("guidance"))?;
    refused_if(acceptance == unit || acceptance == guidance, Code::AssigneesInvalid.of("acceptance"))
}

/// A deadline that is given lies after now.
fn later(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let Some(deadline) = attempt.number("deadline") else { return Ok(()) };
    refused_if(deadline <= attempt.now, Code::DeadlineInvalid.of("deadline"))
}

fn before_deadline(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let present = attempt.case.number("deadline").unwrap_or(i64::MAX);
    refused_if(attempt.now > present, Code::TooLate.alone())?;
    let asked = attempt.number("deadline");
    refused_if(asked.is_some_and(|asked| asked <= present), Code::DeadlineInvalid.of("deadline"))
}

fn not_acknowledged(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let ours = |a: &&Values| a.get("organisation_id").and_then(Json::as_i64) == Some(attempt.actor.organisation_id);
    let open = |a: &Values| a.get("acknowledged_at").is_none_or(Json::is_null);
    refused_if(!attempt.case.rows("order_assignment").iter().filter(ours).any(open), Code::AlreadyDone.alone())
}

fn within_ack(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let issued = attempt.case.last("issueOrder").map_or(i64::MIN, |event| event.at);
    refused_if(attempt.now - issued > RETURN_DAYS * DAY_MS, Code::TooLate.alone())
}

/// For a major hazard every part of the plan, for others the measure.
fn full_plan(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let Some(input) = attempt.input else { return Ok(()) };
    let plan = input.get("plan").and_then(Json::as_object);
    let needed = if major(attempt.case) { &PLAN[..] } else { &PLAN[..1] };
    let given = |part: &&&str| {
        let text = plan.and_then(|plan| plan.get(**part)?.as_str());
        text.is_none_or(|text| text.trim().is_empty())
    };
    match needed.iter().find(given) {
        Some(missing) => Err(Code::PlanIncomplete.of(&format!("plan.{missing}"))),
        None => Ok(()),
    }
}

/// Whether the unit waits for a decision on its request.
fn open_request(case: &Case) -> bool {
    case.since(&ROUNDS).iter().rev().find_map(|event| match event.action.as_str() {
        "requestExtension" => Some(true),
        "decideExtension" => Some(false),
        _ => None,
    }) == Some(true)
}

fn extensions_left(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let agreed = attempt.case.since(&ROUNDS).iter().filter(|event| {
        event.action == "decideExtension" && event.input.get("agreed").and_then(Json::as_bool) == Some(true)
    });
    refused_if(agreed.count() >= MOST_EXTENSIONS, Code::ExtensionsUsed.alone())
}

/// A major hazard needs the regulator's PASS of this round; where there is a FAIL, nothing is accepted.
fn guidance_passed(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let round = attempt.case.since(&["submitRectification", "fixOnSite"]);
    let said = round.iter().rev().find(|event| event.action == "confirmGuidance");
    let result = said.and_then(|event| event.input.get("result")?.as_str());
    let passed = match result {
        None => !major(attempt.case),
        Some(result) => result == "PASS",
    };
    refused_if(!passed, Code::GuidanceMissing.alone())
}

/// Accepted on the spot or by a photo.
fn seen(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let unseen = attempt.input.is_some() && !attempt.truth("visited") && attempt.phases().next().is_none();
    refused_if(unseen, Code::EvidenceMissing.of("evidence"))
}

/// Work that was suspended for a major hazard is resumed with a written consent.
fn resume_consent(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let begun = attempt.case.last("startRectification");
    let suspended = begun.and_then(|event| event.input.get("suspend")?.as_bool()).unwrap_or_default();
    let without = attempt.input.is_some() && !attempt.phases().any(|phase| phase == "DOCUMENT");
    refused_if(major(attempt.case) && suspended && without, Code::ResumeConsentMissing.of("evidence"))
}

fn within_90_days(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let written_off = attempt.case.number("written_off_at").unwrap_or(i64::MIN / 2);
    refused_if(attempt.now - written_off > RECURRENCE_DAYS * DAY_MS, Code::TooLate.alone())
}
