//! A client on a socket, which says what a test lets it say.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value as Json, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::app::Actor;

/// Longer than anything here takes, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens a socket with a subprotocol and nothing said.
    pub(crate) async fn open(actor: &Actor, protocol: Option<&str>) -> Socket {
        let mut request = format!("ws://{}/graphql", actor.address()).into_client_request().unwrap();
        if let Some(protocol) = protocol {
            request.headers_mut().insert("sec-websocket-protocol", protocol.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Socket(socket),
            // The client of the test refuses a server that chose no protocol; ours says so with a close frame.
            Err(error) => panic!("no socket: {error}"),
        }
    }

    /// A socket on which somebody has said who they are.
    pub(crate) async fn known(actor: &Actor) -> Socket {
        let mut socket = Self::open(actor, Some("graphql-transport-ws")).await;
        let payload = json!({ "authorization": actor.authorization() });
        socket.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
        socket
    }

    pub(crate) async fn say(&mut self, message: Json) {
        self.say_text(&message.to_string()).await;
    }

    pub(crate) async fn say_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.expect("the socket takes it");
    }

    pub(crate) async fn say_bytes(&mut self, bytes: Vec<u8>) {
        self.0.send(Message::binary(bytes)).await.expect("the socket takes it");
    }

    /// Leaves as clients do.
    pub(crate) async fn leave(&mut self) {
        let frame = CloseFrame { code: CloseCode::Normal, reason: "done".into() };
        self.0.send(Message::Close(Some(frame))).await.expect("the socket takes it");
    }

    pub(crate) async fn subscribe(&mut self, id: &str, query: &str, variables: Json) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(json!({ "id": id, "type": "subscribe", "payload": payload })).await;
    }

    /// Subscribes, and waits until the server has taken notice.
    pub(crate) async fn listen(&mut self, id: &str, query: &str, variables: Json) {
        self.subscribe(id, query, variables).await;
        self.say(json!({ "type": "ping" })).await;
        assert_eq!(self.hear().await["type"], "pong");
    }

    /// The next message of the protocol.
    pub(crate) async fn hear(&mut self) -> Json {
        match self.frame().await {
            Message::Text(text) => serde_json::from_str(text.as_str()).expect("a message is JSON"),
            other => panic!("not a message: {other:?}"),
        }
    }

    /// The answer in the next message, which is one of the operation.
    pub(crate) async fn next(&mut self, id: &str) -> Json {
        let mut message = self.hear().await;
        assert_eq!((&message["id"], &message["type"]), (&json!(id), &json!("next")), "{message}");
        let mut payload = message["payload"].take();
        assert!(payload.get("errors").is_none(), "{payload}");
        payload["data"].take()
    }

    /// Code and reason with which the server closes; what it says before is passed over.
    pub(crate) async fn closed(&mut self) -> (u16, String) {
        loop {
            match self.frame().await {
                Message::Close(Some(frame)) => return (frame.code.into(), frame.reason.to_string()),
                Message::Close(None) => panic!("closed without a code"),
                _ => {}
            }
        }
    }

    /// Waits until the server has hung up, whatever it says before.
    pub(crate) async fn ends(&mut self) {
        let all = async { while let Some(Ok(_)) = self.0.next().await {} };
        tokio::time::timeout(PATIENCE, all).await.expect("the server hangs up");
    }

    async fn frame(&mut self) -> Message {
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("the server says something");
            match frame.expect("the socket is open").expect("the frame is whole") {
                Message::Ping(_) | Message::Pong(_) => {}
                other => return other,
            }
        }
    }

    /// Whether nothing comes within a moment.
    pub(crate) async fn is_silent(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(400), self.0.next()).await.is_err()
    }
}
