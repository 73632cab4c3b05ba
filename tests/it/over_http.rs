//! GraphQL over HTTP, demand by demand. The numbers are those of the audits of the public `graphql-http` suite (1.23).

use axum::body::Bytes;
use axum::http::Request;
use http_body_util::Full;
use serde_json::{Value, json};

use crate::support::app::{Actor, TestApp};
use crate::support::backend::on_both;
use crate::support::client::Reply;

on_both!(
    every_demand_of_the_suite_is_met,
    a_query_in_the_address_is_answered_like_one_in_a_body,
    a_mutation_in_the_address_changes_nothing,
    an_answer_has_twenty_errors_at_most_and_each_is_one_short_line,
);

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

/// What an answer must be.
#[derive(Clone, Copy)]
enum Demand {
    /// 200, and no errors in it.
    Answered,
    /// 200, whatever is in it.
    Ok,
    /// 400.
    Bad,
    /// 400, and no `data`.
    BadWithoutData,
    /// Some 4xx.
    Refused,
}

/// Numbers of audits, the media types that are accepted, the body that is sent, and what comes of it.
type Case = (String, Option<&'static str>, Option<Vec<u8>>, Demand);

fn body(of: &Value) -> Option<Vec<u8>> {
    Some(of.to_string().into_bytes())
}

async fn ask(actor: &Actor, accept: Option<&str>, kind: Option<&str>, body: Option<Vec<u8>>) -> Reply {
    let mut request = Request::post("/graphql");
    let token = actor.authorization();
    for (name, value) in [("authorization", token.as_deref()), ("accept", accept), ("content-type", kind)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    actor.send(request.body(Full::from(body.unwrap_or_default())).unwrap()).await
}

/// A query in the address; each value is encoded as a form does.
async fn get(actor: &Actor, accept: Option<&str>, parameters: &[(&str, &str)]) -> Reply {
    let encoded = |text: &str| -> String {
        text.bytes()
            .map(|byte| if byte.is_ascii_alphanumeric() { (byte as char).into() } else { format!("%{byte:02X}") })
            .collect()
    };
    let pairs: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let mut request = Request::get(format!("/graphql?{}", pairs.join("&")));
    let token = actor.authorization();
    for (name, value) in [("authorization", token.as_deref()), ("accept", accept)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    actor.send(request.body(Full::<Bytes>::default()).unwrap()).await
}

fn meets(reply: &Reply, demand: Demand) -> bool {
    let json: Value = serde_json::from_str(&reply.text).unwrap_or_default();
    match demand {
        Demand::Answered => reply.status == 200 && json.get("errors").is_none(),
        Demand::Ok => reply.status == 200,
        Demand::Bad => reply.status == 400,
        Demand::BadWithoutData => reply.status == 400 && json["errors"].is_array() && json.get("data").is_none(),
        Demand::Refused => (400..500).contains(&reply.status),
    }
}

async fn every_demand_of_the_suite_is_met(app: &TestApp) {
    let actor = app.as_role("GRID_MEMBER", "330603001008").await;
    let asked = json!({ "query": "{ __typename }" });
    let with = |name: &str, value: Value| {
        let mut asked = asked.clone();
        asked[name] = value;
        body(&asked)
    };
    let named = body(&json!({ "query": "query Query { __typename }", "operationName": "Query" }));
    let typed = json!({ "query": "query Type($name: String!) { __type(name: $name) { name } }", "variables": { "name": "sometype" } });
    let athletes = body(&json!({ "query": "{ __type(name: \"Run🏃Swim🏊\") { name } }" }));
    let coerced = body(&json!({ "query": "query CoerceFailure($id: ID!){ __typename }", "variables": { "id": null } }));
    let unknown = body(&json!({ "query": "{ 8f31403dfe404bccbb0e835f2629c6a7 }" }));
    let broken = body(&json!({ "query": "{" }));
    let misspelt = body(&json!({ "qeury": "{ __typename }" }));
    let cut = Some(b"{ \"not a JSON".to_vec());
    let wrong = [json!({ "obj": "ect" }), json!(0), json!(false), json!(["array"])];
    let odd = [json!("string"), json!(0), json!(false), json!(["array"])];

    let mut cases: Vec<Case> = vec![];
    let mut add = |id: &str, accept, body, demand| cases.push((id.to_owned(), accept, body, demand));
    for (id, accept) in
        [("22EB", Some(GRAPHQL)), ("4655", Some(JSON)), ("47DE", Some("*/*")), ("80D8", None), ("82A3", None)]
    {
        add(id, accept, body(&asked), Demand::Answered);
    }
    for id in ["78D5", "2C94", "03D4"] {
        add(id, None, body(&asked), Demand::Ok);
    }
    add("A5BF", None, None, Demand::Bad);
    add("423L", Some(GRAPHQL), body(&json!({ "notquery": "{ __typename }" })), Demand::Bad);
    for (at, value) in wrong.iter().enumerate() {
        add(&format!("LKJ{at}"), None, body(&json!({ "query": value })), Demand::Bad);
        add(&format!("6C0{at}"), None, with("operationName", value.clone()), Demand::Bad);
    }
    for (at, value) in odd.iter().enumerate() {
        add(&format!("476{at}"), None, with("variables", value.clone()), Demand::Bad);
        add(&format!("58B{at}"), None, with("extensions", value.clone()), Demand::Bad);
    }
    for (accept, ids) in [(GRAPHQL, ["34A2", "8161", "2EA1", "428F"]), (JSON, ["13EE", "B8B3", "28B9", "1B7A"])] {
        add(ids[0], Some(accept), body(&asked), Demand::Answered);
        add(ids[1], Some(accept), named.clone(), Demand::Answered);
        add(ids[2], Some(accept), body(&typed), Demand::Answered);
        add(ids[3], Some(accept), with("extensions", json!({ "some": "value" })), Demand::Answered);
    }
    for (at, name) in ["variables", "operationName", "extensions"].into_iter().enumerate() {
        add(&format!("94B{at}"), Some(GRAPHQL), with(name, Value::Null), Demand::Answered);
        add(&format!("022{at}"), Some(JSON), with(name, Value::Null), Demand::Answered);
    }
    add("B6DC BCF8", Some(JSON), cut.clone(), Demand::Bad);
    add("B7N8", Some(GRAPHQL), cut, Demand::Bad);
    add("8764 3E3A", None, misspelt, Demand::Bad);
    for (id, body) in [("572B", &broken), ("FDE2", &unknown), ("7B9B", &coerced)] {
        add(id, Some(JSON), body.clone(), Demand::Ok);
    }
    for (id, body) in [("865D 556A D586", &broken), ("51FE 74FF 5E5B", &unknown), ("86EE", &coerced)] {
        add(id, Some(GRAPHQL), body.clone(), Demand::BadWithoutData);
    }
    for (id, accept, body, demand) in cases {
        let reply = ask(&actor, accept, Some(JSON), body).await;
        assert!(meets(&reply, demand), "{id}: {} {}", reply.status, reply.text);
        let media = if accept == Some(GRAPHQL) && reply.status == 200 { GRAPHQL } else { JSON };
        let given = reply.headers["content-type"].to_str().unwrap();
        assert!(reply.status != 200 || given == format!("{media}; charset=utf-8"), "{id}: {given}");
    }
    let reply = ask(&actor, None, Some("application/json; charset=utf-8"), athletes).await;
    assert!(meets(&reply, Demand::Ok), "BF61: {}", reply.text);
    let reply = ask(&actor, None, None, body(&asked)).await;
    assert!(meets(&reply, Demand::Refused), "9ABE: {}", reply.text);

    let reply = get(&actor, None, &[("query", "{ __typename }")]).await;
    assert!(meets(&reply, Demand::Ok), "5A70: {}", reply.text);
    let reply = get(&actor, Some(GRAPHQL), &[("query", "mutation { __typename }")]).await;
    assert!(meets(&reply, Demand::Refused), "9C48: {}", reply.text);
    let query = typed["query"].as_str().unwrap();
    let parameters = [("query", query), ("variables", r#"{"name":"sometype"}"#)];
    for (id, accept) in [("D6D5", GRAPHQL), ("6A70", JSON)] {
        let reply = get(&actor, Some(accept), &parameters).await;
        assert!(meets(&reply, Demand::Answered), "{id}: {}", reply.text);
    }
}

async fn a_query_in_the_address_is_answered_like_one_in_a_body(app: &TestApp) {
    let actor = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let document = "query A($first: Int!) { hazards(first: $first) { totalCount edges { node { no } } } } query B { viewer { role } }";
    for (name, variables) in [("A", json!({ "first": 3 })), ("B", json!({}))] {
        let posted = json!({ "query": document, "operationName": name, "variables": variables });
        let posted = actor.post(posted.to_string()).await;
        let given = variables.to_string();
        let got = get(&actor, None, &[("query", document), ("operationName", name), ("variables", &given)]).await;
        assert_eq!((got.status, &got.text), (200, &posted.text));
    }
    // Neither in the address nor in a cookie is there a token.
    let stranger = get(&app.anyone(), None, &[("query", "{ __typename }"), ("access_token", "x")]).await;
    assert_eq!((stranger.status, stranger.errors()), (401, vec![("UNAUTHENTICATED".to_owned(), String::new())]));
}

async fn a_mutation_in_the_address_changes_nothing(app: &TestApp) {
    let actor = app.as_role("GRID_MEMBER", "330603001008").await;
    let slot = r#"mutation { requestUpload(input: { type: JPEG, size: 10 }) { upload { url } userErrors { code } } }"#;
    let counted = "SELECT COUNT(*) FROM upload";
    let before = crate::support::rows::select(&app.database, counted, 1).await[0][0].as_i64();
    let mixed = format!("query A {{ __typename }} {}", slot.replace("mutation", "mutation B"));
    for accept in [Some(GRAPHQL), Some(JSON), None] {
        for parameters in [&[("query", slot)][..], &[("query", &mixed), ("operationName", "B")]] {
            let reply = get(&actor, accept, parameters).await;
            assert_eq!((reply.status, reply.headers["allow"].to_str().unwrap()), (405, "POST"));
            assert_eq!(reply.errors(), [("METHOD_NOT_ALLOWED".to_owned(), String::new())]);
        }
        let reply = get(&actor, accept, &[("query", &mixed), ("operationName", "A")]).await;
        assert_eq!(reply.status, 200, "the other operation of the document reads");
    }
    assert_eq!(crate::support::rows::select(&app.database, counted, 1).await[0][0].as_i64(), before);
}

async fn an_answer_has_twenty_errors_at_most_and_each_is_one_short_line(app: &TestApp) {
    let actor = app.as_role("GRID_MEMBER", "330603001008").await;
    let many: Vec<String> = (0..19).map(|n| format!("field{n}: hazard{n} {{ id }}")).collect();
    let deep: Vec<String> = (0..60).map(|n| format!("no{n}")).collect();
    let long = "x".repeat(15_000);
    for document in [
        format!("{{ {} hazards {{ edges {{ node {{ {} }} }} }} }}", many.join(" "), deep.join(" ")),
        format!("{{ {long} }}"),
        format!("{{ viewer(a: \"{}\") {{ role }} }}", long),
        "{ viewer { role }\n\n ] }".to_owned(),
    ] {
        let reply = actor.graphql(&document, json!({})).await;
        let json = reply.json();
        let errors = json["errors"].as_array().unwrap();
        assert!((1..=20).contains(&errors.len()) && json.get("data").is_none(), "{}", errors.len());
        for error in errors {
            let message = error["message"].as_str().unwrap();
            assert!(
                message.chars().count() <= 300 && !message.contains('\n') && !message.contains("Did you mean"),
                "{message}"
            );
        }
    }
}
