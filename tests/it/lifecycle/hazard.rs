//! Hazards of a small place: who is there, and what they give.

use fengqiao::lifecycle::case::{Case, Values};
use serde_json::{Value as Json, json};

use super::hazard_table::Table;
use super::place::{GRID, Place};
use super::walk::{World, people, walk};
use crate::gate::dice::Dice;
use crate::support::backend::on_both;

const HOUR: i64 = 3_600_000;
/// Nobody has a posting at the last.
const UNITS: [i64; 3] = [1, 2, 19];
const REGULATORS: [i64; 2] = [3, 4];
const OFFICES: [i64; 2] = [5, 6];

/// Everybody of a small place. Account 10 runs a unit and sits on the village committee; account 30 left one regulator for another.
const PEOPLE: &[(&str, i64, i64)] = &[
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
];

/// An input for an action, mostly sound.
fn input(dice: &mut Dice, action: &str, case: &Case, now: i64, _: &[Case]) -> Values {
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
    let offices: Vec<i64> = if sound { OFFICES.to_vec() } else { [&OFFICES[..], &[7], &UNITS, &REGULATORS].concat() };
    let regulators: Vec<i64> = if sound { REGULATORS.to_vec() } else { [&UNITS[..], &REGULATORS, &[6]].concat() };
    let mut given = json!({
        "category": "FIRE",
        "source": if dice.one_in(8) { "SELF" } else { "GRID" },
        "description": "灭火器过期",
        "basis": "现场查看",
        "reason": "见现场记录",
        "measure": "当场更换",
        "opinion": "按规范整改",
        "report": "已更换",
        "record": "现场复核",
        "grade": if dice.one_in(2) { "MAJOR" } else { "GENERAL" },
        "deadline": deadline,
        "evidence": phases,
        "plan": plan,
        "guidance": dice.pick(&regulators),
        "acceptance": dice.pick(&offices),
        "suspend": dice.one_in(2),
        "agreed": !dice.one_in(3),
        "result": if dice.one_in(3) { "FAIL" } else { "PASS" },
        "visited": dice.one_in(2),
        "until": case.last("requestExtension").and_then(|e| e.input.get("deadline")?.as_i64()),
    });
    if sound || dice.one_in(3) {
        // Site 1 is of unit 1, site 2 of unit 2; in the grid alone no unit is known.
        match dice.below(4) {
            0 => given["grid"] = json!(GRID),
            1 => given["site"] = json!(2),
            _ => given["site"] = json!(1),
        }
    }
    if action == "issueOrder" {
        // At a site it is that of the site, or none is named.
        let of_site = case.number("site_id").and(case.number("unit_id"));
        given["unit"] = match of_site {
            Some(unit) if sound => {
                if dice.one_in(2) {
                    json!(unit)
                } else {
                    Json::Null
                }
            }
            _ => json!(dice.pick(&UNITS)),
        };
        if dice.one_in(6) {
            given["deadline"] = Json::Null;
        }
    }
    if dice.one_in(8) {
        given["suspectedMajor"] = true.into();
    }
    if dice.one_in(2) {
        given["noPhotoReason"] = json!("手机没电");
    }
    given
        .as_object()
        .expect("an object")
        .iter()
        .filter(|(_, v)| !v.is_null())
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect()
}

on_both!(hazards_move_as_the_table_says_and_are_closed_rightly);

async fn hazards_move_as_the_table_says_and_are_closed_rightly(place: &Place) {
    let world = World {
        object: "Hazard",
        people: people(PEOPLE),
        input,
        closing: &["acceptRectification", "writeOff"],
        seldom: &["escalateHazard", "recallOrder"],
        ended: &["REJECTED", "WRITTEN_OFF"],
        never: &[],
    };
    walk::<Table>(place, &world).await;
}
