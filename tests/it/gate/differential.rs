//! The engine against the oracle: random viewers and questions, on both databases.
//!
//! `FENGQIAO_PAIRS` sets how many, `FENGQIAO_SEED` which, `FENGQIAO_PAIR` replays one, `FENGQIAO_DIFFERENCES` after how
//! many it gives up. With `FENGQIAO_SQLITE_ONLY=1` PostgreSQL is not asked; `cargo xtask faults` does so.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use fengqiao::graphql::model::Model;
use fengqiao::trail::entry::{Decision, Deed};
use futures_util::{StreamExt, stream};
use serde_json::Value as Json;

use super::compare::difference;
use super::dice::Dice;
use super::generate::Generator;
use super::setting;
use super::shrink;
use super::world::World;
use crate::oracle::Oracle;
use crate::oracle::answer::Expected;
use crate::oracle::query::{Page, Root, Selection};
use crate::support::backend::{Backend, Fixture};
use crate::support::city::OwnCity;

const PAIRS: u64 = 2_000;
const SEED: u64 = 20_260_401;
/// Differences that are printed before the test gives up.
const ENOUGH: u64 = 12;
/// Pairs that are asked at the same time.
const AT_ONCE: usize = 4;

/// What makes rare rows common. Days and instants lie around the city's own now, 2026-04-01.
const RARE: &[&str] = &[
    "UPDATE posting SET clearance = 'PERSONAL' WHERE role = 'RESIDENT'",
    "UPDATE dispute SET sensitive_until = '2027-01-01' WHERE id % 5 = 0",
    "UPDATE dispute SET sensitive_until = '2026-04-01' WHERE id % 5 = 1",
    "UPDATE dispute SET sensitive_until = '2027-01-01' WHERE id IN (SELECT dispute_id FROM party WHERE account_id > 0)",
    "UPDATE petition_link SET category = 'REPORT_ACCUSE' WHERE id % 2 = 0",
    "UPDATE inspection SET mode = 'COVERT', started_at = NULL WHERE id % 3 = 0",
    "UPDATE dispute SET closed_at = NULL WHERE id % 7 < 2",
    "UPDATE dispute SET closed_at = 1767196800000 + (id % 20 - 10) * 43200000 WHERE id % 7 > 4",
    "UPDATE hazard SET written_off_at = 1767196800000 + (id % 20 - 10) * 43200000 WHERE written_off_at > 0",
    "UPDATE rectification_order SET closed_at = 1767196800000 + (id % 20 - 10) * 43200000 WHERE id % 2 = 0",
    "UPDATE key_site SET private_dwelling = (id % 4 = 0)",
    // To offices that find them by no other branch of their rule.
    "UPDATE order_assignment SET organisation_id = COALESCE((SELECT MIN(p.organisation_id) FROM posting p
        WHERE p.role IN ('COUNTY_REGULATOR', 'GRID_MEMBER', 'KEYAREA_OPERATOR') AND p.id % 40 = order_assignment.id % 40),
        organisation_id) WHERE id % 2 = 0",
];

/// A viewer and a question.
struct Pair {
    posting: i64,
    role: String,
    purpose: String,
    root: Root,
    paged: bool,
}

/// Longest list that is paged through.
const LONGEST: usize = 250;

/// The pair of a number: every posting comes up in turn, and between them every role as often as any other.
fn pair(oracle: &Oracle, model: &Model, postings: &[(i64, String)], seed: u64, number: u64) -> Pair {
    let mut dice = Dice::new(seed, number);
    let turn = usize::try_from(number / 2).expect("fits") % postings.len();
    let (posting, role) = if number.is_multiple_of(2) {
        postings[turn].clone()
    } else {
        let mut roles: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for (posting, role) in postings {
            roles.entry(role).or_default().push(*posting);
        }
        let roles: Vec<(&str, Vec<i64>)> = roles.into_iter().collect();
        let (role, holders) = dice.pick(&roles);
        (*dice.pick(holders), (*role).to_owned())
    };
    let purpose = dice.pick(&oracle.policies.roles[&role].purposes).clone();
    let root = Generator { model, oracle, dice }.root();
    Pair { posting, role, purpose, root, paged: number % 8 < 2 }
}

