//! Hazards of a small place: who is there, what they give, what their actions make of the rows.

use fengqiao::lifecycle::case::{Actor, Case, Values};
use serde_json::{Value as Json, json};

use super::hazard_table::Table;
use super::walk::{World, actor, walk};
use crate::gate::dice::Dice;

const HOUR: i64 = 3_600_000;
const UNITS: [i64; 2] = [1, 2];
const REGULATORS: [i64; 2] = [3, 4];
const OFFICES: [i64; 3] = [5, 6, 7];

/// Everybody of a small place. Account 10 runs a unit and sits on the village committee; account 30 left one regulator for another.
fn people() -> Vec<Actor> {
    [
        ("SITE_OWNER", 10, 1),
        ("VILLAGE_CADRE", 10, 7),
        ("SITE_OWNER", 11, 1),
        ("SITE_OWNER", 20, 2),
        ("COUNTY_REGULATOR", 30, 3),
        ("COUNTY_REGULATOR", 30, 4),
        ("COUNTY_REGULATOR", 31, 3),
        ("COUNTY_REGULATOR", 40, 4),
        ("COUNTY_PEACE_OFFICER", 50, 5),
        ("COUNTY_PEACE_OFFICER", 51, 5),
        ("TOWN_CENTRE_OPERATOR", 60, 6),
        ("TOWN_CENTRE_OPERATOR", 61, 6),
        ("KEYAREA_OPERATOR", 65, 9),
        ("COUNTY_CENTRE_OPERATOR", 66, 12),
        ("VILLAGE_CADRE", 70, 7),
        ("GRID_MEMBER", 71, 7),
        ("GRID_LEADER", 72, 8),
        ("BEAT_OFFICER", 73, 13),
        ("CITY_SUPERVISOR", 80, 10),
        ("CITY_SUPERVISOR", 81, 10),
        ("RESIDENT", 90, 11),
        ("TOWN_LEADER", 91, 14),
        ("PUBLIC_STAT", 92, 15),
    ]
    .map(actor)
    .to_vec()
}

/// An input for an action, mostly sound.
fn input(dice: &mut Dice, action: &str, case: &Case, now: i64) -> Values {
    let sound = !dice.one_in(4);
    let deadline = match action {
        "requestExtension" if sound => case.number("deadline").unwrap_or(now) + 24 * HOUR,
        _ if sound => now + 24 * HOUR * (1 + dice.below(10) as i64),
        _ => now - HOUR * dice.below(3) as i64,
    };
    let phases: Vec<Json> = ["BEFORE", "AFTER", "DOCUMENT"]
        .into_iter()
        .filter(|_| sound || dice.one_in(2))
        .map(|phase| json!({ "phase": phase }))
        .collect();
    let mut plan = json!({});
    for part in ["measure", "money", "person", "timeLimit", "emergencyPlan"] {
        plan[part] = if sound || dice.one_in(2) { json!("有") } else { json!(" ") };
    }
    let offices: Vec<i64> = if sound { OFFICES.to_vec() } else { [&OFFICES[..], &UNITS, &REGULATORS].concat() };
    let regulators: Vec<i64> = if sound { REGULATORS.to_vec() } else { [&UNITS[..], &REGULATORS].concat() };
    let mut given = json!({
        "grade": if dice.one_in(2) { "MAJOR" } else { "GENERAL" },
        "deadline": deadline,
        "evidence": phases,
        "plan": plan,
        "guidance": dice.pick(&regulators),
        "acceptance": dice.pick(&offices),
        "unit": dice.pick(&UNITS),
        "suspend": dice.one_in(2),
        "agreed": !dice.one_in(3),
        "result": if dice.one_in(3) { "FAIL" } else { "PASS" },
        "visited": dice.one_in(2),
        "until": case.last("requestExtension").and_then(|e| e.input.get("deadline")?.as_i64()),
    });
    if action == "reportHazard" && sound {
        given["site"] = json!(1);
    }
    if !dice.one_in(4) {
        given["ofUnit"] = json!(dice.pick(&UNITS));
    }
    given.as_object().expect("an object").clone()
}

/// What the action makes of the rows beside its columns.
fn take(case: &mut Case, who: &Actor, name: &str, given: &Values, now: i64) {
    let set = |case: &mut Case, column: &str, value: Json| case.row.insert(column.to_owned(), value);
    match name {
        "reportHazard" => {
            set(case, "unit_id", given.get("ofUnit").cloned().unwrap_or_default());
        }
        "issueOrder" => {
            if case.number("unit_id").is_none() {
                set(case, "unit_id", given["unit"].clone());
            }
            set(case, "order_id", json!(1));
            let order = json!({ "issued_by_id": who.organisation_id });
            case.parts.insert("rectification_order", vec![order.as_object().expect("an object").clone()]);
            let assignment = |role: &str, organisation: &Json| {
                let row = json!({ "role": role, "organisation_id": organisation, "acknowledged_at": null });
                row.as_object().expect("an object").clone()
            };
            let both = [("REGULATOR_GUIDANCE", "guidance"), ("LOCAL_ACCEPTANCE", "acceptance")];
            let rows = both.map(|(role, field)| assignment(role, &given[field])).to_vec();
            case.parts.insert("order_assignment", rows);
        }
        "acknowledgeAssignment" => {
            let all = case.parts.get_mut("order_assignment").expect("an order");
            let ours = all.iter_mut().filter(|a| a["organisation_id"] == json!(who.organisation_id));
            ours.for_each(|assignment| assignment["acknowledged_at"] = json!(now));
        }
        "returnAssignment" => {
            case.parts.clear();
            set(case, "order_id", Json::Null);
            set(case, "deadline", Json::Null);
        }
        "decideExtension" if given["agreed"] == json!(true) => {
            set(case, "deadline", given["until"].clone());
        }
        "writeOff" => {
            set(case, "written_off_at", json!(now));
        }
        "reopenHazard" => {
            set(case, "written_off_at", Json::Null);
        }
        _ => {}
    }
}

#[test]
fn hazards_move_as_the_table_says_and_are_closed_rightly() {
    walk::<Table>(&World {
        object: "Hazard",
        people: people(),
        input,
        take,
        closing: &["acceptRectification", "writeOff"],
        seldom: &["escalateHazard"],
        ended: &["REJECTED", "WRITTEN_OFF"],
    });
}
