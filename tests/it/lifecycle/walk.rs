//! Random people try random actions on hazards; flow and table must allow the same, and nothing is closed wrongly.

use std::collections::BTreeMap;

use fengqiao::access::Policy;
use fengqiao::graphql::nouns;
use fengqiao::lifecycle::case::{Actor, Attempt, Case, Event, Values};
use fengqiao::lifecycle::decide::{offered, refusals};
use fengqiao::lifecycle::flow::Flow;
use fengqiao::lifecycle::{built_in, room};
use serde_json::{Value as Json, json};

use super::hazard_table::Table;
use crate::gate::dice::Dice;

const STEPS: usize = 20_000;
const SEED: u64 = 20_260_401;
const HOUR: i64 = 3_600_000;
const UNITS: [i64; 2] = [1, 2];
const REGULATORS: [i64; 2] = [3, 4];
const OFFICES: [i64; 3] = [5, 6, 7];

fn setting(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

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
    .into_iter()
    .map(|(role, account_id, organisation_id)| Actor { role: role.into(), account_id, organisation_id })
    .collect()
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

/// What the action makes of the rows.
fn take(case: &mut Case, flow: &Flow, who: &Actor, name: &str, given: &Values, now: i64) {
    let action = flow.action(name).expect("an action");
    let set = |case: &mut Case, column: &str, value: Json| case.row.insert(column.to_owned(), value);
    for field in action.inputs.iter().filter(|i| given.contains_key(&i.name)) {
        if let Some(column) = &field.column {
            set(case, column, given[&field.name].clone());
        }
    }
    match name {
        "reportHazard" => {
            set(case, "unit_id", given.get("ofUnit").cloned().unwrap_or_default());
        }
        "issueOrder" => {
            if case.number("unit_id").is_none() {
                set(case, "unit_id", given["unit"].clone());
            }
            set(case, "order_id", json!(1));
            case.issuer = Some(who.organisation_id);
            let assignment = |role: &str, organisation: &Json| {
                let row = json!({ "role": role, "organisation_id": organisation, "acknowledged_at": null });
                row.as_object().expect("an object").clone()
            };
            case.assignments = vec![
                assignment("REGULATOR_GUIDANCE", &given["guidance"]),
                assignment("LOCAL_ACCEPTANCE", &given["acceptance"]),
            ];
        }
        "acknowledgeAssignment" => {
            let ours = case.assignments.iter_mut().filter(|a| a["organisation_id"] == json!(who.organisation_id));
            ours.for_each(|assignment| assignment["acknowledged_at"] = json!(now));
        }
        "returnAssignment" => {
            (case.assignments, case.issuer) = (vec![], None);
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
    let phases = given["evidence"].as_array().into_iter().flatten().filter_map(|e| e["phase"].as_str());
    case.evidence.extend(phases.map(str::to_owned));
    case.events.push(Event {
        action: name.to_owned(),
        at: now,
        account_id: Some(who.account_id),
        organisation_id: Some(who.organisation_id),
        input: given.clone(),
    });
    if let Some(to) = &action.to {
        case.state.clone_from(to);
    }
}

#[test]
fn flow_and_table_allow_the_same_and_nothing_is_closed_wrongly() {
    let (catalog, policy) = (nouns::catalog().unwrap(), Policy::built_in().unwrap());
    let flows = built_in(&catalog, &policy).unwrap();
    let (flow, room) = (flows.newest("Hazard").unwrap(), room("Hazard").unwrap());
    let people = people();
    let steps = setting("FENGQIAO_STEPS").unwrap_or(STEPS);
    let mut dice = Dice::new(SEED, 0);
    let (mut case, mut table, mut now, mut age) = (Case::default(), Table::default(), 1_775_000_000_000, 0);
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut refused, mut offers) = (0, 0);
    for step in 0..steps {
        if age > 60 || case.state == "REJECTED" || case.state == "WRITTEN_OFF" && dice.one_in(8) {
            (case, table, age) = (Case::default(), Table::default(), 0);
        }
        age += 1;
        now += HOUR * if dice.one_in(40) { 24 * 95 } else { dice.below(8) as i64 };
        let who = dice.pick(&people).clone();
        // Most tries are of something that somebody may do now, or hazards would never come far.
        let open: Vec<(&Actor, &str)> = people
            .iter()
            .flat_map(|actor| offered(flow, room, &case, actor, now).into_iter().map(move |offer| (actor, offer)))
            .filter(|(_, offer)| offer.blocked_by.is_empty() && offer.action.name != "escalateHazard")
            .map(|(actor, offer)| (actor, offer.action.name.as_str()))
            .collect();
        let (who, name) = match open.is_empty() || dice.one_in(3) {
            true => (who, dice.pick(&flow.actions).name.as_str()),
            false => {
                let (actor, name) = dice.pick(&open);
                (Actor::clone(actor), *name)
            }
        };
        let action = flow.action(name).unwrap();
        let given = input(&mut dice, name, &case, now);
        let found = refusals(flow, room, action, &Attempt { case: &case, actor: &who, input: Some(&given), now });
        let allowed = table.allows(&who, name, &given, now);
        assert_eq!(found.is_empty(), allowed, "step {step}: {who:?} {name} {given:?} in {table:?}: {found:?}");
        // What is offered without an input is what the input does not decide.
        let offer = offered(flow, room, &case, &who, now).into_iter().find(|offer| offer.action.name == name);
        let offer = offer.is_some_and(|offer| offer.blocked_by.is_empty());
        assert!(offer || !allowed, "step {step}: {who:?} may {name}, which is not offered");
        offers += usize::from(offer);
        if !allowed {
            refused += 1;
            continue;
        }
        if matches!(name, "acceptRectification" | "writeOff") {
            assert!(table.closes_rightly(&who), "step {step}: {who:?} {name} in {table:?}");
        }
        *taken.entry(&action.name).or_default() += 1;
        table.take(&who, name, &given, now);
        take(&mut case, flow, &who, name, &given, now);
        assert_eq!(case.state, table.state);
    }
    println!("{steps} steps: {refused} refused, {offers} offered, taken {taken:?}");
    let rare: Vec<&str> = flow.actions.iter().map(|a| a.name.as_str()).filter(|a| taken.get(a) < Some(&20)).collect();
    assert!(rare.is_empty(), "hardly ever taken: {rare:?}");
}
