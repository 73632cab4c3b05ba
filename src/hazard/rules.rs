//! 隐患规则. Relations and conditions that the lifecycle of a hazard names.

use sea_orm::sea_query::ExprTrait;
use serde_json::Value as Json;

use crate::kernel::clock;
use crate::lifecycle::case::{Actor, Attempt, Case, Event, Values, number, text};
use crate::lifecycle::place;
use crate::lifecycle::refusal::{Code, Refusal, refused_if};
use crate::lifecycle::room::{Check, Need, Relation};
use crate::read::sql::{col, select_where};

const DAY_MS: i64 = 86_400_000;
/// How long after the write-off the same finding opens the hazard again.
const RECURRENCE_DAYS: i64 = 90;
/// How long an assignee may return an order.
const RETURN_DAYS: i64 = 1;
/// Days for putting a general hazard right where the order names none (domain model 6).
const GENERAL_DAYS: i64 = 7;
const MOST_EXTENSIONS: usize = 2;
/// Parts of the plan for a major hazard: 措施、资金、责任人、时限、预案.
/// Each as it is given and as it is stored.
const PLAN: [(&str, &str); 5] = [
    ("measure", "measure"),
    ("money", "money"),
    ("person", "person"),
    ("timeLimit", "time_limit"),
    ("emergencyPlan", "emergency_plan"),
];
/// Actions that begin a round of rectification.
const ROUNDS: [&str; 3] = ["issueOrder", "rejectRectification", "reopenHazard"];
/// The local offices that accept, by department and length of their division's code: the county's peace office and, where
/// peace work of a township has its seat, the township's centre (domain model 14.3). Their people have the part in the lifecycle.
const LOCAL: [(&str, usize); 2] = [("PEACE", 6), ("CENTRE", 9)];
/// Departments that guide: those of the county's regulators, as the policy has them.
const REGULATORS: [&str; 13] = [
    "EMERG", "FIRE", "MARKET", "EDU", "LABOUR", "HOUSING", "CULTURE", "HEALTH", "CIVIL", "TRANS", "ENFORCE", "NATRES",
    "ECO",
];
/// Length of the code of a county.
const COUNTY: usize = 6;
/// Actions by which somebody has put it right or guided it, and cannot accept it any more.
const HANDS: [&str; 5] = ["fixOnSite", "startRectification", "submitRectification", "giveGuidance", "confirmGuidance"];

pub(super) const RELATIONS: &[(&str, Relation)] = &[
    ("UNIT", |case, actor| case.number("unit_id") == Some(actor.organisation_id)),
    ("ISSUER", |case, actor| issuer(case) == Some(actor.organisation_id)),
    ("GUIDANCE", |case, actor| assigned(case, actor, "REGULATOR_GUIDANCE")),
    ("ACCEPTANCE", |case, actor| assigned(case, actor, "LOCAL_ACCEPTANCE")),
    ("NO_ORDER", |case, _| case.number("order_id").is_none()),
    ("SELF_REPORTED", self_reported),
];

pub(super) const CHECKS: &[(&str, Check, &[Code])] = &[
    ("place", place::given, &[Code::PlaceUnknown]),
    ("photo_or_reason", photo_or_reason, &[Code::PhotoMissing]),
    ("source_fits", source_fits, &[Code::NotPermitted, Code::InputIncomplete]),
    ("graded_or_own", graded_or_own, &[Code::WrongState]),
    ("not_suspected", not_suspected, &[Code::WrongState]),
    ("unit_unmanned", unit_unmanned, &[Code::NotPermitted]),
    ("deadline_given", deadline_given, &[Code::DeadlineInvalid]),
    ("general_only", general_only, &[Code::GeneralOnly]),
    ("not_major", |attempt| refused_if(major(attempt.case), Code::GeneralOnly.alone()), &[Code::GeneralOnly]),
    ("no_order", no_order, &[Code::UnderOrder]),
    ("not_unit", not_unit, &[Code::ConflictOfInterest]),
    ("other_grader", other_grader, &[Code::ConflictOfInterest]),
    ("assignees", assignees, &[Code::AssigneesInvalid, Code::ConflictOfInterest]),
    ("same_order", same_order, &[Code::AssigneesInvalid]),
    ("later", later, &[Code::DeadlineInvalid]),
    ("not_acknowledged", not_acknowledged, &[Code::AlreadyDone]),
    ("within_ack", within_ack, &[Code::TooLate]),
    ("plan_due", plan_due, &[Code::AlreadyDone]),
    ("full_plan", full_plan, &[Code::PlanIncomplete]),
    ("plan_stands", plan_stands, &[Code::PlanIncomplete]),
    ("under_order", under_order, &[Code::WrongState]),
    ("before_deadline", before_deadline, &[Code::TooLate, Code::DeadlineInvalid]),
    ("no_open_request", no_open_request, &[Code::ExtensionState]),
    ("open_request", is_open_request, &[Code::ExtensionState]),
    ("extensions_left", extensions_left, &[Code::ExtensionsUsed]),
    ("still_ahead", still_ahead, &[Code::DeadlineInvalid]),
    ("leader_decides", leader_decides, &[Code::ConflictOfInterest]),
    ("guidance_passed", guidance_passed, &[Code::GuidanceMissing]),
    ("seen", seen, &[Code::EvidenceMissing]),
    ("resume_consent", resume_consent, &[Code::ResumeConsentMissing]),
    ("not_escalated", not_escalated, &[Code::AlreadyDone]),
    ("within_90_days", within_90_days, &[Code::TooLate]),
];

