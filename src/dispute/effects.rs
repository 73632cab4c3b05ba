//! 纠纷办理结果. What each action on a dispute makes of rows, and who is told.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::rules::{DAY_MS, agreement, named, target, window_ends};
use super::{intake, join};
use crate::kernel::clock;
use crate::lifecycle::case::{Attempt, Case, Event, Values, number, text};
use crate::lifecycle::clocks::UNTIL;
use crate::lifecycle::room::{Audience, Effect, Effects, Recipient};

/// Days for resolving; day 1 is the day after (一般在一个月内).
const RESOLVE_DAYS: i64 = 30;
/// Days in which a court decides, and what it may add (2011 rules).
const COURT_DAYS: i64 = 15 + 10;
/// Days for which personal data of parties is kept after the registration: five years.
const KEPT_DAYS: i64 = 5 * 365;

pub(super) const EFFECTS: &[(&str, Effect)] = &[
    ("registerDispute", register),
    ("addParty", add_party),
    ("removeParty", remove_party),
    ("recordConsent", record_consent),
    ("triageDispute", triage),
    ("mergeDisputes", join::merge),
    ("unmergeDispute", join::unmerge),
    ("dispatchDispute", dispatch),
    ("returnDispatch", back_to_centre),
    ("recallDispatch", recall),
    ("startMediation", |attempt, out| out.set("mediation_started_at", attempt.now)),
    ("addSession", add_session),
    ("flagEscalation", flag),
    ("acknowledgeEscalation", acknowledge),
    ("recordAgreement", agree),
    ("completeAgreement", complete),
    ("extendMediation", |attempt, out| out.keep(UNTIL, attempt.number("deadline"))),
    ("terminateMediation", |attempt, out| conclude(attempt, out, "TERMINATED")),
    ("withdrawDispute", withdraw),
    ("requestConfirmation", request_confirmation),
    ("withdrawConfirmation", withdraw_confirmation),
    ("acceptConfirmation", |attempt, out| confirmation(attempt, out, json!({ "accepted_at": attempt.now }))),
    ("extendConfirmation", extend_confirmation),
    ("decideConfirmation", decide_confirmation),
    ("recordPerformance", perform),
    ("closeDispute", |attempt, out| out.set("closed_at", attempt.now)),
    ("reopenDispute", reopen),
    ("raiseLevel", raise),
];

pub(super) const AUDIENCES: &[(&str, Audience)] = &[
    ("HANDLER", |case| case.number("handling_organisation_id").map(Recipient::Organisation).into_iter().collect()),
    ("CENTRE", |case| organisations(case.rows("centre"), "organisation_id")),
    ("PARTIES", parties),
    ("COURT", court),
];

fn organisations(rows: &[Values], column: &str) -> Vec<Recipient> {
    rows.iter().filter_map(|row| number(row, column)).map(Recipient::Organisation).collect()
}

fn court(case: &Case) -> Vec<Recipient> {
    let requests = case.rows("confirmations");
    organisations(&requests[requests.len().saturating_sub(1)..], "court_id")
}

fn parties(case: &Case) -> Vec<Recipient> {
    let of = |party: &Values| {
        let person = number(party, "account_id").map(Recipient::Account);
        person.or_else(|| number(party, "organisation_id").map(Recipient::Organisation))
    };
    case.rows("parties").iter().chain(case.rows("gone over")).filter_map(of).collect()
}

/// 24:00 in Shanghai of the day so many days after an instant.
fn end_of_day(at: i64, days: i64) -> i64 {
    clock::day_start_ms(&clock::shanghai_date(at)).unwrap_or(at) + (days + 1) * DAY_MS
}

