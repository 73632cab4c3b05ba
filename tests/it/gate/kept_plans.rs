//! A plan that is kept answers as one that is made anew: hours later on the same day, for whoever asked before.

use std::sync::Arc;

use fengqiao::graphql::engine::Engine;
use fengqiao::http::Request;
use fengqiao::identity::{Viewer, posting_by_role};
use fengqiao::read::write::global_id;
use fengqiao::trail::recorder::Memory;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value as Json, json};

use super::enumerate;
use super::world::{World, engine_at};
use crate::oracle::Oracle;
use crate::support::backend::on_both;
use crate::support::city::PLAN;
use crate::support::clock::TestClock;

on_both!(
    a_kept_plan_answers_as_one_made_anew,
    each_root_keeps_its_own_plan,
    one_plan_opens_one_row_after_the_other,
    one_document_opens_rows_of_several_types,
    a_key_that_is_left_out_is_another_plan,
    one_plan_turns_the_pages_of_a_list,
);

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

/// What opens the rows, and what is shown of them.
const OPENED: [(&str, &str); 2] = [
    ("hazard", "id no status site { code name } availableActions { name } statusEvents { action }"),
    ("dispute", "id no status parties { name contact } petition { id }"),
];
const ROLES_THAT_OPEN: [&str; 4] = ["CITY_SUPERVISOR", "COUNTY_REGULATOR", "TOWN_CENTRE_OPERATOR", "GRID_MEMBER"];

/// Rows by number, those that the viewer may not see and that there are not among them: answer and trail are those of an engine
/// that is asked for each by a document of its own.
async fn one_plan_opens_one_row_after_the_other(world: &World) {
    let oracle = world.oracle().await;
    let (mut told, mut noted) = (0, 0);
    for role in ROLES_THAT_OPEN {
        let viewer = holder(world, &oracle, role).await;
        let (memories, [keeping, anew]) = two_engines(world).await;
        for (table, fields) in OPENED {
            for no in numbers(world, table).await.into_iter().chain(["YH-0".to_owned()]) {
                let by_variable = format!("query Open($no: String!) {{ {table}(no: $no) {{ {fields} }} }}");
                let written = format!("query Open {{ {table}(no: \"{no}\") {{ {fields} }} }}");
                let open = ask_with(&keeping, &viewer, &by_variable, json!({ "no": no })).await;
                assert_eq!(open, ask(&anew, &viewer, &written).await, "{role}: {no}");
                let [kept, fresh] = memories.each_ref().map(|memory| std::mem::take(&mut *memory.lock().unwrap()));
                assert_eq!(kept, fresh, "the trail of {role}: {no}");
                noted += kept.len();
                if !open.starts_with(&format!("{{\"data\":{{\"{table}\":null")) {
                    assert!(open.contains(&format!("\"no\":\"{no}\"")), "{role}: {no}: {open}");
                    told += 1;
                }
            }
        }
        assert_eq!(keeping.kept_plans(), OPENED.len() as u64, "{role}");
    }
    assert!(told > 100 && noted > 20, "{told} rows are shown, {noted} entries are in the trail");
}

/// Global ids of several types, some of which are not opened; what is selected of them may be nothing at all.
async fn one_document_opens_rows_of_several_types(world: &World) {
    let (database, oracle) = (&world.database.storage.write, world.oracle().await);
    let role = "COUNTY_PEACE_OFFICER";
    let holder = posting_by_role(database, role, Some("330603"), PLAN.as_of_ms).await.unwrap().expect("a holder");
    let viewer = world.viewer(holder.posting_id, &oracle.policies.roles[role].purposes[0]).await;
    let views = ["Hazard", "Division", "Posting", "KeySite", "Hazard", "Dispute", "Nothing", "KeySite"];
    for fields in ["__typename id ... on Hazard { no } ... on KeySite { code }", "... on Hazard { no }", "__typename"] {
        for (n, view) in views.into_iter().cycle().take(64).enumerate() {
            let id = global_id(view, n as i64 / 4 + 1);
            let by_variable = format!("query Open($id: ID!) {{ node(id: $id) {{ {fields} }} }}");
            let written = format!("{{ node(id: \"{id}\") {{ {fields} }} }}");
            let open = ask_with(&world.engine, &viewer, &by_variable, json!({ "id": id })).await;
            assert!(!open.contains("INTERNAL"), "{view} {n}: {open}");
            assert_eq!(unplaced(&open), unplaced(&ask(&world.engine, &viewer, &written).await), "{view} {n}");
        }
    }
    let numbers = numbers(world, "hazard").await;
    let both = "query($a: String!, $b: String!) { a: hazard(no: $a) { no } b: hazard(no: $b) { status no } }";
    let listed =
        "query($a: String!) { a: hazard(no: $a) { no } l: hazards(filter: { no: [$a] }) { edges { node { no } } } }";
    for pair in numbers.windows(2).take(20) {
        for (a, b) in [(&pair[0], &pair[1]), (&pair[1], &pair[0])] {
            let open = unplaced(&ask_with(&world.engine, &viewer, both, json!({ "a": a, "b": b })).await);
            for (key, no) in [("a", a), ("b", b)] {
                let found = &open["data"][key];
                assert!(found.is_null() || found["no"] == json!(no), "{key}: {open}");
            }
            let open = unplaced(&ask_with(&world.engine, &viewer, listed, json!({ "a": a })).await);
            let listed = &open["data"]["l"]["edges"];
            assert!(*listed == json!([]) || listed[0]["node"]["no"] == json!(a), "{a}: {open}");
        }
    }
}

