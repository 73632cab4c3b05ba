//! Random people try random actions on matters, through the API, on both databases; the product and a table written a
//! second time must allow the same, what is refused has written nothing, and nothing is closed wrongly.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use fengqiao::kernel::clock::rfc3339;
use fengqiao::lifecycle::case::{Actor, Case, Values};
use fengqiao::lifecycle::decide::offered;
use fengqiao::lifecycle::flow::{Action, Flow};
use fengqiao::lifecycle::room;
use fengqiao::read::write::{global_id, parse_global_id};
use serde_json::{Value as Json, json};

use super::place::{BEGIN, GRID, Place, division};
use super::replay;
use crate::gate::dice::Dice;

/// Steps of each lifecycle on each database.
const STEPS: usize = 2_500;
const SEED: u64 = 20_260_401;
const HOUR: i64 = 3_600_000;
/// A matter that takes longer is left.
const LONGEST: usize = 60;
/// Or comes near the end of the loaded calendar: 2026-08-23.
const LAST: i64 = BEGIN + 144 * 24 * HOUR;

/// A lifecycle written a second time.
pub(crate) trait SecondTable: Default + Debug {
    /// State; empty: there is no matter yet.
    fn state(&self) -> &str;
    /// Whether the action may be taken so.
    fn allows(&self, who: &Actor, action: &str, input: &Values, now: i64) -> bool;
    /// What the action makes of the matter; `case` is how it is stored afterwards, for keys alone.
    fn take(&mut self, who: &Actor, action: &str, input: &Values, now: i64, case: &Case);
    /// Whether whoever closes it now may be the one.
    fn closes_rightly(&self, who: &Actor) -> bool;
}

/// Who is there, and what they give.
pub(crate) struct World {
    pub(crate) object: &'static str,
    pub(crate) people: Vec<Actor>,
    /// What is given with an action: keys of rows as numbers, and marks that only the table reads.
    pub(crate) input: fn(&mut Dice, &str, &Case, i64, &[Case]) -> Values,
    /// Actions that close a matter.
    pub(crate) closing: &'static [&'static str],
    /// Actions that end a matter early: taken more rarely, or few would come far.
    pub(crate) seldom: &'static [&'static str],
    /// States after which another matter begins.
    pub(crate) ended: &'static [&'static str],
    /// Actions that this world never comes to, and why.
    pub(crate) never: &'static [(&'static str, &'static str)],
}

/// Somebody, by role, account and organisation; the posting is the place in the list, from 1. Who stands there twice also
/// acts for the other organisation, unless as a resident.
pub(crate) fn people(all: &[(&str, i64, i64)]) -> Vec<Actor> {
    let elsewhere = |at: usize, account: i64| {
        let others = all
            .iter()
            .enumerate()
            .filter(move |(other, (role, person, _))| *other != at && *person == account && *role != "RESIDENT");
        others.map(|(_, (.., organisation))| *organisation).collect()
    };
    let actor = |(at, (role, account_id, organisation_id)): (usize, &(&str, i64, i64))| Actor {
        role: (*role).to_owned(),
        account_id: *account_id,
        posting_id: at as i64 + 1,
        organisation_id: *organisation_id,
        division_code: division(role).to_owned(),
        other_organisation_ids: elsewhere(at, *account_id),
        grid_ids: if grid_post(role) { vec![GRID] } else { vec![] },
        reads_only: *role == "PUBLIC_STAT",
        ..Actor::default()
    };
    all.iter().enumerate().map(actor).collect()
}

/// Whether holders of the role have a grid.
pub(crate) fn grid_post(role: &str) -> bool {
    ["GRID_MEMBER", "GRID_LEADER", "BEAT_OFFICER"].contains(&role)
}

/// Whether the person acts for the organisation, now or under another posting.
pub(crate) fn belongs(who: &Actor, organisation: i64) -> bool {
    who.organisation_id == organisation || who.other_organisation_ids.contains(&organisation)
}

/// A number from the environment.
fn given<N: std::str::FromStr>(name: &str, usual: N) -> N {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(usual)
}

fn steps() -> usize {
    given("FENGQIAO_STEPS", STEPS)
}

/// The matter that is walked on.
#[derive(Default)]
struct Matter<T> {
    id: Option<i64>,
    case: Case,
    table: T,
    age: usize,
}

