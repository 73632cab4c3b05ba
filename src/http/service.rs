//! What the edge asks of the GraphQL engine.

use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

use crate::identity::Viewer;

/// One GraphQL request, well formed but not yet parsed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// The document.
    pub query: String,
    /// Which operation of the document. `None`: its only one.
    pub operation_name: Option<String>,
    /// Values of the variables; at most 16 deep and 32 KiB.
    pub variables: Map<String, Value>,
    /// Extensions of the request.
    pub extensions: Map<String, Value>,
    /// Key under which its writes take place once (`Idempotency-Key`). `None`: none was sent.
    pub idempotency_key: Option<String>,
    /// Language of messages (`Accept-Language`).
    pub language: Language,
}

/// 语言. A language that messages are told in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// 中文.
    #[default]
    Chinese,
    /// English.
    English,
}

/// The response to one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status for a client that takes `application/graphql-response+json`.
    pub status: u16,
    /// The response as JSON text.
    pub body: Vec<u8>,
    /// Codes of the errors in it, for the log.
    pub codes: Vec<&'static str>,
}

/// The engine, as the edge sees it.
pub trait GraphqlService: Send + Sync {
    /// Answers a request of a viewer. Errors are part of the answer.
    fn execute<'a>(&'a self, viewer: &'a Viewer, request: Request) -> BoxFuture<'a, Answer>;
}
