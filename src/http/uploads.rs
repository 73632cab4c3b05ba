//! `/uploads/{token}`: content in parts, as tus 1.0.0 has it (core, expiration, termination). The slot comes from a mutation.

use std::sync::Arc;
use std::time::Duration;

use axum::body::BodyDataStream;
use axum::extract::{Path, Request as HttpRequest, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};

use super::answer::{Code, refusal, unavailable};
use super::{App, FileRefusal, FileService, UploadState};
use crate::kernel::clock::rfc3339;

/// The version of the protocol.
const TUS: &str = "1.0.0";
/// Most bytes of an upload.
pub const MOST_UPLOAD_BYTES: u64 = 20 * 1024 * 1024;
/// Bytes that are kept at once: what a broken connection may lose.
const PART: usize = 1024 * 1024;
/// Longest silence within a body.
const SILENCE: Duration = Duration::from_secs(30);
/// Longest time for a whole body, however steadily it drips.
const WHOLE: Duration = Duration::from_secs(600);

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const HASH: HeaderName = HeaderName::from_static("content-hash");

/// What the server takes.
pub(super) async fn options() -> Response {
    let most = MOST_UPLOAD_BYTES.to_string();
    let headers = [("tus-version", TUS), ("tus-extension", "expiration,termination"), ("tus-max-size", most.as_str())];
    (StatusCode::NO_CONTENT, [(RESUMABLE, TUS)], headers).into_response()
}

/// How far the upload has come, in headers.
pub(super) async fn offset(State(app): State<Arc<App>>, Path(token): Path<String>) -> Response {
    let found = async { service(&app)?.state(&token).await };
    match found.await {
        Ok(state) => (StatusCode::OK, told(&state)).into_response(),
        Err(refused) => refuse(refused),
    }
}

/// How far the upload has come and what it was stored as, as JSON.
pub(super) async fn state(State(app): State<Arc<App>>, Path(token): Path<String>) -> Response {
    let found = async { service(&app)?.state(&token).await };
    match found.await {
        Ok(state) => {
            let body = serde_json::json!({
                "state": state.state,
                "mime": state.mime,
                "size": state.size,
                "offset": state.offset,
                "hash": state.hash,
                "expiresAt": rfc3339(state.expires_at),
            });
            let json = HeaderValue::from_static("application/json; charset=utf-8");
            (StatusCode::OK, [(header::CONTENT_TYPE, json)], told(&state), body.to_string()).into_response()
        }
        Err(refused) => refuse(refused),
    }
}

/// Gives the slot back.
pub(super) async fn terminate(State(app): State<Arc<App>>, Path(token): Path<String>) -> Response {
    let ended = async { service(&app)?.terminate(&token).await };
    match ended.await {
        Ok(()) => (StatusCode::NO_CONTENT, [(RESUMABLE, TUS)]).into_response(),
        Err(refused) => refuse(refused),
    }
}

/// Takes a part.
pub(super) async fn append(State(app): State<Arc<App>>, Path(token): Path<String>, request: HttpRequest) -> Response {
    let (parts, body) = request.into_parts();
    let text = |name: &HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if text(&RESUMABLE) != Some(TUS) {
        let mut response = refusal(StatusCode::PRECONDITION_FAILED, Code::BadRequest, "send Tus-Resumable: 1.0.0");
        response.headers_mut().insert("tus-version", HeaderValue::from_static(TUS));
        return response;
    }
    if text(&header::CONTENT_TYPE) != Some("application/offset+octet-stream") {
        let message = "the content type must be application/offset+octet-stream";
        return refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedMediaType, message);
    }
    let Some(offset) = text(&OFFSET).and_then(|text| text.parse().ok()) else {
        return refusal(StatusCode::BAD_REQUEST, Code::BadRequest, "send Upload-Offset");
    };
    match take(&app, &token, offset, body.into_data_stream()).await {
        Ok(state) => (StatusCode::NO_CONTENT, told(&state)).into_response(),
        Err(refused) => refuse(refused),
    }
}

/// Keeps the body part by part, also one that breaks off, and looks at what has come when it has ended.
async fn take(app: &App, token: &str, mut offset: u64, mut body: BodyDataStream) -> Result<UploadState, FileRefusal> {
    let files = service(app)?;
    // Of whoever has no slot nothing is read.
    files.state(token).await?;
    let mut held = BytesMut::new();
    let mut broken = false;
    let end = Instant::now() + WHOLE;
    while !broken {
        match timeout_at(end.min(Instant::now() + SILENCE), body.next()).await {
            Ok(Some(Ok(chunk))) => held.extend_from_slice(&chunk),
            Ok(None) => break,
            Ok(Some(Err(_))) | Err(_) => broken = true,
        }
        while held.len() >= PART {
            offset = files.append(token, offset, held.split_to(PART).freeze()).await?;
        }
    }
    // Also without a byte: where the offset is wrong, it is said.
    files.append(token, offset, Bytes::from(held)).await?;
    if broken { files.state(token).await } else { files.finish(token).await }
}

fn service(app: &App) -> Result<&Arc<dyn FileService>, FileRefusal> {
    app.files.as_ref().ok_or(FileRefusal::Unknown)
}

fn told(state: &UploadState) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut tell = |name, text: String| {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    };
    tell(RESUMABLE, TUS.to_owned());
    tell(OFFSET, state.offset.to_string());
    tell(LENGTH, state.size.to_string());
    if let Some(hash) = &state.hash {
        tell(HASH, hash.clone());
    }
    if let Some(expires) = chrono::DateTime::from_timestamp_millis(state.expires_at) {
        tell(EXPIRES, expires.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
    }
    headers
}

/// What a refusal is in HTTP.
pub(super) fn refuse(refused: FileRefusal) -> Response {
    let (status, code, message) = match refused {
        FileRefusal::Unknown => (StatusCode::NOT_FOUND, Code::NotFound, "there is nothing at this address"),
        FileRefusal::Gone => (StatusCode::GONE, Code::Gone, "it has ended: ask for a new one"),
        FileRefusal::Offset(_) => {
            (StatusCode::CONFLICT, Code::Conflict, "the part does not go on where the others end")
        }
        FileRefusal::TooLarge => {
            (StatusCode::PAYLOAD_TOO_LARGE, Code::PayloadTooLarge, "this is more than was announced")
        }
        FileRefusal::Type => {
            (StatusCode::UNPROCESSABLE_ENTITY, Code::UploadType, "the content is not of the type that was announced")
        }
        FileRefusal::Broken => (StatusCode::UNPROCESSABLE_ENTITY, Code::UploadBroken, "the content is broken"),
        FileRefusal::Pixels => {
            (StatusCode::UNPROCESSABLE_ENTITY, Code::PictureTooLarge, "the picture has too many pixels")
        }
        FileRefusal::Unavailable => return unavailable(),
    };
    let mut response = refusal(status, code, message);
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(TUS));
    if let FileRefusal::Offset(offset) = refused
        && let Ok(value) = HeaderValue::from_str(&offset.to_string())
    {
        response.headers_mut().insert(OFFSET, value);
    }
    response
}
