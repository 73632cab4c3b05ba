//! Inspections and self-inspections of a small place, with their lifecycles a second time.

use fengqiao::lifecycle::case::{Actor, Case, Values, number as of, text as own};
use serde_json::{Value as Json, json};

use super::place::{ITEMS, Place};
use super::walk::{SecondTable, World, belongs, people, walk};
use crate::gate::dice::Dice;
use crate::support::backend::on_both;

const HOUR: i64 = 3_600_000;
const INSPECTORS: [&str; 4] = ["COUNTY_REGULATOR", "COUNTY_PEACE_OFFICER", "COUNTY_CENTRE_OPERATOR", "CITY_SUPERVISOR"];

/// Account 10 runs a unit and works for the regulator as well.
const PEOPLE: &[(&str, i64, i64)] = &[
    ("SITE_OWNER", 10, 1),
    ("SITE_OWNER", 11, 1),
    ("SITE_OWNER", 20, 2),
    ("COUNTY_REGULATOR", 10, 3),
    ("COUNTY_REGULATOR", 31, 3),
    ("COUNTY_REGULATOR", 40, 4),
    ("COUNTY_PEACE_OFFICER", 50, 5),
    ("COUNTY_CENTRE_OPERATOR", 66, 12),
    ("CITY_SUPERVISOR", 80, 10),
    ("TOWN_CENTRE_OPERATOR", 60, 6),
    ("GRID_MEMBER", 71, 7),
    ("RESIDENT", 90, 11),
];

fn text<'i>(input: &'i Values, field: &str) -> &'i str {
    input.get(field).and_then(Json::as_str).unwrap_or_default().trim()
}

fn numbers(input: &Values, field: &str) -> Vec<i64> {
    input.get(field).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_i64).collect()
}

/// What the table remembers of an inspection.
#[derive(Clone, Debug, Default)]
struct Inspected {
    state: String,
    teams: Vec<i64>,
    /// Units of the sites; site 1 is of unit 1, site 2 of unit 2.
    units: Vec<i64>,
    recorded: bool,
}

impl SecondTable for Inspected {
    fn state(&self) -> &str {
        &self.state
    }

    fn allows(&self, who: &Actor, action: &str, input: &Values, now: i64) -> bool {
        let state = |state: &str| self.state == state;
        let inspects = INSPECTORS.contains(&who.role.as_str());
        let team = inspects && self.teams.contains(&who.organisation_id);
        let apart = !self.units.iter().any(|unit| belongs(who, *unit));
        match action {
            "planInspection" => {
                let mut teams = numbers(input, "teams");
                teams.push(who.organisation_id);
                teams.dedup();
                let sites = numbers(input, "sites");
                let apart = sites.iter().all(|unit| !teams.contains(unit) && !belongs(who, *unit));
                let others = teams.iter().any(|team| *team != who.organisation_id);
                let joint = text(input, "kind") != "JOINT" || others;
                let ahead = input["plannedAt"].as_i64().is_some_and(|at| at >= now);
                state("") && inspects && !sites.is_empty() && apart && joint && ahead
            }
            "startInspection" => state("PLANNED") && team && apart,
            "cancelInspection" => state("PLANNED") && team && apart,
            "recordInspection" => {
                let told = text(input, "unitSignature") != "REFUSED" || !text(input, "refusal").is_empty();
                state("STARTED") && team && apart && told
            }
            "closeInspection" => state("RECORDED") && team && apart,
            other => panic!("the table has no row {other}"),
        }
    }

    fn take(&mut self, who: &Actor, action: &str, input: &Values, _: i64, _: &Case) {
        self.state = match action {
            "planInspection" => {
                self.teams = numbers(input, "teams");
                self.teams.push(who.organisation_id);
                self.units = numbers(input, "sites");
                "PLANNED"
            }
            "startInspection" => "STARTED",
            "cancelInspection" => "CANCELLED",
            "recordInspection" => {
                self.recorded = true;
                "RECORDED"
            }
            _ => "CLOSED",
        }
        .to_owned();
    }

    fn closes_rightly(&self, who: &Actor) -> bool {
        self.recorded && !self.units.iter().any(|unit| belongs(who, *unit))
    }
}

