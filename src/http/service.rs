//! What the edge asks of the GraphQL engine.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use serde_json::{Map, Value};

use crate::identity::{Standing, Viewer};
use crate::metrics::Metrics;

/// One GraphQL request, well formed but not yet parsed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// The document; empty: it is named by its hash alone.
    pub query: String,
    /// SHA-256 of the document in hexadecimal, small letters (`documentId`, or `persistedQuery` of APQ). `None`: it is not named so.
    pub document_hash: Option<String>,
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
    /// Whether a mutation is refused, because the request came by a method that must not change anything.
    pub queries_only: bool,
}

/// 语言. A language that messages are told in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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
    /// The operation, where it is of a manifest: for figures, which must not take names that clients make up.
    pub operation: Option<Arc<str>>,
    /// The limit that was gone beyond; `None`: none.
    pub limit: Option<&'static str>,
    /// After how many seconds it makes sense to ask again; `None`: nothing is said of that.
    pub retry_after: Option<u32>,
}

impl Answer {
    /// Counts it.
    pub fn count(&self, metrics: &Metrics, role: &str, time: Duration) {
        metrics.answered(self.operation.as_deref(), role, self.codes.first().copied(), time);
        if let Some(limit) = self.limit {
            metrics.refused(limit);
        }
    }
}

/// Why a stream ended before its client wanted it to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The token or the posting has ended, or was revoked.
    Rights,
    /// A fault of ours: the client may begin again where it was.
    Fault,
}

/// The answers of a subscription, one after the other.
pub type AnswerStream = BoxStream<'static, Result<Answer, Ended>>;

/// What a request came to.
pub enum Opened {
    /// One answer.
    Once(Answer),
    /// A stream of answers.
    Stream(AnswerStream),
}

/// Why a file was not taken or given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileRefusal {
    /// There is no such slot or content, or it is not for whoever asks.
    Unknown,
    /// The slot or the link has ended.
    Gone,
    /// The part does not go on where the others end; where they do.
    Offset(u64),
    /// More than was announced.
    TooLarge,
    /// Not of the type that was announced.
    Type,
    /// Broken.
    Broken,
    /// A picture with too many pixels.
    Pixels,
    /// The store or the database does not answer.
    Unavailable,
}

/// How far an upload has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadState {
    /// Media type that was announced.
    pub mime: String,
    /// Bytes that were announced.
    pub size: u64,
    /// Bytes that are there.
    pub offset: u64,
    /// OPEN, DONE or REFUSED.
    pub state: &'static str,
    /// Hash of the stored content; `None`: not done.
    pub hash: Option<String>,
    /// Until when, in milliseconds.
    pub expires_at: i64,
}

/// Bytes of content, chunk by chunk, as they are taken.
pub type ContentStream = BoxStream<'static, std::io::Result<Bytes>>;
/// Opens a range of content.
pub type OpenContent = Box<dyn FnOnce(Range<u64>) -> BoxFuture<'static, Result<ContentStream, FileRefusal>> + Send>;

/// Content that is given.
pub struct Content {
    /// Media type.
    pub mime: &'static str,
    /// Name for a copy.
    pub name: String,
    /// Hash, for caches.
    pub hash: String,
    /// Whether it is only given to be kept, never shown in place.
    pub attachment: bool,
    /// Bytes.
    pub size: u64,
    /// For how many seconds whoever fetched it may keep it; `None`: not at all.
    pub kept_seconds: Option<i64>,
    /// Opens the bytes.
    pub open: OpenContent,
}

/// Files, as the edge sees them. A token is the last part of a path.
pub trait FileService: Send + Sync {
    /// How far the upload of a slot has come.
    fn state<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<UploadState, FileRefusal>>;
    /// Takes the next part; tells where the parts end now.
    fn append<'a>(&'a self, token: &'a str, offset: u64, part: Bytes) -> BoxFuture<'a, Result<u64, FileRefusal>>;
    /// Looks at what has come; when all has, it is stored.
    fn finish<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<UploadState, FileRefusal>>;
    /// Gives the slot back.
    fn terminate<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<(), FileRefusal>>;
    /// The content of a link.
    fn content<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Content, FileRefusal>>;
}

/// The engine, as the edge sees it.
pub trait GraphqlService: Send + Sync {
    /// Answers a request of a viewer. Errors are part of the answer.
    fn execute<'a>(&'a self, viewer: &'a Viewer, request: Request) -> BoxFuture<'a, Answer>;
    /// Answers a request of somebody who stays, or begins the stream of its answers.
    fn open(self: Arc<Self>, standing: Arc<Standing>, request: Request) -> BoxFuture<'static, Opened>;
}
