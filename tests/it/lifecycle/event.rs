//! Grid events of a small place: who is there, and what they give.

use fengqiao::lifecycle::case::{Case, Values};
use serde_json::{Value as Json, json};

use super::event_table::Table;
use super::place::{GRID, Place};
use super::walk::{World, people, walk};
use crate::gate::dice::Dice;
use crate::support::backend::on_both;

const HOUR: i64 = 3_600_000;
const HANDLERS: [i64; 5] = [3, 6, 7, 8, 9];

/// Everybody of a small place. Account 71 is member and leader of the grid.
const PEOPLE: &[(&str, i64, i64)] = &[
    ("GRID_MEMBER", 70, 7),
    ("GRID_MEMBER", 71, 7),
    ("GRID_LEADER", 71, 7),
    ("GRID_LEADER", 72, 7),
    ("VILLAGE_CADRE", 73, 7),
    ("VILLAGE_CADRE", 74, 7),
    ("BEAT_OFFICER", 75, 8),
    ("TOWN_CENTRE_OPERATOR", 76, 6),
    ("KEYAREA_OPERATOR", 77, 17),
    ("COUNTY_REGULATOR", 78, 3),
    ("MEDIATOR", 79, 9),
    ("RESIDENT", 80, 11),
    ("SITE_OWNER", 81, 1),
    ("TOWN_LEADER", 82, 14),
];

/// An input for an action, mostly sound.
fn input(dice: &mut Dice, action: &str, case: &Case, now: i64, others: &[Case]) -> Values {
    let sound = !dice.one_in(4);
    let phases: Vec<Json> = ["BEFORE", "AFTER"]
        .into_iter()
        .filter(|_| sound || dice.one_in(2))
        .map(|phase| json!({ "phase": phase }))
        .collect();
    let mut parties = vec![json!({ "name": "甲", "kind": "PERSON" }), json!({ "name": "乙", "kind": "PERSON" })];
    if !sound {
        parties.truncate(dice.below(3));
    }
    let mut given = json!({
        "kind": if action == "consultEvent" { dice.pick(&["MEETING", "SPECIAL"]) } else { "PATROL_FINDING" },
        "category": "FIRE",
        "text": "楼道堆放杂物",
        "urgency": "NORMAL",
        "channel": dice.pick(&["GRID_APP", "ONLINE_LEAD", "HOTLINE_12345"]),
        "decision": dice.pick(&["TRIAGED", "TRIAGED", "TRIAGED", "TRIAGED", "INVALID", "DUPLICATE"]),
        "reason": if sound { "经核实" } else { " " },
        "result": "已清理",
        "attendees": if sound { json!([7, 8]) } else { json!([]) },
        "conclusion": "由村里牵头",
        "handler": dice.pick(&HANDLERS),
        "task": "现场处置",
        "deadline": if sound { now + 48 * HOUR } else { now },
        "title": "邻里纠纷",
        "summary": "因杂物堆放发生争执",
        "parties": parties,
        "othersUnknown": dice.one_in(2),
        "description": "通道堵塞",
        "remark": "已看到",
        "days": if sound { *dice.pick(&[30, 60, 90]) } else { 45 },
        "finding": "又堆上了",
        "missedStep": "巡查",
        "responsible": 7,
        "measure": "每周巡查",
        "evidence": phases,
    });
    if sound || dice.one_in(2) {
        given["chair"] = "网格长".into();
    }
    if dice.one_in(2) {
        given["noPhotoReason"] = "夜间".into();
    }
    if sound || dice.one_in(3) {
        let place = if dice.one_in(2) { ("site", 1) } else { ("grid", GRID) };
        given[place.0] = place.1.into();
    }
    if action == "triageEvent" && given["decision"] == "DUPLICATE" {
        let other = if others.is_empty() || dice.one_in(4) { case } else { dice.pick(others) };
        let age = |case: &Case| (case.number("reported_at"), case.text("no").map(str::to_owned));
        let stands = !["INVALID", "DUPLICATE"].contains(&other.state.as_str());
        given["duplicateOf"] = json!(other.number("id").unwrap_or(1));
        given["older"] = json!(other.number("id").is_some() && stands && age(other) < age(case));
    }
    given.as_object().expect("an object").clone()
}

on_both!(events_move_as_the_model_says_and_are_closed_rightly);

async fn events_move_as_the_model_says_and_are_closed_rightly(place: &Place) {
    let world = World {
        object: "GridEvent",
        people: people(PEOPLE),
        input,
        closing: &["closeEvent"],
        seldom: &["handOverToDispute", "handOverToHazard", "returnEvent", "settleOnSpot", "rejectFeedback"],
        ended: &["CLOSED", "INVALID", "DUPLICATE"],
        never: &[],
    };
    walk::<Table>(place, &world).await;
}
