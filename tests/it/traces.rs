//! Traces: what a collector gets of a request and its statements, over real sockets.

use std::sync::{Arc, Mutex};

use fengqiao::graphql::engine::Options;
use fengqiao::traces::{TARGET, Traces};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Layer, SubscriberExt};

use crate::support::app::OwnTestApp;
use crate::support::backend::{Backend, run};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

// On one thread, whose subscriber is this test's own.
#[tokio::test]
async fn a_request_and_its_statements_are_traced_on_sqlite() {
    run(Backend::Sqlite, traced).await;
}

#[tokio::test]
async fn a_request_and_its_statements_are_traced_on_postgres() {
    run(Backend::Postgres, traced).await;
}

async fn traced(own: &OwnTestApp) {
    let app = own.0.next_build(Options::writing()).await;
    let actor = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let collector = Collector::listen().await;
    // None by chance, but those of a caller who traces.
    let traces = Traces::open(&collector.address, 0.0).expect("the collector can be asked");
    let only = Targets::new().with_target(TARGET, LevelFilter::INFO);
    let log = tracing::subscriber::set_default(tracing_subscriber::registry().with(traces.layer().with_filter(only)));
    let document = "query Named($code: String!) { keySite(code: $code) { name } }";
    let variables = json!({ "code": "canary-of-a-value" });
    actor.graphql(document, variables.clone()).await;
    let parent = format!("00-{TRACE}-{CALLER}-01");
    let reply = actor.graphql_with(&[("traceparent", &parent)], document, variables).await;
    assert_eq!(reply.status, 200);
    drop(log);
    traces.end().await;
    let spans = collector.spans();
    let request = spans.iter().find(|span| span.name == "POST /graphql").expect("the request is told");
    let statements: Vec<&Span> = spans.iter().filter(|span| span.name == "statement").collect();
    assert!(!statements.is_empty() && statements.len() + 1 == spans.len(), "one request alone: {spans:?}");
    assert_eq!((hex(&request.trace_id), hex(&request.parent_span_id)), (TRACE.to_owned(), CALLER.to_owned()));
    for statement in statements {
        assert_eq!((&statement.trace_id, &statement.parent_span_id), (&request.trace_id, &request.span_id));
        assert!(statement.attributes.iter().any(|attribute| attribute.key == "db.query.text"), "{statement:?}");
    }
    let told = format!("{spans:?}");
    assert!(told.contains("http.response.status_code") && !told.contains("canary"), "{told}");
    app.stop_serving().await;
}

fn hex(bytes: &[u8]) -> String {
    fengqiao::trail::entry::hex(bytes)
}

/// The other side: takes what is sent and keeps it.
struct Collector {
    address: String,
    taken: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    async fn listen() -> Collector {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = format!("http://{}/v1/traces", listener.local_addr().expect("an address"));
        let taken: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let keep = taken.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let body = body(stream).await;
                keep.lock().expect("nobody panicked").push(body);
            }
        });
        Collector { address, taken }
    }

    fn spans(&self) -> Vec<Span> {
        let taken = self.taken.lock().expect("nobody panicked");
        let sent = taken.iter().map(|body| ExportTraceServiceRequest::decode(body.as_slice()).expect("OTLP"));
        let resources = sent.flat_map(|sent| sent.resource_spans);
        resources.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans).collect()
    }
}

/// The body of one request, which is answered.
async fn body(mut stream: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").map(|at| at + 4);
        if let Some(head) = head {
            let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if bytes.len() >= head + length.unwrap_or(0) {
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                stream.write_all(answer).await.expect("the exporter waits");
                return bytes.split_off(head);
            }
        }
        assert!(stream.read_buf(&mut bytes).await.expect("it is sent whole") > 0, "it broke off");
    }
}
