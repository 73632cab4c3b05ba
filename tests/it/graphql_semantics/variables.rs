//! Variables and operations.

use serde_json::{Value, json};

use super::{KEQIAO, answers, officer, refuses};
use crate::support::app::{Actor, TestApp};
use crate::support::backend::on_both;

on_both!(
    absent_values_take_their_defaults,
    single_values_become_lists,
    values_are_coerced_by_their_types,
    a_variable_stands_only_where_its_type_allows,
    declarations_are_checked,
    one_operation_is_chosen,
);

async fn codes(actor: &Actor, document: &str, variables: Value) -> usize {
    let data = actor.graphql(document, variables).await.data();
    data["divisions"]["edges"].as_array().map(Vec::len).unwrap()
}

async fn absent_values_take_their_defaults(app: &TestApp) {
    let actor = officer(app).await;
    let own = "query ($n: Int = 3) { divisions(first: $n) { edges { cursor } } }";
    assert_eq!(codes(&actor, own, json!({})).await, 3);
    assert_eq!(codes(&actor, own, json!({ "n": 2 })).await, 2);
    assert_eq!(codes(&actor, own, json!({ "unknown": 1 })).await, 3, "what is not declared is not looked at");
    // Null is a value: no bound was given, and twenty is what the list says then.
    assert_eq!(codes(&actor, own, json!({ "n": null })).await, 20);
    let bare = "query ($n: Int) { divisions(first: $n) { edges { cursor } } }";
    assert_eq!(codes(&actor, bare, json!({})).await, 20);
    // An argument's own default holds when its variable is absent.
    let members = "query ($n: Int) { grids(first: 1) { edges { node { members(first: $n) { id } } } } }";
    let all = actor.graphql(members, json!({})).await.data();
    let all = all["grids"]["edges"][0]["node"]["members"].as_array().map(Vec::len).unwrap();
    let two = actor.graphql(members, json!({ "n": 2 })).await.data();
    assert!(all > 2 && two["grids"]["edges"][0]["node"]["members"].as_array().map(Vec::len) == Some(2));
    // A field of an input object that is absent is not one that is null.
    let order = "query ($d: OrderDirection) { divisions(first: 1, orderBy: [{ field: CODE, direction: $d }]) { edges { node { code } } } }";
    let up = actor.graphql(order, json!({})).await.text;
    assert_eq!(up, actor.graphql(order, json!({ "d": "ASC" })).await.text);
    assert_ne!(up, actor.graphql(order, json!({ "d": "DESC" })).await.text);
}