fn register(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let (Some(place), Some(division)) = (intake::place(attempt), intake::division(attempt)) else { return };
    let Some(centre) = intake::centre(attempt) else { return };
    let site = intake::site(attempt);
    let channel = attempt.text("channel").unwrap_or_default();
    let location = attempt.input.and_then(|input| input.get("location")).cloned().unwrap_or_default();
    let urban = attempt.row("village").and_then(|row| text(row, "kind")) == Some("RESIDENT_COMMITTEE");
    let edition = match (channel, site.is_some(), urban) {
        ("ONLINE", ..) => "ONLINE",
        (_, true, _) => "INDUSTRY",
        (.., true) => "URBAN",
        _ => "RURAL",
    };
    let origin = match channel {
        "GRID" => "PROACTIVE",
        "COURT" | "POLICE_110" => "ENTRUSTED",
        _ => "APPLIED",
    };
    let people = attempt.number("peopleInvolved").unwrap_or(attempt.list("parties").len() as i64);
    let scale = match people {
        ..10 => "INDIVIDUAL",
        10..100 => "GROUP_GENERAL",
        _ => "GROUP_MAJOR",
    };
    let grid = attempt.row("grid").and_then(|grid| number(grid, "id")).or_else(|| number(site?, "grid_id"));
    let enterprise = names_enterprise(attempt);
    let columns = json!({
        "division_code": division,
        "edition": edition,
        "key_field": false,
        "prominent": false,
        "scale": scale,
        "people_involved": people,
        "amount_claimed": attempt.number("amountClaimed"),
        "origin": origin,
        "place": attempt.text("place"),
        "lon": location.get("lon").or_else(|| site?.get("lon")),
        "lat": location.get("lat").or_else(|| site?.get("lat")),
        "grid_id": grid,
        "zone_id": place.get("zone_id"),
        "site_id": site.and_then(|site| number(site, "id")),
        "site_kind": site.and_then(|site| text(site, "kind")),
        "risk_level": "BLUE",
        "escalation_risk": false,
        "enterprise_related": enterprise,
        "accepted_at": attempt.now,
        "due_at": end_of_day(attempt.now, RESOLVE_DAYS),
        "accepted_centre_id": number(centre, "id"),
        "handling_organisation_id": number(centre, "organisation_id"),
        "centre_involved": true,
        "mechanism_id": attempt.number("jointMechanism"),
        "sensitive_until": intake::sensitive_until(attempt),
        "recurrence": 0,
        "registered_by_id": attempt.actor.posting_id,
    });
    let Json::Object(columns) = columns else { return };
    for (column, value) in columns {
        out.set(&column, value);
    }
    add_parties(attempt, out, Some(attempt.actor.account_id));
}

/// Whether an enterprise is among those who are given.
fn names_enterprise(attempt: &Attempt<'_>) -> bool {
    attempt.known.rows.iter().any(|(name, rows)| {
        name.starts_with("parties.") && rows.iter().any(|row| text(row, "kind") == Some("ENTERPRISE"))
    })
}

/// Those who are given become parties; `account`: of whoever says that it is himself.
fn add_parties(attempt: &Attempt<'_>, out: &mut Effects<'_>, account: Option<i64>) {
    let Some(dispute) = attempt.case.number("id") else { return };
    let retained = clock::shanghai_date(attempt.now + KEPT_DAYS * DAY_MS);
    for party in attempt.list("parties") {
        let account = account.filter(|_| party["self"] == true);
        out.insert(
            "party",
            json!({
                "dispute_id": dispute,
                "account_id": account,
                "name": party["name"],
                "kind": party["kind"],
                "organisation_id": party["organisation"],
                "contact": party["contact"],
                "id_number": party["idNumber"].as_str().map(str::to_ascii_uppercase),
                "birth_date": intake::birth_date(attempt, party).map(|day| day.to_string()),
                "consent": party["consent"].as_str().unwrap_or("UNKNOWN"),
                "representative": party["representative"] == true,
                "side": party["side"],
                "retain_until": retained,
            }),
        );
    }
}

fn add_party(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    add_parties(attempt, out, None);
    let present = attempt.case.text("sensitive_until").map(str::to_owned);
    out.set("sensitive_until", present.max(intake::sensitive_until(attempt)));
    if names_enterprise(attempt) {
        out.set("enterprise_related", true);
    }
    let parties = attempt.case.rows("parties").len() + attempt.list("parties").len();
    let people = attempt.case.number("people_involved").unwrap_or_default();
    out.set("people_involved", people.max(parties as i64));
}

