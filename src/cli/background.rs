//! 后台. What a server does beside answering: clocks ring, events get their places, heads are sealed, what is over is swept.
//!
//! Any number of servers may run over one database; each task is made so that two of them do no harm.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::{Failure, setup};
use crate::config::Settings;
use crate::files::upload::Uploads;
use crate::identity::{Authenticator, REFRESH};
use crate::kernel::clock::Clock;
use crate::lifecycle::write::Writer;
use crate::metrics::Metrics;
use crate::outbox::hub::Hub;
use crate::self_inspection::cycles;
use crate::trail::seal::Sealing;

/// How often clocks are looked at.
const CLOCKS: Duration = Duration::from_secs(1);
/// How often what is over is swept.
const SWEEP: Duration = Duration::from_secs(600);

/// The tasks; they end when this is dropped.
pub(super) struct Background(JoinSet<()>);

impl Background {
    pub(super) fn start(
        settings: &Settings,
        uploads: &Uploads,
        writer: &Arc<Writer>,
        (hub, authenticator): (&Arc<Hub>, &Arc<Authenticator>),
        clock: &Arc<dyn Clock>,
    ) -> Result<Background, Failure> {
        let mut tasks = JoinSet::new();
        let sealing = Sealing {
            writer: writer.clone(),
            key: setup::signing_key(settings)?,
            file: setup::seals_file(settings),
            clock: clock.clone(),
        };
        tasks.spawn(sealing.run(Duration::from_secs(settings.audit.seal_seconds.max(1))));
        let (ringing, now) = (writer.clone(), clock.clone());
        tasks.spawn(every(CLOCKS, "clocks cannot be looked at", move || {
            let (writer, now) = (ringing.clone(), now.now_ms());
            async move { writer.ring(now).await.map(drop) }
        }));
        tasks.spawn(hub.clone().run(writer.pool().clone()));
        let keys = authenticator.clone();
        tasks.spawn(async move {
            loop {
                tokio::time::sleep(REFRESH).await;
                keys.refresh_keys().await;
            }
        });
        let (sweeping, now) = (uploads.clone(), clock.clone());
        tasks.spawn(every(SWEEP, "uploads cannot be swept", move || {
            let (uploads, now) = (sweeping.clone(), now.now_ms());
            async move { uploads.sweep(now).await.map(drop) }
        }));
        let (turning, now) = (writer.clone(), clock.clone());
        tasks.spawn(every(SWEEP, "keys and cycles that are over cannot be put away", move || {
            let (writer, now) = (turning.clone(), now.now_ms());
            async move {
                writer.forget_keys(now).await?;
                cycles::turn(&writer, now).await?;
                Ok::<(), crate::lifecycle::write::WriteError>(())
            }
        }));
        Ok(Background(tasks))
    }
}

impl Background {
    /// The same with `/metrics` on a port of its own, if there is one.
    pub(super) async fn telling(mut self, at: Option<SocketAddr>, metrics: Arc<Metrics>) -> Result<Self, Failure> {
        const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        let Some(address) = at else { return Ok(self) };
        let listener = TcpListener::bind(address).await;
        let listener =
            listener.map_err(|error| Failure::Failed(format!("{address} cannot be listened on: {error}")))?;
        let text = move || std::future::ready(([(CONTENT_TYPE, OPENMETRICS)], metrics.text()));
        let router = Router::new().route("/metrics", get(text));
        self.0.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "figures are not told any more");
            }
        });
        Ok(self)
    }
}

/// Does something now and then, at an interval; what goes wrong is logged, and tried again the next time.
async fn every<E, F>(interval: Duration, wrong: &'static str, mut work: impl FnMut() -> F)
where
    E: std::fmt::Display,
    F: Future<Output = Result<(), E>>,
{
    loop {
        if let Err(error) = work().await {
            tracing::error!(%error, "{wrong}");
        }
        tokio::time::sleep(interval).await;
    }
}
