//! GraphQL as the specification says it: selections, directives, variables, introspection, errors.

mod errors;
mod federation;
mod introspection;
mod selections;
mod variables;

use serde_json::{Value, json};

use crate::support::app::{Actor, TestApp};

/// The global id of 柯桥区.
const KEQIAO: &str = "RGl2aXNpb246MzMwNjAz";

async fn officer(app: &TestApp) -> Actor {
    app.as_role("COUNTY_PEACE_OFFICER", "330603").await
}

/// The answer, letter for letter: the order of members counts.
async fn answers(actor: &Actor, document: &str, variables: Value, expected: &str) {
    let reply = actor.graphql(document, variables.clone()).await;
    assert_eq!(reply.text, expected, "{document} {variables}");
}

/// Refused as a whole: errors of one code, and no `data` at all.
async fn refuses(actor: &Actor, document: &str, variables: Value, code: &str) {
    let reply = actor.graphql(document, variables.clone()).await;
    let json = reply.json();
    let codes: Vec<&Value> =
        json["errors"].as_array().into_iter().flatten().map(|e| &e["extensions"]["code"]).collect();
    assert!(!codes.is_empty() && codes.iter().all(|found| *found == code), "{document} {variables}: {}", reply.text);
    assert!(json.get("data").is_none(), "{document} {variables}: {}", reply.text);
}

/// The data of a document without variables.
async fn data(actor: &Actor, document: &str) -> Value {
    actor.graphql(document, json!({})).await.data()
}