/// The team and the sites of an inspection that a hazard is reported under; the site where an order is given, and the
/// assignees of one that is joined.
pub(super) fn needs(action: &str, attempt: &Attempt<'_>) -> Vec<Need> {
    let of = |name: &'static str, table: &'static str, column: &'static str, id: i64| Need {
        name,
        table,
        rows: select_where(table, col("t0", column).eq(id)),
        gate: None,
    };
    match (action, attempt.number("inspection"), attempt.number("order")) {
        ("reportHazard", Some(id), _) => vec![
            of("inspection team", "inspection_team", "inspection_id", id),
            of("inspection sites", "inspection_site", "inspection_id", id),
        ],
        ("issueOrder", _, order) => {
            let site = attempt.case.number("site_id").map(|id| of("site of it", "key_site", "id", id));
            let order = order.map(|id| of("order assignments", "order_assignment", "order_id", id));
            site.into_iter().chain(order).collect()
        }
        _ => vec![],
    }
}

fn major(case: &Case) -> bool {
    case.text("grade") == Some("MAJOR")
}

fn issuer(case: &Case) -> Option<i64> {
    number(case.rows("order").first()?, "issued_by_id")
}

fn assigned(case: &Case, actor: &Actor, role: &str) -> bool {
    assignment(case, role).and_then(|a| a.get("organisation_id")?.as_i64()) == Some(actor.organisation_id)
}

fn assignment<'c>(case: &'c Case, role: &str) -> Option<&'c Values> {
    case.rows("assignments").iter().find(|a| text(a, "role") == Some(role))
}

/// Whether the actor's organisation found it itself, and nothing points to a major one.
fn self_reported(case: &Case, actor: &Actor) -> bool {
    let reported = case.last("reportHazard").and_then(|event| event.organisation_id);
    !suspected(case) && (case.text("source") == Some("SELF") || reported == Some(actor.organisation_id))
}

/// Whether whoever reported it thinks that it may be a major one.
fn suspected(case: &Case) -> bool {
    let report = case.last("reportHazard");
    report.is_some_and(|event| event.input.get("suspectedMajor") == Some(&Json::Bool(true)))
}

/// What may be major is graded by an office before anybody puts it right on the spot.
fn not_suspected(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.case.state == "REPORTED" && suspected(attempt.case), Code::WrongState.alone())
}

/// What others found is graded by others before the unit may put it right on the spot: that makes it a general one.
fn graded_or_own(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let ungraded = attempt.case.state == "REPORTED" && !self_reported(attempt.case, attempt.actor);
    refused_if(ungraded, Code::WrongState.alone())
}

/// Nobody of the unit has a posting now: without somebody who acts for it a hazard under an order would stand still.
fn unit_unmanned(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let valid = |row: &&Values| {
        let begun = number(row, "valid_from").is_some_and(|from| from <= attempt.now);
        let over = number(row, "valid_to").is_some_and(|to| to <= attempt.now);
        text(row, "role") == Some("SITE_OWNER") && begun && !over && number(row, "revoked_at").is_none()
    };
    refused_if(attempt.case.rows("people").iter().any(|row| valid(&row)), Code::NotPermitted.alone())
}

/// The unit that is to put it right: that of the site, where the site has one, or the one that is named.
pub(super) fn unit(attempt: &Attempt<'_>) -> Option<i64> {
    let (known, named) = (attempt.case.number("unit_id"), attempt.number("unit"));
    let of_site = attempt.rows("site of it").iter().any(|site| number(site, "unit_id").is_some());
    if of_site { known.or(named) } else { named.or(known) }
}

/// When an order without a deadline is to be done: of a general hazard after a week.
pub(super) fn deadline(attempt: &Attempt<'_>) -> Option<i64> {
    let usual = || clock::day_start_ms(&clock::shanghai_date(attempt.now + (GENERAL_DAYS + 1) * DAY_MS));
    attempt.number("deadline").or_else(|| if major(attempt.case) { None } else { usual() })
}