/// Walks so many steps.
pub(crate) async fn walk<T: SecondTable>(place: &Place, world: &World) {
    place.settle(&world.people).await;
    let flow = place.engine.lifecycles().flows.newest(world.object).expect("a lifecycle");
    let room = room::of(world.object).expect("a room");
    let mut dice = Dice::new(given("FENGQIAO_SEED", SEED), 0);
    let mut matter: Matter<T> = Matter::default();
    let mut now = BEGIN;
    let mut others: Vec<Case> = vec![];
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut refused, mut offers, mut pairs) = (0, 0, 0);
    for step in 0..steps() {
        if matter.age > LONGEST || now > LAST || world.ended.contains(&matter.case.state.as_str()) && dice.one_in(8) {
            if matter.id.is_some() {
                others.push(std::mem::take(&mut matter.case));
            }
            matter = Matter::default();
            now = BEGIN;
        }
        matter.age += 1;
        now += HOUR * if dice.one_in(40) { 24 * 95 } else { dice.below(8) as i64 };
        place.clock.set(now);
        let (who, name) = choose(&mut dice, world, flow, room, &matter.case, now);
        let action = flow.action(name).expect("an action");
        let given = (world.input)(&mut dice, name, &matter.case, now, &others);
        // Whatever the table says: a text that is required says something.
        let blank = |text: &Json| text.as_str().is_some_and(|text| text.trim().is_empty());
        let required = action.inputs.iter().filter(|input| input.ty == "String!");
        let said = !required.filter_map(|input| given.get(&input.name)).any(blank);
        let allowed = said && matter.table.allows(who, name, &given, now);
        // Every second step, so that both are walked: what the API offers, and what it was not asked for.
        let shown = match matter.id.filter(|_| step % 2 == 0 && !action.begins()) {
            Some(id) => shown_offers(place, &flow.object, id, who).await,
            None => None,
        };
        let outcome = attempt(place, flow, action, who, &matter.case, matter.id, &given).await;
        let told = format!("step {step}: {name}: {outcome} to {who:?} with {given:?} in {:?}", matter.table);
        assert_eq!(outcome["userErrors"] == json!([]), allowed, "{told}");
        if let Some(shown) = shown {
            pairs += 1;
            agrees(&shown, name, &outcome, &told);
        }
        // What is offered without an input is what the input does not decide.
        let offer = offered(flow, room, &matter.case, who, now).into_iter().find(|offer| offer.action.name == name);
        let offer = offer.is_some_and(|offer| offer.blocked_by.is_empty());
        assert!(offer || !allowed, "{told}: allowed and not offered");
        offers += usize::from(offer);
        if !allowed {
            refused += 1;
            if let Some(id) = matter.id.filter(|_| refused % 16 == 0) {
                let after = place.case(world.object, id).await;
                assert_eq!(format!("{after:?}"), format!("{:?}", matter.case), "{told}: refused and written");
            }
            continue;
        }
        if world.closing.contains(&name) {
            assert!(matter.table.closes_rightly(who), "{told}");
        }
        *taken.entry(&action.name).or_default() += 1;
        let key = lower(world.object);
        // Who gives a matter away does not see it any more.
        let shown = outcome[&key]["id"].as_str().and_then(parse_global_id).map(|(_, id)| id);
        let id = matter.id.or(shown).expect("the matter");
        matter.id = Some(id);
        matter.case = place.case(world.object, id).await;
        matter.table.take(who, name, &given, now, &matter.case);
        assert_eq!(matter.case.state, matter.table.state(), "{told}");
        assert_eq!(matter.case.number("version"), i64::try_from(matter.case.events.len()).ok(), "{told}");
        if room.clocks && dice.one_in(10) {
            replay::clocks(&place.database, place.engine.lifecycles(), flow, room.link, id, &matter.case, now).await;
        }
    }
    println!("{} steps: {refused} refused, {offers} offered, {pairs} pairs compared, taken {taken:?}", steps());
    assert!(pairs * 4 >= steps(), "hardly anything was compared with what the API offers: {pairs}");
    let never = |name: &str| world.never.iter().any(|(known, _)| *known == name);
    let names = flow.actions.iter().filter(|action| action.is_for_people()).map(|action| action.name.as_str());
    let few = if steps() < 10_000 { 1 } else { 20 };
    let rare: Vec<&str> =
        names.filter(|name| !never(name) && taken.get(name).copied().unwrap_or_default() < few).collect();
    assert!(rare.is_empty(), "hardly ever taken: {rare:?} of {taken:?}");
}

/// Most tries are of something that somebody may do now, or matters would never come far.
fn choose<'w>(
    dice: &mut Dice,
    world: &'w World,
    flow: &'w Flow,
    room: &room::Room,
    case: &Case,
    now: i64,
) -> (&'w Actor, &'w str) {
    let seldom: &[&str] = if dice.one_in(5) { &[] } else { world.seldom };
    let open: Vec<(&Actor, &str)> = world
        .people
        .iter()
        .flat_map(|actor| offered(flow, room, case, actor, now).into_iter().map(move |offer| (actor, offer)))
        .filter(|(_, offer)| offer.blocked_by.is_empty() && !seldom.contains(&offer.action.name.as_str()))
        .map(|(actor, offer)| (actor, offer.action.name.as_str()))
        .collect();
    if open.is_empty() || dice.one_in(3) {
        // To begin another matter is not to act on this one.
        let here = |action: &&Action| action.is_for_people() && (!action.begins() || case.state.is_empty());
        let names: Vec<&Action> = flow.actions.iter().filter(here).collect();
        return (dice.pick(&world.people), dice.pick(&names).name.as_str());
    }
    // By action, then by person: many may register, one may agree.
    let names: BTreeSet<&str> = open.iter().map(|(_, name)| *name).collect();
    let name = *dice.pick(&names.into_iter().collect::<Vec<_>>());
    *dice.pick(&open.into_iter().filter(|(_, open)| *open == name).collect::<Vec<_>>())
}

