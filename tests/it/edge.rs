//! The edge over a real socket: bad input gets its code, and the server goes on answering.

use axum::body::Bytes;
use axum::http::{HeaderValue, Request};
use entity::account;
use fengqiao::identity::posting_by_role;
use http_body_util::Full;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::support::app::{OwnTestApp, TestApp};
use crate::support::backend::on_both;
use crate::support::city::PLAN;

on_both!(
    a_viewer_learns_who_they_are,
    bad_requests_are_refused_and_the_server_goes_on,
    tokens_that_name_no_valid_posting_look_the_same,
    an_account_that_is_disabled_is_refused,
);

async fn a_viewer_learns_who_they_are(app: &TestApp) {
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let reply = officer.graphql("{ viewer { posting { role division { code } } } }", json!({})).await;
    assert_eq!((reply.status, &reply.headers["x-content-type-options"]), (200, &HeaderValue::from_static("nosniff")));
    let posting = json!({ "role": "COUNTY_PEACE_OFFICER", "division": { "code": "330603" } });
    assert_eq!(reply.data(), json!({ "viewer": { "posting": posting } }));
}

async fn bad_requests_are_refused_and_the_server_goes_on(app: &TestApp) {
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let plain = Request::post("/graphql").header("content-type", "text/plain");
    let plain = plain.body(Full::from(Bytes::from_static(br#"{"query":"{ viewer { role } }"}"#))).unwrap();
    assert_eq!(officer.send(plain).await.status, 415);
    let answer = officer.post_raw(&vec![b' '; 10 * 1024 * 1024]).await;
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("PAYLOAD_TOO_LARGE"), "{answer}");
    assert_eq!(officer.post(*b"{\"query\":\"\xff\"}").await.status, 400);
    let ready = Request::get("/readyz").body(Full::default()).unwrap();
    assert_eq!(app.anyone().send(ready).await.status, 200);
}

async fn tokens_that_name_no_valid_posting_look_the_same(app: &TestApp) {
    let body = r#"{"query":"{ viewer { role } }"}"#;
    let none = app.anyone().post(body).await;
    assert_eq!(none.status, 401);
    for token in ["x".to_owned(), app.token("nobody", 1, None), app.token("nobody", i64::MAX, None)] {
        let refused = app.with_token(&token).post(body).await;
        assert_eq!((refused.status, &refused.text), (401, &none.text), "{token}");
    }
}

async fn an_account_that_is_disabled_is_refused(own: &OwnTestApp) {
    let app = &own.0;
    let found = posting_by_role(&app.database.storage.write, "COUNTY_PEACE_OFFICER", Some("330603"), PLAN.as_of_ms);
    let found = found.await.unwrap().unwrap();
    let officer = app.as_posting(found.posting_id, None).await;
    let disable = account::Entity::update_many()
        .col_expr(account::Column::Disabled, true.into())
        .filter(account::Column::Subject.eq(&found.subject));
    assert_eq!(disable.exec(&app.database.storage.write).await.unwrap().rows_affected, 1);
    let refused = officer.graphql("{ viewer { role } }", json!({})).await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.errors(), [("UNAUTHENTICATED".to_owned(), String::new())]);
}
