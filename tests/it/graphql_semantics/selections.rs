//! Fragments, aliases, merged selections, directives and type names.

use serde_json::json;

use super::{KEQIAO, answers, data, officer, refuses};
use crate::support::app::TestApp;
use crate::support::backend::on_both;

on_both!(
    fields_stand_in_the_order_of_the_document,
    strings_may_escape_any_character,
    fragments_apply_by_type,
    selections_of_one_key_are_merged,
    a_key_may_not_mean_two_things,
    parts_of_a_connection_may_have_several_names,
    conditions_leave_out_what_they_say,
    every_object_knows_the_name_of_its_type,
);

async fn fields_stand_in_the_order_of_the_document(app: &TestApp) {
    let actor = officer(app).await;
    answers(
        &actor,
        r#"{ z: __typename b: division(code: "330603") { name code } a: viewer { purpose role } }"#,
        json!({}),
        r#"{"data":{"z":"Query","b":{"name":"柯桥区","code":"330603"},"a":{"purpose":"SUPERVISE","role":"COUNTY_PEACE_OFFICER"}}}"#,
    )
    .await;
    // A field stands where its key is met first, also when a fragment brings it.
    answers(
        &actor,
        r#"{ division(code: "330603") { code ...F level name } } fragment F on Division { name code }"#,
        json!({}),
        r#"{"data":{"division":{"code":"330603","name":"柯桥区","level":"COUNTY"}}}"#,
    )
    .await;
    answers(&actor, "{ a: __typename, b: __typename # c\n }", json!({}), r#"{"data":{"a":"Query","b":"Query"}}"#).await;
}

async fn strings_may_escape_any_character(app: &TestApp) {
    let actor = officer(app).await;
    for text in ["柯桥区", r"\u67EF\u{6865}区", r"\u{000067ef}\u6865\u{533A}"] {
        let document =
            format!("{{ divisions(first: 1, filter: {{ text: \"{text}\" }}) {{ edges {{ node {{ code }} }} }} }}");
        answers(&actor, &document, json!({}), r#"{"data":{"divisions":{"edges":[{"node":{"code":"330603"}}]}}}"#).await;
    }
    for escape in [r"\uD83D", r"\u{110000}", r"\u{}"] {
        let document = format!("{{ divisions(filter: {{ text: \"{escape}\" }}) {{ totalCount }} }}");
        let reply = actor.graphql(&document, json!({})).await;
        assert_eq!(reply.errors(), [("PARSE_FAILED".to_owned(), String::new())], "{escape}");
    }
}

async fn fragments_apply_by_type(app: &TestApp) {
    let actor = officer(app).await;
    let keqiao = json!({ "id": KEQIAO });
    answers(
        &actor,
        "query ($id: ID!) { node(id: $id) { __typename ... on Grid { code households } ... on Division { name }
            ... on Node { key: id ... on Division { ... { level } } } ...N } }
         fragment N on Node { __typename ...D } fragment D on Division { code }",
        keqiao.clone(),
        &format!(
            r#"{{"data":{{"node":{{"__typename":"Division","name":"柯桥区","key":"{KEQIAO}","level":"COUNTY","code":"330603"}}}}}}"#
        ),
    )
    .await;
    answers(
        &actor,
        "query ($id: ID!) { ...Root ... on Query { again: __typename } }
         fragment Root on Query { node(id: $id) { ... on Grid { code } } }",
        keqiao,
        r#"{"data":{"node":{},"again":"Query"}}"#,
    )
    .await;
    answers(
        &actor,
        &format!("{{ nodes(ids: [\"{KEQIAO}\", \"R3JpZDox\", \"{KEQIAO}\"]) {{ ... on Division {{ code }} }} }}"),
        json!({}),
        r#"{"data":{"nodes":[{"code":"330603"},null,{"code":"330603"}]}}"#,
    )
    .await;
    for document in [
        "{ viewer { ... on Division { name } } }",
        "{ ...F } fragment F on Viewer { role }",
        "{ viewer { ...Missing } }",
        "{ viewer { role } } fragment F on Nothing { role }",
        "{ viewer { role } } fragment F on RoleCode { role }",
        "{ node(id: \"x\") { code } }",
        "{ viewer { ...F } } fragment F on Viewer { role } fragment F on Viewer { purpose }",
    ] {
        let reply = actor.graphql(document, json!({})).await;
        // The parser refuses two fragments of one name before the rules are asked.
        let codes = reply.errors();
        let known = |code: &str| code == "VALIDATION_FAILED" || code == "PARSE_FAILED";
        assert!(!codes.is_empty() && codes.iter().all(|(code, _)| known(code)), "{document}: {}", reply.text);
        assert!(reply.json().get("data").is_none(), "{document}: {}", reply.text);
    }
}

