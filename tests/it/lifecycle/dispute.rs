//! Disputes of a small place: who is there, what they give, what their actions make of the rows.

use fengqiao::lifecycle::case::{Actor, Case, Values};
use serde_json::{Value as Json, json};

use super::dispute_table::Table;
use super::walk::{World, actor, walk};
use crate::gate::dice::Dice;

const HOUR: i64 = 3_600_000;
const HANDLERS: [i64; 4] = [2, 3, 7, 9];
const COURTS: [i64; 2] = [20, 21];

/// Everybody of a small place. Account 30 mediates and quarrels with a neighbour; organisation 9 mediates and is sued.
fn people() -> Vec<Actor> {
    [
        ("RESIDENT", 10, 1),
        ("RESIDENT", 11, 1),
        ("RESIDENT", 30, 1),
        ("MEDIATOR", 30, 2),
        ("MEDIATOR", 31, 2),
        ("MEDIATOR", 32, 3),
        ("MEDIATOR", 33, 9),
        ("VILLAGE_CADRE", 40, 7),
        ("GRID_MEMBER", 41, 7),
        ("GRID_LEADER", 42, 7),
        ("BEAT_OFFICER", 43, 8),
        ("BEAT_OFFICER", 44, 3),
        ("POLICE_110_LINK", 45, 12),
        ("TOWN_CENTRE_OPERATOR", 50, 4),
        ("COUNTY_CENTRE_OPERATOR", 51, 5),
        ("KEYAREA_OPERATOR", 10, 6),
        ("COURT_CLERK", 60, 20),
        ("COURT_CLERK", 61, 21),
        ("PETITION_OFFICE", 70, 13),
        ("COUNTY_REGULATOR", 71, 14),
        ("JUSTICE_BUREAU", 72, 15),
    ]
    .map(actor)
    .to_vec()
}

/// An input for an action, mostly sound.
fn input(dice: &mut Dice, action: &str, case: &Case, now: i64) -> Values {
    let sound = !dice.one_in(4);
    let truth = |dice: &mut Dice| sound || dice.one_in(2);
    let all = case.rows("party").len() as i64;
    let person = |account: i64, consent: &str| json!({ "account_id": account, "consent": consent });
    let mut parties = vec![person(10, "YES"), person(*dice.pick(&[11, 30]), "UNKNOWN")];
    if dice.one_in(6) {
        parties.push(json!({ "organisation_id": 9, "consent": if dice.one_in(3) { "NO" } else { "YES" } }));
    }
    if !sound {
        parties.truncate(dice.below(3));
    }
    let phases: Vec<Json> = if truth(dice) { vec![json!({ "phase": "DOCUMENT" })] } else { vec![] };
    let enough = |dice: &mut Dice| if sound { all } else { all - dice.below(2) as i64 };
    let mut given = json!({
        "ownId": 1_000,
        "parties": parties,
        "othersUnknown": dice.one_in(2),
        "decision": dice.pick(&["ACCEPTED", "ACCEPTED", "ACCEPTED", "NOT_ACCEPTED", "ROUTED"]),
        "told": if truth(dice) { "已告知" } else { " " },
        "into": if truth(dice) { 999 } else { 1_000 + dice.below(2) },
        "unrelated": truth(dice),
        "rightsTold": truth(dice),
        "evidence": phases,
        "form": dice.pick(&["WRITTEN", "ORAL"]),
        "signatures": enough(dice),
        "sealed": truth(dice),
        "consents": enough(dice),
        "deadline": if truth(dice) { case.number("due_at").unwrap_or(now).max(now) + 24 * HOUR } else { now - dice.below(2) as i64 },
        "routes": if truth(dice) { "可以向人民法院起诉" } else { "" },
        "court": dice.pick(&COURTS),
        "askedBy": enough(dice),
        "identityRelation": !truth(dice),
    });
    for (field, value) in [("riskLevel", json!("BLUE")), ("typeCodes", json!(["NEIGHBOUR"]))] {
        if truth(dice) {
            given[field] = value;
        }
    }
    for field in ["handler", "mediationOrganisation"] {
        if action == "dispatchDispute" && truth(dice) && dice.one_in(2) {
            given[field] = json!(dice.pick(&HANDLERS));
        }
    }
    given.as_object().expect("an object").clone()
}

/// What the action makes of the rows beside its columns.
fn take(case: &mut Case, _: &Actor, name: &str, given: &Values, _: i64) {
    let mut set = |column: &str, value: Option<&Json>| {
        case.row.insert(column.to_owned(), value.cloned().unwrap_or_default());
    };
    match name {
        "registerDispute" => {
            set("id", given.get("ownId"));
            let rows = given["parties"].as_array().into_iter().flatten().filter_map(|p| p.as_object().cloned());
            case.parts.insert("party", rows.collect());
        }
        "dispatchDispute" => {
            set("handling_organisation_id", given.get("handler"));
            set("mediator_organisation_id", given.get("mediationOrganisation"));
        }
        "returnDispatch" => {
            set("handling_organisation_id", None);
            set("mediator_organisation_id", None);
        }
        "requestConfirmation" => {
            let request = json!({ "court_id": given["court"] });
            let requests = case.parts.entry("judicial_confirmation").or_default();
            requests.push(request.as_object().expect("an object").clone());
        }
        _ => {}
    }
}

#[test]
fn disputes_move_as_the_table_says_and_are_closed_rightly() {
    walk::<Table>(&World {
        object: "Dispute",
        people: people(),
        input,
        take,
        closing: &["closeDispute"],
        seldom: &["withdrawDispute", "mergeDispute", "returnDispatch", "terminateMediation"],
        ended: &["CLOSED", "MERGED"],
    });
}
