//! Cursors and totals.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::code_entry;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QueryOrder};
use serde_json::{Value, json};

use super::{OFFICER, ids};
use crate::support::app::{Actor, OwnTestApp, TestApp};
use crate::support::backend::on_both;

on_both!(
    a_cursor_serves_its_own_order_only,
    a_cursor_tells_nothing,
    a_page_is_the_same_whatever_else_is_asked_of_it,
    a_total_is_counted_only_when_asked_for,
    a_total_stops_at_ten_thousand,
);

const SITES: &str = "query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: [KeySiteOrder!]) {
    keySites(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {
        edges { cursor node { id code name nextDueAt } } } }";

async fn cursor(actor: &Actor, order: Value) -> String {
    let page = actor.graphql(SITES, json!({ "first": 1, "orderBy": order })).await.data();
    page["keySites"]["edges"][0]["cursor"].as_str().unwrap().to_owned()
}

async fn refused(actor: &Actor, document: &str, variables: Value, field: &str) {
    let reply = actor.graphql(document, variables.clone()).await;
    let json = reply.json();
    assert_eq!(json["errors"].as_array().map(Vec::len), Some(1), "{variables}: {}", reply.text);
    let extensions = json!({ "code": "BAD_INPUT", "field": field });
    assert_eq!(json["errors"][0]["extensions"], extensions, "{variables}");
    assert!(json["data"].as_object().is_some_and(|data| data.values().all(Value::is_null)), "{}", reply.text);
}

async fn a_cursor_serves_its_own_order_only(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let by_name = json!([{ "field": "NAME" }]);
    let good = cursor(&officer, by_name.clone()).await;
    let next = officer.graphql(SITES, json!({ "first": 1, "after": good, "orderBy": by_name })).await.data();
    assert_eq!(ids(&next["keySites"]).len(), 1);
    for other in [
        json!([{ "field": "NAME", "direction": "DESC" }]),
        json!([{ "field": "CODE" }]),
        json!([{ "field": "NAME" }, { "field": "CODE" }]),
        Value::Null,
    ] {
        refused(&officer, SITES, json!({ "first": 1, "after": good, "orderBy": other }), "after").await;
        refused(&officer, SITES, json!({ "last": 1, "before": good, "orderBy": other }), "before").await;
    }
    // Another type sorted alike.
    let grids = "query ($after: String) { grids(after: $after, orderBy: [{ field: NAME }]) { edges { cursor } } }";
    refused(&officer, grids, json!({ "after": good }), "after").await;
    // Tampered with, cut off, or never one.
    let mut bytes = URL_SAFE_NO_PAD.decode(&good).unwrap();
    for at in 0..bytes.len() {
        bytes[at] ^= 1;
        let tampered = URL_SAFE_NO_PAD.encode(&bytes);
        refused(&officer, SITES, json!({ "first": 1, "after": tampered, "orderBy": by_name }), "after").await;
        bytes[at] ^= 1;
    }
    for bad in ["", "x", &good[..good.len() - 4], "S2V5U2l0ZTox", "AQRkZW1v"] {
        refused(&officer, SITES, json!({ "first": 1, "after": bad, "orderBy": by_name }), "after").await;
    }
}

async fn a_cursor_tells_nothing(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    for order in [json!([{ "field": "NAME" }]), json!([{ "field": "CODE" }]), json!([{ "field": "NEXT_DUE_AT" }])] {
        let page = officer.graphql(SITES, json!({ "first": 5, "orderBy": order })).await.data();
        for edge in page["keySites"]["edges"].as_array().unwrap() {
            let bytes = URL_SAFE_NO_PAD.decode(edge["cursor"].as_str().unwrap()).unwrap();
            let readable = String::from_utf8_lossy(&bytes);
            for hidden in [&edge["node"]["name"], &edge["node"]["code"], &edge["node"]["nextDueAt"]] {
                let Some(hidden) = hidden.as_str() else { continue };
                assert!(!readable.contains(hidden), "the cursor shows {hidden}");
            }
            let digits = readable.chars().filter(char::is_ascii_digit).count();
            assert!(digits < bytes.len() / 3, "the cursor looks like numbers: {readable}");
        }
    }
}

