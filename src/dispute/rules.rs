//! 纠纷规则. Relations and conditions that the lifecycle of a dispute names.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{intake, same};
use crate::kernel::clock;
use crate::lifecycle::case::{Actor, Attempt, Case, Values, number, text};
use crate::lifecycle::refusal::{Code, Refusal, refused_if};
use crate::lifecycle::room::{Check, Relation};

pub(super) const DAY_MS: i64 = 86_400_000;
/// Days from the day of effect in which a court may be asked (人民调解法 art. 33).
pub(super) const WINDOW_DAYS: i64 = 30;
/// Days after the closing in which the same cause opens the file again: six months.
const REPEAT_DAYS: i64 = 183;
/// From the township to the county to the city.
const MOST_RAISES: usize = 2;
/// How many represent a group at most (信访工作条例).
const MOST_REPRESENTATIVES: usize = 5;
/// Length of a village's code.
const VILLAGE: usize = 12;

pub(super) const RELATIONS: &[(&str, Relation)] = &[
    ("HANDLER", handler),
    ("PARTY", party),
    ("COURT", court),
    ("JOINT", |case, actor| actor.mechanism_id.is_some() && case.number("mechanism_id") == actor.mechanism_id),
];

pub(super) const CHECKS: &[(&str, Check, &[Code])] = &[
    ("two_parties", two_parties, &[Code::PartiesMissing]),
    ("place_given", intake::place_given, &[Code::PlaceUnknown]),
    ("identities", intake::identities, &[Code::IdentityInvalid]),
    ("nobody_twice", nobody_twice, &[Code::PartyTwice]),
    ("removable", removable, &[Code::ReferenceUnknown, Code::NotPermitted, Code::AlreadyDone]),
    ("parties_given", parties_given, &[Code::PartiesMissing]),
    ("own_party", own_party, &[Code::ReferenceUnknown]),
    ("own_application", own_application, &[Code::NotPermitted]),
    ("not_party", not_party, &[Code::ConflictOfInterest]),
    ("no_duplicate", intake::no_duplicate, &[Code::PossibleDuplicate]),
    ("joint", intake::joint, &[Code::NotPermitted, Code::PlaceOutside]),
    ("triage_told", triage_told, &[Code::InputIncomplete]),
    ("police_answered", police_answered, &[Code::WrongState]),
    ("main_open", main_open, &[Code::WrongState]),
    ("not_party_of_main", not_party_of_main, &[Code::ConflictOfInterest]),
    ("into_older", into_older, &[Code::InputIncomplete, Code::AlreadyDone]),
    ("not_party_there", not_party_there, &[Code::ConflictOfInterest]),
    ("handler_given", handler_given, &[Code::InputIncomplete, Code::PlaceOutside, Code::ConflictOfInterest]),
    ("village_first", village_first, &[Code::VillageFirst]),
    ("declared", declared, &[Code::ConflictOfInterest, Code::InputIncomplete]),
    ("consents", consents, &[Code::ConsentMissing]),
    ("own_mediators", own_mediators, &[Code::NotPermitted]),
    ("not_ahead", not_ahead, &[Code::DeadlineInvalid]),
    ("not_flagged", |attempt| refused_if(flagged(attempt.case), Code::AlreadyDone.alone()), &[Code::AlreadyDone]),
    ("flagged", |attempt| refused_if(!flagged(attempt.case), Code::WrongState.alone()), &[Code::WrongState]),
    ("mediated", |attempt| refused_if(!held(attempt.case), Code::WrongState.alone()), &[Code::WrongState]),
    ("two_sides", two_sides, &[Code::PartiesMissing]),
    ("signed", signed, &[Code::SignaturesMissing, Code::EvidenceMissing, Code::DeadlineInvalid]),
    ("performed_later", performed_later, &[Code::DeadlineInvalid]),
    ("visited", visited, &[Code::InputIncomplete]),
    ("not_effective", not_effective, &[Code::AlreadyDone]),
    ("both_consent", |attempt| everybody(attempt, "consents", Code::ConsentMissing), &[Code::ConsentMissing]),
    ("later", later, &[Code::DeadlineInvalid]),
    ("timed_out", timed_out, &[Code::TooEarly]),
    ("not_confirmed", not_confirmed, &[Code::AlreadyDone]),
    ("both_ask", |attempt| everybody(attempt, "askedBy", Code::PartiesMissing), &[Code::PartiesMissing]),
    ("application", application, &[Code::EvidenceMissing]),
    ("confirmable", confirmable, &[Code::NotConfirmable]),
    ("of_court", of_court, &[Code::ReferenceUnknown]),
    ("within_window", within_window, &[Code::TooLate, Code::SignaturesMissing]),
    ("not_received", not_received, &[Code::AlreadyDone]),
    ("not_extended", not_extended, &[Code::ExtensionsUsed]),
    ("file_complete", file_complete, &[Code::WrongState]),
    ("within_six_months", within_six_months, &[Code::TooLate]),
    ("not_top", not_top, &[Code::TopLevel]),
];

