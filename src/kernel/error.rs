//! The codes a client may see in `errors[].extensions.code`, and an error that carries one.

use std::borrow::Cow;

/// Why a request, or a part of it, was refused. Stable: clients switch on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The request is not well formed: bad JSON, bad UTF-8, no query, a wrong type of member.
    BadRequest,
    /// No token, or one that is not accepted. Always the same answer.
    Unauthenticated,
    /// The thing is visible but the action is not allowed.
    Forbidden,
    /// No such address.
    NotFound,
    /// The method is not offered at this address.
    MethodNotAllowed,
    /// The content type is not `application/json`.
    UnsupportedMediaType,
    /// The body is larger than allowed.
    PayloadTooLarge,
    /// The document is not GraphQL.
    GraphqlParseFailed,
    /// The document does not fit the schema.
    GraphqlValidationFailed,
    /// An argument or a variable has a value that is not allowed.
    BadUserInput,
    /// The document asks for more than one request may ask for.
    QueryTooComplex,
    /// The answer was not ready in time.
    Timeout,
    /// The server cannot answer at present.
    ServiceUnavailable,
    /// A fault of the server.
    Internal,
}

impl Code {
    /// The text a client sees.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Self::Timeout => "TIMEOUT",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }
}

/// An error that a client may see: a code and one plain sentence without data of the database.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct CodedError {
    /// What kind of error.
    pub code: Code,
    /// One sentence for a person.
    pub message: Cow<'static, str>,
}

impl CodedError {
    /// An error with a code and a sentence.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }
}