fn deadline_given(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.input.is_some() && deadline(attempt).is_none(), Code::DeadlineInvalid.of("deadline"))
}

fn photo_or_reason(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    // A document shows nothing of the place.
    let photo = attempt.phases().any(|phase| phase != "DOCUMENT");
    let without = !photo && attempt.blank("noPhotoReason");
    refused_if(attempt.input.is_some() && without, Code::PhotoMissing.of("evidence"))
}

/// A self-inspection finds at the own unit; an inspection by its own team, while it runs, at the sites it visits.
fn source_fits(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let ours = attempt.actor.organisation_id;
    let unit = attempt.row("site").and_then(|site| number(site, "unit_id"));
    refused_if(attempt.text("source") == Some("SELF") && unit != Some(ours), Code::NotPermitted.of("source"))?;
    let Some(inspection) = attempt.row("inspection") else { return Ok(()) };
    let team = attempt.rows("inspection team").iter().any(|row| number(row, "organisation_id") == Some(ours));
    refused_if(!team && number(inspection, "team_id") != Some(ours), Code::NotPermitted.of("inspection"))?;
    let runs = matches!(text(inspection, "status"), Some("STARTED" | "RECORDED"));
    let site = attempt.number("site");
    let visited = attempt.rows("inspection sites").iter().any(|row| number(row, "site_id") == site);
    refused_if(!runs || !visited, Code::InputIncomplete.of("inspection"))
}

fn general_only(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.text("grade") == Some("MAJOR"), Code::GeneralOnly.of("grade"))
}

fn no_order(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.case.number("order_id").is_some(), Code::UnderOrder.alone())
}