fn remove_party(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    if let Some(party) = attempt.number("party") {
        out.remove("party", party);
    }
}

fn record_consent(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    if let Some(party) = attempt.number("party") {
        out.update("party", party, json!({ "consent": attempt.text("consent") }));
    }
}

fn recall(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let handler = attempt.case.number("handling_organisation_id");
    out.tell(handler.map(Recipient::Organisation));
    out.tell(organisations(attempt.case.rows("mediation"), "organisation_id"));
    back_to_centre(attempt, out);
    out.set("mediation_started_at", Json::Null);
}

pub(super) fn conclude(attempt: &Attempt<'_>, out: &mut Effects<'_>, outcome: &str) {
    out.set("outcome", outcome);
    out.set("concluded_at", attempt.now);
}

fn triage(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    match (attempt.text("decision"), attempt.text("route")) {
        (Some("ACCEPTED"), _) => {
            out.set("accepted_at", attempt.now);
            match going_on(attempt.case) {
                // Taken out of another dispute again, it has the time that it had.
                Some(due) => {
                    out.set("due_at", due);
                    out.keep(UNTIL, due);
                }
                None => out.set("due_at", end_of_day(attempt.now, RESOLVE_DAYS)),
            }
            out.set("key_field", attempt.has("keyFieldDomain"));
            out.set("key_field_domain", attempt.text("keyFieldDomain"));
            out.set("prominent", attempt.truth("prominent"));
            // Types that it had before it was triaged anew.
            for row in attempt.case.rows("types").iter().filter_map(|row| number(row, "id")) {
                out.remove("dispute_type", row);
            }
            out.set("main_type", attempt.list("typeCodes").first().cloned());
            for (rank, code) in (1..).zip(attempt.list("typeCodes")) {
                let row = json!({ "dispute_id": attempt.case.number("id"), "rank": rank, "type_code": code });
                out.insert("dispute_type", row);
            }
        }
        (Some("ROUTED"), route) => conclude(attempt, out, &format!("TRANSFERRED_{}", route.unwrap_or("JUDICIAL"))),
        _ => conclude(attempt, out, "NOT_ACCEPTED"),
    }
}

/// When a dispute that was accepted before it was joined to another is due.
fn going_on(case: &Case) -> Option<i64> {
    let unjoined = case.last("unmergeDispute").is_some();
    let accepted = |event: &Event| event.action == "triageDispute" && event.to == "ACCEPTED";
    let reopened = case.last("reopenDispute").is_some();
    if unjoined && (reopened || case.events.iter().any(accepted)) { case.number("due_at") } else { None }
}

pub(super) fn reopened(out: &mut Effects<'_>) {
    for column in ["outcome", "concluded_at", "closed_at", "resolved_at", "resolved_level"] {
        out.set(column, Json::Null);
    }
}

fn dispatch(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let mediation = attempt.row("mediationOrganisation");
    let own = mediation.and_then(|row| number(row, "organisation_id"));
    out.set("handling_organisation_id", attempt.number("handler").or(own));
    out.set("mediation_organisation_id", mediation.and_then(|row| number(row, "id")));
    // 10.3: handled by a centre, or by a mediation organisation that is seated in one.
    let seated = mediation.and_then(|row| number(row, "centre_id")).is_some();
    out.set("centre_involved", seated || !attempt.rows("handling centre").is_empty());
    if let Some((_, row)) = target(attempt) {
        out.keep("level", level_of(row));
    }
}

fn back_to_centre(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let centre = attempt.case.rows("centre").first().and_then(|row| number(row, "organisation_id"));
    out.set("handling_organisation_id", centre);
    out.set("mediation_organisation_id", Json::Null);
    out.set("centre_involved", true);
}

/// The level at which an organisation works, by the code of its division.
fn level_of(row: &Values) -> &'static str {
    match text(row, "division_code").map_or(0, str::len) {
        12 => "VILLAGE",
        9 => "TOWNSHIP",
        4 => "CITY",
        _ => "COUNTY",
    }
}

