//! Bad input over real HTTP: each gets its code and the field it is about, the server goes on, nothing is written.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::Request;
use entity::{account, posting};
use fengqiao::identity::DemoIssuer;
use http_body_util::Full;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement};
use serde_json::{Value, json};

use crate::support::app::{Actor, OwnTestApp, SECRET, TestApp};
use crate::support::backend::on_both;
use crate::support::city::PLAN;
use crate::support::introspect;

on_both!(
    wrong_arguments_name_their_field,
    what_may_not_be_read_may_not_be_asked_for,
    documents_that_would_hurt_are_refused,
    bodies_that_are_none_are_refused,
    tokens_that_do_not_hold_all_look_alike,
);

const HOUR_MS: i64 = 3_600_000;

/// Rows of every table.
async fn rows(app: &TestApp) -> BTreeMap<String, i64> {
    let database = &app.database.storage.write;
    let schema = introspect::schema(&app.database).await;
    let mut rows = BTreeMap::new();
    for table in schema.table_names() {
        let count =
            Statement::from_string(database.get_database_backend(), format!("SELECT COUNT(*) FROM \"{table}\""));
        let row = database.query_one_raw(count).await.unwrap().unwrap();
        rows.insert(table.to_owned(), row.try_get_by_index(0).unwrap());
    }
    rows
}

/// The server still answers a good request.
async fn still_answers(actor: &Actor) {
    let answer = actor.graphql("{ hazards(first: 1) { totalCount } }", json!({})).await;
    assert!(answer.data()["hazards"]["totalCount"].as_i64() > Some(0), "{}", answer.text);
}

/// Exactly one error with a code and a field, and no data.
async fn refused(actor: &Actor, document: &str, variables: Value, code: &str, field: &str) {
    let reply = actor.graphql(document, variables.clone()).await;
    let json = reply.json();
    let errors = json["errors"].as_array().unwrap_or_else(|| panic!("{document} {variables}: {}", reply.text));
    assert_eq!(errors.len(), 1, "{document} {variables}: {}", reply.text);
    let extensions = &errors[0]["extensions"];
    assert_eq!((extensions["code"].as_str(), extensions["field"].as_str()), (Some(code), Some(field)), "{document}");
    let lost =
        json.get("data").is_none_or(|data| data.is_null() || data.as_object().unwrap().values().all(Value::is_null));
    assert!(lost, "{document}: {}", reply.text);
    assert_eq!(reply.status, 200, "a document's own errors are told in the answer");
}