/// What the API offers somebody on a matter; `None`: the matter is not there for that one.
async fn shown_offers(place: &Place, view: &str, id: i64, who: &Actor) -> Option<Vec<Json>> {
    let query = format!(
        "query ($id: ID!) {{ node(id: $id) {{ ... on {view} {{
            availableActions {{ name enabled blockedBy {{ code }} }} }} }} }}"
    );
    let answer = place.ask(who.posting_id, &query, json!({ "id": global_id(view, id) })).await;
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"]["node"]["availableActions"].as_array().cloned()
}

/// What was offered agrees with what came of trying: what was done was open; what was not offered was not permitted; what
/// was blocked was refused for the same reason; and what was open was refused for the input alone.
fn agrees(shown: &[Json], name: &str, outcome: &Json, told: &str) {
    let offer = shown.iter().find(|offer| offer["name"] == name);
    let refusals = outcome["userErrors"].as_array().expect("a list");
    let codes: Vec<&Json> = refusals.iter().map(|refusal| &refusal["code"]).collect();
    match offer {
        // What is named and not shown is told first.
        None => {
            let refused = [json!("NOT_PERMITTED"), json!("REFERENCE_UNKNOWN")];
            assert!(codes.iter().any(|code| refused.contains(code)), "{told}: not offered");
        }
        Some(offer) if offer["enabled"] == true => {
            let by_input = refusals.iter().all(|refusal| refusal["field"].is_string());
            assert!(by_input, "{told}: open, and refused for another reason than the input");
        }
        Some(offer) => {
            let blocked = offer["blockedBy"].as_array().expect("a list");
            let known = |refusal: &Json| blocked.iter().any(|block| block["code"] == refusal["code"]);
            // Of what is given there may be more to say.
            let same = refusals.iter().all(|refusal| known(refusal) || refusal["field"].is_string());
            assert!(!refusals.is_empty() && same, "{told}: blocked by {blocked:?}");
        }
    }
}

/// Tries an action through the API.
async fn attempt(
    place: &Place,
    flow: &Flow,
    action: &Action,
    who: &Actor,
    case: &Case,
    id: Option<i64>,
    given: &Values,
) -> Json {
    let mut input = asked(action, given);
    if !action.begins() {
        // Without a matter there is nothing to act on: the id of none.
        input.insert("id".into(), global_id(&flow.object, id.unwrap_or_default()).into());
        input.insert("expectedVersion".into(), case.number("version").unwrap_or_default().into());
    }
    let mut evidence = vec![];
    for given in given.get("evidence").and_then(Json::as_array).into_iter().flatten() {
        let document = given["phase"] == "DOCUMENT";
        let hash = place.upload(who.account_id, if document { "application/pdf" } else { "image/jpeg" }).await;
        evidence.push(json!({ "hash": hash, "phase": given["phase"] }));
    }
    input.insert("evidence".into(), evidence.into());
    // Of an answer it is given whether there is a photo.
    for answer in input.get_mut("answers").and_then(Json::as_array_mut).into_iter().flatten() {
        answer["photo"] = match answer["photo"] == true {
            true => place.upload(who.account_id, "image/jpeg").await.into(),
            false => Json::Null,
        };
    }
    let name = &action.name;
    let pascal = fengqiao::graphql::mutations::pascal(name);
    let object = lower(&flow.object);
    let query = format!(
        "mutation ($i: {pascal}Input!) {{ {name}(input: $i) {{ {object} {{ id }} userErrors {{ code field }} }} }}"
    );
    let answer = place.ask(who.posting_id, &query, json!({ "i": input })).await;
    assert!(answer.get("errors").is_none(), "{name} {input:?}: {answer}");
    answer["data"][name].clone()
}

fn lower(name: &str) -> String {
    fengqiao::graphql::mutations::lower(name)
}

/// What the API takes of what is given: keys become global ids, instants texts; marks for the table are left out.
fn asked(action: &Action, given: &Values) -> Values {
    let mut input = Values::new();
    for field in &action.inputs {
        let Some(value) = given.get(&field.name).filter(|value| !value.is_null()) else { continue };
        let id = |value: &Json, view: &str| Json::from(global_id(view, value.as_i64().expect("a key")));
        let value = match (&field.refers, value, field.ty.trim_end_matches('!')) {
            (Some(view), Json::Array(items), _) => items.iter().map(|item| id(item, view)).collect(),
            (Some(view), value, "ID") => id(value, view),
            (_, value, "DateTime") => rfc3339(value.as_i64().expect("an instant")).into(),
            (_, Json::Array(items), "[PartyInput!]") => items
                .iter()
                .map(|party| {
                    let mut party = party.clone();
                    if let Some(organisation) = party.get("organisation").cloned() {
                        party["organisation"] = id(&organisation, "Organisation");
                    }
                    party
                })
                .collect(),
            (_, Json::Array(items), "[SignatureInput!]") => {
                items.iter().map(|party| json!({ "party": id(party, "Party") })).collect()
            }
            (_, value, _) => value.clone(),
        };
        input.insert(field.name.clone(), value);
    }
    input
}
