//! Where an error leaves its null.

use serde_json::{Value, json};

use super::officer;
use crate::support::app::TestApp;
use crate::support::backend::on_both;

on_both!(
    a_nullable_field_is_null_and_the_rest_stays,
    a_null_where_none_may_be_goes_up,
    a_list_of_errors_keeps_its_order
);

async fn a_nullable_field_is_null_and_the_rest_stays(app: &TestApp) {
    let actor = officer(app).await;
    let document = r#"{ division(code: "330603") { name bad: children(first: 0) { totalCount } code
        parent { worse: children(last: 101) { totalCount } name } } viewer { role }
        keySites(first: 1, filter: { division: ["33060"] }) { totalCount } __typename }"#;
    let reply = actor.graphql(document, json!({})).await;
    let json = reply.json();
    assert_eq!(
        json["data"],
        json!({
            "division": { "name": "柯桥区", "bad": null, "code": "330603", "parent": { "worse": null, "name": "绍兴市" } },
            "viewer": { "role": "COUNTY_PEACE_OFFICER" }, "keySites": null, "__typename": "Query",
        })
    );
    let told: Vec<(&Value, &Value)> =
        json["errors"].as_array().unwrap().iter().map(|e| (&e["path"], &e["extensions"]["field"])).collect();
    assert_eq!(
        told,
        [
            (&json!(["division", "bad"]), &json!("first")),
            (&json!(["division", "parent", "worse"]), &json!("last")),
            (&json!(["keySites"]), &json!("filter.division")),
        ]
    );
    // A field that may not be asked for below takes nothing else with it.
    let place = "{ west: 120.4, south: 30, east: 120.5, north: 30.1 }";
    let document = format!(
        "{{ grids(first: 1) {{ edges {{ node {{ code disputes(filter: {{ within: {place} }}) {{ totalCount }} }} }} }} }}"
    );
    let reply = actor.graphql(&document, json!({})).await;
    assert_eq!(reply.errors(), [("FORBIDDEN_FIELD".to_owned(), "grids.edges.node.disputes".to_owned())]);
    let node = reply.json()["data"]["grids"]["edges"][0]["node"].take();
    assert!(node["code"].is_string() && node["disputes"].is_null(), "{node}");
}

async fn a_null_where_none_may_be_goes_up(app: &TestApp) {
    let actor = officer(app).await;
    // `nodes` and `overview` exclude null, so that the whole of `data` is lost with them.
    for document in [
        r#"{ viewer { role } nodes(ids: ["x"]) { id } }"#,
        r#"{ viewer { role } overview(division: "33060") { asOf } }"#,
    ] {
        let reply = actor.graphql(document, json!({})).await;
        let json = reply.json();
        assert!(json.get("data").is_some_and(Value::is_null), "{document}: {}", reply.text);
        assert_eq!(json["errors"].as_array().map(Vec::len), Some(1), "{document}: {}", reply.text);
        assert!(json.get("extensions").is_none(), "nothing is told of what is not shown");
    }
}

async fn a_list_of_errors_keeps_its_order(app: &TestApp) {
    let actor = officer(app).await;
    let document = r#"{ c: keySites(first: 0) { totalCount } a: division(code: "x") { name } b: hazards(last: 0) { totalCount } }"#;
    let reply = actor.graphql(document, json!({})).await;
    let paths: Vec<String> = reply.errors().into_iter().map(|(_, path)| path).collect();
    assert_eq!(paths, ["c", "a", "b"]);
    assert_eq!(reply.json()["data"], json!({ "c": null, "a": null, "b": null }));
}