fn handler(case: &Case, actor: &Actor) -> bool {
    let mediates = case.rows("mediation").first().and_then(|row| number(row, "organisation_id"));
    let ours = Some(actor.organisation_id);
    case.number("handling_organisation_id") == ours || mediates == ours
}

/// A party of it, of a dispute that was joined to it, or one that has gone over to another with it.
fn party(case: &Case, actor: &Actor) -> bool {
    let all = ["parties", "joined parties", "gone over"].into_iter().flat_map(|part| case.rows(part));
    is_one_of(all, actor)
}

/// Whether the actor is among parties. A resident is nobody but himself.
fn is_one_of<'r>(mut parties: impl Iterator<Item = &'r Values>, actor: &Actor) -> bool {
    parties.any(|party| {
        number(party, "account_id") == Some(actor.account_id)
            || actor.role != "RESIDENT" && number(party, "organisation_id") == Some(actor.organisation_id)
    })
}

fn court(case: &Case, actor: &Actor) -> bool {
    case.rows("confirmations").last().and_then(|request| number(request, "court_id")) == Some(actor.organisation_id)
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

/// A report that waits for the police stays with the dispute that it is about.
fn police_answered(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(flagged(attempt.case), Code::WrongState.alone())
}

/// What was settled or ended together is not taken apart.
fn main_open(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let main = attempt.case.number("merged_into_id");
    let ended = attempt.case.rows("main").iter().any(|row| number(row, "concluded_at").is_some());
    // What the parties signed before, in this dispute, settled nothing of the other one.
    let signed = attempt.case.rows("signed there").iter().any(|row| number(row, "dispute_id") == main);
    refused_if(ended || signed, Code::WrongState.alone())
}

/// Whether the mediation that runs has had a session.
fn held(case: &Case) -> bool {
    case.since(&["startMediation"]).iter().any(|event| event.action == "addSession")
}

/// The agreement that was reached last.
pub(super) fn agreement(case: &Case) -> Option<&Values> {
    case.rows("agreements").last()
}

pub(super) fn said(attempt: &Attempt<'_>, field: &str) -> Result<(), Refusal> {
    let silent = attempt.text(field).is_none_or(|text| text.trim().is_empty());
    refused_if(attempt.input.is_some() && silent, Code::InputIncomplete.of(field))
}

/// Those who have to consent, sign and ask: every party; of a group whoever represents its side speaks for the others of it,
/// and nobody for a side that is not his.
fn speakers(case: &Case) -> Vec<i64> {
    let parties = case.rows("parties");
    let represents = |party: &Values| party.get("representative").and_then(Json::as_bool).unwrap_or_default();
    let group = case.text("scale") != Some("INDIVIDUAL");
    let spoken_for = |party: &Values| {
        let of_side = |other: &Values| represents(other) && text(other, "side") == text(party, "side");
        group && !represents(party) && text(party, "side").is_some() && parties.iter().any(of_side)
    };
    parties.iter().filter(|party| !spoken_for(party)).filter_map(|party| number(party, "id")).collect()
}

/// The parties that a list names, each by itself or by the field `party` of its entries.
pub(super) fn named<'a>(attempt: &Attempt<'a>, field: &str) -> impl Iterator<Item = i64> + 'a {
    attempt.list(field).iter().filter_map(|entry| entry.as_i64().or_else(|| entry.get("party")?.as_i64()))
}

fn everybody(attempt: &Attempt<'_>, field: &str, code: Code) -> Result<(), Refusal> {
    if attempt.input.is_none() {
        return Ok(());
    }
    let given: Vec<i64> = named(attempt, field).collect();
    let all = speakers(attempt.case);
    let parties = attempt.case.rows("parties");
    let known = |id: &i64| parties.iter().any(|party| number(party, "id") == Some(*id));
    refused_if(!given.iter().all(known) || !all.iter().all(|id| given.contains(id)), code.of(field))
}

