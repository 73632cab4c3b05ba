//! Listening, and stopping without dropping what was begun.

use std::future::Future;
use std::io;
use std::time::Duration;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::{App, app};

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
    let (begin, begun) = oneshot::channel();
    let stopping = state.clone();
    let seats = state.seats.clone();
    let signal = async move {
        stop.await;
        stopping.begin_to_stop();
        if begin.send(()).is_err() {
            tracing::debug!("serving had ended already");
        }
    };
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
    });
    let serving = axum::serve(listener, app(state)).with_graceful_shutdown(signal);
    let overdue = async move {
        match begun.await {
            Ok(()) => tokio::time::sleep(deadline).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = async {
            serving.into_future().await?;
            // Sockets are no requests any more, so the server itself does not wait for them.
            seats.emptied().await;
            Ok(())
        } => ended.map(|()| Stopped::Clean),
        () = overdue => Ok(Stopped::Cut),
    }
}
