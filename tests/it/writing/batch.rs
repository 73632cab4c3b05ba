//! A phone that comes back online sends up to fifty reports in one call; each has its own outcome.

use serde_json::{Value as Json, json};

use super::once::{member, report};
use crate::stories::story::Story;
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

const REPORTS: &str = "mutation($input: ReportHazardsInput!) { reportHazards(input: $input) {
    results { hazard { id description } clientMutationId userErrors { code field } }
    userErrors { code field } } }";

on_both!(each_report_has_its_own_outcome, fifty_are_taken_and_fifty_one_refused);

fn items(count: usize) -> Vec<Json> {
    let item = |n: usize| {
        let mut item = report(&format!("离线上报{n}"));
        item["clientMutationId"] = format!("offline-{n}").into();
        item
    };
    (0..count).map(item).collect()
}

async fn each_report_has_its_own_outcome(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = member(&story).await;
    let mut given = items(5);
    // Without a photo and a reason, far outside the grid, with an id that is none.
    given[1]["noPhotoReason"] = Json::Null;
    given[2]["location"] = json!({ "lon": 121.9, "lat": 29.0 });
    given[3]["grid"] = "no id at all".into();
    let answer = story.ask(member, REPORTS, json!({ "input": { "items": given } })).await;
    let results = answer["reportHazards"]["results"].as_array().expect("a list");
    let told = |result: &Json| {
        let error = &result["userErrors"][0];
        (error["code"].as_str().unwrap_or("done").to_owned(), error["field"].as_str().unwrap_or_default().to_owned())
    };
    let outcomes: Vec<(String, String)> = results.iter().map(told).collect();
    let expected = [
        ("done", ""),
        ("PHOTO_MISSING", "evidence"),
        ("PLACE_UNKNOWN", "outsideReason"),
        ("INPUT_INCOMPLETE", "grid"),
        ("done", ""),
    ];
    assert_eq!(outcomes, expected.map(|(code, field)| (code.to_owned(), field.to_owned())));
    assert_eq!(results[3]["clientMutationId"], "offline-3");
    assert_eq!(story.number("SELECT COUNT(*) FROM hazard WHERE description LIKE '离线上报%'").await, 2);
    // The same call again: what was done is not done twice.
    let again = story.ask(member, REPORTS, json!({ "input": { "items": given } })).await;
    assert_eq!(again, answer);
    assert_eq!(story.number("SELECT COUNT(*) FROM hazard WHERE description LIKE '离线上报%'").await, 2);
}

async fn fifty_are_taken_and_fifty_one_refused(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = member(&story).await;
    let answer = story.ask(member, REPORTS, json!({ "input": { "items": items(51) } })).await;
    assert_eq!(
        answer["reportHazards"],
        json!({ "results": [], "userErrors": [{ "code": "TOO_MANY", "field": "items" }] })
    );
    assert_eq!(story.number("SELECT COUNT(*) FROM hazard WHERE description LIKE '离线上报%'").await, 0);
    let answer = story.ask(member, REPORTS, json!({ "input": { "items": items(50) } })).await;
    let results = answer["reportHazards"]["results"].as_array().expect("a list");
    assert!(results.len() == 50 && results.iter().all(|result| result["hazard"]["id"].is_string()), "{answer}");
    assert_eq!(story.number("SELECT COUNT(*) FROM hazard WHERE description LIKE '离线上报%'").await, 50);
}
