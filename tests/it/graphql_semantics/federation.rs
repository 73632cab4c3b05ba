//! As a part of a federation (Apollo Federation 2): what a gateway asks for, under the same gate.

use serde_json::{Value, json};

use super::{answers, data, officer, refuses};
use crate::support::app::TestApp;
use crate::support::backend::on_both;

on_both!(
    the_contract_names_its_entities,
    the_contract_is_not_multiplied,
    entities_are_what_nodes_are,
    what_names_no_entity_is_refused,
);

const ENTITIES: &str = "query ($of: [_Any!]!) { _entities(representations: $of) {
    __typename ... on Hazard { id status grade } ... on Division { name } } }";
const NODES: &str = "query ($ids: [ID!]!) { nodes(ids: $ids) {
    __typename ... on Hazard { id status grade } ... on Division { name } } }";

async fn the_contract_names_its_entities(app: &TestApp) {
    let actor = officer(app).await;
    let service = data(&actor, "{ _service { __typename sdl } }").await["_service"].take();
    assert_eq!(service["__typename"], "_Service");
    let sdl = service["sdl"].as_str().unwrap();
    assert!(async_graphql_parser::parse_schema(sdl).is_ok());
    for told in [
        "type Hazard implements Node @key(fields: \"id\")",
        "type Dispute implements Node @key(fields: \"id\")",
        "type PageInfo @shareable",
        "type Subscription",
        "type Mutation",
        "url: \"https://specs.apollo.dev/federation/v2",
    ] {
        assert!(sdl.contains(told), "{told}");
    }
    assert!(!sdl.contains("_entities") && !sdl.contains("_Any") && !sdl.contains("_Service"));
}

/// It is long: under many names it is broken off before it fills the memory.
async fn the_contract_is_not_multiplied(app: &TestApp) {
    let actor = officer(app).await;
    let names: String = (0..10).map(|n| format!("n{n}: sdl ")).collect();
    let reply = actor.graphql(&format!("{{ _service {{ {names} }} }}"), json!({})).await;
    let error = &reply.json()["errors"][0]["extensions"];
    assert_eq!((&error["code"], &error["limit"]), (&json!("TOO_COMPLEX"), &json!("answer_bytes")));
    assert!(reply.text.len() < 1_000);
}

async fn entities_are_what_nodes_are(app: &TestApp) {
    let actor = officer(app).await;
    let listed =
        data(&actor, "{ hazards(first: 5) { edges { node { id } } } division(code: \"330603\") { id } }").await;
    let mut ids: Vec<Value> =
        listed["hazards"]["edges"].as_array().unwrap().iter().map(|edge| edge["node"]["id"].clone()).collect();
    let mut of: Vec<Value> = ids.iter().map(|id| json!({"__typename": "Hazard", "id": id, "more": [1]})).collect();
    ids.insert(2, listed["division"]["id"].clone());
    of.insert(2, json!({"__typename": "Division", "id": ids[2]}));
    let public = app.as_role("PUBLIC_STAT", "3306").await;
    let mut shown = vec![];
    for viewer in [&actor, &public] {
        let nodes = viewer.graphql(NODES, json!({"ids": ids})).await.data()["nodes"].take();
        let entities = viewer.graphql(ENTITIES, json!({"of": of})).await.data()["_entities"].take();
        assert_eq!(entities, nodes);
        shown.push(entities.as_array().unwrap().iter().filter(|entity| !entity.is_null()).count());
    }
    assert_eq!(shown, [6, 1], "the public sees the division alone");
    let written = format!(
        "{{ _entities(representations: [{{__typename: \"Division\", id: {}}}]) {{ ... on Division {{ code }} }} }}",
        ids[2]
    );
    answers(&actor, &written, json!({}), r#"{"data":{"_entities":[{"code":"330603"}]}}"#).await;
    let lost = json!({"of": [{"__typename": "Division", "id": "x"}, of[2]]});
    let beside = r#"{"data":{"_entities":[null,{"__typename":"Division","name":"柯桥区"}]}}"#;
    answers(&actor, ENTITIES, lost, beside).await;
    answers(&actor, ENTITIES, json!({"of": []}), r#"{"data":{"_entities":[]}}"#).await;
}

async fn what_names_no_entity_is_refused(app: &TestApp) {
    let actor = officer(app).await;
    let division = data(&actor, "{ division(code: \"330603\") { id } }").await["division"]["id"].take();
    let good = json!({"__typename": "Division", "id": division});
    for bad in [
        json!({"__typename": "Hazard", "id": division}),
        json!({"__typename": "Division"}),
        json!({"id": division}),
        json!({"__typename": "Division", "id": 7}),
        json!({}),
    ] {
        let reply = actor.graphql(ENTITIES, json!({"of": [good, bad]})).await.json();
        let error = &reply["errors"][0]["extensions"];
        assert_eq!(error["code"], "BAD_INPUT", "{bad}: {reply}");
        assert!(error["field"].as_str().is_some_and(|field| field.starts_with("representations")), "{bad}: {reply}");
        assert!(reply["data"].is_null(), "{bad}: {reply}");
    }
    for bad in [json!("Division"), json!([good, null]), json!(null), json!([1])] {
        refuses(&actor, ENTITIES, json!({"of": bad}), "BAD_INPUT").await;
    }
    let many: Vec<&Value> = vec![&good; 201];
    let reply = actor.graphql(ENTITIES, json!({"of": many})).await.json();
    assert_eq!(reply["errors"][0]["extensions"]["code"], "BAD_INPUT", "{reply}");
    refuses(&actor, "{ _entities(representations: []) { id } }", json!({}), "VALIDATION_FAILED").await;
    refuses(&actor, "{ _entities(representations: []) }", json!({}), "VALIDATION_FAILED").await;
}
