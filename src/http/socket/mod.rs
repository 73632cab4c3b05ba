//! `graphql-transport-ws` (the protocol of the graphql-ws library): one loop for each socket, every close code of the protocol.

mod message;
mod operation;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, Request as HttpRequest};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream::{AbortHandle, BoxStream, SelectAll};
use tokio::time::{Instant, sleep_until, timeout};

use self::message::Message;
use self::operation::Said;
use super::answer::{Code, error_of, refusal};
use super::auth::Shown;
use super::seats::Seat;
use super::streaming::{LOOK, every};
use super::{App, Language, auth, language};
use crate::identity::{AuthError, Standing};

const PROTOCOL: &str = "graphql-transport-ws";
/// How long a frame may take to leave: whoever takes longer is dropped.
const SEND: Duration = Duration::from_secs(10);
/// How long a client is given to close after we have.
const CLOSING: Duration = Duration::from_secs(1);
/// After so long without a frame from the client it is asked for a sign of life, after twice that it is dropped.
const QUIET: Duration = Duration::from_secs(30);
/// Buffers of a socket; they grow for larger messages.
const BUFFER: usize = 4 * 1024;

/// Why a socket is closed: code and reason.
type Close = (u16, &'static str);

const GOING_AWAY: Close = (1001, "the server stops");
const TRY_AGAIN: Close = (1013, "try again later");
const UNAUTHORIZED: Close = (4401, "Unauthorized");
const FORBIDDEN: Close = (4403, "Forbidden");
const ENDED: Close = (4403, "the token or the posting has ended");
const NOT_ACCEPTABLE: Close = (4406, "Subprotocol not acceptable");
const INIT_TIMEOUT: Close = (4408, "Connection initialisation timeout");
const DUPLICATE: Close = (4409, "Subscriber already exists");
const TOO_MANY_INITS: Close = (4429, "Too many initialisation requests");
const TOO_MANY_SOCKETS: Close = (4429, "Too many sockets of one subject");

/// Whether a request wants to become a socket.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Turns a request into a socket.
pub(super) async fn upgrade(app: Arc<App>, request: HttpRequest) -> Response {
    let (mut parts, _) = request.into_parts();
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => {
            let status = rejection.into_response().status();
            let status = if status.is_client_error() { status } else { StatusCode::BAD_REQUEST };
            return refusal(status, Code::BadRequest, "this is no handshake of a socket");
        }
    };
    let shown = auth::shown(&app, &parts);
    let language = language::accepted(&parts.headers);
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(app.limits.body_bytes)
        .max_frame_size(app.limits.body_bytes)
        .read_buffer_size(BUFFER)
        .write_buffer_size(0)
        .on_upgrade(move |socket| async move {
            let open = app.seats.open("socket");
            Client::new(app, socket, shown, language).run().await;
            drop(open);
        })
}

/// A client on its socket.
struct Client {
    app: Arc<App>,
    socket: WebSocket,
    /// What the handshake showed.
    shown: Option<Shown>,
    language: Language,
    /// Who it is, once it has said so.
    known: Option<(Arc<Standing>, Seat)>,
    running: SelectAll<BoxStream<'static, Said>>,
    handles: HashMap<String, AbortHandle>,
    heard: Instant,
}

/// What happens next on a socket.
enum Event {
    Frame(Option<Frame>),
    Said(Said),
    Look,
    NoInit,
    Stop,
}

impl Client {
    fn new(app: Arc<App>, socket: WebSocket, shown: Option<Shown>, language: Language) -> Self {
        let (running, handles) = (SelectAll::new(), HashMap::new());
        Self { app, socket, shown, language, known: None, running, handles, heard: Instant::now() }
    }

    async fn run(mut self) {
        if let Err(Some(close)) = self.serve().await {
            self.close(close).await;
        }
    }

    /// Serves until the socket ends; `Err(None)`: it is gone.
    async fn serve(&mut self) -> Result<(), Option<Close>> {
        if self.socket.protocol().is_none_or(|protocol| protocol != PROTOCOL) {
            return Err(Some(NOT_ACCEPTABLE));
        }
        let deadline = Instant::now() + self.app.limits.init_time;
        let mut looks = every(LOOK);
        let seats = self.app.seats.clone();
        let stopped = seats.stopped();
        tokio::pin!(stopped);
        loop {
            let event = tokio::select! {
                frame = self.socket.recv() => Event::Frame(frame.and_then(Result::ok)),
                Some(said) = self.running.next(), if !self.running.is_empty() => Event::Said(said),
                _ = looks.tick(), if self.known.is_some() => Event::Look,
                () = sleep_until(deadline), if self.known.is_none() => Event::NoInit,
                () = &mut stopped => Event::Stop,
            };
            match event {
                // Boxed: a socket that only waits should not hold the room of what it may be asked.
                Event::Frame(Some(frame)) => Box::pin(self.frame(frame)).await?,
                Event::Frame(None) => return Err(None),
                Event::Said(said) => self.say(said).await?,
                Event::Look => self.look().await?,
                Event::NoInit => return Err(Some(INIT_TIMEOUT)),
                Event::Stop => return Err(Some(GOING_AWAY)),
            }
        }
    }

