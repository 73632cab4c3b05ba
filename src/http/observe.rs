//! One log line a request, without personal data: never a variable, a query string, a header or an address.

use std::task::{Context, Poll};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method, Response as HttpResponse};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use tower::Service;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::identity::Viewer;
use crate::kernel::random;
use crate::traces;

const REQUEST_ID: &str = "x-request-id";

/// What a handler tells the log, carried by its response.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) posting_id: Option<i64>,
    pub(super) operation: Option<String>,
    pub(super) codes: Vec<&'static str>,
}

impl Facts {
    pub(super) fn of(viewer: &Viewer) -> Self {
        Self { posting_id: Some(viewer.posting_id()), ..Self::default() }
    }
}

/// Gives every request an id, answers with it, and writes the line. A service of its own, because what axum makes of a function clones
/// and boxes all that is below it for each request.
#[derive(Clone)]
pub(super) struct Observe<S>(pub(super) S);

impl<S, B> Service<Request> for Observe<S>
where
    S: Service<Request, Response = HttpResponse<B>>,
    S::Error: Send,
    S::Future: Send + 'static,
    HttpResponse<B>: IntoResponse,
{
    type Response = Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let begun = Begun::of(&request);
        let answer = begun.span.in_scope(|| self.0.call(request)).instrument(begun.span.clone());
        Box::pin(async move { Ok(begun.ended(answer.await?.into_response())) })
    }
}

/// A request that has begun.
struct Begun {
    started: Instant,
    id: String,
    method: Method,
    path: String,
    span: Span,
}

impl Begun {
    fn of(request: &Request) -> Begun {
        let started = Instant::now();
        let id = request_id(request);
        let method = request.method().clone();
        // Only a known route: what a stranger writes into an address could be a name or a number.
        let path = request.extensions().get::<MatchedPath>().map_or("-".to_owned(), |path| path.as_str().to_owned());
        let span = tracing::info_span!(
            target: traces::TARGET,
            "request",
            otel.name = format_args!("{} {path}", known(&method)),
            otel.kind = "server",
            http.request.method = known(&method),
            http.route = path,
            http.response.status_code = Empty,
            request = id,
            posting = Empty,
            operation = Empty,
            codes = Empty,
        );
        traces::join(&span, request.headers());
        Begun { started, id, method, path, span }
    }

    /// The response with its id, once it is written down.
    fn ended(self, mut response: Response) -> Response {
        let Begun { started, id, method, path, span } = self;
        let facts = response.extensions_mut().remove::<Facts>().unwrap_or_default();
        let codes = facts.codes.join(",");
        span.record("http.response.status_code", response.status().as_u16());
        span.record("posting", facts.posting_id);
        span.record("operation", facts.operation.as_deref());
        span.record("codes", &codes);
        tracing::info!(
            target: "fengqiao::http",
            request = id,
            %method,
            path,
            status = response.status().as_u16(),
            micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
            posting = facts.posting_id,
            operation = facts.operation,
            codes,
            "request"
        );
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        response
    }
}

/// A method of the standard; a stranger's own word for one stays out.
fn known(method: &Method) -> &str {
    match *method {
        Method::GET | Method::POST | Method::HEAD | Method::PATCH | Method::DELETE | Method::OPTIONS | Method::PUT => {
            method.as_str()
        }
        _ => "_OTHER",
    }
}

/// The id that a gateway gave, if it is a plain one; else a new one.
fn request_id(request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let is_plain =
        |id: &&str| (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    match given.filter(is_plain) {
        Some(id) => id.to_owned(),
        None => random::id().unwrap_or_default(),
    }
}
