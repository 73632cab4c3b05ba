//! Disputes of a small place: who is there, and what they give.

use fengqiao::lifecycle::case::{Case, Values, number, text};
use serde_json::{Value as Json, json};

use super::dispute_table::Table;
use super::place::{GRID, Place};
use super::walk::{World, people, walk};
use crate::gate::dice::Dice;
use crate::support::backend::on_both;

const HOUR: i64 = 3_600_000;
const HANDLERS: [i64; 4] = [3, 7, 8, 16];
const MEDIATIONS: [i64; 2] = [2, 3];
const COURTS: [i64; 2] = [20, 21];

/// Everybody of a small place. Account 30 mediates and quarrels with a neighbour; organisation 9 mediates and is sued.
const PEOPLE: &[(&str, i64, i64)] = &[
    ("RESIDENT", 10, 1),
    ("RESIDENT", 11, 1),
    ("RESIDENT", 30, 1),
    ("MEDIATOR", 30, 16),
    ("MEDIATOR", 31, 16),
    ("MEDIATOR", 33, 9),
    ("VILLAGE_CADRE", 40, 7),
    ("GRID_MEMBER", 41, 7),
    ("GRID_LEADER", 42, 7),
    ("BEAT_OFFICER", 43, 8),
    ("BEAT_OFFICER", 44, 13),
    ("POLICE_110_LINK", 45, 13),
    ("TOWN_CENTRE_OPERATOR", 50, 6),
    ("COUNTY_CENTRE_OPERATOR", 51, 12),
    ("KEYAREA_OPERATOR", 10, 17),
    ("COURT_CLERK", 60, 20),
    ("COURT_CLERK", 61, 21),
    ("PETITION_OFFICE", 70, 18),
    ("COUNTY_REGULATOR", 71, 3),
    ("JUSTICE_BUREAU", 72, 15),
];

