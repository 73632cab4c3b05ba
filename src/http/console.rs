//! GraphiQL, served from the binary. Nothing is loaded from anywhere else, and the page's policy says so.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::App;
use super::answer::{Code, after_panic, refusal};
use crate::kernel::random;

#[derive(RustEmbed)]
#[folder = "assets/graphiql"]
struct Assets;

pub(super) async fn page() -> Response {
    let (Some(file), Ok(nonce)) = (Assets::get("index.html"), random::id()) else { return after_panic(Box::new(())) };
    let page = String::from_utf8_lossy(&file.data).replace("{{nonce}}", &nonce);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'; img-src 'self' data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Names of the machine itself.
const HERE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The roles of the demo with their tokens. Elsewhere there are none, and none for who comes under another name (a page whose
/// name leads here) or through a proxy.
pub(super) async fn roles(State(app): State<Arc<App>>, uri: Uri, headers: HeaderMap) -> Response {
    let named = headers.get(header::HOST).and_then(|host| Authority::try_from(host.as_bytes()).ok());
    // HTTP/2 names it in the address.
    let is_here = named.as_ref().or(uri.authority()).is_some_and(|name| HERE.contains(&name.host()));
    let passed_on = headers.keys().any(|name| name == header::FORWARDED || name.as_str().starts_with("x-forwarded"));
    match &app.demo_roles {
        Some(roles) if is_here && !passed_on => ([(header::CONTENT_TYPE, "application/json")], roles()).into_response(),
        _ => missing(),
    }
}

pub(super) async fn file(Path(name): Path<String>) -> Response {
    let kind = match name.rsplit_once('.') {
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "txt")) => "text/plain; charset=utf-8",
        _ => return missing(),
    };
    match Assets::get(&name) {
        // The files change with the binary only, but carry no version in their names: always asked again.
        Some(file) => ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], file.data.into_owned())
            .into_response(),
        None => missing(),
    }
}

fn missing() -> Response {
    refusal(StatusCode::NOT_FOUND, Code::NotFound, "there is nothing at this address")
}
