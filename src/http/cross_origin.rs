//! Pages of other origins (CORS): those that are configured, and nobody else. A token comes in a header, never in a cookie, so no
//! credentials of the browser are allowed.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, header};
use tower::ServiceExt;
use tower_http::cors::CorsLayer;

/// How long a browser may keep what it was allowed.
const KEPT: Duration = Duration::from_secs(600);
const ASKED: [&str; 10] = [
    "accept-language",
    "apollo-require-preflight",
    "authorization",
    "content-type",
    "idempotency-key",
    "tus-resumable",
    "upload-length",
    "upload-metadata",
    "upload-offset",
    "x-request-id",
];
const SHOWN: [&str; 9] = [
    "location",
    "retry-after",
    "tus-extension",
    "tus-max-size",
    "tus-resumable",
    "tus-version",
    "upload-expires",
    "upload-offset",
    "x-request-id",
];

/// The layer for these origins; `None`: there are none.
pub(super) fn layer(origins: &[HeaderValue]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let layer = CorsLayer::new()
        .allow_origin(origins.to_vec())
        .allow_methods([Method::GET, Method::POST, Method::HEAD, Method::PATCH, Method::DELETE])
        .allow_headers(ASKED.map(HeaderName::from_static))
        .expose_headers(SHOWN.map(HeaderName::from_static))
        .max_age(KEPT);
    Some(layer)
}

/// Sends requests of pages to the router with the layer. It takes every OPTIONS for a question of a browser, and uploads
/// have an OPTIONS of their own.
pub(super) fn steered(own: Router, others: Router) -> Router {
    let choose = move |request: Request<Body>| {
        let headers = request.headers();
        let asks = request.method() != Method::OPTIONS || headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let is_of_a_page = headers.contains_key(header::ORIGIN) && asks;
        let router = if is_of_a_page { others.clone() } else { own.clone() };
        router.oneshot(request)
    };
    Router::new().fallback(choose)
}
