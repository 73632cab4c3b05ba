//! The edge with real tokens over a real database; only the engine behind it is a small fake.

mod console;
mod manners;
mod refusals;
mod services;
mod serving;

use std::sync::Mutex;

use axum::body::Body;
use axum::http::{Request as HttpRequest, Response};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;
use crate::identity::tests::{House, demo_claims, demo_header, sign_demo, with};
use crate::identity::{Standing, Viewer};

/// Answers with the viewer's role; a few documents make it misbehave.
#[derive(Default)]
pub(super) struct Fake {
    seen: Mutex<Vec<Request>>,
}

impl GraphqlService for Fake {
    fn execute<'a>(&'a self, viewer: &'a Viewer, request: Request) -> BoxFuture<'a, Answer> {
        let query = request.query.clone();
        self.seen.lock().unwrap().push(request);
        Box::pin(async move {
            match query.as_str() {
                "panic" => panic!("canary of a panic"),
                "long" => {
                    let body = json!({"data": "枫桥".repeat(1_000)}).to_string().into_bytes();
                    return Answer { status: 200, body, ..Answer::default() };
                }
                "slow" => tokio::time::sleep(Duration::from_millis(300)).await,
                "never" => std::future::pending().await,
                "bad" => {
                    let body = br#"{"errors":[{"message":"no"}]}"#.to_vec();
                    return Answer { status: 400, body, codes: vec!["PARSE_FAILED"], ..Answer::default() };
                }
                _ => {}
            }
            let body = json!({"data": {"role": viewer.role()}}).to_string().into_bytes();
            Answer { status: 200, body, codes: Vec::new(), ..Answer::default() }
        })
    }

    fn open(self: Arc<Self>, standing: Arc<Standing>, request: Request) -> BoxFuture<'static, Opened> {
        Box::pin(async move { Opened::Once(self.execute(&standing.last(), request).await) })
    }
}

pub(super) struct Edge {
    pub(super) house: House,
    pub(super) fake: Arc<Fake>,
    pub(super) state: App,
    pub(super) token: String,
}

impl Edge {
    pub(super) async fn build() -> Self {
        Self::with_limits(Limits::default(), true).await
    }

    pub(super) async fn with_limits(limits: Limits, console: bool) -> Self {
        Self::over(House::with_one().await, limits, console)
    }

    pub(super) fn over(house: House, limits: Limits, console: bool) -> Self {
        let fake = Arc::new(Fake::default());
        let state = App::new(house.authenticator.clone(), fake.clone(), house.storage.clone(), limits, console);
        Self { house, fake, state, token: sign_demo(&demo_header(), &demo_claims()) }
    }

    /// Waits until the engine has been asked.
    pub(super) async fn asked(&self) {
        while self.fake.seen.lock().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub(super) async fn send(&self, request: HttpRequest<Body>) -> Reply {
        let response: Response<Body> = app(self.state.clone()).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Reply {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// A well-formed POST with the token; the test changes what it is about.
    pub(super) fn post(&self, body: impl Into<Body>) -> HttpRequest<Body> {
        HttpRequest::post("/graphql")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", self.token))
            .body(body.into())
            .unwrap()
    }

    pub(super) fn calls(&self) -> usize {
        self.fake.seen.lock().unwrap().len()
    }
}

#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: axum::http::HeaderMap,
    pub(super) body: String,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body["errors"][0]["extensions"]["code"].as_str().unwrap_or("none").to_owned()
    }
}

#[tokio::test]
async fn a_request_reaches_the_engine_whole() {
    let edge = Edge::build().await;
    let body = json!({"query": "{a}", "operationName": "A", "variables": {"x": 1}, "extensions": {"y": 2}, "more": 3});
    let mut asked = edge.post(body.to_string());
    asked.headers_mut().insert("idempotency-key", "k-1".parse().unwrap());
    asked.headers_mut().insert("accept-language", "en-GB, zh;q=0.5".parse().unwrap());
    let reply = edge.send(asked).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, r#"{"data":{"role":"GRID_MEMBER"}}"#));
    assert_eq!(reply.header("content-type"), "application/json; charset=utf-8");
    let seen = edge.fake.seen.lock().unwrap().clone();
    let expected = Request {
        query: "{a}".to_owned(),
        document_hash: None,
        operation_name: Some("A".to_owned()),
        variables: json!({"x": 1}).as_object().unwrap().clone(),
        extensions: json!({"y": 2}).as_object().unwrap().clone(),
        idempotency_key: Some("k-1".to_owned()),
        language: Language::English,
        queries_only: false,
    };
    assert_eq!(seen, [expected]);
}

#[tokio::test]
async fn a_query_in_the_address_reaches_the_engine_whole() {
    let edge = Edge::build().await;
    let get = |query: &str| {
        HttpRequest::get(format!("/graphql{query}"))
            .header("authorization", format!("Bearer {}", edge.token))
            .header("idempotency-key", "not for a query")
            .body(Body::empty())
            .unwrap()
    };
    let reply = edge.send(get("?query=%7Ba%7D&operationName=A&variables=%7B%22x%22%3A1%7D")).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, r#"{"data":{"role":"GRID_MEMBER"}}"#));
    let seen = edge.fake.seen.lock().unwrap().clone();
    let expected = Request {
        query: "{a}".to_owned(),
        document_hash: None,
        operation_name: Some("A".to_owned()),
        variables: json!({"x": 1}).as_object().unwrap().clone(),
        queries_only: true,
        ..Request::default()
    };
    assert_eq!(seen, [expected]);
    for query in ["", "?query=%7Ba%7D&query=%7Ba%7D", "?query=%7Ba%7D&variables=1"] {
        let reply = edge.send(get(query)).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "BAD_REQUEST"), "{query}");
    }
    let long = edge.send(get(&format!("?query={}", "a".repeat(65_000)))).await;
    assert_eq!(long.status, 200, "a long address is an address");
    assert_eq!(edge.calls(), 2);
    let stranger = HttpRequest::get("/graphql?query=%7Ba%7D").body(Body::empty()).unwrap();
    assert_eq!(edge.send(stranger).await.status, 401);
}