fn two_parties(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let parties = attempt.list("parties");
    let least = if attempt.truth("othersUnknown") { 1 } else { 2 };
    let few = attempt.input.is_some() && parties.len() < least;
    let representatives = parties.iter().filter(|party| party["representative"] == true).count();
    let few = few || least == 2 && one_side(parties.iter().map(|party| party["side"].as_str()));
    refused_if(few || representatives > MOST_REPRESENTATIVES, Code::PartiesMissing.of("parties"))
}

/// Whether all are known to be of one side.
fn one_side<'s>(mut sides: impl Iterator<Item = Option<&'s str>>) -> bool {
    let Some(Some(first)) = sides.next() else { return false };
    sides.all(|side| side == Some(first))
}

/// Nobody agrees with himself: while the other side is unknown there is nothing to sign or to consent to.
fn two_sides(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let parties = attempt.case.rows("parties");
    let alone = parties.len() < 2 || one_side(parties.iter().map(|party| text(party, "side")));
    refused_if(alone, Code::PartiesMissing.alone())
}

/// Who is added to those who are there.
fn parties_given(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let (there, given) = (attempt.case.rows("parties"), attempt.list("parties"));
    let represents = |party: &&Json| party["representative"] == true;
    let spoken = there.iter().filter(|party| party.get("representative") == Some(&Json::Bool(true))).count();
    let many = spoken + given.iter().filter(represents).count() > MOST_REPRESENTATIVES;
    refused_if(attempt.input.is_some() && (given.is_empty() || many), Code::PartiesMissing.of("parties"))
}

/// Who is given twice does not make two sides.
fn nobody_twice(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let mut there: BTreeSet<String> = attempt.case.rows("parties").iter().flat_map(same::marks).collect();
    for (at, party) in attempt.list("parties").iter().enumerate() {
        let marks = same::marks_given(attempt, party);
        refused_if(marks.iter().any(|mark| there.contains(mark)), Code::PartyTwice.of(format!("parties.{at}")))?;
        there.extend(marks);
    }
    Ok(())
}

/// A party of this dispute that somebody else has entered, that came with no other dispute and has signed nothing.
fn removable(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let Some(party) = attempt.number("party") else { return Ok(()) };
    let row = attempt.case.rows("parties").iter().find(|row| number(row, "id") == Some(party));
    refused_if(row.is_none(), Code::ReferenceUnknown.of("party"))?;
    let came =
        row.is_some_and(|row| ["account_id", "joined_from_id"].iter().any(|column| number(row, column).is_some()));
    refused_if(came, Code::NotPermitted.of("party"))?;
    let signed = attempt.case.rows("signatures").iter().any(|row| number(row, "party_id") == Some(party));
    refused_if(signed, Code::AlreadyDone.of("party"))
}

/// A party of this dispute.
fn own_party(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let Some(party) = attempt.number("party") else { return Ok(()) };
    let ours = attempt.case.rows("parties").iter().any(|row| number(row, "id") == Some(party));
    refused_if(!ours, Code::ReferenceUnknown.of("party"))
}

/// A resident takes back what he has registered, and not what others were joined to: they have not been asked.
fn own_application(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let registered = attempt.case.events.first().and_then(|event| event.account_id);
    let joined = !attempt.case.rows("joined").is_empty();
    refused_if(joined || registered != Some(attempt.actor.account_id), Code::NotPermitted.alone())
}

/// Who decides for the centre is no party, under whatever posting.
fn not_party(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let related = attempt.actor.under_each_posting().any(|actor| party(attempt.case, &actor));
    refused_if(related, Code::ConflictOfInterest.alone())
}

fn triage_told(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    match attempt.text("decision") {
        None => Ok(()),
        Some("ACCEPTED") => {
            refused_if(!attempt.has("riskLevel"), Code::InputIncomplete.of("riskLevel"))?;
            refused_if(attempt.list("typeCodes").is_empty(), Code::InputIncomplete.of("typeCodes"))
        }
        Some(decision) => {
            let lost = decision == "ROUTED" && !attempt.has("route");
            refused_if(lost, Code::InputIncomplete.of("route"))?;
            said(attempt, "told")
        }
    }
}

/// When it was registered, by its number: the day, then the number itself.
fn registered(row: &Values) -> Option<(String, String)> {
    let no = text(row, "no")?;
    Some((no.rsplit('-').nth(1)?.to_owned(), no.to_owned()))
}