/// What was found at the unit is graded for an office by nobody of the unit, under whatever posting.
fn not_unit(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let theirs = attempt.case.number("unit_id").is_some_and(|unit| attempt.actor.serves(unit));
    refused_if(theirs, Code::ConflictOfInterest.alone())
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

/// Two assignees, neither of them the unit: a regulator of a county, and a local office of the place that has had no hand
/// in it; and a unit to rectify. Of both the lifecycle knows a role.
fn assignees(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    if attempt.input.is_none() {
        return Ok(());
    }
    let unit = unit(attempt);
    let (guidance, acceptance) = (attempt.number("guidance"), attempt.number("acceptance"));
    let other = attempt.number("unit").is_some_and(|named| Some(named) != unit);
    refused_if(unit.is_none() || other, Code::AssigneesInvalid.of("unit"))?;
    // Nobody orders the own unit.
    refused_if(unit.is_some_and(|unit| attempt.actor.serves(unit)), Code::ConflictOfInterest.of("unit"))?;
    let office = |field: &str| {
        let row = attempt.row(field)?;
        Some((text(row, "department")?, text(row, "division_code")?))
    };
    let had = |organisation: Option<i64>, actions: &[&str]| {
        let by = |event: &&Event| actions.contains(&event.action.as_str()) && event.organisation_id == organisation;
        organisation.is_some() && attempt.case.events.iter().any(|event| by(&event))
    };
    let regulates = office("guidance").is_some_and(|(d, code)| REGULATORS.contains(&d) && code.len() == COUNTY);
    let free = !had(guidance, &HANDS[..3]);
    refused_if(guidance == unit || !regulates || !free, Code::AssigneesInvalid.of("guidance"))?;
    let here = attempt.case.text("division_code").unwrap_or_default();
    let local =
        office("acceptance").is_some_and(|(d, code)| LOCAL.contains(&(d, code.len())) && here.starts_with(code));
    // Nor is it accepted by who has changed its grade.
    let judged = had(acceptance, &HANDS) || had(acceptance, &["regradeHazard"]);
    let apart = acceptance != unit && acceptance != guidance && !judged;
    refused_if(!apart || !local, Code::AssigneesInvalid.of("acceptance"))
}

/// An order that is joined is open, by the same issuer, to the same unit and assignees.
fn same_order(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let Some(order) = attempt.row("order") else { return Ok(()) };
    let unit = unit(attempt);
    let open = order.get("closed_at").is_none_or(Json::is_null);
    let ours = number(order, "issued_by_id") == Some(attempt.actor.organisation_id);
    let same = |role: &str, field: &str| {
        let named = attempt.rows("order assignments").iter().find(|a| text(a, "role") == Some(role));
        named.is_some_and(|a| number(a, "organisation_id") == attempt.number(field))
    };
    let both = same("REGULATOR_GUIDANCE", "guidance") && same("LOCAL_ACCEPTANCE", "acceptance");
    refused_if(!open || !ours || number(order, "unit_id") != unit || !both, Code::AssigneesInvalid.of("order"))
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

/// Whether the organisation has not acknowledged this hazard's order in this round.
fn not_acknowledged(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let ours = |event: &&Event| {
        event.action == "acknowledgeAssignment" && event.organisation_id == Some(attempt.actor.organisation_id)
    };
    refused_if(attempt.case.since(&["issueOrder"]).iter().any(|event| ours(&event)), Code::AlreadyDone.alone())
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
    let missing = |field: &str| {
        let text = plan.and_then(|plan| plan.get(field)?.as_str());
        text.is_none_or(|text| text.trim().is_empty())
    };
    match needed.iter().find(|(field, _)| missing(field)) {
        Some((missing, _)) => Err(Code::PlanIncomplete.of(format!("plan.{missing}"))),
        None => Ok(()),
    }
}

/// Whether the plan that was given last has every part.
fn has_full_plan(case: &Case) -> bool {
    let last = case.rows("plans").last();
    let given = |plan: &Values, column: &str| text(plan, column).is_some_and(|text| !text.trim().is_empty());
    last.is_some_and(|plan| PLAN.iter().all(|(_, column)| given(plan, column)))
}

/// The plan is given once, and again when the hazard has turned out to be major.
fn plan_due(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let case = attempt.case;
    let again = major(case) && case.number("order_id").is_some() && !has_full_plan(case);
    refused_if(case.state == "RECTIFYING" && !again, Code::AlreadyDone.alone())
}

/// A major hazard is not put right without the whole plan.
fn plan_stands(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(major(attempt.case) && !has_full_plan(attempt.case), Code::PlanIncomplete.alone())
}

/// Without an order there is nobody who could decide.
fn under_order(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.case.number("order_id").is_none(), Code::WrongState.alone())
}

/// Whether the unit waits for a decision on its request.
fn open_request(case: &Case) -> bool {
    case.since(&ROUNDS).iter().rev().find_map(|event| match event.action.as_str() {
        "requestExtension" => Some(true),
        "decideExtension" => Some(false),
        _ => None,
    }) == Some(true)
}

fn no_open_request(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(open_request(attempt.case), Code::ExtensionState.alone())
}

fn is_open_request(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(!open_request(attempt.case), Code::ExtensionState.alone())
}

/// A deadline that was asked for and has passed meanwhile cannot be granted any more.
fn still_ahead(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let asked = attempt.case.last("requestExtension").and_then(|event| event.input.get("deadline")?.as_i64());
    let passed = attempt.truth("agreed") && asked.is_some_and(|asked| asked <= attempt.now);
    refused_if(passed, Code::DeadlineInvalid.of("agreed"))
}

/// Of a major hazard somebody else than whoever issued the order extends the deadline.
fn leader_decides(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let issued = attempt.case.last("issueOrder").and_then(|event| event.account_id);
    let same = issued == Some(attempt.actor.account_id);
    refused_if(major(attempt.case) && same, Code::ConflictOfInterest.alone())
}

fn not_escalated(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.case.number("escalated_at").is_some(), Code::AlreadyDone.alone())
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
    let photo = attempt.phases().any(|phase| phase != "DOCUMENT");
    let unseen = attempt.input.is_some() && !attempt.truth("visited") && !photo;
    refused_if(unseen, Code::EvidenceMissing.of("evidence"))
}

/// Work that was suspended is resumed with a written consent, whatever grade the hazard has by then.
fn resume_consent(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let suspended = attempt.case.truth("suspended");
    let without = attempt.input.is_some() && !attempt.phases().any(|phase| phase == "DOCUMENT");
    refused_if(suspended && without, Code::ResumeConsentMissing.of("evidence"))
}

fn within_90_days(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let written_off = attempt.case.number("written_off_at").unwrap_or(i64::MIN / 2);
    refused_if(attempt.now - written_off > RECURRENCE_DAYS * DAY_MS, Code::TooLate.alone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Policy;
    use crate::graphql::nouns;
    use crate::lifecycle::Lifecycles;

    #[test]
    fn who_guides_and_who_had_a_hand_is_what_policy_and_lifecycle_say() {
        let policy = Policy::built_in().unwrap();
        assert_eq!(policy.role("COUNTY_REGULATOR").unwrap().departments, REGULATORS);
        let lifecycles = Lifecycles::built_in(nouns::catalog().unwrap(), &policy).unwrap();
        let duties = &lifecycles.flows.newest("Hazard").unwrap().duties;
        assert_eq!([&duties["SUBMITTER"].actions[..], &duties["GUIDE"].actions].concat(), HANDS);
    }
}
