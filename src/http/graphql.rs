//! `POST /graphql`, and `GET` for queries: who asks is settled before the document is looked at.

use axum::body::{Body, BodyDataStream};
use axum::extract::{Request as HttpRequest, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;

use super::answer::{Code, refusal, unauthenticated, unavailable};
use super::observe::Facts;
use super::{App, Limits, Request, auth, body, language};
use crate::identity::{AuthError, Viewer};

const PLAIN: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const GRAPHQL: HeaderValue = HeaderValue::from_static("application/graphql-response+json; charset=utf-8");

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");

pub(super) async fn handle(State(app): State<App>, request: HttpRequest) -> Response {
    respond(&app, request).await.unwrap_or_else(|refused| refused)
}

/// A query in the address.
pub(super) async fn handle_get(State(app): State<App>, request: HttpRequest) -> Response {
    respond_to_get(&app, request).await.unwrap_or_else(|refused| refused)
}

pub(super) async fn method_not_allowed() -> Response {
    let mut response =
        refusal(StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed, "send a POST, or a GET for a query");
    response.headers_mut().insert(header::ALLOW, METHODS);
    response
}

/// The response, or what it was refused with.
async fn respond(app: &App, request: HttpRequest) -> Result<Response, Response> {
    let (parts, body) = request.into_parts();
    if !is_json(&parts.headers) {
        let message = "the content type must be application/json in UTF-8";
        return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedMediaType, message));
    }
    if announced_length(&parts.headers).is_some_and(|length| length > app.limits.body_bytes as u64) {
        return Err(too_large());
    }
    let viewer = viewer(app, &parts.headers).await?;
    let bytes = collect(body, &app.limits).await?;
    let mut request = body::read(&bytes).map_err(bad_request)?;
    request.idempotency_key = idempotency_key(&parts.headers).map_err(bad_request)?;
    answered(app, &viewer, request, &parts).await
}

/// The same for a query in the address; a body that comes with it is nothing to us.
async fn respond_to_get(app: &App, request: HttpRequest) -> Result<Response, Response> {
    let (parts, _) = request.into_parts();
    if parts.uri.query().is_some_and(|query| query.len() > app.limits.body_bytes) {
        return Err(refusal(StatusCode::URI_TOO_LONG, Code::PayloadTooLarge, "the address is too long"));
    }
    let viewer = viewer(app, &parts.headers).await?;
    let request = body::read_address(&parts.uri).map_err(bad_request)?;
    answered(app, &viewer, request, &parts).await
}

fn bad_request(message: &str) -> Response {
    refusal(StatusCode::BAD_REQUEST, Code::BadRequest, message)
}

/// Who asks.
async fn viewer(app: &App, headers: &HeaderMap) -> Result<Viewer, Response> {
    let token = auth::bearer(headers).ok_or_else(unauthenticated)?;
    app.authenticator.authenticate(token).await.map_err(|error| match error {
        AuthError::Refused(reason) => {
            tracing::debug!(target: "fengqiao::http", reason, "token refused");
            unauthenticated()
        }
        AuthError::Unavailable(cause) => {
            tracing::error!(target: "fengqiao::http", %cause, "postings cannot be read");
            unavailable()
        }
    })
}

/// What the engine answers, in the media type that the client takes.
async fn answered(app: &App, viewer: &Viewer, request: Request, parts: &Parts) -> Result<Response, Response> {
    let request = Request { language: language::accepted(&parts.headers), ..request };
    let facts = Facts { operation: operation_for_log(request.operation_name.as_deref()), ..Facts::of(viewer) };
    let work = app.service.execute(viewer, request);
    let Ok(answer) = tokio::time::timeout(app.limits.answer_time, work).await else {
        let message = "the answer was not ready in time";
        let mut response = refusal(StatusCode::SERVICE_UNAVAILABLE, Code::Timeout, message);
        response.extensions_mut().insert(Facts { codes: vec![Code::Timeout.text()], ..facts });
        return Err(response);
    };
    let speaks_graphql = accepts_graphql_response(&parts.headers);
    let status = status(answer.status, speaks_graphql);
    let media = if speaks_graphql { GRAPHQL } else { PLAIN };
    let mut response = (status, [(header::CONTENT_TYPE, media)], answer.body).into_response();
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    response.extensions_mut().insert(Facts { codes: answer.codes, ..facts });
    Ok(response)
}

/// Under `application/json` a refused document is still a 200: intermediaries could have written a 400 (GraphQL over HTTP).
fn status(status: u16, speaks_graphql: bool) -> StatusCode {
    match StatusCode::from_u16(status) {
        Ok(StatusCode::BAD_REQUEST) if !speaks_graphql => StatusCode::OK,
        Ok(status) => status,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut all = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(only), None) = (all.next(), all.next()) else { return false };
    let Ok(text) = only.to_str() else { return false };
    let mut parts = text.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    is_json
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                matches!(value.trim().trim_matches('"').to_ascii_lowercase().as_str(), "utf-8" | "utf8")
            }
            _ => true,
        })
}

/// Whether the client names the GraphQL media type and does not refuse it with `q=0`.
fn accepts_graphql_response(headers: &HeaderMap) -> bool {
    let all =
        headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(','));
    all.map(|range| range.split(';').map(str::trim)).any(|mut range| {
        let named = range.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/graphql-response+json"));
        let weight = range.find_map(|parameter| parameter.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()));
        named && weight.is_none_or(|weight| weight > 0.0)
    })
}

/// The key of `Idempotency-Key`: a string of the header's own form, or the bare characters.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, &'static str> {
    let mut all = headers.get_all("idempotency-key").iter();
    let (Some(only), None) = (all.next(), all.next()) else {
        return if headers.contains_key("idempotency-key") {
            Err("there is more than one Idempotency-Key")
        } else {
            Ok(None)
        };
    };
    let text = only.to_str().unwrap_or_default().trim();
    let key = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let plain = (1..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
    if plain { Ok(Some(key.to_owned())) } else { Err("the Idempotency-Key must have 1 to 64 visible ASCII characters") }
}

fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn collect(body: Body, limits: &Limits) -> Result<Vec<u8>, Response> {
    let arrival = gather(body.into_data_stream(), limits.body_bytes);
    match tokio::time::timeout(limits.body_time, arrival).await {
        Ok(outcome) => outcome,
        Err(_) => Err(refusal(StatusCode::REQUEST_TIMEOUT, Code::Timeout, "the body did not arrive in time")),
    }
}

async fn gather(mut stream: BodyDataStream, most: usize) -> Result<Vec<u8>, Response> {
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        let broken = |_| refusal(StatusCode::BAD_REQUEST, Code::BadRequest, "the body broke off");
        let chunk = chunk.map_err(broken)?;
        if bytes.len() + chunk.len() > most {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn too_large() -> Response {
    refusal(StatusCode::PAYLOAD_TOO_LARGE, Code::PayloadTooLarge, "the body is too large")
}

/// The client chose the name, so only what can be a GraphQL name goes into the log.
fn operation_for_log(name: Option<&str>) -> Option<String> {
    let is_name = |name: &&str| name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    name.filter(is_name).map(str::to_owned)
}
