//! Real sockets: keep-alive, hostile bytes, and stopping.

use super::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(super) struct Running {
    pub(super) address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<std::io::Result<Stopped>>,
}

pub(super) async fn run(edge: &Edge, deadline: Duration) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let state = edge.state.clone();
    let signal = async move { drop(stopped.await) };
    let ended = tokio::spawn(async move { serve(listener, state, signal, deadline).await });
    Running { address, stop, ended }
}

fn post(edge: &Edge, query: &str) -> String {
    let body = json!({"query": query}).to_string();
    format!(
        "POST /graphql HTTP/1.1\r\nhost: t\r\nconnection: close\r\ncontent-type: application/json\r\n\
         authorization: Bearer {}\r\ncontent-length: {}\r\n\r\n{body}",
        edge.token,
        body.len()
    )
}

pub(super) async fn exchange(address: std::net::SocketAddr, text: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_request_in_flight_is_answered_before_the_stop() {
    let edge = Edge::build().await;
    let running = run(&edge, Duration::from_secs(5)).await;
    let text = post(&edge, "slow");
    let (address, begun) =
        (running.address, tokio::spawn(async move { exchange(running.address, text.as_bytes()).await }));
    edge.asked().await;
    running.stop.send(()).unwrap();
    assert!(begun.await.unwrap().starts_with("HTTP/1.1 200"));
    assert_eq!(running.ended.await.unwrap().unwrap(), Stopped::Clean);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn the_deadline_cuts_what_does_not_end() {
    let limits = Limits { answer_time: Duration::from_secs(60), ..Limits::default() };
    let edge = Edge::with_limits(limits, false).await;
    let running = run(&edge, Duration::from_millis(200)).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(post(&edge, "never").as_bytes()).await.unwrap();
    edge.asked().await;
    running.stop.send(()).unwrap();
    assert_eq!(running.ended.await.unwrap().unwrap(), Stopped::Cut);
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_the_stop() {
    let edge = Edge::build().await;
    let running = run(&edge, Duration::from_secs(5)).await;
    let _idle = TcpStream::connect(running.address).await.unwrap();
    assert!(exchange(running.address, post(&edge, "{a}").as_bytes()).await.starts_with("HTTP/1.1 200"));
    running.stop.send(()).unwrap();
    assert_eq!(running.ended.await.unwrap().unwrap(), Stopped::Clean);
}

#[tokio::test]
async fn hostile_bytes_leave_the_server_answering() {
    let edge = Edge::build().await;
    let running = run(&edge, Duration::from_secs(1)).await;
    let huge_header = format!("GET /healthz HTTP/1.1\r\nhost: t\r\nx: {}\r\n\r\n", "a".repeat(1 << 20));
    for bytes in
        [&b"\x16\x03\x01\x02\x00"[..], b"GET / HTTP/9.9\r\n\r\n", b"POST /graphql\r\n\r\n", huge_header.as_bytes()]
    {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        // The server may hang up before it has read everything.
        drop(stream.write_all(bytes).await);
        drop(stream.shutdown().await);
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer).await);
        assert!(!answer.starts_with(b"HTTP/1.1 2"), "{}", String::from_utf8_lossy(&answer));
    }
    assert!(exchange(running.address, post(&edge, "{a}").as_bytes()).await.starts_with("HTTP/1.1 200"));
    running.stop.send(()).unwrap();
    running.ended.await.unwrap().unwrap();
}
