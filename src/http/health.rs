//! Probes. `/healthz`: the process answers. `/readyz`: it can serve.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::App;
use super::answer::unavailable;

pub(super) async fn alive() -> Response {
    ok()
}

pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    if !app.seats.is_stopping() && app.storage.is_ready().await { ok() } else { unavailable() }
}

fn ok() -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], r#"{"status":"ok"}"#).into_response()
}