async fn single_values_become_lists(app: &TestApp) {
    let actor = officer(app).await;
    let expected = r#"{"data":{"divisions":{"edges":[{"node":{"name":"柯桥区"}}]}}}"#;
    let tail = "{ edges { node { name } } } }";
    for (document, variables) in [
        (format!(r#"{{ divisions(filter: {{ code: "330603" }}) {tail}"#), json!({})),
        (format!(r#"{{ divisions(filter: {{ code: ["330603"] }}) {tail}"#), json!({})),
        (format!("query ($c: [String!]) {{ divisions(filter: {{ code: $c }}) {tail}"), json!({ "c": "330603" })),
        (format!("query ($c: [String!]) {{ divisions(filter: {{ code: $c }}) {tail}"), json!({ "c": ["330603"] })),
        (format!("query ($c: String!) {{ divisions(filter: {{ code: [$c] }}) {tail}"), json!({ "c": "330603" })),
        (format!("query ($f: DivisionFilter) {{ divisions(filter: $f) {tail}"), json!({ "f": { "code": "330603" } })),
        (
            format!("query ($f: DivisionFilter) {{ divisions(filter: $f) {tail}"),
            json!({ "f": { "and": { "code": "330603" } } }),
        ),
        (
            format!("query ($o: [DivisionOrder!]) {{ divisions(filter: {{ code: \"330603\" }}, orderBy: $o) {tail}"),
            json!({ "o": { "field": "NAME" } }),
        ),
    ] {
        answers(&actor, &document, variables, expected).await;
    }
}

async fn values_are_coerced_by_their_types(app: &TestApp) {
    let actor = officer(app).await;
    for (ty, value, good) in [
        ("Int", json!(1), true),
        ("Int", json!(1.0), true),
        ("Int", json!(1.5), false),
        ("Int", json!("1"), false),
        ("Int", json!(true), false),
        ("Int", json!(2_147_483_648_i64), false),
        ("Int", json!([1]), false),
        ("Float", json!(1), true),
        ("Float", json!("1"), false),
        ("String", json!("x"), true),
        ("String", json!(1), false),
        ("String", json!(["x"]), false),
        ("Boolean", json!(true), true),
        ("Boolean", json!(1), false),
        ("Boolean", json!("true"), false),
        ("ID", json!("x"), true),
        ("ID", json!(7), true),
        ("ID", json!(7.5), false),
        ("ID", json!(true), false),
        ("[String!]", json!(null), true),
        ("[String!]", json!([null]), false),
        ("[String!]", json!(["x", "y"]), true),
        ("[String!]", json!(["x", 1]), false),
        ("[String!]", json!([["x"]]), false),
        ("[ID!]!", json!(null), false),
        ("[ID!]!", json!([]), true),
        ("[ID!]!", json!(["x", 7]), true),
        ("[ID!]!", json!("x"), true),
        ("Int!", json!(null), false),
        ("SiteKind", json!("SCHOOL"), true),
        ("SiteKind", json!("school"), false),
        ("SiteKind", json!(0), false),
        ("DateTime", json!("2025-01-01T00:00:00+08:00"), true),
        ("DateTime", json!("2025-01-01"), false),
        ("Date", json!("2025-02-28"), true),
        ("Date", json!("2025-02-29"), false),
        ("Decimal", json!("12.50"), true),
        ("Decimal", json!(12.5), true),
        ("Decimal", json!("12.345"), false),
        ("Decimal", json!("1e3"), false),
        ("Period", json!({ "from": "2025-01-01T00:00:00Z", "to": "2025-02-01T00:00:00Z" }), true),
        ("Period", json!({ "from": "2025-01-01T00:00:00Z" }), false),
        ("Period", json!({ "from": "2025-01-01T00:00:00Z", "to": null }), false),
        ("IntRange", json!({ "min": 1, "most": 2 }), false),
    ] {
        let reply = actor.graphql(&user_of(ty), json!({ "v": value })).await;
        let refused = reply.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT";
        assert_eq!(!refused, good, "{ty} {value}: {}", reply.text);
    }
}

/// A document that uses a variable of the type where the type may stand, and leaves the field out.
fn user_of(ty: &str) -> String {
    let place = match ty.trim_matches(['[', ']', '!']) {
        "String" if ty.starts_with('[') => "keySites(filter: { code: $v }) @skip(if: true) { totalCount }",
        "ID" if ty.starts_with('[') => "nodes(ids: $v) @skip(if: true) { id }",
        "Int" => "keySites(first: $v) @skip(if: true) { totalCount }",
        "Float" => "keySites(filter: { near: { lon: $v, lat: 30, radiusM: 1 } }) @skip(if: true) { totalCount }",
        "String" => "keySites(after: $v) @skip(if: true) { totalCount }",
        "Boolean" => "keySites(filter: { exact: $v }) @skip(if: true) { totalCount }",
        "ID" => "nodes(ids: [$v]) @skip(if: true) { id }",
        "SiteKind" => "keySites(filter: { kind: [$v] }) @skip(if: true) { totalCount }",
        "DateTime" => "hazardStatistics(asOf: $v) @skip(if: true) { found }",
        "Date" => "grids(filter: { abolishedAt: { from: $v } }) @skip(if: true) { totalCount }",
        "Decimal" => "disputes(filter: { amountClaimed: { min: $v } }) @skip(if: true) { totalCount }",
        "Period" => "hazardStatistics(period: $v) @skip(if: true) { found }",
        "IntRange" => "grids(filter: { households: $v }) @skip(if: true) { totalCount }",
        other => panic!("{other}"),
    };
    // Where the place excludes null, so does the variable.
    let ty = if matches!(ty, "Float" | "ID" | "SiteKind") { format!("{ty}!") } else { ty.to_owned() };
    format!("query ($v: {ty}) {{ __typename {place} }}")
}

async fn a_variable_stands_only_where_its_type_allows(app: &TestApp) {
    let actor = officer(app).await;
    let ids = json!({ "v": KEQIAO });
    for document in [
        "query ($v: String!) { node(id: $v) { id } }",
        "query ($v: ID) { node(id: $v) { id } }",
        "query ($v: [ID!]!) { node(id: $v) { id } }",
        "query ($v: ID!) { division(code: $v) { id } }",
        "query ($v: ID!) { nodes(ids: $v) { id } }",
        "query ($v: [ID]!) { nodes(ids: $v) { id } }",
        "query ($v: ID) { nodes(ids: [$v]) { id } }",
        // Also where it is nested, spread, in a fragment, in a directive, or left out.
        "query ($v: Int) { divisions(filter: { code: $v }) { totalCount } }",
        "query ($v: String!) { divisions(filter: { code: $v }) { totalCount } }",
        "query ($v: [String]) { divisions(filter: { and: [{ not: { code: $v } }] }) { totalCount } }",
        "query ($v: [Int]) { ...F } fragment F on Query { divisions(first: $v) { totalCount } }",
        "query ($v: String) { grids(first: 1) { edges { node { members(first: $v) { id } } } } }",
        "query ($v: [Int]) { divisions(first: $v) @skip(if: true) { totalCount } }",
        "query ($v: String!) { viewer { role @include(if: $v) } }",
        "query ($v: ID!) { __type(name: $v) { name } }",
    ] {
        refuses(&actor, document, ids.clone(), "VALIDATION_FAILED").await;
    }
    let found = format!(r#"{{"data":{{"node":{{"id":"{KEQIAO}"}}}}}}"#);
    answers(&actor, "query ($v: ID!) { node(id: $v) { id } }", ids.clone(), &found).await;
    // A default makes a nullable variable good enough for a place that excludes null.
    let default = format!("query ($v: ID = \"{KEQIAO}\") {{ node(id: $v) {{ id }} }}");
    answers(&actor, &default, json!({}), &found).await;
}

async fn declarations_are_checked(app: &TestApp) {
    let actor = officer(app).await;
    for document in [
        "query ($v: Int) { viewer { role } }",
        "{ divisions(first: $v) { totalCount } }",
        "query ($v: Int, $v: Int) { divisions(first: $v) { totalCount } }",
        "query ($v: Nothing) { divisions(first: $v) { totalCount } }",
        "query ($v: Viewer) { divisions(first: $v) { totalCount } }",
        "query ($v: Int = \"x\") { divisions(first: $v) { totalCount } }",
        "query A($v: Int) { ...F } query B { ...F } fragment F on Query { divisions(first: $v) { totalCount } }",
    ] {
        let reply = actor.post(json!({ "query": document, "operationName": null }).to_string()).await;
        let json = reply.json();
        assert_eq!(json["errors"][0]["extensions"]["code"], "VALIDATION_FAILED", "{document}: {}", reply.text);
        assert!(json.get("data").is_none());
    }
}

async fn one_operation_is_chosen(app: &TestApp) {
    let actor = officer(app).await;
    let document =
        "query A { viewer { role } } query B { __typename } query C($n: Int!) { divisions(first: $n) { totalCount } }";
    let ask = async |name: Value, variables: Value| {
        actor.post(json!({ "query": document, "operationName": name, "variables": variables }).to_string()).await
    };
    assert_eq!(ask(json!("A"), json!({})).await.text, r#"{"data":{"viewer":{"role":"COUNTY_PEACE_OFFICER"}}}"#);
    assert_eq!(ask(json!("B"), json!({ "n": "not looked at" })).await.text, r#"{"data":{"__typename":"Query"}}"#);
    for (name, variables, field) in [
        (json!("D"), json!({}), "operationName"),
        (json!(null), json!({}), "operationName"),
        (json!(""), json!({}), "operationName"),
        (json!("C"), json!({}), "$n"),
    ] {
        let reply = ask(name.clone(), variables).await;
        let extensions = json!({ "code": "BAD_INPUT", "field": field });
        assert_eq!(reply.json()["errors"][0]["extensions"], extensions, "{name}");
        assert!(reply.json().get("data").is_none());
    }
    // A single operation may be named, rightly.
    let named = async |name: &str| {
        actor.post(json!({ "query": "query A { __typename }", "operationName": name }).to_string()).await.text
    };
    assert_eq!(named("A").await, r#"{"data":{"__typename":"Query"}}"#);
    assert!(named("B").await.contains("\"field\":\"operationName\""));
}