async fn check(worlds: &[World], oracle: &Oracle, pair: &Pair) -> Option<String> {
    let query = pair.root.to_string();
    let (mut bodies, mut trails) = (vec![], vec![]);
    for world in worlds {
        let viewer = world.viewer(pair.posting, &pair.purpose).await;
        let (body, deeds) = world.ask_with_deeds(&viewer, &query).await;
        bodies.push(body);
        trails.push(deeds);
    }
    if bodies[0] != bodies[bodies.len() - 1] {
        let text = |body: &[u8]| String::from_utf8_lossy(body).chars().take(1_500).collect::<String>();
        return Some(format!(
            "SQLite and PostgreSQL differ:\n{}\n{}",
            text(&bodies[0]),
            text(&bodies[bodies.len() - 1])
        ));
    }
    let last = worlds.last().expect("a database");
    let viewer = oracle.viewer(pair.posting, &pair.purpose);
    let expected = oracle.answer(&viewer, &pair.root);
    let unlike = difference(&expected, &bodies[0]);
    let chosen = oracle.chosen(&viewer, &pair.root);
    let difference = unlike.or_else(|| trails.iter().find_map(|deeds| untold(&expected, &chosen, deeds)));
    match difference {
        None if pair.paged => follow(if pair.posting % 2 == 0 { last } else { &worlds[0] }, oracle, pair).await,
        other => other,
    }
}

/// What the trail was not told, or was told and did not happen.
fn untold(expected: &Expected, chosen: &BTreeSet<String>, deeds: &[Deed]) -> Option<String> {
    if expected.forbidden {
        let denied = deeds.iter().any(|deed| deed.decision == Decision::Deny);
        return (!denied).then(|| "the trail knows nothing of what was denied".to_owned());
    }
    let told = deeds.iter().filter(|deed| deed.decision == Decision::Allow).flat_map(|deed| &deed.fields);
    let (mut read, mut chosen_by) = (BTreeMap::new(), BTreeSet::new());
    for (field, matters) in told {
        match field.strip_suffix(" (filter)") {
            Some(field) => drop(chosen_by.insert(field.to_owned())),
            None => drop(read.insert(field.clone(), matters.clone())),
        }
    }
    if chosen_by != *chosen {
        return Some(format!("the trail knows of choices by {chosen_by:?}, chosen was by {chosen:?}"));
    }
    (read != expected.shown).then(|| format!("the trail knows of {read:?}, shown was {:?}", expected.shown))
}

/// Follows the pages of a list to its end, in both directions: no row is lost and none comes twice.
async fn follow(world: &World, oracle: &Oracle, pair: &Pair) -> Option<String> {
    let Root::List(name, page, selection) = &pair.root else { return None };
    let page = Page { first: None, last: None, count: false, sum: None, ..page.clone() };
    let selection = Selection { of: selection.of.clone(), fields: vec![] };
    let oracle_viewer = oracle.viewer(pair.posting, &pair.purpose);
    let expected = oracle.answer(&oracle_viewer, &Root::List(name.clone(), page.clone(), selection.clone()));
    if expected.forbidden || expected.ids.len() > LONGEST {
        return None;
    }
    let viewer = world.viewer(pair.posting, &pair.purpose).await;
    let size = expected.ids.len() / 3 + 1;
    for forward in [true, false] {
        let (mut seen, mut cursor): (Vec<String>, Option<String>) = (vec![], None);
        loop {
            let mut page = page.clone();
            match forward {
                true => (page.first, page.after) = (Some(size), cursor.clone()),
                false => (page.last, page.before) = (Some(size), cursor.clone()),
            }
            let root = Root::List(name.clone(), page, selection.clone());
            let body = world.ask(&viewer, &root.to_string()).await;
            let answer: Json = serde_json::from_slice(&body).expect("JSON");
            let list = &answer["data"][name];
            let Some(edges) = list["edges"].as_array() else { break };
            let ids = edges.iter().filter_map(|edge| edge["node"]["id"].as_str().map(str::to_owned));
            let ids: Vec<String> = ids.collect();
            let (more, next) = match forward {
                true => ("hasNextPage", "endCursor"),
                false => ("hasPreviousPage", "startCursor"),
            };
            if forward {
                seen.extend(ids)
            } else {
                seen.splice(0..0, ids).for_each(drop)
            }
            cursor = list["pageInfo"][next].as_str().map(str::to_owned);
            if list["pageInfo"][more] != true || seen.len() > expected.ids.len() {
                break;
            }
        }
        if seen != expected.ids {
            return Some(format!(
                "pages of {size} ({forward}) hold {} rows, expected {}",
                seen.len(),
                expected.ids.len()
            ));
        }
    }
    None
}