/// An answer without the places of errors in the document.
fn unplaced(answer: &str) -> Json {
    let mut answer: Json = serde_json::from_str(answer).expect("an answer");
    for error in answer["errors"].as_array_mut().into_iter().flatten() {
        error["locations"] = Json::Null;
    }
    answer
}

async fn a_key_that_is_left_out_is_another_plan(world: &World) {
    let database = &world.database.storage.write;
    let holder = posting_by_role(database, "CITY_SUPERVISOR", None, PLAN.as_of_ms).await.unwrap().expect("a holder");
    let viewer = world.viewer(holder.posting_id, "SUPERVISE").await;
    let listed = ask(&world.engine, &viewer, "{ organisations(first: 2) { edges { node { code uscc } } } }").await;
    let listed: Json = serde_json::from_str(&listed).expect("an answer");
    let nodes: Vec<&Json> = (0..2).map(|n| &listed["data"]["organisations"]["edges"][n]["node"]).collect();
    let document = "query($code: String, $uscc: String) { organisation(code: $code, uscc: $uscc) { code uscc } }";
    let (first, second) = (nodes[0], nodes[1]);
    for (variables, expected) in [
        (json!({ "code": first["code"] }), first),
        (json!({ "uscc": second["uscc"] }), second),
        (json!({ "code": second["code"] }), second),
        (json!({ "code": second["code"], "uscc": first["uscc"] }), &Json::Null),
        (json!({ "code": null, "uscc": first["uscc"] }), first),
        (json!({ "code": first["code"], "uscc": first["uscc"] }), first),
    ] {
        let answer = ask_with(&world.engine, &viewer, document, variables.clone()).await;
        let answer: Json = serde_json::from_str(&answer).expect("an answer");
        assert_eq!(&answer["data"]["organisation"], expected, "{variables}: {answer}");
    }
    for (variables, message) in [
        (json!({ "code": {} }), "$code"),
        (json!({ "code": null, "uscc": null }), "one of code, uscc is required"),
        (json!({ "code": first["code"], "uscc": "91" }), "uscc"),
    ] {
        let answer = ask_with(&world.engine, &viewer, document, variables.clone()).await;
        assert!(answer.contains("BAD_INPUT") && answer.contains(message), "{variables}: {answer}");
    }
}

/// Lists and orders: without nulls, with some on every other page, and with a page of which only the end is asked.
const TURNED: [(&str, &str); 4] = [
    ("hazards", "first: 7"),
    ("hazards", "first: 7, orderBy: [{ field: ESCALATED_AT, direction: DESC }, { field: DEADLINE }]"),
    ("disputes", "first: 11, orderBy: [{ field: CLOSED_AT }, { field: DUE_AT, direction: DESC }]"),
    ("keySites", "last: 9, orderBy: [{ field: NEXT_DUE_AT, direction: DESC }]"),
];
/// Pages of each walk.
const PAGES: usize = 40;