#[tokio::test]
async fn the_media_type_of_the_answer_is_negotiated() {
    let edge = Edge::build().await;
    let (graphql, plain) = ("application/graphql-response+json; charset=utf-8", "application/json; charset=utf-8");
    for (accept, media, bad) in [
        ("", plain, 200),
        ("*/*", plain, 200),
        ("application/json", plain, 200),
        ("application/graphql-response+json", graphql, 400),
        ("text/html, application/graphql-response+json; q=0.5, application/json", graphql, 400),
        ("application/graphql-response+json;q=0, application/json", plain, 200),
    ] {
        for (query, status) in [("{a}", 200), ("bad", bad)] {
            let mut request = edge.post(json!({"query": query}).to_string());
            request.headers_mut().insert("accept", accept.parse().unwrap());
            let reply = edge.send(request).await;
            assert_eq!((reply.status, reply.header("content-type")), (status, media), "{accept} {query}");
        }
    }
}

#[tokio::test]
async fn every_answer_has_an_id_and_the_headers_of_caution() {
    let edge = Edge::build().await;
    let mut last = String::new();
    for path in ["/graphql", "/healthz", "/readyz", "/nowhere"] {
        let reply = edge.send(HttpRequest::get(path).body(Body::empty()).unwrap()).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(reply.header(name), value, "{path}");
        }
        let id = reply.header("x-request-id").to_owned();
        assert!(id.len() == 32 && id != last, "{id}");
        last = id;
    }
    for (given, kept) in [("gateway-0001", true), ("x", false), ("a b c d e f g h", false), ("<script>12345", false)] {
        let request = HttpRequest::get("/healthz").header("x-request-id", given).body(Body::empty()).unwrap();
        assert_eq!(edge.send(request).await.header("x-request-id") == given, kept, "{given}");
    }
}

#[tokio::test]
async fn the_probes_tell_alive_from_ready() {
    let edge = Edge::build().await;
    let get = |path: &str| HttpRequest::get(path).body(Body::empty()).unwrap();
    assert_eq!(edge.send(get("/healthz")).await.status, 200);
    assert_eq!(edge.send(get("/readyz")).await.status, 200);
    edge.state.begin_to_stop();
    assert_eq!((edge.send(get("/healthz")).await.status, edge.send(get("/readyz")).await.status), (200, 503));
    let edge = Edge::build().await;
    edge.house.storage.clone().close().await.unwrap();
    assert_eq!((edge.send(get("/healthz")).await.status, edge.send(get("/readyz")).await.status), (200, 503));
    let reply = edge.send(edge.post(r#"{"query":"{a}"}"#)).await;
    assert_eq!((reply.status, reply.code().as_str(), edge.calls()), (503, "UNAVAILABLE", 0));
}
