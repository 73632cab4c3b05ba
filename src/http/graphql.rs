//! `POST /graphql`, and `GET` for queries: who asks is settled before the document is looked at.

use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, BodyDataStream};
use axum::extract::{Request as HttpRequest, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;

use super::answer::{Code, refusal, unauthenticated, unavailable};
use super::observe::Facts;
use super::{App, Limits, Opened, Request, accept, auth, body, language, socket, streaming};
use crate::identity::{AuthError, Standing, Viewer};

const PLAIN: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const GRAPHQL: HeaderValue = HeaderValue::from_static("application/graphql-response+json; charset=utf-8");

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");

pub(super) async fn handle(State(app): State<Arc<App>>, request: HttpRequest) -> Response {
    respond(&app, request).await.unwrap_or_else(|refused| refused)
}

/// A query in the address, or a socket.
pub(super) async fn handle_get(State(app): State<Arc<App>>, request: HttpRequest) -> Response {
    if socket::is_wanted(request.headers()) {
        return socket::upgrade(app, request).await;
    }
    respond_to_get(&app, request).await.unwrap_or_else(|refused| refused)
}

pub(super) async fn method_not_allowed() -> Response {
    let mut response =
        refusal(StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed, "send a POST, or a GET for a query");
    response.headers_mut().insert(header::ALLOW, METHODS);
    response
}

/// The response, or what it was refused with.
async fn respond(app: &Arc<App>, request: HttpRequest) -> Result<Response, Response> {
    let (parts, body) = request.into_parts();
    if !is_json(&parts.headers) {
        let message = match is_of_type(&parts.headers, "multipart/form-data") {
            true => "files do not come with an operation: open a slot with requestUpload and send them to its address",
            false => "the content type must be application/json in UTF-8",
        };
        return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedMediaType, message));
    }
    if announced_length(&parts.headers).is_some_and(|length| length > app.limits.body_bytes as u64) {
        return Err(too_large());
    }
    let viewer = viewer(app, &parts).await?;
    let bytes = collect(body, &app.limits).await?;
    let mut request = body::read(&bytes).map_err(bad_request)?;
    request.idempotency_key = idempotency_key(&parts.headers).map_err(bad_request)?;
    answered(app, &viewer, request, &parts).await
}

/// The same for a query in the address; a body that comes with it is nothing to us.
async fn respond_to_get(app: &Arc<App>, request: HttpRequest) -> Result<Response, Response> {
    let (parts, _) = request.into_parts();
    if parts.uri.query().is_some_and(|query| query.len() > app.limits.body_bytes) {
        return Err(refusal(StatusCode::URI_TOO_LONG, Code::PayloadTooLarge, "the address is too long"));
    }
    let viewer = viewer(app, &parts).await?;
    let request = body::read_address(&parts.uri).map_err(bad_request)?;
    answered(app, &viewer, request, &parts).await
}

fn bad_request(message: &str) -> Response {
    refusal(StatusCode::BAD_REQUEST, Code::BadRequest, message)
}

/// Who asks.
async fn viewer(app: &App, parts: &Parts) -> Result<Viewer, Response> {
    let shown = auth::shown(app, parts).ok_or_else(unauthenticated)?;
    shown.viewer(app).await.map_err(|error| {
        auth::note(&error);
        match error {
            AuthError::Refused(_) => unauthenticated(),
            AuthError::Unavailable(_) => unavailable(),
        }
    })
}

/// What the engine answers, in the media type that the client takes.
async fn answered(app: &Arc<App>, viewer: &Viewer, request: Request, parts: &Parts) -> Result<Response, Response> {
    let request = Request { language: language::accepted(&parts.headers), ..request };
    let facts = Facts { operation: operation_for_log(request.operation_name.as_deref()), ..Facts::of(viewer) };
    let taken = accept::read(&parts.headers);
    let started = Instant::now();
    let standing = taken.stream.map(|_| Arc::new(Standing::new(app.authenticator.clone(), viewer.clone())));
    let work = async {
        match &standing {
            Some(standing) => app.service.clone().open(standing.clone(), request).await,
            None => Opened::Once(app.service.execute(viewer, request).await),
        }
    };
    let Ok(opened) = tokio::time::timeout(app.limits.answer_time, work).await else {
        let message = "the answer was not ready in time";
        let mut response = refusal(StatusCode::SERVICE_UNAVAILABLE, Code::Timeout, message);
        response.headers_mut().insert(header::RETRY_AFTER, 1.into());
        response.extensions_mut().insert(Facts { codes: vec![Code::Timeout.text()], ..facts });
        return Err(response);
    };
    if let Opened::Once(answer) = &opened {
        answer.count(&app.metrics, viewer.role(), started.elapsed());
    }
    let answer = match (opened, taken.stream, standing) {
        (Opened::Stream(answers), Some(form), Some(standing)) => {
            let Some(seat) = app.seats.take(viewer.subject()) else {
                let message = "there are too many sockets and streams of this subject";
                return Err(refusal(StatusCode::TOO_MANY_REQUESTS, Code::TooManyStreams, message));
            };
            let mut response = streaming::many(form, app, standing, seat, answers);
            response.extensions_mut().insert(facts);
            return Ok(response);
        }
        (Opened::Stream(_), ..) => {
            return Err(refusal(StatusCode::NOT_ACCEPTABLE, Code::BadRequest, "no stream was asked for"));
        }
        // A stream of one answer, for a client that takes nothing else.
        (Opened::Once(answer), Some(form), _) if !taken.json && answer.status == 200 => {
            let mut response = streaming::once(form, answer.clone());
            response.extensions_mut().insert(Facts { codes: answer.codes, ..facts });
            return Ok(response);
        }
        (Opened::Once(answer), ..) => answer,
    };
    let status = status(answer.status, taken.graphql);
    let media = if taken.graphql { GRAPHQL } else { PLAIN };
    let mut response = (status, [(header::CONTENT_TYPE, media)], answer.body).into_response();
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    if let Some(seconds) = answer.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
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

/// Whether the content is of this type, whatever its parameters.
pub(super) fn is_of_type(headers: &HeaderMap, wanted: &str) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted))
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

pub(super) async fn collect(body: Body, limits: &Limits) -> Result<Vec<u8>, Response> {
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
pub(super) fn operation_for_log(name: Option<&str>) -> Option<String> {
    let is_name = |name: &&str| name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    name.filter(is_name).map(str::to_owned)
}