/// Every page of a walk by one document is that of an engine that is asked for each by a document of its own, and so is what the
/// trail has of it; a cursor that does not open is told as where nothing is kept.
async fn one_plan_turns_the_pages_of_a_list(world: &World) {
    let oracle = world.oracle().await;
    let (mut turned, mut nulls) = (0, 0);
    for role in ROLES_THAT_OPEN {
        let viewer = holder(world, &oracle, role).await;
        let (memories, [keeping, anew]) = two_engines(world).await;
        let mut kept = 0;
        for (list, order) in TURNED {
            let back = order.starts_with("last");
            let (name, next, more) = match back {
                true => ("before", "startCursor", "hasPreviousPage"),
                false => ("after", "endCursor", "hasNextPage"),
            };
            let shown = match list {
                "hazards" => "order { no } site { name grid { leader { name dutyPhone } } }",
                "disputes" => "parties { name contact }",
                _ => "unit { name } grid { leader { name dutyPhone } }",
            };
            let fields = format!(
                "totalCount pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} edges {{ cursor node {{ id {shown} }} }}"
            );
            let by_variable = format!("query Turn($at: String) {{ l: {list}({order}, {name}: $at) {{ {fields} }} }}");
            let written = |at: &str| format!("query Turn {{ l: {list}({order}, {name}: {at}) {{ {fields} }} }}");
            let mut forms = std::collections::BTreeSet::from([None]);
            let mut at = Json::Null;
            for page in 0..PAGES {
                let told = ask_with(&keeping, &viewer, &by_variable, json!({ "at": at })).await;
                assert_eq!(told, ask(&anew, &viewer, &written(&at.to_string())).await, "{role}: page {page} of {list}");
                let [noted, fresh] = memories.each_ref().map(|memory| std::mem::take(&mut *memory.lock().unwrap()));
                assert_eq!(noted, fresh, "the trail of {role}: page {page} of {list}");
                let told: Json = serde_json::from_str(&told).expect("an answer");
                let info = &told["data"]["l"]["pageInfo"];
                if info[more] != json!(true) {
                    break;
                }
                turned += 1;
                at = info[next].clone();
                let form = at.as_str().and_then(|at| at.split_once('.')).map(|(_, form)| form.to_owned());
                nulls += usize::from(form.is_some());
                forms.insert(Some(form.unwrap_or_default()));
                if page % 8 == 3 {
                    let wrong = json!(at.as_str().expect("a cursor").replacen(|letter: char| letter != 'A', "A", 1));
                    let told = ask_with(&keeping, &viewer, &by_variable, json!({ "at": wrong })).await;
                    let fresh = ask(&anew, &viewer, &written(&wrong.to_string())).await;
                    assert_eq!(unplaced(&told), unplaced(&fresh), "{role}: {list} after {wrong}");
                    assert!(told.contains("BAD_INPUT") && told.contains(name), "{told}");
                    let [noted, fresh] = memories.each_ref().map(|memory| std::mem::take(&mut *memory.lock().unwrap()));
                    assert_eq!(noted, fresh, "the trail of {role}: {list} after {wrong}");
                }
            }
            kept += forms.len() as u64;
        }
        let plans = keeping.kept_plans();
        assert!((TURNED.len() as u64..=kept).contains(&plans), "{role}: {plans} plans");
    }
    assert!(turned > 100 && nulls > 20, "{turned} pages were turned, {nulls} of them at a null");
}

/// The first holder of a role, for its first purpose.
async fn holder(world: &World, oracle: &Oracle, role: &str) -> Viewer {
    let database = &world.database.storage.write;
    let holder = posting_by_role(database, role, None, PLAN.as_of_ms).await.unwrap().expect("a holder");
    world.viewer(holder.posting_id, &oracle.policies.roles[role].purposes[0]).await
}

/// Two engines at one moment, each with a trail of its own.
async fn two_engines(world: &World) -> ([Memory; 2], [Engine; 2]) {
    let (clock, memories) = (Arc::new(TestClock::at(PLAN.as_of_ms)), [Memory::default(), Memory::default()]);
    let engine = |n: usize| engine_at(&world.database.storage, clock.clone(), memories[n].clone());
    let engines = [engine(0).await, engine(1).await];
    (memories, engines)
}

/// Numbers of matters, from all over the city.
async fn numbers(world: &World, table: &str) -> Vec<String> {
    let database = &world.database.storage.write;
    let sql = format!("SELECT no FROM {table} WHERE id % 3 = 0 ORDER BY no LIMIT 80");
    let found = database.query_all_raw(Statement::from_string(database.get_database_backend(), sql)).await;
    found.expect("numbers").iter().map(|row| row.try_get_by_index(0).expect("a number")).collect()
}

async fn ask(engine: &Engine, viewer: &Viewer, question: &str) -> String {
    ask_with(engine, viewer, question, json!({})).await
}

async fn ask_with(engine: &Engine, viewer: &Viewer, question: &str, variables: Json) -> String {
    let variables = variables.as_object().cloned().unwrap_or_default();
    let request = Request { query: question.to_owned(), variables, ..Request::default() };
    String::from_utf8(engine.execute_traced(viewer, request).await.answer.body).expect("text")
}
