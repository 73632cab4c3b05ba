//! Coded refusals of the edge, in the form of a GraphQL response.

use std::any::Any;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::observe::Facts;

/// What whoever is not known is told.
const NO_TOKEN: &str = "a valid access token is needed";
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// Why the edge refused. Stable: clients switch on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// Bad JSON, bad UTF-8, no query, a member of a wrong type.
    BadRequest,
    /// No token, or one that is not accepted. Always the same answer.
    Unauthenticated,
    /// No such address.
    NotFound,
    /// Not a POST.
    MethodNotAllowed,
    /// Not `application/json`.
    UnsupportedMediaType,
    /// The body is too large.
    PayloadTooLarge,
    /// The body or the answer took too long.
    Timeout,
    /// Too many sockets, streams or operations at once.
    TooManyStreams,
    /// The slot or the link has ended.
    Gone,
    /// The part does not go on where the others end.
    Conflict,
    /// The content is not of the type that was announced.
    UploadType,
    /// The content is broken.
    UploadBroken,
    /// The picture has too many pixels.
    PictureTooLarge,
    /// The database does not answer, or the server is stopping.
    Unavailable,
    /// A fault of the server.
    Internal,
}

impl Code {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::Timeout => "TIMEOUT",
            Self::TooManyStreams => "TOO_MANY_STREAMS",
            Self::Gone => "GONE",
            Self::Conflict => "CONFLICT",
            Self::UploadType => "UPLOAD_TYPE",
            Self::UploadBroken => "UPLOAD_BROKEN",
            Self::PictureTooLarge => "PICTURE_TOO_LARGE",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }
}

/// The body of a refusal whose code says it all.
pub(super) fn error_of(code: Code) -> serde_json::Value {
    let message = match code {
        Code::Unauthenticated => NO_TOKEN,
        Code::Timeout => "the answer was not ready in time",
        Code::TooManyStreams => "there are too many operations or streams at once",
        _ => "internal error",
    };
    coded(code, message)
}

fn coded(code: Code, message: &str) -> serde_json::Value {
    serde_json::json!({"errors": [{"message": message, "extensions": {"code": code.text()}}]})
}

/// A response with one coded error. The message is ours alone: nothing of the request or the database is in it.
pub(super) fn refusal(status: StatusCode, code: Code, message: &str) -> Response {
    let mut response = (status, [(header::CONTENT_TYPE, JSON)], coded(code, message).to_string()).into_response();
    response.extensions_mut().insert(Facts { codes: vec![code.text()], ..Facts::default() });
    response
}

/// The one answer to whoever is not known (RFC 6750, without a reason).
pub(super) fn unauthenticated() -> Response {
    let mut response = refusal(StatusCode::UNAUTHORIZED, Code::Unauthenticated, NO_TOKEN);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

/// The answer when the database does not respond.
pub(super) fn unavailable() -> Response {
    let message = "the service cannot answer at present";
    let mut response = refusal(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, message);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// The answer after a panic; the panic's own text stays out.
pub(super) fn after_panic(_: Box<dyn Any + Send + 'static>) -> axum::http::Response<Body> {
    refusal(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, "internal error")
}