/// Into an open dispute of the same mechanism that was registered before. What has others joined to it stays where it is:
/// their parties would be lost from sight.
fn into_older(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(!attempt.case.rows("joined").is_empty(), Code::AlreadyDone.alone())?;
    if attempt.input.is_none() {
        return Ok(());
    }
    let older = attempt.row("into").filter(|into| {
        let open = number(into, "concluded_at").is_none();
        let joint = number(into, "mechanism_id") == attempt.case.number("mechanism_id");
        let other = number(into, "id") != attempt.case.number("id");
        open && joint && other && registered(into) < registered(&attempt.case.row)
    });
    refused_if(older.is_none(), Code::InputIncomplete.of("into"))
}

/// Nobody joins to the own quarrel, under whatever posting.
fn not_party_there(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let there = attempt.rows("into parties");
    let related = attempt.actor.under_each_posting().any(|actor| is_one_of(there.iter(), &actor));
    refused_if(related, Code::ConflictOfInterest.of("into"))
}

/// Nor does anybody take the other side out of the own quarrel.
fn not_party_of_main(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let there = attempt.case.rows("main parties");
    let related = attempt.actor.under_each_posting().any(|actor| is_one_of(there.iter(), &actor));
    refused_if(related, Code::ConflictOfInterest.alone())
}

/// Whoever is to handle it: the mediation organisation's own organisation, or the one that is named.
pub(super) fn target<'a>(attempt: &Attempt<'a>) -> Option<(&'static str, &'a Values)> {
    let named = attempt.row("mediationOrganisation").map(|row| ("mediationOrganisation", row));
    named.or_else(|| attempt.row("handler").map(|row| ("handler", row)))
}

/// Somebody is named, no party, of the place or above it, or of the other side of the mechanism.
fn handler_given(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    if attempt.input.is_none() {
        return Ok(());
    }
    refused_if(target(attempt).is_none(), Code::InputIncomplete.of("handler"))?;
    let here = attempt.case.text("division_code").unwrap_or_default();
    let sides =
        attempt.case.rows("mechanism").iter().flat_map(|row| [text(row, "side_a_code"), text(row, "side_b_code")]);
    let sides: Vec<&str> = sides.flatten().collect();
    let parties = attempt.case.rows("parties").iter().chain(attempt.case.rows("joined parties"));
    let parties: Vec<i64> = parties.filter_map(|party| number(party, "organisation_id")).collect();
    for (field, key) in [("mediationOrganisation", "organisation_id"), ("handler", "id")] {
        let organisation = attempt.row(field).and_then(|row| number(row, key));
        refused_if(organisation.is_some_and(|id| parties.contains(&id)), Code::ConflictOfInterest.of(field))?;
        let Some(there) = attempt.row(field).and_then(|row| text(row, "division_code")) else { continue };
        let near = here.starts_with(there) || there.starts_with(here);
        let joint = sides.iter().any(|side| there.starts_with(side));
        refused_if(!near && !joint, Code::PlaceOutside.of(field))?;
    }
    Ok(())
}

/// 小事不出村: what is small goes to the village, or it is said why not.
fn village_first(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let small = attempt.case.text("scale") == Some("INDIVIDUAL")
        && matches!(attempt.case.text("risk_level"), Some("BLUE" | "YELLOW"))
        && attempt.case.number("mechanism_id").is_none();
    let upper = |row: &Values| text(row, "division_code").is_some_and(|code| code.len() < VILLAGE);
    let above = ["mediationOrganisation", "handler"].into_iter().filter_map(|field| attempt.row(field)).any(upper);
    refused_if(small && above && said(attempt, "levelReason").is_err(), Code::VillageFirst.of("levelReason"))
}

fn declared(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    if attempt.input.is_none() {
        return Ok(());
    }
    refused_if(!attempt.truth("unrelated"), Code::ConflictOfInterest.of("unrelated"))?;
    refused_if(!attempt.truth("rightsTold"), Code::InputIncomplete.of("rightsTold"))
}

fn consents(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let refuses = attempt.case.rows("parties").iter().any(|party| text(party, "consent") == Some("NO"));
    refused_if(refuses, Code::ConsentMissing.alone())
}

/// Mediators of the organisation that mediates.
fn own_mediators(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let ours = attempt.case.number("mediation_organisation_id");
    let foreign = |row: &Values| number(row, "mediation_organisation_id") != ours;
    refused_if(attempt.rows("mediators").iter().any(foreign), Code::NotPermitted.of("mediators"))
}

/// A time that is given does not lie ahead.
fn not_ahead(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.number("at").is_some_and(|at| at > attempt.now), Code::DeadlineInvalid.of("at"))
}

