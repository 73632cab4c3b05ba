//! A small HTTP client: one connection a request, nothing added to what the test says.

use std::net::SocketAddr;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Request, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    /// HTTP status.
    pub(crate) status: u16,
    /// Headers.
    pub(crate) headers: HeaderMap,
    /// Body.
    pub(crate) bytes: Bytes,
    /// Body as text.
    pub(crate) text: String,
}

/// Sends a request and reads the whole answer.
pub(crate) async fn send(address: SocketAddr, mut request: Request<Full<Bytes>>) -> Reply {
    let host = HeaderValue::from_str(&address.to_string()).expect("an address is a header's value");
    request.headers_mut().entry(header::HOST).or_insert(host);
    let stream = TcpStream::connect(address).await.expect("the server listens");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("the connection is set up");
    let driven = tokio::spawn(connection);
    let response = sender.send_request(request).await.expect("the server answers");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("the answer arrives whole").to_bytes();
    drop(sender);
    driven.abort();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Reply { status: parts.status.as_u16(), headers: parts.headers, bytes, text }
}

/// Writes bytes as they are and gives back what the server says until it hangs up. A server that answers before it has
/// read everything may break the connection while we write; its answer can be read all the same.
pub(crate) async fn send_raw(address: SocketAddr, bytes: &[u8]) -> String {
    let (mut reader, mut writer) = TcpStream::connect(address).await.expect("the server listens").into_split();
    let _ = writer.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = reader.read_to_end(&mut answer).await;
    String::from_utf8(answer).expect("the answer is UTF-8")
}

/// Writes bytes, says that no more will come, and waits until the server has hung up: a connection that breaks.
pub(crate) async fn break_off(address: SocketAddr, bytes: &[u8]) {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    stream.write_all(bytes).await.expect("the server reads");
    stream.shutdown().await.expect("the connection is ours to end");
    // Whatever it answers is not looked at: a phone that lost its line does not get it either.
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

impl Reply {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.text))
    }

    /// `data` of an answer that has no errors.
    pub(crate) fn data(&self) -> Value {
        let mut json = self.json();
        assert!(json.get("errors").is_none(), "errors in {}", self.text);
        json["data"].take()
    }

    /// Code and path of each error, such as `("FORBIDDEN", "hazards.nodes")`.
    pub(crate) fn errors(&self) -> Vec<(String, String)> {
        let json = self.json();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        let word = |part: &Value| part.as_str().map_or_else(|| part.to_string(), str::to_owned);
        let path =
            |error: &Value| error["path"].as_array().into_iter().flatten().map(word).collect::<Vec<_>>().join(".");
        errors.iter().map(|error| (word(&error["extensions"]["code"]), path(error))).collect()
    }
}