/// An input for an action, mostly sound.
fn input(dice: &mut Dice, action: &str, case: &Case, now: i64, others: &[Case]) -> Values {
    let sound = !dice.one_in(4);
    let truth = |dice: &mut Dice| sound || dice.one_in(2);
    let all: Vec<i64> = case.rows("parties").iter().filter_map(|party| number(party, "id")).collect();
    let mut parties = vec![
        json!({ "name": "甲", "kind": "PERSON", "self": true, "consent": "YES" }),
        json!({ "name": "乙", "kind": "PERSON", "consent": "UNKNOWN" }),
    ];
    if dice.one_in(6) {
        let consent = if dice.one_in(3) { "NO" } else { "YES" };
        parties.push(json!({ "name": "丙", "kind": "ORGANISATION", "organisation": 9, "consent": consent }));
    }
    if !sound {
        parties.truncate(dice.below(3));
    }
    let phases: Vec<Json> = if truth(dice) { vec![json!({ "phase": "DOCUMENT" })] } else { vec![] };
    let enough = |dice: &mut Dice| -> Vec<i64> {
        if sound { all.clone() } else { all[..all.len() - dice.below(2).min(all.len())].to_vec() }
    };
    let mut given = json!({
        "title": "相邻纠纷",
        "summary": "因屋檐滴水发生争议",
        "channel": dice.pick(&["QR_CODE", "QR_CODE", "PETITION", "POLICE_110", "GRID"]),
        "parties": parties,
        "othersUnknown": dice.one_in(2),
        "duplicateChecked": true,
        "decision": dice.pick(&["ACCEPTED", "ACCEPTED", "ACCEPTED", "NOT_ACCEPTED", "ROUTED"]),
        "told": if truth(dice) { "已告知" } else { " " },
        "reason": "见记录",
        "unrelated": truth(dice),
        "rightsTold": truth(dice),
        "place": "调解室",
        "partiesPresent": 2,
        "progress": "双方陈述",
        "result": "CONTINUE",
        "evidence": phases,
        "form": dice.pick(&["WRITTEN", "ORAL"]),
        "terms": "互谅互让",
        "signatures": enough(dice),
        "mediatorSignedAt": now,
        "sealedAt": if truth(dice) { now } else { now + HOUR },
        "consents": enough(dice),
        "deadline": if truth(dice) { case.number("due_at").unwrap_or(now).max(now) + 24 * HOUR } else { now - dice.below(2) as i64 },
        "routes": if truth(dice) { "可以向人民法院起诉" } else { "" },
        "reconciled": dice.one_in(2),
        "court": dice.pick(&COURTS),
        "askedBy": enough(dice),
        "identityRelation": !truth(dice),
        "caseNo": "（2026）浙示例民特1号",
        "performance": dice.pick(&["PERFORMED", "PARTIAL", "DEFAULTED", "NOT_DUE"]),
    });
    if action == "decideConfirmation" {
        given["decision"] = (*dice.pick(&["CONFIRMED", "REFUSED"])).into();
    }
    if action == "addSession" {
        given["form"] = "VISIT".into();
    }
    if action == "withdrawDispute" || action == "terminateMediation" {
        given["reason"] = if action == "terminateMediation" { "FAILED".into() } else { "和解".into() };
    }
    for (field, value) in [
        ("riskLevel", json!(dice.pick(&["BLUE", "ORANGE"]))),
        ("typeCodes", dice.pick(&[json!(["NEIGHBOUR"]), json!(["CONTRACT", "NEIGHBOUR"])]).clone()),
        ("route", json!("JUDICIAL")),
        ("levelReason", json!("涉及多村")),
    ] {
        if truth(dice) {
            given[field] = value;
        }
    }
    if sound || dice.one_in(2) {
        let place = if dice.one_in(2) { ("site", 1) } else { ("grid", GRID) };
        given[place.0] = place.1.into();
    }
    if action == "dispatchDispute" {
        for (field, keys) in [("handler", &HANDLERS[..]), ("mediationOrganisation", &MEDIATIONS)] {
            if truth(dice) && dice.one_in(2) {
                given[field] = json!(dice.pick(keys));
            }
        }
    }
    // Without one of its own, somebody who is no party of it.
    given["party"] = json!(all.get(dice.below(2)).or(all.first()).filter(|_| truth(dice)).unwrap_or(&1));
    given["consent"] = (*dice.pick(&["YES", "NO", "UNKNOWN"])).into();
    if action == "mergeDisputes" {
        into(dice, case, others, &mut given);
    }
    given.as_object().expect("an object").clone()
}

/// One of the disputes that were there, or the dispute itself; and whether it is an older one that is open.
fn into(dice: &mut Dice, case: &Case, others: &[Case], given: &mut Json) {
    let other = if others.is_empty() || dice.one_in(6) { case } else { dice.pick(others) };
    // The day of the registration, which does not change afterwards, and the number of that day; all are of one county.
    let day = |at: i64| (at + 8 * HOUR).div_euclid(24 * HOUR);
    let age = |case: &Case| (case.events.first().map(|event| day(event.at)), text(&case.row, "no").map(str::to_owned));
    let open = other.number("concluded_at").is_none();
    given["into"] = json!(other.number("id").unwrap_or(1));
    // Its own parties, and those that came over to it from others.
    let joined = others.iter().filter(|case| case.number("merged_into_id") == other.number("id"));
    let parties = other.rows("parties").iter().chain(joined.flat_map(|case| case.rows("gone over")));
    given["intoParties"] = parties.map(|party| json!([party["account_id"], party["organisation_id"]])).collect();
    given["intoOlder"] = json!(other.number("id").is_some() && open && age(other) < age(case));
}

on_both!(disputes_move_as_the_table_says_and_are_closed_rightly);

async fn disputes_move_as_the_table_says_and_are_closed_rightly(place: &Place) {
    let world = World {
        object: "Dispute",
        people: people(PEOPLE),
        input,
        closing: &["closeDispute"],
        seldom: &[
            "withdrawDispute",
            "mergeDisputes",
            "returnDispatch",
            "recallDispatch",
            "addParty",
            "removeParty",
            "recordConsent",
            "terminateMediation",
        ],
        ended: &["CLOSED", "MERGED"],
        never: &[("completeAgreement", "what is recorded through the API is signed and sealed")],
    };
    walk::<Table>(place, &world).await;
}
