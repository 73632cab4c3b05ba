//! Headers that every response has.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;

/// Unless the handler says otherwise.
const FIXED: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// The response with them.
pub(super) fn fixed(mut response: Response) -> Response {
    for (name, value) in FIXED {
        unless_present(response.headers_mut(), name, value);
    }
    response
}

/// The response of a server that speaks TLS itself: only such a one can promise that it always will.
pub(super) fn secure(response: Response) -> Response {
    let mut response = fixed(response);
    let always = HeaderValue::from_static("max-age=31536000");
    unless_present(response.headers_mut(), header::STRICT_TRANSPORT_SECURITY, always);
    response
}

fn unless_present(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}