async fn selections_of_one_key_are_merged(app: &TestApp) {
    let actor = officer(app).await;
    answers(
        &actor,
        r#"{ division(code: "330603") { parent { name } } division(code: "330603") { parent { code } name } ...F }
           fragment F on Query { division(code: "330603") { parent { name level } } }"#,
        json!({}),
        r#"{"data":{"division":{"parent":{"name":"绍兴市","code":"3306","level":"CITY"},"name":"柯桥区"}}}"#,
    )
    .await;
    answers(
        &actor,
        r#"{ division(code: "330603") {
            children(first: 1) { edges { node { name } } } children(first: 1) { edges { node { code } } totalCount } } }"#,
        json!({}),
        r#"{"data":{"division":{"children":{"edges":[{"node":{"name":"柯桥街道","code":"330603001"}}],"totalCount":16}}}}"#,
    )
    .await;
    // The same relation twice under two names and with different arguments.
    let both = data(
        &actor,
        r#"{ division(code: "330603") { one: children(first: 1) { edges { node { code } } }
            two: children(first: 2) { edges { node { code } } } } }"#,
    )
    .await;
    assert_eq!(both["division"]["one"]["edges"].as_array().map(Vec::len), Some(1));
    assert_eq!(both["division"]["two"]["edges"].as_array().map(Vec::len), Some(2));
}

async fn a_key_may_not_mean_two_things(app: &TestApp) {
    let actor = officer(app).await;
    for document in [
        r#"{ division(code: "330603") { x: name x: code } }"#,
        r#"{ division(code: "330603") { name } division(code: "330602") { name } }"#,
        r#"{ division(code: "330603") { children(first: 1) { totalCount } children(first: 2) { totalCount } } }"#,
        r#"{ x: viewer { role } x: division(code: "330603") { name } }"#,
        r#"query ($a: Int, $b: Int) { keySites(first: $a) { totalCount } keySites(first: $b) { totalCount } }"#,
        r#"{ viewer { ...A ...B } } fragment A on Viewer { x: role } fragment B on Viewer { x: purpose }"#,
    ] {
        refuses(&actor, document, json!({}), "VALIDATION_FAILED").await;
    }
}

async fn parts_of_a_connection_may_have_several_names(app: &TestApp) {
    let actor = officer(app).await;
    answers(
        &actor,
        r#"{ divisions(first: 1, filter: { division: ["330603"] }) {
            a: edges { n1: node { code } n2: node { name parent { name } } }
            b: edges { n1: node { level } cursor @skip(if: true) } some: pageInfo { hasNextPage } more: pageInfo { hasNextPage } } }"#,
        json!({}),
        concat!(
            r#"{"data":{"divisions":{"a":[{"n1":{"code":"330603"},"n2":{"name":"柯桥区","parent":{"name":"绍兴市"}}}],"#,
            r#""b":[{"n1":{"level":"COUNTY"}}],"some":{"hasNextPage":true},"more":{"hasNextPage":true}}}}"#
        ),
    )
    .await;
    // Lists below each of them, and nothing below none.
    let sites = data(
        &actor,
        "{ grids(first: 2, filter: { division: \"330603001\" }) { a: edges { x: node { sites(first: 1) { edges { node { code } } } } }
            b: edges { x: node { sites(first: 2) { edges { node { name } } } } y: node { __typename } } } }",
    )
    .await;
    let (a, b) = (&sites["grids"]["a"][0]["x"]["sites"]["edges"], &sites["grids"]["b"][0]["x"]["sites"]["edges"]);
    assert!(a[0]["node"]["code"].is_string() && a[0]["node"].get("name").is_none(), "{sites}");
    assert!(b[0]["node"]["name"].is_string() && b[0]["node"].get("code").is_none(), "{sites}");
    assert_eq!((a.as_array().map(Vec::len), b.as_array().map(Vec::len)), (Some(1), Some(2)));
    assert_eq!(sites["grids"]["b"][1]["y"]["__typename"], "Grid");
}

