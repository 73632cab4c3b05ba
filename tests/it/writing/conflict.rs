//! Whoever knows an old version is told what has changed since; refusals come in the language that was asked for.

use serde_json::json;

use super::once::{VILLAGE, member, report};
use crate::stories::story::Story;
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

const GRADE: &str = "mutation($input: GradeHazardInput!) { gradeHazard(input: $input) {
    hazard { status version } changes { seq action toState } userErrors { code field message } } }";

on_both!(
    a_stale_version_is_told_what_changed,
    two_at_once_are_one_after_the_other,
    refusals_speak_the_language_asked_for
);

async fn a_stale_version_is_told_what_changed(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let hazard = story.begin(member(&story).await, "Hazard", "reportHazard", report("通道堵塞")).await;
    let grade = json!({ "grade": "GENERAL", "basis": "通道堵塞" });
    story.act(centre, &hazard, "gradeHazard", grade).await;
    let leader = story.who("GRID_LEADER", VILLAGE, Some(super::once::GRID)).await;
    let fixed = json!({ "measure": "当场清理", "evidence": [
        story.photo(leader, "BEFORE").await, story.photo(leader, "AFTER").await,
    ] });
    story.act(leader, &hazard, "fixOnSite", fixed).await;
    let stale = json!({ "input": {
        "id": hazard.id, "expectedVersion": 1, "grade": "GENERAL", "basis": "又定一次",
    } });
    let answer = story.ask(centre, GRADE, stale).await;
    let expected = json!({ "gradeHazard": {
        "hazard": { "status": "RECTIFIED", "version": 3 },
        "changes": [
            { "seq": 2, "action": "gradeHazard", "toState": "GRADED" },
            { "seq": 3, "action": "fixOnSite", "toState": "RECTIFIED" },
        ],
        "userErrors": [{
            "code": "CONFLICT", "field": "expectedVersion", "message": "事项已被他人更新，请刷新后重试",
        }],
    } });
    assert_eq!(answer, expected);
    story.holds_together(&hazard).await;
}

async fn two_at_once_are_one_after_the_other(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let hazard = story.begin(member(&story).await, "Hazard", "reportHazard", report("两人同时定级")).await;
    let grade =
        |basis: &str| json!({ "input": { "id": hazard.id, "expectedVersion": 1, "grade": "GENERAL", "basis": basis } });
    let answers = futures_util::future::join_all((0..8).map(|n| {
        let input = grade(&format!("第{n}次"));
        story.ask(centre, GRADE, input)
    }));
    let answers = answers.await;
    let done = answers.iter().filter(|answer| answer["gradeHazard"]["userErrors"] == json!([])).count();
    let stale = answers.iter().filter(|answer| answer["gradeHazard"]["userErrors"][0]["code"] == "CONFLICT").count();
    assert_eq!((done, stale), (1, 7));
    story.holds_together(&hazard).await;
}

async fn refusals_speak_the_language_asked_for(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = member(&story).await;
    let hazard = story.begin(member, "Hazard", "reportHazard", report("语言")).await;
    let input = json!({ "input": { "id": hazard.id, "expectedVersion": 1, "grade": "GENERAL", "basis": "x" } });
    for (language, message) in [
        ("en", "your posting may not do this here"),
        ("zh-CN,zh;q=0.9,en;q=0.5", "您的岗位无权办理此事项"),
        ("fr", "您的岗位无权办理此事项"),
    ] {
        let reply =
            story.token(member).await.graphql_with(&[("accept-language", language)], GRADE, input.clone()).await;
        let error = &reply.data()["gradeHazard"]["userErrors"][0];
        assert_eq!((&error["code"], &error["message"]), (&json!("NOT_PERMITTED"), &json!(message)), "{language}");
    }
}
