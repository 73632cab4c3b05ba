//! When the trail cannot be written, nothing is: no change, no personal data, no content, and no word of the database.

use std::collections::BTreeMap;

use fengqiao::access::Class;
use fengqiao::files::sweep::Swept;
use fengqiao::kernel::clock::Clock;
use fengqiao::trail::entry::{Decision, Deed, Who};
use fengqiao::trail::recorder::Recorder;
use serde_json::{Value, json};

use super::ledger::{grade, read_parties, report, verify_stored};
use crate::evidence::bytes;
use crate::evidence::desk::{
    HOUR_MS, code, fetch, kept, leader, member, number, operator, patch, report_input, reported, rows, slot, upload,
};
use crate::support::app::{Actor, OwnTestApp, TestApp};
use crate::support::backend::on_both;
use crate::support::client::Reply;
use crate::support::introspect;
use crate::support::rows::{break_inserts, mend_inserts};

on_both!(
    without_a_trail_nothing_is_written,
    without_a_trail_nothing_personal_is_shown,
    without_a_trail_nothing_is_swept,
    what_cannot_be_recorded_takes_nothing_with_it,
    ten_thousand_matters_are_read_at_once,
);

/// What the database says when the trail cannot be written; nobody but the log may hear it.
const SECRET: &str = "volume 7 is full";

/// From now on no entry can be written.
async fn lose(app: &TestApp) {
    break_inserts(&app.database, "audit_entry", "TRUE", SECRET).await;
}

/// Now it can be again.
async fn find(app: &TestApp) {
    mend_inserts(&app.database, "audit_entry").await;
}

/// Rows of every table but for the counter, whose keys are taken and never given back.
async fn everything(app: &TestApp) -> BTreeMap<String, i64> {
    let schema = introspect::schema(&app.database).await;
    let names: Vec<&str> = schema.table_names().into_iter().filter(|name| *name != "counter").collect();
    rows(app, &names).await
}

/// The answer is one fault of ours that says nothing of its cause, and has no data.
fn is_internal(reply: &Reply) {
    let json = reply.json();
    let codes: Vec<&str> =
        json["errors"].as_array().unwrap().iter().map(|e| e["extensions"]["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["INTERNAL"], "{}", reply.text);
    let empty = |data: &Value| data.is_null() || data.as_object().unwrap().values().all(Value::is_null);
    assert!(json.get("data").is_none_or(empty), "{}", reply.text);
    for word in [SECRET, "audit", "trigger", "database", "SQL", "sql", "trail"] {
        assert!(!reply.text.contains(word), "{word}: {}", reply.text);
    }
}

async fn without_a_trail_nothing_is_written(own: &OwnTestApp) {
    let app = &own.0;
    let (member, operator) = (member(app).await, operator(app).await);
    let hazard = report(&member).await;
    let unfinished = slot(&member, "PDF", 50).await;
    lose(app).await;
    let before = everything(app).await;
    let mut input = report_input(&[]);
    input["noPhotoReason"] = "雨夜无法拍摄".into();
    input["clientMutationId"] = "lost".into();
    let one =
        "mutation ($input: ReportHazardInput!) { reportHazard(input: $input) { hazard { no } userErrors { code } } }";
    let many = "mutation ($input: ReportHazardsInput!) { reportHazards(input: $input) {
      results { hazard { no } userErrors { code } } userErrors { code } } }";
    let grading =
        "mutation ($input: GradeHazardInput!) { gradeHazard(input: $input) { hazard { no } userErrors { code } } }";
    let grade_input = json!({ "id": hazard["id"], "expectedVersion": 1, "grade": "GENERAL", "basis": "现场核查" });
    let slots = "mutation { requestUpload(input: { type: PDF, size: 9 }) { upload { url } userErrors { code } } }";
    let cases: [(&Actor, &str, Value); 4] = [
        (&member, one, json!({ "input": input })),
        (&operator, grading, json!({ "input": grade_input })),
        (&member, slots, json!({})),
        // A denial that cannot be kept is not told as one.
        (&member, grading, json!({ "input": grade_input })),
    ];
    for (actor, document, variables) in &cases {
        is_internal(&actor.graphql(document, variables.clone()).await);
        // Whoever asks for it with a key in the header fares no better.
        let keyed = [("idempotency-key", "lost-by-header")];
        is_internal(&actor.graphql_with(&keyed, document, variables.clone()).await);
    }
    // Of many each is told that it was not written, and nothing more.
    let told = member.graphql(many, json!({ "input": { "items": [input, input] } })).await.data();
    let again = json!({ "hazard": null, "userErrors": [{ "code": "TRY_AGAIN" }] });
    assert_eq!(told["reportHazards"], json!({ "results": [again, again], "userErrors": [] }));
    assert_eq!(everything(app).await, before, "something was written without its entry");
    // What needs no entry goes on: a refusal that is no denial, parts of an upload that was asked for before.
    let incomplete = json!({ "id": hazard["id"], "expectedVersion": 9, "grade": "GENERAL", "basis": "现场核查" });
    let conflict = operator.graphql(grading, json!({ "input": incomplete })).await.data();
    assert_eq!(conflict["gradeHazard"]["userErrors"][0]["code"], json!("CONFLICT"));
    assert_eq!(patch(&member, &unfinished, 0, b"%PDF-").await.status, 204);

    find(app).await;
    // The key of the lost report was given back with everything else.
    let done = member.graphql(one, json!({ "input": input })).await.data();
    assert_eq!(done["reportHazard"]["userErrors"], json!([]));
    assert_eq!(grade(&operator, &hazard).await, json!([]));
}

