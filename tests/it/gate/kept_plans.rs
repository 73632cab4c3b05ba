//! A plan that is kept answers as one that is made anew: hours later on the same day, for whoever asked before.

use std::sync::Arc;

use fengqiao::graphql::engine::Engine;
use fengqiao::http::Request;
use fengqiao::identity::{Viewer, posting_by_role};
use fengqiao::read::write::global_id;
use fengqiao::trail::recorder::Memory;

use super::enumerate;
use super::world::{World, engine_at};
use crate::support::backend::on_both;
use crate::support::city::PLAN;
use crate::support::clock::TestClock;

on_both!(a_kept_plan_answers_as_one_made_anew, each_root_keeps_its_own_plan);

/// Later on the same day: clocks go on, some are due, and what faded is gone.
const LATER: i64 = 11 * 3_600_000 + 1_234;
/// Every so manieth question is asked, by each role another one of them.
const EVERY: usize = 16;
const ROLES: [&str; 4] = ["CITY_SUPERVISOR", "COUNTY_REGULATOR", "TOWN_CENTRE_OPERATOR", "GRID_MEMBER"];

async fn a_kept_plan_answers_as_one_made_anew(world: &World) {
    let oracle = world.oracle().await;
    let questions: Vec<String> =
        enumerate::questions(&oracle, world.engine.model()).iter().map(ToString::to_string).collect();
    let storage = &world.database.storage;
    let (mut asked, mut moved) = (0, 0);
    for (turn, role) in ROLES.into_iter().enumerate() {
        let holder = posting_by_role(&storage.write, role, None, PLAN.as_of_ms).await.unwrap().expect("a holder");
        let viewer = world.viewer(holder.posting_id, &oracle.policies.roles[role].purposes[0]).await;
        let clock = Arc::new(TestClock::at(PLAN.as_of_ms));
        let keeping = engine_at(storage, clock.clone(), Memory::default()).await;
        let mine = || questions.iter().skip(turn).step_by(EVERY);
        let mut before = vec![];
        for question in mine() {
            before.push(ask(&keeping, &viewer, question).await);
        }
        clock.set(PLAN.as_of_ms + LATER);
        let fresh = engine_at(storage, clock.clone(), Memory::default()).await;
        for (question, before) in mine().zip(before) {
            let (kept, anew) = (ask(&keeping, &viewer, question).await, ask(&fresh, &viewer, question).await);
            assert_eq!(kept, anew, "{role}: {question}");
            asked += 1;
            moved += usize::from(kept != before);
        }
    }
    assert!(asked > 250, "{asked} questions");
    assert!(moved >= 1, "time changes {moved} of {asked} answers");
}

/// Roots that read nothing stand before, between and behind others that do.
async fn each_root_keeps_its_own_plan(world: &World) {
    let (database, county) = (&world.database.storage.write, Some("330603"));
    let holder = posting_by_role(database, "COUNTY_PEACE_OFFICER", county, PLAN.as_of_ms).await;
    let viewer = world.viewer(holder.unwrap().expect("a holder").posting_id, "SUPERVISE").await;
    let listed = ask(&world.engine, &viewer, "{ divisions(first: 1) { edges { node { id } } } }").await;
    let (_, rest) = listed.split_once("\"id\":\"").expect("a division");
    let (posting, division) = (global_id("Posting", 1), rest.split('"').next().expect("an id"));
    let document = format!(
        "{{ a: node(id: \"{posting}\") {{ id }} __typename b: node(id: \"{division}\") {{ id }} c: hazards(first: 1) {{ totalCount }}
           d: node(id: \"{posting}\") {{ id }} e: hazardStatistics(division: \"330603\") {{ asOf found }} f: serverTime }}"
    );
    let kept = document.replace("f: serverTime", "");
    for document in [document, kept] {
        let first = ask(&world.engine, &viewer, &document).await;
        assert!(first.starts_with("{\"data\":{\"a\":null,\"__typename\":\"Query\",\"b\":{\"id\":"), "{first}");
        assert_eq!(ask(&world.engine, &viewer, &document).await, first);
    }
}

async fn ask(engine: &Engine, viewer: &Viewer, question: &str) -> String {
    let request = Request { query: question.to_owned(), ..Request::default() };
    String::from_utf8(engine.execute_traced(viewer, request).await.answer.body).expect("text")
}