    async fn frame(&mut self, frame: Frame) -> Result<(), Option<Close>> {
        self.heard = Instant::now();
        let text = match frame {
            Frame::Text(text) => text,
            Frame::Binary(_) => return Err(Some((4400, "a message is text"))),
            Frame::Ping(_) | Frame::Pong(_) => return Ok(()),
            Frame::Close(_) => {
                self.leave().await;
                return Err(None);
            }
        };
        match message::read(text.as_str()).map_err(|reason| Some((4400, reason)))? {
            Message::Init { token } => self.init(token).await,
            Message::Ping { token } => self.ping(token).await,
            Message::Pong => Ok(()),
            Message::Subscribe { id, request } => self.subscribe(id, *request).await,
            Message::Complete { id } => {
                if let Some(handle) = self.handles.remove(&id) {
                    handle.abort();
                }
                Ok(())
            }
        }
    }

    async fn init(&mut self, token: Option<String>) -> Result<(), Option<Close>> {
        if self.known.is_some() {
            return Err(Some(TOO_MANY_INITS));
        }
        let shown = token.map(Shown::Token).or_else(|| self.shown.take()).ok_or(Some(FORBIDDEN))?;
        let viewer = shown.viewer(&self.app).await.map_err(|error| Some(refused(&error, FORBIDDEN)))?;
        let seat = self.app.seats.take(viewer.subject()).ok_or(Some(TOO_MANY_SOCKETS))?;
        self.known = Some((Arc::new(Standing::new(self.app.authenticator.clone(), viewer)), seat));
        self.send(r#"{"type":"connection_ack"}"#.to_owned()).await
    }

    async fn ping(&mut self, token: Option<String>) -> Result<(), Option<Close>> {
        if let (Some(token), Some((standing, _))) = (token, &self.known) {
            standing.renew(&token).await.map_err(|error| Some(refused(&error, FORBIDDEN)))?;
        }
        self.send(r#"{"type":"pong"}"#.to_owned()).await
    }

    async fn subscribe(&mut self, id: String, mut request: super::Request) -> Result<(), Option<Close>> {
        let (standing, _) = self.known.as_ref().ok_or(Some(UNAUTHORIZED))?;
        if self.handles.contains_key(&id) {
            return Err(Some(DUPLICATE));
        }
        if self.handles.len() >= self.app.limits.streams {
            let body = error_of(Code::TooManyStreams).to_string();
            return self.send(message::error(&id, body.as_bytes())).await;
        }
        // What a query sees is of now, as it is for a request.
        standing.now().await.map_err(|error| Some(refused(&error, ENDED)))?;
        request.language = self.language;
        let (handle, said) = operation::begin(&self.app, standing.clone(), id.clone(), request);
        self.handles.insert(id, handle);
        self.running.push(said);
        Ok(())
    }

    async fn say(&mut self, said: Said) -> Result<(), Option<Close>> {
        match said {
            Said::Frame(frame) => self.send(frame).await,
            Said::Last { id, frame } => {
                self.handles.remove(&id);
                self.send(frame).await
            }
            Said::Refused => Err(Some(ENDED)),
            Said::Fault => Err(Some(TRY_AGAIN)),
        }
    }

    /// Looks whether the rights have ended, and whether the client is still there.
    async fn look(&mut self) -> Result<(), Option<Close>> {
        if let Some((standing, _)) = &self.known
            && let Err(AuthError::Refused(_)) = standing.now().await
        {
            return Err(Some(ENDED));
        }
        let quiet = self.heard.elapsed();
        if quiet > 2 * QUIET {
            return Err(None);
        }
        // Every look of the second half asks again: one lost frame is no silence.
        if quiet > QUIET { self.frame_out(Frame::Ping(Default::default())).await } else { Ok(()) }
    }

    async fn send(&mut self, text: String) -> Result<(), Option<Close>> {
        self.frame_out(Frame::Text(text.into())).await
    }

    /// Sends a frame; whoever does not take it in time is dropped, so that nothing gathers here.
    async fn frame_out(&mut self, frame: Frame) -> Result<(), Option<Close>> {
        match timeout(SEND, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(None),
        }
    }

    async fn close(mut self, (code, reason): Close) {
        let frame = Frame::Close(Some(CloseFrame { code, reason: reason.into() }));
        if self.frame_out(frame).await.is_ok() {
            self.leave().await;
        }
    }

    /// Waits until both sides have sent their close frame: the library answers the client's while it reads. What the client
    /// says before is not read any more.
    async fn leave(&mut self) {
        let answered = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        drop(timeout(CLOSING, answered).await);
    }
}

fn refused(error: &AuthError, close: Close) -> Close {
    auth::note(error);
    match error {
        AuthError::Refused(_) => close,
        AuthError::Unavailable(_) => TRY_AGAIN,
    }
}
