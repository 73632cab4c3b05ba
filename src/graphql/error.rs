//! Errors of a request, as clients see them: a code, a sentence, and the field it is about.

use std::sync::Arc;

/// 错误代码. Why a request or a part of it was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The document is not GraphQL.
    ParseFailed,
    /// The document does not fit the schema.
    ValidationFailed,
    /// An argument or variable is not what it must be.
    BadInput,
    /// The viewer may not filter, sort, group or count by a field.
    ForbiddenField,
    /// The posting may not act for the purpose.
    ForbiddenPurpose,
    /// A mutation by a method that must not change anything.
    MethodNotAllowed,
    /// The application may send the documents of its manifest alone.
    DocumentNotTrusted,
    /// No document of this hash is known: it must be sent whole.
    PersistedQueryNotFound,
    /// The document is larger or deeper than the limits, or what it asks for is.
    TooComplex,
    /// The bucket of the account is empty.
    RateLimited,
    /// The server has more to do than it can.
    Overloaded,
    /// The request took too long.
    Timeout,
    /// A fault of ours; the cause is in the log.
    Internal,
}

impl Code {
    /// The text in `extensions.code`.
    pub fn text(self) -> &'static str {
        match self {
            Code::ParseFailed => "PARSE_FAILED",
            Code::ValidationFailed => "VALIDATION_FAILED",
            Code::BadInput => "BAD_INPUT",
            Code::ForbiddenField => "FORBIDDEN_FIELD",
            Code::ForbiddenPurpose => "FORBIDDEN_PURPOSE",
            Code::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Code::DocumentNotTrusted => "DOCUMENT_NOT_TRUSTED",
            Code::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Code::TooComplex => "TOO_COMPLEX",
            Code::RateLimited => "RATE_LIMITED",
            Code::Overloaded => "OVERLOADED",
            Code::Timeout => "TIMEOUT",
            Code::Internal => "INTERNAL",
        }
    }
}

/// An error that a client sees.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    /// Why.
    pub code: Code,
    /// One line, without text of the database, types or paths of the server.
    pub message: String,
    /// The input it is about, such as `filter.riskLevel`; `None`: none in particular.
    pub field: Option<String>,
    /// The limit that it goes beyond; `None`: none.
    pub limit: Option<&'static str>,
    /// Line and column in the document; `None`: not at a place.
    pub at: Option<(usize, usize)>,
    /// Where in the answer; empty for an error of the whole request.
    pub path: Vec<Arc<str>>,
}

/// Longest message that is sent.
const LONGEST: usize = 300;

impl Error {
    /// An error with a code and a sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let mut message: String = message.into();
        if let Some((cut, _)) = message.char_indices().nth(LONGEST) {
            message.truncate(cut);
        }
        let message = message.replace(['\n', '\r', '\0'], " ");
        Error { code, message, field: None, limit: None, at: None, path: vec![] }
    }

    /// An input that is not what it must be.
    pub fn input(field: impl Into<String>, message: impl Into<String>) -> Self {
        Error { field: Some(field.into()), ..Error::new(Code::BadInput, message) }
    }

    /// A field that the viewer may not filter, sort, group or count by.
    pub fn forbidden(field: impl Into<String>) -> Self {
        let field = field.into();
        let message = format!("you may not filter, sort, group or count by {field}");
        Error { field: Some(field), ..Error::new(Code::ForbiddenField, message) }
    }

    /// A fault of ours. The cause goes to the log, not to the client.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(cause = %cause, "internal error");
        Error::new(Code::Internal, "internal error")
    }

    /// The error with `name` put before its field.
    pub fn under(mut self, name: &str) -> Self {
        self.field = Some(match self.field {
            Some(inner) => format!("{name}.{inner}"),
            None => name.to_owned(),
        });
        self
    }

    /// The error at a place of the answer.
    pub fn on(mut self, path: &[Arc<str>]) -> Self {
        self.path = path.to_vec();
        self
    }

    /// The error as the response shows it.
    pub fn to_json(&self) -> serde_json::Value {
        let mut extensions = serde_json::json!({ "code": self.code.text() });
        if let Some(field) = &self.field {
            extensions["field"] = field.as_str().into();
        }
        if let Some(limit) = self.limit {
            extensions["limit"] = limit.into();
        }
        let mut json = serde_json::json!({ "message": self.message, "extensions": extensions });
        if let Some((line, column)) = self.at {
            json["locations"] = serde_json::json!([{ "line": line, "column": column }]);
        }
        if !self.path.is_empty() {
            json["path"] = self.path.iter().map(|p| p.as_ref()).collect::<Vec<_>>().into();
        }
        json
    }
}