async fn conditions_leave_out_what_they_say(app: &TestApp) {
    let actor = officer(app).await;
    for (skip, include, expected) in [
        (false, true, r#"{"data":{"viewer":{"role":"COUNTY_PEACE_OFFICER"}}}"#),
        (true, true, r#"{"data":{"viewer":{}}}"#),
        (false, false, r#"{"data":{"viewer":{}}}"#),
        (true, false, r#"{"data":{"viewer":{}}}"#),
    ] {
        let document = "query ($s: Boolean!, $i: Boolean!) { viewer { role @skip(if: $s) @include(if: $i) } }";
        answers(&actor, document, json!({ "s": skip, "i": include }), expected).await;
    }
    let defaults = "query ($s: Boolean = true, $i: Boolean! = false) {
        a: viewer @skip(if: $s) { role } b: viewer @include(if: $i) { role } c: __typename }";
    answers(&actor, defaults, json!({}), r#"{"data":{"c":"Query"}}"#).await;
    answers(&actor, defaults, json!({ "s": false }), r#"{"data":{"a":{"role":"COUNTY_PEACE_OFFICER"},"c":"Query"}}"#)
        .await;
    answers(
        &actor,
        "{ viewer @skip(if: true) { role } ... @include(if: false) { __typename } }",
        json!({}),
        r#"{"data":{}}"#,
    )
    .await;
    answers(
        &actor,
        "query ($i: Boolean = false) { viewer { ...F @include(if: $i) ... on Viewer @skip(if: $i) { purpose } } }
         fragment F on Viewer { role }",
        json!({}),
        r#"{"data":{"viewer":{"purpose":"SUPERVISE"}}}"#,
    )
    .await;
    // A fragment that is left out in one place is still there in another.
    answers(
        &actor,
        "{ viewer { ...F @skip(if: true) ...F } } fragment F on Viewer { role }",
        json!({}),
        r#"{"data":{"viewer":{"role":"COUNTY_PEACE_OFFICER"}}}"#,
    )
    .await;
    // What is left out costs nothing.
    let document = "query ($with: Boolean!) { grids(first: 1) { edges { node { code sites @include(if: $with) { totalCount } } } } }";
    for (with, statements) in [(true, 2), (false, 1)] {
        assert_eq!(app.statements(&actor, document, json!({ "with": with })).await.len(), statements);
    }
    for document in [
        "{ viewer { role @include } }",
        "{ viewer { role @include(if: \"true\") } }",
        "{ viewer { role @skip(unless: true) } }",
        "{ viewer { role @unknown } }",
        "query ($s: Boolean) { viewer @skip(if: $s) { role } }",
        "query ($s: Boolean = null) { viewer @skip(if: $s) { role } }",
        "query ($s: String!) { viewer @skip(if: $s) { role } }",
    ] {
        refuses(&actor, document, json!({ "s": "x" }), "VALIDATION_FAILED").await;
    }
    // A default does not stand in for a null that was sent.
    let reply = actor.graphql(defaults, json!({ "s": null })).await;
    assert_eq!(reply.errors().len(), 1, "{}", reply.text);
    assert_eq!(reply.json()["data"], json!(null), "{}", reply.text);
}

async fn every_object_knows_the_name_of_its_type(app: &TestApp) {
    let actor = officer(app).await;
    let named = data(
        &actor,
        r#"{ __typename division(code: "330603") { __typename location { __typename }
                children(first: 1) { __typename pageInfo { __typename } edges { __typename node { __typename } } }
                siteSummary { __typename fireJointCoverage { __typename }
                    groups(by: KIND, first: 1) { __typename figures { __typename } } } }
             viewer { __typename scopes { __typename } permissions { __typename fields { __typename } }
                posting { __typename account { __typename } organisation { __typename } } }
             overview(division: "330603") { __typename division { __typename } sites { __typename }
                hazards { __typename } disputes { __typename } centres { __typename } selfInspections { __typename } }
             keySites(first: 1) { edges { node { chain { __typename } attributes { __typename } } } }
             aroundSite(code: "CS-330603-000001") { __typename site { __typename } sites { __typename } }
             explainAccess(id: "RGl2aXNpb246MzMwNjAz") { __typename fields { __typename } }
             selfInspections(first: 1) { edges { node { answers { __typename item } } } } }"#,
    )
    .await;
    for (at, name) in [
        ("/__typename", "Query"),
        ("/division/__typename", "Division"),
        ("/division/location/__typename", "GeoPoint"),
        ("/division/children/__typename", "DivisionConnection"),
        ("/division/children/pageInfo/__typename", "PageInfo"),
        ("/division/children/edges/0/__typename", "DivisionEdge"),
        ("/division/children/edges/0/node/__typename", "Division"),
        ("/division/siteSummary/__typename", "SiteSummary"),
        ("/division/siteSummary/fireJointCoverage/__typename", "Rate"),
        ("/division/siteSummary/groups/0/__typename", "SiteSummaryGroup"),
        ("/division/siteSummary/groups/0/figures/__typename", "SiteSummary"),
        ("/viewer/__typename", "Viewer"),
        ("/viewer/scopes/0/__typename", "ViewerScope"),
        ("/viewer/permissions/0/__typename", "ViewerPermission"),
        ("/viewer/permissions/0/fields/0/__typename", "FieldPermission"),
        ("/viewer/posting/__typename", "Posting"),
        ("/viewer/posting/account/__typename", "Account"),
        ("/viewer/posting/organisation/__typename", "Organisation"),
        ("/overview/__typename", "Overview"),
        ("/overview/division/__typename", "Division"),
        ("/overview/selfInspections/__typename", "SelfInspectionSummary"),
        ("/keySites/edges/0/node/chain/__typename", "RentalChain"),
        ("/keySites/edges/0/node/attributes/__typename", "SiteAttributes"),
        ("/aroundSite/__typename", "SiteSurroundings"),
        ("/aroundSite/site/__typename", "KeySite"),
        ("/aroundSite/sites/__typename", "SiteSummary"),
        ("/explainAccess/__typename", "AccessExplanation"),
        ("/explainAccess/fields/0/__typename", "FieldExplanation"),
        ("/selfInspections/edges/0/node/answers/0/__typename", "SelfInspectionAnswer"),
    ] {
        assert_eq!(named.pointer(at), Some(&json!(name)), "{at} in {named}");
    }
}
