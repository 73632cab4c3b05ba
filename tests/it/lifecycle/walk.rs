//! Random people try random actions on matters; flow and table must allow the same, and nothing is closed wrongly.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use fengqiao::access::Policy;
use fengqiao::graphql::nouns;
use fengqiao::lifecycle::case::{Actor, Attempt, Case, Event, Values};
use fengqiao::lifecycle::decide::{offered, refusals};
use fengqiao::lifecycle::flow::Flow;
use fengqiao::lifecycle::{built_in, room};

use crate::gate::dice::Dice;

const STEPS: usize = 20_000;
const SEED: u64 = 20_260_401;
const HOUR: i64 = 3_600_000;
/// When every matter begins: 2026-04-01 in the morning. Without an end, time would leave the years that are known.
const BEGIN: i64 = 1_775_000_000_000;
/// A matter that takes longer is left.
const LONGEST: usize = 60;

/// A lifecycle written a second time.
pub(crate) trait SecondTable: Default + Debug {
    /// State; empty: there is no matter yet.
    fn state(&self) -> &str;
    /// Whether the action may be taken so.
    fn allows(&self, who: &Actor, action: &str, input: &Values, now: i64) -> bool;
    /// What the action makes of the matter.
    fn take(&mut self, who: &Actor, action: &str, input: &Values, now: i64);
    /// Whether whoever closes it now may be the one.
    fn closes_rightly(&self, who: &Actor) -> bool;
}

/// Who is there, what they give, what their actions make of the rows.
pub(crate) struct World {
    pub(crate) object: &'static str,
    pub(crate) people: Vec<Actor>,
    pub(crate) input: fn(&mut Dice, &str, &Case, i64) -> Values,
    pub(crate) take: fn(&mut Case, &Actor, &str, &Values, i64),
    /// Actions that close a matter.
    pub(crate) closing: &'static [&'static str],
    /// Actions that end a matter early: taken more rarely, or few would come far.
    pub(crate) seldom: &'static [&'static str],
    /// States after which another matter begins.
    pub(crate) ended: &'static [&'static str],
}

/// Somebody, by role, account and organisation.
pub(crate) fn actor((role, account_id, organisation_id): (&str, i64, i64)) -> Actor {
    Actor { role: role.to_owned(), account_id, organisation_id }
}

fn steps() -> usize {
    std::env::var("FENGQIAO_STEPS").ok().and_then(|steps| steps.parse().ok()).unwrap_or(STEPS)
}

/// Walks so many steps.
pub(crate) fn walk<T: SecondTable>(world: &World) {
    let (catalog, policy) = (nouns::catalog().unwrap(), Policy::built_in().unwrap());
    let flows = built_in(&catalog, &policy).unwrap();
    let (flow, room) = (flows.newest(world.object).unwrap(), room(world.object).unwrap());
    let mut dice = Dice::new(SEED, 0);
    let (mut case, mut table, mut now, mut age) = (Case::default(), T::default(), BEGIN, 0);
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut refused, mut offers) = (0, 0);
    for step in 0..steps() {
        if age > LONGEST || world.ended.contains(&case.state.as_str()) && dice.one_in(8) {
            (case, table, now, age) = (Case::default(), T::default(), BEGIN, 0);
        }
        age += 1;
        now += HOUR * if dice.one_in(40) { 24 * 95 } else { dice.below(8) as i64 };
        // Most tries are of something that somebody may do now, or matters would never come far.
        let seldom: &[&str] = if dice.one_in(5) { &[] } else { world.seldom };
        let open: Vec<(&Actor, &str)> = world
            .people
            .iter()
            .flat_map(|actor| offered(flow, room, &case, actor, now).into_iter().map(move |offer| (actor, offer)))
            .filter(|(_, offer)| offer.blocked_by.is_empty() && !seldom.contains(&offer.action.name.as_str()))
            .map(|(actor, offer)| (actor, offer.action.name.as_str()))
            .collect();
        let (who, name) = match open.is_empty() || dice.one_in(3) {
            true => (dice.pick(&world.people), dice.pick(&flow.actions).name.as_str()),
            false => {
                // By action, then by person: many may register, one may agree.
                let names: BTreeSet<&str> = open.iter().map(|(_, name)| *name).collect();
                let name = *dice.pick(&names.into_iter().collect::<Vec<_>>());
                *dice.pick(&open.into_iter().filter(|(_, open)| *open == name).collect::<Vec<_>>())
            }
        };
        let action = flow.action(name).unwrap();
        let given = (world.input)(&mut dice, name, &case, now);
        let found = refusals(flow, room, action, &Attempt { case: &case, actor: who, input: Some(&given), now });
        let allowed = table.allows(who, name, &given, now);
        assert_eq!(found.is_empty(), allowed, "step {step}: {who:?} {name} {given:?} in {table:?}: {found:?}");
        // What is offered without an input is what the input does not decide.
        let offer = offered(flow, room, &case, who, now).into_iter().find(|offer| offer.action.name == name);
        let offer = offer.is_some_and(|offer| offer.blocked_by.is_empty());
        assert!(offer || !allowed, "step {step}: {who:?} may {name}, which is not offered");
        offers += usize::from(offer);
        if !allowed {
            refused += 1;
            continue;
        }
        if world.closing.contains(&name) {
            assert!(table.closes_rightly(who), "step {step}: {who:?} {name} in {table:?}");
        }
        *taken.entry(&action.name).or_default() += 1;
        table.take(who, name, &given, now);
        take(world, &mut case, flow, who, name, &given, now);
        assert_eq!(case.state, table.state(), "step {step}");
    }
    println!("{} steps: {refused} refused, {offers} offered, taken {taken:?}", steps());
    let rare: Vec<&str> = flow.actions.iter().map(|a| a.name.as_str()).filter(|a| taken.get(a) < Some(&20)).collect();
    assert!(rare.is_empty(), "hardly ever taken: {rare:?} of {taken:?}");
}

/// What every action makes of a matter: columns, evidence, event, state; and what the world adds.
fn take(world: &World, case: &mut Case, flow: &Flow, who: &Actor, name: &str, given: &Values, now: i64) {
    let action = flow.action(name).expect("an action");
    for field in action.inputs.iter().filter(|field| given.contains_key(&field.name)) {
        if let Some(column) = &field.column {
            case.row.insert(column.clone(), given[&field.name].clone());
        }
    }
    (world.take)(case, who, name, given, now);
    let phases = given.get("evidence").and_then(|evidence| evidence.as_array()).into_iter().flatten();
    case.evidence.extend(phases.filter_map(|e| e["phase"].as_str()).map(str::to_owned));
    case.events.push(Event {
        action: name.to_owned(),
        at: now,
        account_id: Some(who.account_id),
        organisation_id: Some(who.organisation_id),
        input: given.clone(),
    });
    let to = action.leads_to(&case.state, |field| given.get(field)?.as_str()).expect("a state").to_owned();
    case.state = to;
}