/// Of a written agreement every party signs, the mediator signs and the committee seals the document (人民调解法 art. 29):
/// not before the dispute was registered, or the days in which a court may be asked would be over.
fn signed(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let written = attempt.text("form").or_else(|| text(agreement(attempt.case)?, "form")) == Some("WRITTEN");
    if attempt.input.is_none() || !written {
        return Ok(());
    }
    everybody(attempt, "signatures", Code::SignaturesMissing)?;
    let registered = attempt.case.events.first().map_or(i64::MIN, |event| event.at);
    let first = clock::day_start_ms(&clock::shanghai_date(registered)).unwrap_or(registered);
    let wrong = |at: i64| !(first..=attempt.now).contains(&at);
    for field in ["mediatorSignedAt", "sealedAt"] {
        refused_if(!attempt.has(field), Code::SignaturesMissing.of(field))?;
        refused_if(attempt.number(field).is_some_and(wrong), Code::DeadlineInvalid.of(field))?;
    }
    let off = |entry: &Json| entry.get("signedAt").and_then(Json::as_i64).is_some_and(wrong);
    refused_if(attempt.list("signatures").iter().any(off), Code::DeadlineInvalid.of("signatures"))?;
    refused_if(!attempt.phases().any(|phase| phase == "DOCUMENT"), Code::EvidenceMissing.of("evidence"))
}

/// What is to be performed is still ahead.
fn performed_later(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let past = attempt.number("performanceDueAt").is_some_and(|due| due <= attempt.now);
    refused_if(past, Code::DeadlineInvalid.of("performanceDueAt"))
}

/// A visit that finds nothing due yet says nothing of how the promise is kept.
fn visited(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.text("performance") == Some("NOT_DUE"), Code::InputIncomplete.of("performance"))
}

fn not_effective(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let effective = agreement(attempt.case).is_none_or(|row| number(row, "effective_at").is_some());
    refused_if(effective, Code::AlreadyDone.alone())
}

fn later(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let Some(deadline) = attempt.number("deadline") else { return Ok(()) };
    let present = attempt.case.number("due_at").unwrap_or(i64::MIN);
    refused_if(deadline <= attempt.now.max(present), Code::DeadlineInvalid.of("deadline"))
}

/// For want of time it ends when the time is over.
fn timed_out(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let due = attempt.case.number("due_at").unwrap_or(i64::MIN);
    let early = attempt.text("reason") == Some("TIMEOUT") && attempt.now < due;
    refused_if(early, Code::TooEarly.of("reason"))
}

/// A court is asked once about an agreement.
fn not_confirmed(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let since = attempt.case.since(&["recordAgreement"]);
    refused_if(since.iter().any(|event| event.action == "decideConfirmation"), Code::AlreadyDone.alone())
}

/// Identity, adoption and marriage are not confirmed, as whoever asks states it: of a marriage the money may be.
fn confirmable(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.truth("identityRelation"), Code::NotConfirmable.of("identityRelation"))
}

/// A party that asks for all of them shows the application that all have signed.
fn application(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let alone = attempt.input.is_some() && attempt.actor.role == "RESIDENT";
    refused_if(alone && !attempt.phases().any(|phase| phase == "DOCUMENT"), Code::EvidenceMissing.of("evidence"))
}

fn of_court(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let court = attempt.row("court").is_none_or(|row| text(row, "department") == Some("COURT"));
    refused_if(!court, Code::ReferenceUnknown.of("court"))
}

/// The last moment at which a court may be asked about an agreement that took effect then.
pub(super) fn window_ends(effective: i64) -> i64 {
    let first = clock::day_start_ms(&clock::shanghai_date(effective)).unwrap_or(effective);
    first + (WINDOW_DAYS + 1) * DAY_MS
}

fn within_window(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let Some(effective) = agreement(attempt.case).and_then(|row| number(row, "effective_at")) else {
        return Err(Code::SignaturesMissing.alone());
    };
    refused_if(attempt.now >= window_ends(effective), Code::TooLate.alone())
}

fn not_received(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let request = attempt.case.rows("confirmations").last();
    refused_if(request.and_then(|row| number(row, "accepted_at")).is_some(), Code::AlreadyDone.alone())
}

fn not_extended(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let since = attempt.case.since(&["requestConfirmation"]);
    refused_if(since.iter().any(|event| event.action == "extendConfirmation"), Code::ExtensionsUsed.alone())
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
    let none_above = attempt.case.rows("upper centre").is_empty();
    refused_if(raised >= MOST_RAISES || none_above, Code::TopLevel.alone())
}