async fn without_a_trail_nothing_personal_is_shown(own: &OwnTestApp) {
    let app = &own.0;
    let (member, operator) = (member(app).await, operator(app).await);
    let hash = upload(&member, "JPEG", &bytes::jpeg(1)).await;
    let hazard = reported(&member, "lost", &[(&hash, "BEFORE")]).await;
    let url = hazard["evidence"][0]["url"].as_str().unwrap();
    let names = read_parties(&operator).await;
    let name = names[0]["node"]["parties"][0]["name"].as_str().unwrap().to_owned();
    lose(app).await;
    let document = "{ disputes(first: 3) { edges { node { no parties { name contact } } } } }";
    let lost = operator.graphql(document, json!({})).await;
    assert!(!lost.text.contains(&name), "{}", lost.text);
    is_internal(&lost);
    assert_eq!(lost.status, 500);
    // A question that is denied is not answered either: the denial cannot be kept.
    let chosen = format!(r#"{{ disputes(filter: {{ parties: {{ name: ["{name}"] }} }}) {{ totalCount }} }}"#);
    is_internal(&operator.graphql(&chosen, json!({})).await);
    // What is masked or not personal is no matter of the trail.
    let leader = leader(app).await;
    assert!(read_parties(&leader).await.is_array());
    assert!(operator.graphql("{ disputes(first: 3) { edges { node { no } } } }", json!({})).await.data().is_object());
    // Content is given only when that can be told.
    let refused = fetch(app, url).await;
    assert_eq!((refused.status, code(&refused).as_str()), (503, "UNAVAILABLE"));
    assert!(!refused.text.contains(SECRET) && !refused.headers.contains_key("etag"), "{}", refused.text);

    find(app).await;
    assert_eq!(read_parties(&operator).await, names);
    assert_eq!(fetch(app, url).await.status, 200);
}

async fn without_a_trail_nothing_is_swept(own: &OwnTestApp) {
    let app = &own.0;
    let uploads = app.uploads.as_ref().unwrap();
    let member = member(app).await;
    upload(&member, "JPEG", &bytes::jpeg(1)).await;
    let over = app.clock.now_ms() + 25 * HOUR_MS;
    lose(app).await;
    let before = (kept(app), everything(app).await);
    assert!(uploads.sweep(over).await.is_err());
    assert_eq!((kept(app), everything(app).await), before, "content or its rows went without an entry");

    find(app).await;
    assert_eq!(uploads.sweep(over).await.unwrap(), Swept { uploads: 1, contents: 1 });
    assert_eq!(kept(app), [""; 0]);
    verify_stored(app, &[]).await.unwrap();
}

fn deed(operation: &str) -> Deed {
    Deed::new(1, Who { account_id: Some(1), ..Who::default() }, operation, Decision::Allow, "read")
}

/// Many wait together for their entries; the one that the database refuses is lost alone.
async fn what_cannot_be_recorded_takes_nothing_with_it(own: &OwnTestApp) {
    let app = &own.0;
    let recorder = Recorder::start(app.engine.writer().unwrap().clone());
    break_inserts(&app.database, "audit_entry", "NEW.operation = 'broken'", SECRET).await;
    let sent = (0..40).map(|at| recorder.record(vec![deed(if at == 17 { "broken" } else { "whole" })]));
    let kept = futures_util::future::join_all(sent).await;
    let lost: Vec<usize> = (0..40).filter(|at| kept[*at].is_err()).collect();
    assert_eq!(lost, [17]);
    assert_eq!(number(app, "SELECT COUNT(*) FROM audit_entry WHERE operation = 'whole'").await, 39);
    verify_stored(app, &[]).await.unwrap();
}

/// A reading that touches more matters than a statement binds values is told of all the same.
async fn ten_thousand_matters_are_read_at_once(own: &OwnTestApp) {
    let app = &own.0;
    let mut large = deed("large");
    for id in 1..=10_000 {
        large.touch("Party.name", format!("Dispute:{id}"), Class::Personal);
    }
    app.engine.writer().unwrap().record(&[large]).await.unwrap();
    let told = "SELECT COUNT(DISTINCT dispute_id) FROM audit_access";
    assert_eq!(number(app, told).await, 10_000);
    verify_stored(app, &[]).await.unwrap();
}