fn add_session(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let case = attempt.case;
    let mediators: Vec<i64> = attempt.rows("mediators").iter().filter_map(|row| number(row, "id")).collect();
    let session = out.insert(
        "mediation_session",
        json!({
            "dispute_id": case.number("id"),
            "session_no": case.rows("sessions").len() + 1,
            "at": attempt.number("at").unwrap_or(attempt.now),
            "place": attempt.text("place"),
            "form": attempt.text("form"),
            "mediator_id": mediators.first(),
            "parties_present": attempt.number("partiesPresent"),
            "progress": attempt.text("progress"),
            "result": attempt.text("result"),
        }),
    );
    for mediator in mediators.into_iter().collect::<BTreeSet<_>>() {
        out.insert("session_mediator", json!({ "session_id": session, "mediator_id": mediator }));
    }
}

fn flag(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    out.set("escalation_risk", true);
    out.tell(organisations(attempt.rows("police"), "id"));
    out.insert(
        "police_report",
        json!({
            "dispute_id": attempt.case.number("id"),
            "reported_at": attempt.now,
            "reported_by_id": attempt.actor.posting_id,
            "reason": attempt.text("reason"),
        }),
    );
}

fn acknowledge(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    if let Some(report) = attempt.case.rows("reports").last().and_then(|row| number(row, "id")) {
        let taken = json!({ "acknowledged_at": attempt.now, "acknowledged_by_id": attempt.actor.posting_id });
        out.update("police_report", report, taken);
    }
}

/// Signatures and seal, and when the last of them was set; `None`: oral, nothing is signed.
fn signatures(attempt: &Attempt<'_>, written: bool) -> (Json, Option<i64>) {
    if !written {
        return (json!({}), None);
    }
    let given = attempt.list("signatures").iter();
    let parties = given.map(|entry| entry["signedAt"].as_i64().unwrap_or(attempt.now)).max();
    let (mediator, sealed) = (attempt.number("mediatorSignedAt"), attempt.number("sealedAt"));
    let columns =
        json!({ "parties_signed_at": parties, "mediator_signed_at": mediator, "committee_sealed_at": sealed });
    (columns, [parties, mediator, sealed].into_iter().flatten().max())
}

fn sign(attempt: &Attempt<'_>, out: &mut Effects<'_>, agreement: i64) {
    let of_it = |row: &&Values| number(row, "agreement_id") == Some(agreement);
    let there: Vec<&Values> = attempt.case.rows("signatures").iter().filter(of_it).collect();
    let mut signed = BTreeSet::new();
    for (party, entry) in named(attempt, "signatures").zip(attempt.list("signatures")) {
        if !signed.insert(party) {
            continue;
        }
        // Whoever has signed before has signed.
        if let Some(row) = there.iter().find(|row| number(row, "party_id") == Some(party)) {
            if let (None, Some(id)) = (number(row, "signed_at"), number(row, "id")) {
                let at = entry["signedAt"].as_i64().unwrap_or(attempt.now);
                out.update("agreement_signature", id, json!({ "signed_at": at }));
            }
            continue;
        }
        out.insert(
            "agreement_signature",
            json!({
                "dispute_id": attempt.case.number("id"),
                "agreement_id": agreement,
                "party_id": party,
                "signed_at": entry["signedAt"].as_i64().unwrap_or(attempt.now),
            }),
        );
    }
}

fn agree(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    conclude(attempt, out, "MEDIATED");
    out.set("resolved_at", attempt.now);
    let handler = attempt.case.rows("mediation").first().or_else(|| attempt.case.rows("handler").first());
    out.set("resolved_level", handler.map(level_of));
    let written = attempt.text("form") == Some("WRITTEN");
    let (mut row, signed) = signatures(attempt, written);
    let effective = if written { signed } else { Some(attempt.now) };
    let columns = json!({
        "dispute_id": attempt.case.number("id"),
        "form": attempt.text("form"),
        "reached_at": attempt.now,
        "effective_at": effective,
        "window_ends_at": effective.map(window_ends),
        "terms": attempt.text("terms"),
        "amount": attempt.number("amount"),
        "performance": "NOT_DUE",
        "performance_due_at": attempt.number("performanceDueAt"),
    });
    if let (Json::Object(row), Json::Object(columns)) = (&mut row, columns) {
        row.extend(columns);
    }
    let agreement = out.insert("mediation_agreement", row);
    out.set("agreement_id", agreement);
    if written {
        sign(attempt, out, agreement);
    }
    out.keep("windowEndsAt", effective.map(window_ends));
}