/// The smallest question found that differs, and how.
async fn shrunk(worlds: &[World], oracle: &Oracle, mut pair: Pair, mut difference: String) -> (Pair, String) {
    'smaller: for _ in 0..200 {
        for root in shrink::smaller(&pair.root) {
            let candidate = Pair { root, role: pair.role.clone(), purpose: pair.purpose.clone(), ..pair };
            if let Some(still) = check(worlds, oracle, &candidate).await {
                (pair, difference) = (candidate, still);
                continue 'smaller;
            }
        }
        break;
    }
    (pair, difference)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_engine_answers_as_the_oracle() {
    let mut worlds = vec![];
    for backend in backends() {
        worlds.push(World::open(backend).await);
    }
    compare(worlds, setting("FENGQIAO_PAIRS").unwrap_or(PAIRS)).await;
}

/// The same where rare rows are common: raised disputes, accusations, secret inspections, dwellings, fading tasks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_engine_answers_as_the_oracle_where_rare_rows_are_common() {
    let mut worlds = vec![];
    for backend in backends() {
        let world = World::over(OwnCity::open(backend).await.0).await;
        world.change(RARE.iter().map(|sql| (*sql).to_owned())).await;
        worlds.push(world);
    }
    compare(worlds, setting("FENGQIAO_PAIRS").unwrap_or(PAIRS) / 3).await;
}

fn backends() -> Vec<Backend> {
    if setting("FENGQIAO_SQLITE_ONLY").is_some() { vec![Backend::Sqlite] } else { Backend::ALL.to_vec() }
}

async fn compare(worlds: Vec<World>, pairs: u64) {
    // With RUST_LOG=error the causes of internal errors are told.
    let _ = tracing_subscriber::fmt().with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).try_init();
    let oracle = worlds[0].oracle().await;
    let model = worlds[0].engine.model();
    let postings = oracle.valid_postings();
    let seed = setting("FENGQIAO_SEED").unwrap_or(SEED);
    let numbers = match setting("FENGQIAO_PAIR") {
        Some(one) => one..one + 1,
        None => 0..pairs,
    };
    let (started, count) = (Instant::now(), numbers.end - numbers.start);
    let mut found = 0;
    let (worlds_asked, oracle_asked, postings) = (&worlds, &oracle, &postings);
    let mut checked = stream::iter(numbers)
        .map(|number| async move {
            let pair = pair(oracle_asked, model, postings, seed, number);
            let difference = check(worlds_asked, oracle_asked, &pair).await;
            (number, pair, difference)
        })
        .buffered(AT_ONCE);
    while let Some((number, pair, difference)) = checked.next().await {
        let Some(difference) = difference else { continue };
        found += 1;
        let (small, difference) = shrunk(&worlds, &oracle, pair, difference).await;
        eprintln!(
            "FENGQIAO_SEED={seed} FENGQIAO_PAIR={number}: posting {} {} for {}\n  {}\n  {difference}",
            small.posting, small.role, small.purpose, small.root
        );
        if found >= setting("FENGQIAO_DIFFERENCES").unwrap_or(ENOUGH) {
            break;
        }
    }
    drop(checked);
    eprintln!("{count} pairs in {:.1} s", started.elapsed().as_secs_f32());
    assert_eq!(found, 0, "the engine and the oracle differ");
    for world in worlds {
        world.close().await;
    }
}
