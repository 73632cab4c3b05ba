//! Under one key a thing is done once: for whoever sends it again, for fifty at once, and for one day.

use fengqiao::kernel::clock::Clock;
use futures_util::future::join_all;
use serde_json::{Value as Json, json};

use crate::stories::story::{DAY, Person, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

pub(super) const VILLAGE: &str = "330603001008";
pub(super) const GRID: i64 = 330_603_001_008_001;

const REPORT: &str = "mutation($input: ReportHazardInput!) { reportHazard(input: $input) {
    hazard { id description } clientMutationId userErrors { code field message } } }";

on_both!(
    fifty_at_once_make_one_effect,
    the_same_key_gives_the_same_answer,
    what_was_begun_comes_again_though_it_would_be_refused_by_now,
    another_input_under_the_key_is_refused,
    a_key_is_its_owners_and_lasts_a_day,
    a_slot_is_opened_once,
);

/// A report of a hazard in the grid.
pub(super) fn report(description: &str) -> Json {
    json!({ "source": "GRID", "grid": id("Grid", GRID), "category": "FIRE", "description": description,
        "noPhotoReason": "夜间" })
}

pub(super) async fn member(story: &Story<'_>) -> Person {
    story.who("GRID_MEMBER", VILLAGE, Some(GRID)).await
}

async fn hazards(story: &Story<'_>, description: &str) -> i64 {
    story.number(&format!("SELECT COUNT(*) FROM hazard WHERE description = '{description}'")).await
}

async fn fifty_at_once_make_one_effect(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = story.token(member(&story).await).await;
    let keyed = |key: &'static str| {
        let member = member.clone();
        async move {
            let input = json!({ "input": report("楼道堆放杂物，五十次") });
            member.graphql_with(&[("idempotency-key", key)], REPORT, input).await.data()
        }
    };
    let answers = join_all((0..50).map(|_| keyed("phone-1-17"))).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "everybody got the same answer");
    assert!(answers[0]["reportHazard"]["hazard"]["id"].is_string(), "{}", answers[0]);
    assert_eq!(hazards(&story, "楼道堆放杂物，五十次").await, 1);
    assert_eq!(story.number("SELECT COUNT(*) FROM outbox").await, 1, "and it was told once");
}

async fn the_same_key_gives_the_same_answer(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = story.token(member(&story).await).await;
    let mut input = report("消防栓被遮挡");
    input["clientMutationId"] = "a-17".into();
    let first = member.graphql(REPORT, json!({ "input": input })).await.data();
    let again = member.graphql(REPORT, json!({ "input": input })).await.data();
    assert_eq!(first, again);
    assert_eq!(first["reportHazard"]["clientMutationId"], "a-17");
    assert_eq!(hazards(&story, "消防栓被遮挡").await, 1);
    // An answer without a key is another report.
    for _ in 0..2 {
        member.graphql(REPORT, json!({ "input": report("消防栓被遮挡") })).await.data();
    }
    assert_eq!(hazards(&story, "消防栓被遮挡").await, 3);
}

async fn what_was_begun_comes_again_though_it_would_be_refused_by_now(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let person = member(&story).await;
    let mut input = report("配电箱冒烟");
    input["evidence"] = json!([story.photo(person, "BEFORE").await]);
    input["clientMutationId"] = "a-20".into();
    let member = story.token(person).await;
    let first = member.graphql(REPORT, json!({ "input": input })).await.data();
    assert_eq!(first["reportHazard"]["userErrors"], json!([]), "{first}");
    let denials = "SELECT COUNT(*) FROM audit_entry WHERE decision = 'DENY'";
    let before = story.number(denials).await;
    // The photo is the first report's by now, which would be refused of any other.
    assert_eq!(member.graphql(REPORT, json!({ "input": input })).await.data(), first);
    let mut other = input.clone();
    other["description"] = "配电箱冒烟，另一处".into();
    let told = member.graphql(REPORT, json!({ "input": other })).await.data();
    assert_eq!(told["reportHazard"]["userErrors"][0]["code"], "IDEMPOTENCY_MISMATCH");
    assert_eq!(story.number(denials).await, before, "that nobody was denied anything is what the trail tells");
    input["clientMutationId"] = "a-21".into();
    let told = member.graphql(REPORT, json!({ "input": input })).await.data();
    assert_eq!(told["reportHazard"]["userErrors"][0]["code"], "EVIDENCE_FOREIGN");
    assert_eq!(story.number(denials).await, before + 1);
    assert_eq!(hazards(&story, "配电箱冒烟").await, 1);
}

async fn another_input_under_the_key_is_refused(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = story.token(member(&story).await).await;
    let keyed = |description: &'static str| {
        let member = member.clone();
        async move {
            let mut input = report(description);
            input["clientMutationId"] = "a-18".into();
            member.graphql(REPORT, json!({ "input": input })).await.data()
        }
    };
    keyed("电线老化").await;
    let other = keyed("电线老化，另一处").await;
    let errors = &other["reportHazard"]["userErrors"];
    assert_eq!(errors[0]["code"], "IDEMPOTENCY_MISMATCH");
    assert_eq!(errors[0]["field"], "clientMutationId");
    assert!(other["reportHazard"]["hazard"].is_null());
    assert_eq!(hazards(&story, "电线老化，另一处").await, 0);
    // A key is 1 to 128 bytes.
    let mut long = report("电线老化");
    long["clientMutationId"] = "x".repeat(2_000).into();
    let reply = member.graphql(REPORT, json!({ "input": long })).await;
    assert_eq!(reply.errors(), [("BAD_INPUT".to_owned(), "reportHazard".to_owned())]);
}

async fn a_key_is_its_owners_and_lasts_a_day(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let leader = story.who("GRID_LEADER", VILLAGE, Some(GRID)).await;
    let mut input = report("窨井盖缺失");
    input["clientMutationId"] = "a-19".into();
    for who in [member(&story).await, leader] {
        story.token(who).await.graphql(REPORT, json!({ "input": input })).await.data();
    }
    assert_eq!(hazards(&story, "窨井盖缺失").await, 2, "a key is one account's");
    own.0.clock.advance(DAY + 1);
    let writer = own.0.engine.writer().expect("the app writes");
    assert_eq!(writer.forget_keys(own.0.clock.now_ms()).await.expect("keys are forgotten"), 2);
    story.token(leader).await.graphql(REPORT, json!({ "input": input })).await.data();
    assert_eq!(hazards(&story, "窨井盖缺失").await, 3, "after a day it is another report");
}

async fn a_slot_is_opened_once(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = story.token(member(&story).await).await;
    let document = "mutation($input: RequestUploadInput!) { requestUpload(input: $input) {
        upload { url expiresAt } userErrors { code } } }";
    let input = json!({ "input": { "type": "JPEG", "size": 100, "clientMutationId": "u-1" } });
    let first = member.graphql(document, input.clone()).await.data();
    assert_eq!(member.graphql(document, input).await.data(), first);
    assert_eq!(story.number("SELECT COUNT(*) FROM upload").await, 1);
    let other = json!({ "input": { "type": "JPEG", "size": 101, "clientMutationId": "u-1" } });
    let refused = member.graphql(document, other).await.data();
    assert_eq!(refused["requestUpload"]["userErrors"][0]["code"], "IDEMPOTENCY_MISMATCH");
}
