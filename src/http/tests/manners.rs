//! What a good citizen does: compression, other origins, HTTP/2, TLS, and what is slow is closed.

use std::path::Path;

use http_body_util::Full;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

use super::*;

const ORIGIN: &str = "https://desk.example";

async fn with_origin() -> Edge {
    let mut edge = Edge::build().await;
    edge.state = edge.state.with_origins(vec![HeaderValue::from_static(ORIGIN)]);
    edge
}

/// A server of the edge; it ends with the test.
async fn listening(state: App) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, state, std::future::pending(), Duration::from_secs(1)));
    address
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_take_it() {
    let edge = Edge::build().await;
    for (taken, given) in
        [("gzip", "gzip"), ("br", "br"), ("zstd", "zstd"), ("gzip, br;q=0.9", "gzip"), ("deflate", "")]
    {
        let mut request = edge.post(json!({"query": "long"}).to_string());
        request.headers_mut().insert("accept-encoding", taken.parse().unwrap());
        let response = app(edge.state.clone()).oneshot(request).await.unwrap();
        let encoding = response.headers().get("content-encoding").map_or("", |value| value.to_str().unwrap());
        assert_eq!(encoding, given, "{taken}");
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        assert_eq!(bytes.len() < 2_000, !given.is_empty(), "{taken}: {} bytes", bytes.len());
    }
}

#[tokio::test]
async fn pages_of_configured_origins_may_ask_and_no_others() {
    let edge = with_origin().await;
    let asks = |origin: &str, method: &str| {
        HttpRequest::options("/graphql")
            .header("origin", origin)
            .header("access-control-request-method", method)
            .header("access-control-request-headers", "authorization,content-type")
            .body(Body::empty())
            .unwrap()
    };
    let allowed = edge.send(asks(ORIGIN, "POST")).await;
    assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (200, ORIGIN));
    assert!(allowed.header("access-control-allow-headers").contains("authorization"));
    assert_eq!(
        (allowed.header("access-control-max-age"), allowed.header("access-control-allow-credentials")),
        ("600", "")
    );
    assert!(!allowed.header("x-request-id").is_empty());
    for origin in ["https://evil.example", "https://desk.example.evil.example", "null", "http://desk.example"] {
        assert_eq!(edge.send(asks(origin, "POST")).await.header("access-control-allow-origin"), "", "{origin}");
    }
    let mut request = edge.post(json!({"query": "{a}"}).to_string());
    request.headers_mut().insert("origin", HeaderValue::from_static(ORIGIN));
    let answered = edge.send(request).await;
    assert_eq!((answered.status, answered.header("access-control-allow-origin")), (200, ORIGIN));
    assert!(answered.header("access-control-expose-headers").contains("x-request-id"));
    assert!(answered.header("vary").to_ascii_lowercase().contains("origin"));
    // An upload asks what is offered by the same method, without a page.
    let tus = HttpRequest::options("/uploads/x").body(Body::empty()).unwrap();
    let offered = edge.send(tus).await;
    assert_eq!((offered.status, offered.header("access-control-allow-origin")), (204, ""));
    assert!(!offered.header("tus-version").is_empty());
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_make_a_browser_ask() {
    let edge = with_origin().await;
    // What a form or a script without preflight can send.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let mut request = edge.post(json!({"query": "{a}"}).to_string());
        request.headers_mut().insert("content-type", kind.parse().unwrap());
        request.headers_mut().insert("origin", HeaderValue::from_static("https://evil.example"));
        assert_eq!(edge.send(request).await.code(), "UNSUPPORTED_MEDIA_TYPE", "{kind}");
    }
    assert_eq!(edge.calls(), 0);
}

#[tokio::test]
async fn half_a_head_is_not_waited_for() {
    let limits = Limits { head_time: Duration::from_millis(300), ..Limits::default() };
    let edge = Edge::with_limits(limits, false).await;
    let address = listening(edge.state.clone()).await;
    for text in ["", "PR", "POST /gra", "GET /healthz HTTP/1.1\r\nhost: t\r\nx-slow: "] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
        assert!(ended.is_ok(), "{text:?} holds the connection");
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn connections_are_counted() {
    let limits = Limits { connections: 2, ..Limits::default() };
    let edge = Edge::with_limits(limits, false).await;
    let address = listening(edge.state.clone()).await;
    let ask = "GET /healthz HTTP/1.1\r\nhost: t\r\n\r\n";
    let (mut first, mut second) =
        (TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap());
    for stream in [&mut first, &mut second] {
        stream.write_all(ask.as_bytes()).await.unwrap();
        assert!(stream.read(&mut [0; 256]).await.unwrap() > 0);
    }
    let mut third = TcpStream::connect(address).await.unwrap();
    third.write_all(ask.as_bytes()).await.unwrap();
    let mut answer = [0; 256];
    let waits = tokio::time::timeout(Duration::from_millis(300), third.read(&mut answer)).await;
    assert!(waits.is_err(), "it waits until there is a place");
    drop(first);
    assert!(third.read(&mut answer).await.unwrap() > 0);
}

#[tokio::test]
async fn http_2_is_spoken() {
    let edge = Edge::build().await;
    let address = listening(edge.state.clone()).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (mut sender, connection) = handshake.await.unwrap();
    tokio::spawn(connection);
    let uri = format!("http://{address}/healthz");
    let request = HttpRequest::get(uri).body(Full::<axum::body::Bytes>::default()).unwrap();
    let answers = futures_util::future::join_all((0..20).map(|_| sender.send_request(request.clone())));
    assert!(answers.await.into_iter().all(|answer| answer.unwrap().status() == 200));
}

#[tokio::test]
async fn tls_is_spoken_with_a_certificate_of_ones_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/test_keys");
    let (chain, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let edge = Edge::build().await;
    let address = listening(edge.state.clone().with_tls(acceptor(&chain, &key).unwrap())).await;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&chain).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (mut sender, connection) = handshake.await.unwrap();
    tokio::spawn(connection);
    let request = HttpRequest::get("https://localhost/healthz").body(Full::<axum::body::Bytes>::default()).unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
    // Whoever speaks without TLS, or says nothing, is not held.
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: t\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    drop(plain.read_to_end(&mut answer).await);
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    for (chain, key) in [(&key, &key), (&chain, &chain), (&folder.join("none"), &key)] {
        assert!(acceptor(chain, key).is_err(), "{} {}", chain.display(), key.display());
    }
}