fn inspection(dice: &mut Dice, _: &str, _: &Case, now: i64, _: &[Case]) -> Values {
    let sound = !dice.one_in(4);
    let given = json!({
        "kind": dice.pick(&["ROUTINE", "JOINT", "SPECIAL"]),
        "mode": dice.pick(&["OPEN", "COVERT", "UNANNOUNCED"]),
        "plannedAt": if sound { now + 24 * HOUR } else { now - HOUR },
        "sites": match dice.below(if sound { 3 } else { 4 }) {
            0 => json!([1]),
            1 => json!([2]),
            2 => json!([1, 2]),
            _ => json!([]),
        },
        "teams": match dice.below(if sound { 3 } else { 4 }) {
            0 => json!([]),
            1 => json!([3]),
            2 => json!([4, 5]),
            _ => json!([1]),
        },
        "record": "现场检查，制作记录",
        "unitSignature": dice.pick(&["SIGNED", "REFUSED"]),
        "refusal": if sound { "负责人拒绝签字，已注明" } else { " " },
        "reason": "计划调整",
        "evidence": [],
    });
    given.as_object().expect("an object").clone()
}

/// What the table remembers of a self-inspection.
#[derive(Clone, Debug, Default)]
struct SelfInspected {
    state: String,
    unit: i64,
}

impl SecondTable for SelfInspected {
    fn state(&self) -> &str {
        &self.state
    }

    fn allows(&self, who: &Actor, action: &str, input: &Values, _: i64) -> bool {
        let owner = who.role == "SITE_OWNER";
        match action {
            // The number of a site is that of its unit.
            "startSelfInspection" => {
                self.state.is_empty() && owner && input["site"].as_i64() == Some(who.organisation_id)
            }
            "submitSelfInspection" => {
                let answers: Vec<&Json> = input["answers"].as_array().into_iter().flatten().collect();
                let item = |answer: &&Json| ITEMS.iter().find(|(code, _)| answer["item"] == *code);
                let known = answers.iter().all(|answer| item(answer).is_some());
                let mut codes: Vec<&str> = answers.iter().filter_map(|answer| answer["item"].as_str()).collect();
                codes.sort_unstable();
                let once = codes.windows(2).all(|pair| pair[0] != pair[1]);
                let seen = answers.iter().all(|answer| {
                    let asked = item(answer).is_some_and(|(_, photo)| *photo);
                    !asked || answer["answer"] == "NA" || answer["photo"] == true
                });
                self.state == "STARTED" && owner && self.unit == who.organisation_id && known && once && seen
            }
            other => panic!("the table has no row {other}"),
        }
    }

    fn take(&mut self, who: &Actor, action: &str, input: &Values, _: i64, case: &Case) {
        if action == "startSelfInspection" {
            (self.state, self.unit) = ("STARTED".to_owned(), who.organisation_id);
            return;
        }
        self.state = "SUBMITTED".to_owned();
        let answered = input["answers"].as_array().map_or(0, Vec::len);
        assert_eq!(case.truth("complete"), answered == ITEMS.len(), "complete is what has every item");
        assert!(own(&case.row, "answers").is_some() && of(&case.row, "submitted_at").is_some());
    }

    fn closes_rightly(&self, who: &Actor) -> bool {
        self.unit == who.organisation_id
    }
}

fn self_inspection(dice: &mut Dice, _: &str, _: &Case, _: i64, _: &[Case]) -> Values {
    let sound = !dice.one_in(3);
    let mut answers: Vec<Json> = ITEMS
        .iter()
        .map(|(code, _)| {
            json!({
                "item": code,
                "answer": dice.pick(&["OK", "NOT_OK", "NA"]),
                "note": "见现场",
                "photo": sound || dice.one_in(2),
            })
        })
        .collect();
    if !sound {
        match dice.below(3) {
            0 => answers[0]["item"] = json!("NONE-01"),
            1 => answers[0]["item"] = answers[1]["item"].clone(),
            _ => drop(answers.pop()),
        }
    }
    let given = json!({
        "site": if dice.one_in(2) { 1 } else { 2 },
        "via": dice.pick(&["SCAN", "APP", "WEB"]),
        "answers": answers,
        "evidence": [],
    });
    given.as_object().expect("an object").clone()
}

on_both!(inspections_move_as_the_model_says, self_inspections_move_as_the_model_says);

async fn inspections_move_as_the_model_says(place: &Place) {
    let world = World {
        object: "Inspection",
        people: people(PEOPLE),
        input: inspection,
        closing: &["closeInspection"],
        seldom: &["cancelInspection"],
        ended: &["CLOSED", "CANCELLED"],
        never: &[],
    };
    walk::<Inspected>(place, &world).await;
}

async fn self_inspections_move_as_the_model_says(place: &Place) {
    let world = World {
        object: "SelfInspection",
        people: people(PEOPLE),
        input: self_inspection,
        closing: &["submitSelfInspection"],
        seldom: &[],
        ended: &["SUBMITTED"],
        never: &[],
    };
    walk::<SelfInspected>(place, &world).await;
}
