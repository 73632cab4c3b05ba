//! What these tests share: people of one village, uploads over HTTP, reports that attach them, rows that are counted.

use std::collections::BTreeMap;
use std::path::Path;

use axum::body::Bytes;
use axum::http::Request;
use fengqiao::trail::entry::HashAlgorithm;
use http_body_util::Full;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::support::app::{Actor, TestApp};
use crate::support::client::Reply;

/// The village of these tests and the township that it belongs to.
pub(crate) const VILLAGE: &str = "330603001008";
pub(crate) const TOWNSHIP: &str = "330603001";
/// The grid of the village's first grid member.
pub(crate) const GRID: i64 = 330_603_001_008_001;
pub(crate) const HOUR_MS: i64 = 3_600_000;

const SLOT: &str = "mutation ($input: RequestUploadInput!) { requestUpload(input: $input) {
  upload { url size expiresAt } userErrors { code field } } }";
const REPORT: &str = "mutation ($input: ReportHazardInput!) { reportHazard(input: $input) {
  hazard { id no version evidence {
    id hash mime size phase takenAt url thumbnailUrl location { lon lat } } }
  userErrors { code field } } }";

/// Tables that a report writes; the trail, which keeps denials as well, is not among them.
pub(crate) const WRITTEN: [&str; 7] =
    ["hazard", "evidence", "status_event", "sla_clock", "outbox", "idempotency", "rectification_plan"];

/// The member of the grid.
pub(crate) async fn member(app: &TestApp) -> Actor {
    app.as_role("GRID_MEMBER", VILLAGE).await
}

/// The leader of the same grid.
pub(crate) async fn leader(app: &TestApp) -> Actor {
    app.as_role("GRID_LEADER", VILLAGE).await
}

/// The operator of the township's centre, who is shown personal data of its matters.
pub(crate) async fn operator(app: &TestApp) -> Actor {
    app.as_role("TOWN_CENTRE_OPERATOR", TOWNSHIP).await
}

/// What a request for a slot comes to.
pub(crate) async fn ask_slot(actor: &Actor, kind: &str, size: usize) -> Value {
    let input = json!({ "input": { "type": kind, "size": size } });
    actor.graphql(SLOT, input).await.data()["requestUpload"].take()
}

/// A slot for so many bytes.
pub(crate) async fn slot(actor: &Actor, kind: &str, size: usize) -> String {
    let asked = ask_slot(actor, kind, size).await;
    asked["upload"]["url"].as_str().unwrap_or_else(|| panic!("no slot: {asked}")).to_owned()
}

/// Sends a part to a slot.
pub(crate) async fn patch(actor: &Actor, url: &str, offset: usize, part: &[u8]) -> Reply {
    let request = Request::patch(url)
        .header("tus-resumable", "1.0.0")
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", offset.to_string());
    actor.send(request.body(Full::from(Bytes::copy_from_slice(part))).expect("a request")).await
}

/// Asks a slot how far it has come: the status, and the offset where there is one.
pub(crate) async fn offset(actor: &Actor, url: &str) -> (u16, Option<usize>) {
    let request = Request::head(url).header("tus-resumable", "1.0.0").body(Full::default()).expect("a request");
    let reply = actor.send(request).await;
    (reply.status, header(&reply, "upload-offset").map(|text| text.parse().expect("a number")))
}

/// Fetches what lies at a path, without a token.
pub(crate) async fn fetch(app: &TestApp, path: &str) -> Reply {
    fetch_with(app, path, &[]).await
}