fn complete(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let Some(agreement) = agreement(attempt.case).and_then(|row| number(row, "id")) else { return };
    let (mut row, effective) = signatures(attempt, true);
    row["effective_at"] = effective.into();
    row["window_ends_at"] = effective.map(window_ends).into();
    out.update("mediation_agreement", agreement, row);
    sign(attempt, out, agreement);
    out.keep("windowEndsAt", effective.map(window_ends));
}

fn withdraw(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    conclude(attempt, out, "WITHDRAWN");
    if attempt.truth("reconciled") {
        out.set("resolved_at", attempt.now);
        out.set("resolved_level", attempt.case.rows("handler").first().map(level_of));
    }
}

fn request_confirmation(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let row = json!({
        "dispute_id": attempt.case.number("id"),
        "court_id": attempt.number("court"),
        "requested_at": attempt.now,
    });
    let request = out.insert("judicial_confirmation", row);
    out.set("confirmation_id", request);
}

fn confirmation(attempt: &Attempt<'_>, out: &mut Effects<'_>, columns: Json) {
    if let Some(request) = attempt.case.rows("confirmations").last().and_then(|row| number(row, "id")) {
        out.update("judicial_confirmation", request, columns);
    }
}

fn withdraw_confirmation(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    confirmation(attempt, out, json!({ "withdrawn_at": attempt.now }));
    let ends = agreement(attempt.case).and_then(|row| number(row, "window_ends_at"));
    out.keep("windowEndsAt", ends.filter(|ends| *ends > attempt.now));
}

fn extend_confirmation(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let asked = attempt.case.last("requestConfirmation").map_or(attempt.now, |event| event.at);
    out.keep(UNTIL, end_of_day(asked, COURT_DAYS));
}

fn decide_confirmation(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let request = attempt.case.rows("confirmations").last();
    let accepted = request.and_then(|row| number(row, "accepted_at")).unwrap_or(attempt.now);
    let columns = json!({
        "accepted_at": accepted,
        "decision": attempt.text("decision"),
        "decided_at": attempt.now,
        "case_no": attempt.text("caseNo"),
    });
    confirmation(attempt, out, columns);
}

fn perform(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let performance = attempt.text("performance");
    out.insert(
        "follow_up",
        json!({
            "dispute_id": attempt.case.number("id"),
            "at": attempt.now,
            "performance": performance,
            "satisfied": attempt.input.and_then(|input| input.get("satisfied")),
        }),
    );
    if let Some(agreement) = agreement(attempt.case).and_then(|row| number(row, "id")) {
        out.update("mediation_agreement", agreement, json!({ "performance": performance }));
    }
    // A promise that is not kept takes the dispute out of the resolved ones again.
    if performance == Some("DEFAULTED") {
        out.set("resolved_at", Json::Null);
        out.set("resolved_level", Json::Null);
    }
}

fn reopen(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    reopened(out);
    back_to_centre(attempt, out);
    out.set("mediation_started_at", Json::Null);
    out.set("accepted_at", attempt.now);
    out.set("due_at", end_of_day(attempt.now, RESOLVE_DAYS));
    out.set("recurrence", attempt.case.number("recurrence").unwrap_or_default() + 1);
}

/// The centre above answers for it; who handles it at the moment goes on.
fn raise(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let Some(upper) = attempt.case.rows("upper centre").first() else { return };
    out.set("accepted_centre_id", number(upper, "id"));
    out.set("handling_level", level_of(upper));
    if matches!(attempt.case.state.as_str(), "REGISTERED" | "ACCEPTED") {
        out.set("handling_organisation_id", number(upper, "organisation_id"));
    }
    out.tell(number(upper, "organisation_id").map(Recipient::Organisation));
}
