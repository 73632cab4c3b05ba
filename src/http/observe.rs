//! One log line a request, without personal data: never a variable, a query string, a header or an address.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;

use tracing::Instrument;
use tracing::field::Empty;

use crate::identity::Viewer;
use crate::kernel::random;
use crate::traces;

const REQUEST_ID: &str = "x-request-id";

/// What a handler tells the log, carried by its response.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) posting_id: Option<i64>,
    pub(super) operation: Option<String>,
    pub(super) codes: Vec<&'static str>,
}

impl Facts {
    pub(super) fn of(viewer: &Viewer) -> Self {
        Self { posting_id: Some(viewer.posting_id()), ..Self::default() }
    }
}

/// Gives every request an id, answers with it, and writes the line.
pub(super) async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    let method = request.method().clone();
    // Only a known route: what a stranger writes into an address could be a name or a number.
    let path = request.extensions().get::<MatchedPath>().map_or("-".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!(
        target: traces::TARGET,
        "request",
        otel.name = format_args!("{} {path}", known(&method)),
        otel.kind = "server",
        http.request.method = known(&method),
        http.route = path,
        http.response.status_code = Empty,
        request = id,
        posting = Empty,
        operation = Empty,
        codes = Empty,
    );
    traces::join(&span, request.headers());
    let mut response = next.run(request).instrument(span.clone()).await;
    let facts = response.extensions_mut().remove::<Facts>().unwrap_or_default();
    span.record("http.response.status_code", response.status().as_u16());
    span.record("posting", facts.posting_id);
    span.record("operation", facts.operation.as_deref());
    span.record("codes", facts.codes.join(","));
    tracing::info!(
        target: "fengqiao::http",
        request = id,
        %method,
        path,
        status = response.status().as_u16(),
        micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        posting = facts.posting_id,
        operation = facts.operation,
        codes = facts.codes.join(","),
        "request"
    );
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// A method of the standard; a stranger's own word for one stays out.
fn known(method: &Method) -> &str {
    match *method {
        Method::GET | Method::POST | Method::HEAD | Method::PATCH | Method::DELETE | Method::OPTIONS | Method::PUT => {
            method.as_str()
        }
        _ => "_OTHER",
    }
}

/// The id that a gateway gave, if it is a plain one; else a new one.
fn request_id(request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let is_plain =
        |id: &&str| (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    match given.filter(is_plain) {
        Some(id) => id.to_owned(),
        None => random::id().unwrap_or_default(),
    }
}
