//! A resident learns who has read their own dispute, and nobody else's.

use serde_json::{Value, json};

use crate::evidence::desk::{TOWNSHIP, VILLAGE, number, run};
use crate::support::app::{Actor, OwnTestApp, TestApp};
use crate::support::backend::on_both;

on_both!(a_resident_learns_who_read_their_dispute, what_is_written_of_a_resident_is_told_as_well);

const LOG: &str = "query ($filter: AccessRecordFilter) { myAccessLog(filter: $filter, first: 100) { totalCount
  edges { node { at purpose organisation { name code } dispute { no } } } } }";

/// What somebody's own log tells.
async fn log(actor: &Actor, filter: Value) -> Vec<Value> {
    let found = actor.graphql(LOG, json!({ "filter": filter })).await.data()["myAccessLog"].take();
    let nodes: Vec<Value> = found["edges"].as_array().unwrap().iter().map(|edge| edge["node"].clone()).collect();
    assert_eq!(found["totalCount"], json!(nodes.len()));
    nodes
}

/// Numbers of the disputes that somebody sees.
async fn disputes(actor: &Actor) -> Vec<String> {
    let document = "{ disputes(first: 100, orderBy: [{ field: ID }]) { edges { node { no } } } }";
    let data = actor.graphql(document, json!({})).await.data();
    data["disputes"]["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| edge["node"]["no"].as_str().unwrap().into())
        .collect()
}

/// Names of the parties of a dispute, as somebody is shown them.
async fn read(actor: &Actor, no: &str) -> Value {
    let document = "query ($no: String!) { dispute(no: $no) { parties { name } } }";
    actor.graphql(document, json!({ "no": no })).await.data()["dispute"].take()
}

/// Code of the organisation that somebody acts for.
async fn organisation(actor: &Actor) -> Value {
    let document = "{ viewer { posting { organisation { code } } } }";
    actor.graphql(document, json!({})).await.data()["viewer"]["posting"]["organisation"]["code"].take()
}

/// Makes every party of a dispute grown up and no dispute labelled, so that the township's operator reads it in full.
async fn plain(app: &TestApp, no: &str) {
    run(
        app,
        &format!(
            "UPDATE party SET birth_date = '1980-01-01' WHERE dispute_id = (SELECT id FROM dispute WHERE no = '{no}')"
        ),
    )
    .await;
    run(app, &format!("UPDATE dispute SET sensitive_until = NULL WHERE no = '{no}'")).await;
}

async fn a_resident_learns_who_read_their_dispute(own: &OwnTestApp) {
    let app = &own.0;
    let resident = app.as_role("RESIDENT", VILLAGE).await;
    let neighbour = app.as_role("RESIDENT", "330603114001").await;
    let operator = app.as_role("TOWN_CENTRE_OPERATOR", TOWNSHIP).await;
    let county = app.as_role("COUNTY_CENTRE_OPERATOR", "330603").await;
    let (ours, theirs) = (disputes(&resident).await, disputes(&neighbour).await);
    assert!(ours.len() > 1 && !theirs.is_empty() && ours.iter().all(|no| !theirs.contains(no)));
    for no in ours.iter().chain(&theirs) {
        plain(app, no).await;
    }
    assert_eq!(log(&resident, json!({})).await, [Value::Null; 0]);

    // Reading one's own data is nothing to be told; nor is a reading that was masked.
    assert!(read(&resident, &ours[0]).await["parties"][0]["name"].is_string());
    let bureau = app.as_role("JUSTICE_BUREAU", "330603").await;
    assert!(read(&bureau, &ours[0]).await["parties"][0]["name"].as_str().unwrap().contains('*'));
    assert_eq!(log(&resident, json!({})).await, [Value::Null; 0]);

    assert!(!read(&operator, &ours[0]).await["parties"][0]["name"].as_str().unwrap().contains('*'));
    app.clock.advance(60_000);
    assert!(read(&county, &ours[1]).await["parties"][0]["name"].is_string());
    assert!(read(&county, &theirs[0]).await["parties"][0]["name"].is_string());

    let told = log(&resident, json!({})).await;
    let expected = [(organisation(&county).await, &ours[1]), (organisation(&operator).await, &ours[0])];
    let found: Vec<(Value, &str)> = told
        .iter()
        .map(|node| (node["organisation"]["code"].clone(), node["dispute"]["no"].as_str().unwrap()))
        .collect();
    assert_eq!(found, expected.map(|(code, no)| (code, no.as_str())), "newest first");
    assert_eq!((&told[1]["purpose"], &told[1]["at"]), (&json!("HANDLE_CASE"), &json!("2026-04-01T00:00:00+08:00")));
    // The neighbour learns of their own alone.
    let other = log(&neighbour, json!({})).await;
    assert_eq!((other.len(), &other[0]["dispute"]["no"]), (1, &json!(theirs[0])));

    // Filters choose among one's own, and find nothing of others.
    assert_eq!(log(&resident, json!({ "at": { "from": "2026-04-01T00:00:30+08:00" } })).await, told[..1]);
    assert_eq!(log(&resident, json!({ "dispute": { "no": [ours[0]] } })).await, told[1..]);
    assert_eq!(log(&resident, json!({ "dispute": { "no": [theirs[0]] } })).await, [Value::Null; 0]);
    // Joined to another dispute, it does not take along who has read it.
    let [first, second] = [&ours[0], &theirs[0]].map(|no| no.replace('\'', ""));
    let join = format!(
        "UPDATE party SET joined_from_id = dispute_id, dispute_id = (SELECT id FROM dispute WHERE no = '{second}')
         WHERE dispute_id = (SELECT id FROM dispute WHERE no = '{first}')"
    );
    run(app, &join).await;
    assert!(log(&resident, json!({ "dispute": { "no": [ours[0]] } })).await == told[1..]);
    // Nobody else has such a log: not those who read, nor those who audit.
    for actor in
        [&operator, &county, &app.as_role("AUDIT_ADMIN", "3306").await, &app.as_role("GRID_MEMBER", VILLAGE).await]
    {
        let reply = actor.graphql(LOG, json!({})).await;
        let found = reply.data()["myAccessLog"].take();
        assert!(found.is_null() || found["totalCount"] == json!(0), "{}", reply.text);
    }
}

async fn what_is_written_of_a_resident_is_told_as_well(own: &OwnTestApp) {
    let app = &own.0;
    let resident = app.as_role("RESIDENT", VILLAGE).await;
    let operator = app.as_role("TOWN_CENTRE_OPERATOR", TOWNSHIP).await;
    let document = "mutation ($input: RegisterDisputeInput!) { registerDispute(input: $input) {
      dispute { no } userErrors { code field } } }";
    let input = json!({ "title": "楼上漏水", "summary": "厨房顶漏水", "channel": "ONLINE", "grid":
        fengqiao::read::write::global_id("Grid", crate::evidence::desk::GRID),
        "parties": [{ "kind": "PERSON", "name": "甲乙丙", "self": true }, { "kind": "PERSON", "name": "丁戊己" }] });
    let registered = resident.graphql(document, json!({ "input": input })).await.data()["registerDispute"].take();
    assert_eq!(registered["userErrors"], json!([]), "{registered}");
    let no = registered["dispute"]["no"].as_str().unwrap();
    let written = "SELECT COUNT(*) FROM audit_access WHERE view = 'Dispute'";
    assert_eq!(number(app, written).await, 1, "it is kept that the resident wrote it");
    assert_eq!(log(&resident, json!({})).await, [Value::Null; 0], "and not told to the resident");
    assert_eq!(read(&operator, no).await["parties"][1]["name"], json!("丁戊己"));
    let told = log(&resident, json!({})).await;
    assert_eq!((told.len(), &told[0]["dispute"]["no"]), (1, &json!(no)));
}
