//! A phone that comes back online sends up to fifty reports in one call; each has its own outcome.

use serde_json::{Value as Json, json};

use super::once::{member, report};
use crate::stories::story::Story;
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;
use crate::support::rows::{break_inserts, mend_inserts};

const REPORTS: &str = "mutation($input: ReportHazardsInput!) { reportHazards(input: $input) {
    results { hazard { id description } clientMutationId userErrors { code field } }
    userErrors { code field } } }";

on_both!(
    each_report_has_its_own_outcome,
    a_fault_costs_one_report_and_not_the_others,
    fifty_are_taken_and_fifty_one_refused,
);

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

/// The database cannot write one of them: the others are done and told, and the one is done when it is sent again.
async fn a_fault_costs_one_report_and_not_the_others(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = member(&story).await;
    let given = items(4);
    let send = || story.ask(member, REPORTS, json!({ "input": { "items": given } }));
    break_inserts(&own.0.database, "hazard", "NEW.description = '离线上报2'", "disk 3 is full").await;
    let answer = send().await;
    assert!(!answer.to_string().contains("disk"), "{answer}");
    let results = answer["reportHazards"]["results"].as_array().expect("a list").clone();
    let lost = json!({ "hazard": null, "clientMutationId": "offline-2",
        "userErrors": [{ "code": "TRY_AGAIN", "field": null }] });
    assert_eq!(results[2], lost);
    let done = |result: &Json| result["hazard"]["id"].as_str().map(str::to_owned);
    assert_eq!(results.iter().filter_map(done).count(), 3, "{answer}");
    mend_inserts(&own.0.database, "hazard").await;
    let again = send().await;
    let again = again["reportHazards"]["results"].as_array().expect("a list");
    assert!(done(&again[2]).is_some(), "{again:?}");
    for at in [0, 1, 3] {
        assert_eq!(again[at], results[at], "what was done is not done twice");
    }
    assert_eq!(story.number("SELECT COUNT(*) FROM hazard WHERE description LIKE '离线上报%'").await, 4);
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