async fn wrong_arguments_name_their_field(own: &OwnTestApp) {
    let app = &own.0;
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let before = rows(app).await;
    let sites = |arguments: &str| format!("{{ keySites({arguments}) {{ edges {{ node {{ code }} }} }} }}");
    let hazards = |filter: &str| format!("{{ hazards(filter: {{ {filter} }}) {{ totalCount }} }}");
    let found_at = |at: &str| hazards(&format!("foundAt: {{ from: \"{at}\" }}"));
    let cases = [
        // Divisions that do not exist, that are none, and of the wrong level.
        (sites(r#"filter: { division: ["330699"] }"#), "filter.division"),
        (sites(r#"filter: { division: ["33060"] }"#), "filter.division"),
        (sites(r#"filter: { division: [""] }"#), "filter.division"),
        (sites(r#"filter: { division: ["330603001035001"] }"#), "filter.division"),
        (sites(r#"filter: { division: ["330603", "x"] }"#), "filter.division"),
        (r#"{ division(code: "33060") { name } }"#.into(), "code"),
        (r#"{ division(code: "330699") { name } }"#.into(), "code"),
        (r#"{ hazardStatistics(division: "33060") { found } }"#.into(), "division"),
        (r#"{ overview(division: "33060") { asOf } }"#.into(), "division"),
        (r#"{ overview(division: "330603001035001") { asOf } }"#.into(), "division"),
        (r#"{ grid(code: "330603001035") { name } }"#.into(), "code"),
        (r#"{ grid(code: "33060300103500x") { name } }"#.into(), "code"),
        // Pages.
        (sites("first: 0"), "first"),
        (sites("first: -1"), "first"),
        (sites("first: 101"), "first"),
        (sites("last: 0"), "last"),
        (sites("last: 101"), "last"),
        (sites("first: 1, last: 1"), "last"),
        (sites(r#"after: "AQRkZW1v""#), "after"),
        (sites(r#"before: "no cursor""#), "before"),
        (
            sites(
                "orderBy: [{ field: CODE }, { field: NAME }, { field: CODE }, { field: NAME }, { field: CODE }, { field: ID }]",
            ),
            "orderBy",
        ),
        (r#"{ hazardStatistics { groups(by: MONTH, first: 5001) { key } } }"#.into(), "first"),
        // Dates beyond what is stored, and days that are none.
        (found_at("1899-12-31T00:00:00+08:00"), "filter.foundAt.from"),
        (found_at("2100-01-02T00:00:00+08:00"), "filter.foundAt.from"),
        (found_at("+292278994-08-17T07:12:55Z"), "filter.foundAt.from"),
        (found_at("2025-02-30T00:00:00+08:00"), "filter.foundAt.from"),
        (found_at("2025-02-01"), "filter.foundAt.from"),
        (found_at("2025-02-01T00:00:00"), "filter.foundAt.from"),
        (
            r#"{ grids(filter: { abolishedAt: { from: "0000-00-00" } }) { totalCount } }"#.into(),
            "filter.abolishedAt.from",
        ),
        (r#"{ hazardStatistics(asOf: "yesterday") { found } }"#.into(), "asOf"),
        (
            r#"{ hazardStatistics(period: { from: "2026-01-01T00:00:00Z", to: "2025-01-01T00:00:00Z" }) { found } }"#
                .into(),
            "period.to",
        ),
        // Places outside the city, upside down, or too large.
        (sites("filter: { near: { lon: 0, lat: 0, radiusM: 100 } }"), "filter.near.lon"),
        (sites("filter: { near: { lon: 30, lat: 120, radiusM: 100 } }"), "filter.near.lon"),
        (sites("filter: { near: { lon: 120.5, lat: 30, radiusM: 0 } }"), "filter.near.radiusM"),
        (sites("filter: { near: { lon: 120.5, lat: 30, radiusM: 5001 } }"), "filter.near.radiusM"),
        (sites("filter: { within: { west: -180, south: -90, east: 180, north: 90 } }"), "filter.within.west"),
        (sites("filter: { within: { west: 120.6, south: 30, east: 120.5, north: 30.1 } }"), "filter.within"),
        (r#"{ aroundSite(code: "CS-330603-000001", radiusM: 0) { site { name } } }"#.into(), "radiusM"),
        (r#"{ aroundSite(code: "CS-330603-000001", radiusM: 5001) { site { name } } }"#.into(), "radiusM"),
        // Texts.
        (hazards(r#"text: "a\u0000b""#), "filter.text"),
        (hazards(r#"text: "火""#), "filter.text"),
        (hazards(&format!(r#"text: "{}""#, "火".repeat(2_001))), "filter.text"),
        (hazards(&format!("no: [{}]", r#""x","#.repeat(201))), "filter.no"),
        (hazards("not: { not: { not: { not: { not: {} } } } }"), "filter.not.not.not.not.not.filter"),
        // Ids and keys that have no such form.
        (r#"{ node(id: "1") { id } }"#.into(), "id"),
        (r#"{ node(id: "UGVyc29uOjE") { id } }"#.into(), "id"),
        (r#"{ nodes(ids: ["1"]) { id } }"#.into(), "ids"),
        (r#"{ explainAccess(id: "1") { allowed } }"#.into(), "id"),
        (r#"{ organisation(uscc: "91330699MA0000058I") { name } }"#.into(), "uscc"),
        ("{ organisation { name } }".into(), "code"),
    ];
    for (document, field) in cases {
        refused(&officer, &document, json!({}), "BAD_INPUT", field).await;
    }
    let document =
        "query ($first: Int, $filter: HazardFilter) { hazards(first: $first, filter: $filter) { totalCount } }";
    for (variables, field) in [
        (json!({ "first": "1" }), "$first"),
        (json!({ "first": 1.5 }), "$first"),
        (json!({ "first": 2_147_483_648_u32 }), "$first"),
        (json!({ "filter": { "foundAt": { "from": 5 } } }), "$filter.foundAt.from"),
        (json!({ "filter": { "status": ["GONE"] } }), "$filter.status"),
        (json!({ "filter": { "who": 1 } }), "$filter.who"),
        (json!({ "filter": [] }), "$filter"),
    ] {
        refused(&officer, document, variables, "BAD_INPUT", field).await;
    }
    still_answers(&officer).await;
    assert_eq!(rows(app).await, before);
}

async fn what_may_not_be_read_may_not_be_asked_for(app: &TestApp) {
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let place = "{ west: 120.4, south: 30, east: 120.5, north: 30.1 }";
    // Where a dispute happened is personal, and hidden from the peace office.
    let document = format!("{{ disputes(filter: {{ within: {place} }}) {{ totalCount }} }}");
    refused(&officer, &document, json!({}), "FORBIDDEN_FIELD", "filter.within").await;
    let negated = format!("{{ disputes(filter: {{ not: {{ or: [{{ within: {place} }}] }} }}) {{ totalCount }} }}");
    refused(&officer, &negated, json!({}), "FORBIDDEN_FIELD", "filter.not.or.within").await;
    // Through a related row as well.
    let related = format!("{{ keySites(filter: {{ disputes: {{ within: {place} }} }}) {{ totalCount }} }}");
    refused(&officer, &related, json!({}), "FORBIDDEN_FIELD", "filter.disputes.within").await;
    // Those who see it masked may not filter by it either.
    let justice = app.as_role("JUSTICE_BUREAU", "330603").await;
    refused(&justice, &document, json!({}), "FORBIDDEN_FIELD", "filter.within").await;
    // A party's name, which both of them see masked or not at all.
    let named = "{ disputes(filter: { parties: { name: [\"叶某\"] } }) { totalCount } }";
    for actor in [&officer, &justice] {
        refused(actor, named, json!({}), "FORBIDDEN_FIELD", "filter.parties.name").await;
    }
    // Numbers, telephones and birthdays of persons are no filter for anybody.
    for leaf in ["contact", "idNumber", "birthDate"] {
        let document = format!("{{ disputes(filter: {{ parties: {{ {leaf}: [\"100\"] }} }}) {{ totalCount }} }}");
        let reply = officer.graphql(&document, json!({})).await;
        assert_eq!(reply.errors(), [("VALIDATION_FAILED".to_owned(), String::new())], "{leaf}");
        assert!(reply.text.contains(leaf), "{}", reply.text);
    }
}

async fn documents_that_would_hurt_are_refused(own: &OwnTestApp) {
    let app = &own.0;
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let before = rows(app).await;
    let bomb = |levels: usize| {
        let mut bomb = String::from("{ ...F0 }");
        for level in 1..levels {
            bomb += &format!(" fragment F{} on Query {{ ...F{level} ...F{level} }}", level - 1);
        }
        bomb + &format!(" fragment F{} on Query {{ viewer {{ role }} }}", levels - 1)
    };
    let nested =
        |levels: usize| format!("{{ nodes(ids: {}\"x\"{}) {{ id }} }}", "[".repeat(levels), "]".repeat(levels));
    let deep = |levels: usize| {
        let inner = "parent { ".repeat(levels) + "name" + &" }".repeat(levels);
        format!("{{ division(code: \"330603\") {{ {inner} }} }}")
    };
    for document in [
        nested(1_601),
        format!("{{ keySites(filter: {}{}) {{ totalCount }} }}", "{ not: ".repeat(1_601), "}".repeat(1_601)),
        bomb(40),
        bomb(30),
        deep(40),
        "{ ".repeat(2_000),
        "(".repeat(16_000),
        format!("{{ {} }}", "viewer { role } ".repeat(600)),
        (0..21).fold("{".to_owned(), |text, n| text + &format!(" a{n}: viewer {{ role }}")) + " }",
        format!("{{ viewer {{ role {} }} }}", "@include(if: true) ".repeat(51)),
        format!("{{ viewer {{ role }} }} # {}", "x".repeat(17_000)),
    ] {
        let reply = officer.graphql(&document, json!({})).await;
        assert_eq!(reply.errors(), [("TOO_COMPLEX".to_owned(), String::new())], "{}", &document[..60]);
        assert!(reply.json().get("data").is_none(), "{}", reply.text);
        assert!(reply.text.len() < 1_000, "the answer to what is too large is small");
    }
    let text = |document: &str| json!({ "query": document }).to_string();
    for (document, code) in [
        ("", "PARSE_FAILED"),
        ("{", "PARSE_FAILED"),
        ("{ viewer { role } } }", "PARSE_FAILED"),
        ("{ viewer { role(x: 1 } } }", "PARSE_FAILED"),
        ("query ($a: [Int = 1) { viewer { role } }", "PARSE_FAILED"),
        ("{ keySites(filter: { text: \"unfinished }) { totalCount } }", "PARSE_FAILED"),
        ("{ viewer }", "VALIDATION_FAILED"),
        ("{ nobody { role } }", "VALIDATION_FAILED"),
        ("{ viewer { role { x } } }", "VALIDATION_FAILED"),
        ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "VALIDATION_FAILED"),
        ("{ viewer { role } } fragment Unused on Viewer { role }", "VALIDATION_FAILED"),
        ("mutation { viewer { role } }", "VALIDATION_FAILED"),
        ("subscription { viewer { role } }", "VALIDATION_FAILED"),
    ] {
        let reply = officer.post(text(document)).await;
        let errors = reply.errors();
        assert!(!errors.is_empty() && errors.iter().all(|(found, _)| found == code), "{document}: {}", reply.text);
        assert!(reply.json().get("data").is_none(), "{}", reply.text);
    }
    still_answers(&officer).await;
    assert_eq!(rows(app).await, before);
}

async fn bodies_that_are_none_are_refused(own: &OwnTestApp) {
    let app = &own.0;
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let before = rows(app).await;
    let answer = officer.post_raw(&vec![b'x'; 10 * 1024 * 1024]).await;
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("\"PAYLOAD_TOO_LARGE\""), "{answer}");
    let found = token(app).await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/graphql"] {
        let request =
            Request::post("/graphql").header("content-type", kind).header("authorization", format!("Bearer {found}"));
        let body = Bytes::from_static(br#"{"query":"{ viewer { role } }"}"#);
        let reply = app.anyone().send(request.body(Full::from(body)).unwrap()).await;
        assert_eq!(reply.status, 415, "{kind}");
        assert_eq!(reply.errors(), [("UNSUPPORTED_MEDIA_TYPE".to_owned(), String::new())]);
    }
    let deep = format!(
        "{{\"query\":\"{{ viewer {{ role }} }}\",\"variables\":{{\"x\":{}{}}}}}",
        "[".repeat(1_601),
        "]".repeat(1_601)
    );
    for (body, words) in [
        (b"{\"query\":\"\xff\"}".to_vec(), "UTF-8"),
        (b"\xff\xfe".to_vec(), "UTF-8"),
        (b"{\"query\":\"{ viewer { role } }\",\"variables\":{\"x\":\"a\\u0000b\"}}".to_vec(), "U+0000"),
        (b"[{\"query\":\"{ viewer { role } }\"}]".to_vec(), "batches"),
        (b"{\"query\":1}".to_vec(), "query must be a string"),
        (b"{}".to_vec(), "query is missing"),
        (b"".to_vec(), "JSON object"),
        (deep.into_bytes(), "variables"),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let reply = officer.post(body).await;
        assert_eq!(reply.status, 400, "{shown}");
        assert_eq!(reply.errors(), [("BAD_REQUEST".to_owned(), String::new())], "{shown}");
        assert!(reply.text.contains(words), "{shown}: {}", reply.text);
    }
    let nul = officer.post(b"{\"query\":\"{ viewer { role \\u0000 } }\"}".to_vec()).await;
    assert_eq!(nul.errors(), [("PARSE_FAILED".to_owned(), String::new())]);
    still_answers(&officer).await;
    assert_eq!(rows(app).await, before);
}

/// The subject of the account behind a posting.
async fn subject(app: &TestApp, posting: &posting::Model) -> account::Model {
    let found = account::Entity::find_by_id(posting.account_id).one(&app.database.storage.write).await.unwrap();
    found.unwrap()
}

async fn peace_officers(app: &TestApp) -> Vec<posting::Model> {
    let found = posting::Entity::find()
        .filter(posting::Column::Role.eq("COUNTY_PEACE_OFFICER"))
        .filter(posting::Column::DivisionCode.eq("330603"));
    found.order_by_asc(posting::Column::Id).all(&app.database.storage.write).await.unwrap()
}

async fn token(app: &TestApp) -> String {
    let officer = peace_officers(app).await.remove(0);
    app.token(&subject(app, &officer).await.subject, officer.id, None)
}

async fn tokens_that_do_not_hold_all_look_alike(own: &OwnTestApp) {
    let app = &own.0;
    let before = rows(app).await;
    let body = r#"{"query":"{ viewer { role } }"}"#;
    let officers = peace_officers(app).await;
    let good = &officers[0];
    let name = subject(app, good).await.subject;
    let ours = DemoIssuer::new(SECRET.to_vec().into()).unwrap();
    let other = DemoIssuer::new(b"another secret of another issuer".to_vec().into()).unwrap();
    let mut bad = vec![
        ours.issue(&name, good.id, None, PLAN.as_of_ms - 9 * HOUR_MS, 8 * 3_600).unwrap(),
        other.issue(&name, good.id, None, PLAN.as_of_ms, 8 * 3_600).unwrap(),
        app.token("nobody", good.id, None),
        app.token(&name, i64::MAX, None),
        "x".to_owned(),
    ];
    // The county has a posting that was revoked, one that ran out, and one whose account is disabled.
    let (mut revoked, mut ended, mut disabled) = (0, 0, 0);
    for officer in &officers[1..] {
        let account = subject(app, officer).await;
        revoked += i32::from(officer.revoked_at.is_some());
        ended += i32::from(officer.valid_to.is_some());
        disabled += i32::from(account.disabled);
        bad.push(app.token(&account.subject, officer.id, None));
    }
    assert_eq!((revoked, ended, disabled), (1, 1, 1));
    let none = app.anyone().post(body).await;
    assert_eq!((none.status, none.errors()), (401, vec![("UNAUTHENTICATED".to_owned(), String::new())]));
    for token in bad {
        let refused = app.with_token(&token).post(body).await;
        assert_eq!((refused.status, &refused.text), (401, &none.text), "{token}");
    }
    let good = token(app).await;
    for second in [good.as_str(), "x"] {
        let request = Request::post("/graphql")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {good}"))
            .header("authorization", format!("Bearer {second}"));
        let refused = app.anyone().send(request.body(Full::from(Bytes::from_static(body.as_bytes()))).unwrap()).await;
        assert_eq!((refused.status, &refused.text), (401, &none.text), "two tokens");
    }
    assert_eq!(app.with_token(&good).post(body).await.data()["viewer"]["role"], "COUNTY_PEACE_OFFICER");
    assert_eq!(rows(app).await, before);
}