/// Fetches what lies at a path.
pub(crate) async fn fetch_with(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Reply {
    let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    app.anyone().send(request.body(Full::default()).expect("a request")).await
}

/// A header of an answer.
pub(crate) fn header(reply: &Reply, name: &str) -> Option<String> {
    Some(reply.headers.get(name)?.to_str().expect("text").to_owned())
}

/// The code of an answer that is a refusal of the edge.
pub(crate) fn code(reply: &Reply) -> String {
    reply.json()["errors"][0]["extensions"]["code"].as_str().expect("a code").to_owned()
}

/// The hash of content, as the API names it.
pub(crate) fn sm3(content: &[u8]) -> String {
    HashAlgorithm::Sm3.hash(content).trim_start_matches("sm3:").to_owned()
}

/// Uploads content whole and gives back its hash as the upload tells it: what the mutations take.
pub(crate) async fn upload(actor: &Actor, kind: &str, content: &[u8]) -> String {
    let url = slot(actor, kind, content.len()).await;
    let reply = patch(actor, &url, 0, content).await;
    assert_eq!(reply.status, 204, "{}", reply.text);
    header(&reply, "content-hash").expect("it is stored")
}

/// The input of a report in the grid with these pieces of evidence.
pub(crate) fn report_input(evidence: &[(&str, &str)]) -> Value {
    let evidence: Vec<Value> = evidence.iter().map(|(hash, phase)| json!({ "hash": hash, "phase": phase })).collect();
    json!({ "grid": fengqiao::read::write::global_id("Grid", GRID), "category": "FIRE", "source": "GRID",
        "description": "楼道堆放杂物", "evidence": evidence })
}

/// What a report with these pieces of evidence, under a key of its own, comes to.
pub(crate) async fn report(actor: &Actor, key: &str, evidence: &[(&str, &str)]) -> Value {
    let mut input = report_input(evidence);
    input["clientMutationId"] = key.into();
    report_with(actor, input).await
}

/// What a report comes to.
pub(crate) async fn report_with(actor: &Actor, input: Value) -> Value {
    actor.graphql(REPORT, json!({ "input": input })).await.data()["reportHazard"].take()
}

/// The hazard of a report that is done.
pub(crate) async fn reported(actor: &Actor, key: &str, evidence: &[(&str, &str)]) -> Value {
    let mut input = report_input(evidence);
    (input["clientMutationId"], input["noPhotoReason"]) = (key.into(), "见附件".into());
    let mut payload = report_with(actor, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload}");
    payload["hazard"].take()
}

/// A report is refused with one code at one field, and nothing is written.
pub(crate) async fn refuses(app: &TestApp, actor: &Actor, evidence: &[(&str, &str)], code: &str, field: &str) {
    let before = rows(app, &WRITTEN).await;
    let payload = report(actor, &format!("refused-{code}"), evidence).await;
    let expected = json!({ "hazard": null, "userErrors": [{ "code": code, "field": field }] });
    assert_eq!(payload, expected, "{evidence:?}");
    assert_eq!(rows(app, &WRITTEN).await, before, "a refusal has written");
}

/// Evidence of a hazard, as somebody is shown it.
pub(crate) async fn evidence(actor: &Actor, hazard: &Value) -> Value {
    let document = "query ($id: ID!) { node(id: $id) { ... on Hazard {
      evidence { id hash phase takenAt url thumbnailUrl location { lon lat } } } } }";
    actor.graphql(document, json!({ "id": hazard["id"] })).await.data()["node"]["evidence"].take()
}

/// Rows of tables.
pub(crate) async fn rows(app: &TestApp, tables: &[&str]) -> BTreeMap<String, i64> {
    let mut rows = BTreeMap::new();
    for table in tables {
        rows.insert((*table).to_owned(), number(app, &format!("SELECT COUNT(*) FROM {table}")).await);
    }
    rows
}

/// The one number that a statement gives.
pub(crate) async fn number(app: &TestApp, sql: &str) -> i64 {
    let database = &app.database.storage.write;
    let row = database.query_one_raw(Statement::from_string(database.get_database_backend(), sql)).await;
    row.expect("the database answers").expect("a row").try_get_by_index(0).expect("a number")
}

/// Runs a statement that changes what is stored, as its owner would.
pub(crate) async fn run(app: &TestApp, sql: &str) {
    app.database.storage.write.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// Places of the files that are kept, below their folder; of folders those that are empty, with a `/` behind them.
pub(crate) fn kept(app: &TestApp) -> Vec<String> {
    let root = app.files.path();
    let below = |path: &Path| {
        let below = path.strip_prefix(root).expect("it lies below");
        below.to_str().expect("text").replace('\\', "/")
    };
    let (mut found, mut folders) = (vec![], vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        let mut empty = folder != root;
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            empty = false;
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(below(&path));
            }
        }
        if empty {
            found.push(format!("{}/", below(&folder)));
        }
    }
    found.sort();
    found
}
