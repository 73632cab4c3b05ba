//! A client on a socket.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

pub(super) struct Socket(WebSocketStream<TcpStream>);

fn broken(error: impl std::fmt::Display) -> String {
    format!("socket: {error}")
}

impl Socket {
    /// A socket on which somebody has said who they are.
    pub(super) async fn open(address: &str, token: &str) -> Result<Socket, String> {
        let stream = TcpStream::connect(address).await.map_err(broken)?;
        stream.set_nodelay(true).map_err(broken)?;
        let mut request = format!("ws://{address}/graphql").into_client_request().map_err(broken)?;
        let protocol = "graphql-transport-ws".parse().map_err(broken)?;
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        // Ten thousand of these run beside the server that is measured.
        let small = WebSocketConfig::default().read_buffer_size(4 * 1024).write_buffer_size(0);
        let (socket, _) = client_async_with_config(request, stream, Some(small)).await.map_err(broken)?;
        let mut socket = Socket(socket);
        let payload = json!({ "authorization": format!("Bearer {token}") });
        socket.say(&json!({ "type": "connection_init", "payload": payload })).await?;
        match socket.hear().await? {
            Some(ack) if ack["type"] == "connection_ack" => Ok(socket),
            other => Err(format!("not acknowledged: {other:?}")),
        }
    }

    pub(super) async fn say(&mut self, message: &Value) -> Result<(), String> {
        self.0.send(Message::text(message.to_string())).await.map_err(broken)
    }

    /// Subscribes and waits until the server has taken notice.
    pub(super) async fn listen(&mut self, query: &str) -> Result<(), String> {
        self.say(&json!({ "id": "1", "type": "subscribe", "payload": { "query": query } })).await?;
        self.say(&json!({ "type": "ping" })).await?;
        match self.hear().await? {
            Some(pong) if pong["type"] == "pong" => Ok(()),
            other => Err(format!("no pong: {other:?}")),
        }
    }

    /// The next message; `None`: the server has closed.
    pub(super) async fn hear(&mut self) -> Result<Option<Value>, String> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(text.as_str()).map(Some).map_err(broken),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(None),
                Some(Ok(_)) => {}
            }
        }
    }
}