/// What nobody asks for is not read: neither the row after the page nor the keys that cursors are made of.
async fn a_page_is_the_same_whatever_else_is_asked_of_it(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let asked = async |window: &str, order: &str, selection: &str| {
        let document = format!("{{ keySites({window}, orderBy: [{order}]) {{ {selection} }} }}");
        officer.graphql(&document, json!({})).await.data()["keySites"].take()
    };
    let nodes = "edges { node { name nextDueAt grid { code } } }";
    let whole = format!("{nodes} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}");
    let orders = [
        "{ field: NEXT_DUE_AT, direction: DESC }",
        "{ field: CODE }",
        "{ field: NEXT_DUE_AT }, { field: NAME, direction: DESC }",
    ];
    for (size, order) in
        [("first: 3", orders[0]), ("last: 3", orders[1]), ("first: 7", orders[2]), ("last: 2", orders[0])]
    {
        let all = asked(size, order, &whole).await;
        assert_eq!(all["edges"], asked(size, order, nodes).await["edges"], "{size} {order}");
        let more = asked(size, order, "pageInfo { hasNextPage hasPreviousPage }").await;
        for told in ["hasNextPage", "hasPreviousPage"] {
            assert_eq!(all["pageInfo"][told], more["pageInfo"][told], "{told}: {size} {order}");
        }
        assert_ne!(more["pageInfo"]["hasNextPage"], more["pageInfo"]["hasPreviousPage"], "{size} {order}");
        let ends = asked(size, order, "pageInfo { startCursor endCursor }").await;
        let marks = asked(size, order, "edges { cursor }").await;
        let edges = marks["edges"].as_array().unwrap();
        let (first, last) = (&edges[0]["cursor"], &edges[edges.len() - 1]["cursor"]);
        for (way, same) in [
            ("after", [&all["pageInfo"]["endCursor"], &ends["pageInfo"]["endCursor"], last]),
            ("before", [&all["pageInfo"]["startCursor"], &ends["pageInfo"]["startCursor"], first]),
        ] {
            let (mut pages, count) = (vec![], if way == "after" { "first" } else { "last" });
            for cursor in same {
                pages.push(asked(&format!("{count}: 3, {way}: {cursor}"), order, nodes).await);
            }
            assert!(pages.iter().all(|page| *page == pages[0]), "{way}: {size} {order}: {pages:?}");
        }
    }
    let below = async |selection: &str| {
        let document = format!("{{ grids(first: 20) {{ edges {{ node {{ sites(first: 2) {{ {selection} }} }} }} }} }}");
        let answer = officer.graphql(&document, json!({})).await.data();
        let grids = answer["grids"]["edges"].as_array().unwrap().clone();
        grids.into_iter().map(|grid| grid["node"]["sites"].clone()).collect::<Vec<Value>>()
    };
    let (all, nodes) =
        (below("edges { node { name } } pageInfo { hasNextPage }").await, below("edges { node { name } }").await);
    let more = below("pageInfo { hasNextPage }").await;
    assert!(all.iter().any(|sites| sites["pageInfo"]["hasNextPage"] == true), "{all:?}");
    for ((all, nodes), more) in all.iter().zip(&nodes).zip(&more) {
        assert_eq!((&all["edges"], &all["pageInfo"]), (&nodes["edges"], &more["pageInfo"]));
    }
}

async fn a_total_is_counted_only_when_asked_for(app: &TestApp) {
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let counts = async |selection: &str| {
        let document = format!("{{ hazards(first: 2) {{ {selection} }} }}");
        let statements = app.statements(&officer, &document, json!({})).await;
        (statements.len(), statements.iter().filter(|statement| statement.contains("COUNT(")).count())
    };
    assert_eq!(counts("edges { node { no } }").await, (1, 0));
    assert_eq!(counts("pageInfo { hasNextPage hasPreviousPage }").await, (1, 0));
    assert_eq!(counts("edges { node { no } } totalCount").await, (1, 1));
    assert_eq!(counts("totalCount totalCountIsExact").await, (1, 1));
    let grids = "{ grids(first: 5) { edges { node { sites(first: 1) { totalCount edges { node { code } } } } } } }";
    assert_eq!(app.statements(&officer, grids, json!({})).await.len(), 3);
}

async fn a_total_stops_at_ten_thousand(own: &OwnTestApp) {
    let app = &own.0;
    let officer = app.as_role(OFFICER.0, OFFICER.1).await;
    let total = async || {
        let counted = officer.graphql("{ codeEntries { totalCount totalCountIsExact } }", json!({})).await.data();
        (counted["codeEntries"]["totalCount"].as_i64().unwrap(), counted["codeEntries"]["totalCountIsExact"].clone())
    };
    let database = &app.database.storage.write;
    let known = code_entry::Entity::find().order_by_desc(code_entry::Column::Id).all(database).await.unwrap();
    let known_rows = i64::try_from(known.len()).unwrap();
    assert_eq!(total().await, (known_rows, json!(true)));
    let sample = known.into_iter().next().unwrap();
    let mut missing: Vec<i64> = (known_rows..=10_000).collect();
    let last = missing.pop().unwrap();
    let row = |number: i64| {
        let mut row = sample.clone().into_active_model().reset_all();
        row.id = Set(1_000_000 + number);
        row.code = Set(format!("TEST_{number}"));
        row
    };
    for chunk in missing.chunks(500) {
        let rows = chunk.iter().map(|number| row(*number));
        code_entry::Entity::insert_many(rows).exec(database).await.unwrap();
    }
    assert_eq!(total().await, (10_000, json!(true)));
    code_entry::Entity::insert(row(last)).exec(database).await.unwrap();
    assert_eq!(total().await, (10_000, json!(false)));
    // Of a list that is longer than what is counted the page is still the first of all, whoever asks again, and wherever it is.
    code_entry::Entity::insert_many((last + 1..last + 9).map(row)).exec(database).await.unwrap();
    let page = async |after: &Value| {
        let document =
            "query ($after: String) { codeEntries(first: 3, after: $after, orderBy: [{ field: ID, direction: DESC }]) {
            totalCount totalCountIsExact pageInfo { hasNextPage endCursor } edges { node { code } } } }";
        officer.graphql(document, json!({ "after": after })).await.data()["codeEntries"].clone()
    };
    let (one, again) = (page(&Value::Null).await, page(&Value::Null).await);
    assert_eq!(one, again);
    let next = page(&one["pageInfo"]["endCursor"]).await;
    for (list, first) in [(one, last + 8), (next, last + 5)] {
        let codes = [first, first - 1, first - 2].map(|number| json!({ "node": { "code": format!("TEST_{number}") } }));
        assert_eq!(list["edges"], json!(codes));
        assert_eq!((&list["totalCount"], &list["totalCountIsExact"]), (&json!(10_000), &json!(false)));
        assert_eq!(list["pageInfo"]["hasNextPage"], json!(true));
    }
}
