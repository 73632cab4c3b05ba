//! Listening: what is slow or hostile is closed, and nothing that was begun is dropped at the stop.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use super::certificate::Peer;
use super::seats::Seats;
use super::{App, Limits, app};

/// How long to wait when no connection can be accepted, as when there are no file descriptors left.
const PAUSE: Duration = Duration::from_millis(100);
/// How long to wait between two looks at the first bytes.
const PEEK: Duration = Duration::from_millis(10);
/// Largest head of a request.
const HEAD_BYTES: usize = 32 * 1024;
/// Streams of one HTTP/2 connection.
const H2_STREAMS: u32 = 100;

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Every request that had begun was answered.
    Clean,
    /// The deadline passed and the rest was cut off.
    Cut,
}

/// Serves until `stop` resolves; then takes no new work and gives begun requests until `deadline`.
pub async fn serve(
    listener: TcpListener,
    state: App,
    stop: impl Future<Output = ()> + Send + 'static,
    deadline: Duration,
) -> io::Result<Stopped> {
    let seats = state.seats.clone();
    let door = Door::new(&state);
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            (stream, peer, place) = door.next(&listener) => door.open(stream, peer, place, graceful.watcher()),
        }
    }
    drop(listener);
    state.begin_to_stop();
    let ended = async {
        graceful.shutdown().await;
        // Sockets are no requests any more, so the server itself does not wait for them.
        seats.emptied().await;
    };
    Ok(match tokio::time::timeout(deadline, ended).await {
        Ok(()) => Stopped::Clean,
        Err(_) => Stopped::Cut,
    })
}

/// Where connections come in.
struct Door {
    router: Router,
    speakers: Speakers,
    limits: Arc<Limits>,
    places: Arc<Semaphore>,
    seats: Seats,
    tls: Option<TlsAcceptor>,
}

impl Door {
    fn new(state: &App) -> Door {
        let limits = state.limits.clone();
        let places = Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
        Door {
            router: app(state.clone()),
            speakers: Speakers::new(limits.head_time),
            limits,
            places,
            seats: state.seats.clone(),
            tls: state.tls.clone(),
        }
    }

    /// The next connection, once there is a place for it.
    async fn next(&self, listener: &TcpListener) -> (TcpStream, Peer, OwnedSemaphorePermit) {
        loop {
            let Ok(place) = self.places.clone().acquire_owned().await else { return std::future::pending().await };
            match listener.accept().await {
                Ok((stream, from)) => return (stream, Peer(from.ip()), place),
                Err(error) => {
                    tracing::warn!(%error, "no connection can be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Serves a connection on a task of its own.
    fn open(&self, stream: TcpStream, peer: Peer, place: OwnedSemaphorePermit, watcher: Watcher) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
        let (speakers, router, limits, tls) =
            (self.speakers.clone(), self.router.clone(), self.limits.clone(), self.tls.clone());
        let seats = self.seats.clone();
        tokio::spawn(async move {
            let _place = place;
            // Whoever has said nothing yet is not waited for when the server stops.
            let given = async {
                tokio::select! {
                    () = tokio::time::sleep(limits.head_time) => {}
                    () = seats.stopped() => {}
                }
            };
            if let Some(tls) = tls {
                let accepted = tokio::select! {
                    accepted = tls.accept(bounded(stream, &limits)) => accepted,
                    () = given => return,
                };
                let Ok(stream) = accepted else { return };
                let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                converse(speakers.of(is_h2), stream, peer, router, watcher).await;
            } else {
                let is_h2 = tokio::select! {
                    is_h2 = begins_with_h2(&stream) => is_h2,
                    () = given => return,
                };
                converse(speakers.of(is_h2), bounded(stream, &limits), peer, router, watcher).await;
            }
        });
    }
}

/// The two versions of HTTP. Which one is spoken is found out here, because the library waits for that without end.
#[derive(Clone)]
struct Speakers {
    h1: Builder<TokioExecutor>,
    h2: Builder<TokioExecutor>,
}

impl Speakers {
    fn new(head_time: Duration) -> Speakers {
        let (mut h1, mut h2) = (Builder::new(TokioExecutor::new()), Builder::new(TokioExecutor::new()));
        h1.http1().timer(TokioTimer::new()).header_read_timeout(head_time).max_buf_size(HEAD_BYTES);
        h2.http2().timer(TokioTimer::new()).max_concurrent_streams(H2_STREAMS).max_header_list_size(HEAD_BYTES as u32);
        h2.http2().keep_alive_interval(head_time).keep_alive_timeout(head_time);
        Speakers { h1: h1.http1_only(), h2: h2.http2_only() }
    }

    fn of(&self, is_h2: bool) -> &Builder<TokioExecutor> {
        if is_h2 { &self.h2 } else { &self.h1 }
    }
}

/// Whoever does not take an answer does not keep it in memory either.
fn bounded(stream: TcpStream, limits: &Limits) -> Pin<Box<TimeoutStream<TcpStream>>> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write_time));
    Box::pin(stream)
}

/// Whether the first bytes are those of HTTP/2 (RFC 9113, 3.4): no method of HTTP/1 begins so.
async fn begins_with_h2(stream: &TcpStream) -> bool {
    const BEGIN: &[u8] = b"PRI ";
    let mut first = [0; BEGIN.len()];
    loop {
        match stream.peek(&mut first).await {
            Ok(read) if read > 0 && first[..read] == BEGIN[..read] => {
                if read == BEGIN.len() {
                    return true;
                }
            }
            _ => return false,
        }
        // What has been seen is seen again at once, until more has come.
        tokio::time::sleep(PEEK).await;
    }
}

async fn converse<S>(builder: &Builder<TokioExecutor>, stream: S, peer: Peer, router: Router, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let from_there = move |mut request: axum::http::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        request
    };
    let service = TowerToHyperService::new(router.map_request(from_there));
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(error, "a connection broke off");
    }
}
