//! `fengqiao serve`: the API until a signal ends it.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;

use super::background::Background;
use super::{Failure, logging, services, setup};
use crate::access::Policy;
use crate::config::Settings;
use crate::files::desk::Desk;
use crate::files::upload::Uploads;
use crate::graphql::engine::{Engine, Options};
use crate::http::{self, App, Limits, Stopped};
use crate::identity::{Authenticator, DatabasePostings, Issuer};
use crate::kernel::clock::{Clock, SystemClock};
use crate::metrics::Metrics;
use crate::storage::{Storage, may_change_trail};

pub(super) const EXAMPLES: &str = "\
Examples:
  fengqiao serve
  fengqiao serve --listen 0.0.0.0:8080 --config /etc/fengqiao.toml
  FENGQIAO_DATABASE__URL=postgres://fengqiao@db.example/city fengqiao serve";

/// Where to listen.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Address and port [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

/// Serves with the settings until SIGTERM or SIGINT.
pub(super) async fn run(mut settings: Settings, arguments: &Arguments) -> Result<(), Failure> {
    if let Some(listen) = arguments.listen {
        settings.http.listen = listen;
    }
    let traces = logging::start(&settings)?;
    let stop = signal()?;
    let listener = listen(&settings).await?;
    let served = async { Server::open(&settings, listener, Arc::new(SystemClock)).await?.run(stop).await }.await;
    logging::end(traces).await;
    served
}

/// Takes the configured port.
pub(super) async fn listen(settings: &Settings) -> Result<TcpListener, Failure> {
    let address = settings.http.listen;
    let taken = TcpListener::bind(address).await;
    taken.map_err(|error| Failure::Failed(format!("{address} cannot be listened on: {error}")))
}

/// Everything that serves, opened and checked, listening but not yet answering.
pub(super) struct Server {
    listener: TcpListener,
    app: App,
    storage: Storage,
    background: Background,
    deadline: Duration,
}

impl Server {
    /// `today` is the clock that answers go by; tokens are always checked by the machine's.
    pub(super) async fn open(
        settings: &Settings,
        listener: TcpListener,
        today: Arc<dyn Clock>,
    ) -> Result<Self, Failure> {
        let storage = Storage::open(&setup::database(settings)?).await?;
        storage.check().await?;
        if may_change_trail(&storage.write).await? {
            tracing::warn!(
                "the role of the database URL may change the audit trail: serve as another one, see `fengqiao migrate up --grant-to`"
            );
        }
        let issuers = setup::issuers(settings)?;
        if issuers.iter().any(Issuer::is_demo) {
            tracing::warn!("the demo issuer is on: whoever reads the data directory can act as anybody");
        }
        let sealer = setup::sealer(settings)?;
        if sealer.is_demo() {
            tracing::warn!("personal keys are sealed with the published demo key: use invented data only");
        }
        let policy = Arc::new(Policy::built_in().map_err(|error| Failure::Failed(error.to_string()))?);
        let postings = Arc::new(DatabasePostings::new(storage.read.to_sea_orm()));
        let authenticator = Authenticator::new(issuers, postings, policy.clone(), Arc::new(SystemClock));
        let authenticator = Arc::new(authenticator.with_services(services::services(settings, &sealer)?));
        authenticator.refresh_keys().await;
        let sealer = Arc::new(sealer);
        let options = Options::writing().with_hash(settings.audit.hash).with_limits(settings.limits.clone());
        let metrics = Arc::new(Metrics::new());
        let options = options.with_applications(setup::applications(settings)?).with_metrics(metrics.clone());
        let options = options.metered_by(Arc::new(SystemClock));
        let options = match settings.log.slow_ms {
            0 => options,
            ms => options.telling_slow(Duration::from_millis(ms)),
        };
        let engine = Engine::new(&storage, policy, sealer.clone(), today.clone(), options).await;
        let engine = Arc::new(engine.map_err(|error| Failure::Failed(error.to_string()))?);
        let writer = engine.writer().ok_or_else(|| Failure::Failed("the engine does not write".into()))?;
        let uploads = Uploads::new(setup::store(settings)?, writer.clone(), today.clone());
        let background = Background::start(settings, &uploads, writer, (engine.hub(), &authenticator), &today)?
            .telling(settings.metrics.listen, metrics.clone())
            .await?;
        let (gate, known) = (engine.clone(), authenticator.clone());
        let desk = Desk { uploads, engine: gate, authenticator: known, sealer };
        let limits = Limits {
            body_bytes: settings.http.body_bytes,
            body_time: Duration::from_secs(settings.http.body_seconds),
            head_time: Duration::from_secs(settings.http.head_seconds),
            write_time: Duration::from_secs(settings.http.write_seconds),
            connections: settings.http.connections,
            answer_time: Duration::from_secs(settings.http.answer_seconds),
            init_time: Duration::from_secs(settings.http.init_seconds),
            sockets: settings.http.sockets,
            streams: settings.http.streams,
        };
        let mut app = App::new(authenticator, engine, storage.clone(), limits, settings.http.console)
            .with_files(Arc::new(desk))
            .with_origins(setup::origins(settings)?)
            .with_metrics(metrics.clone());
        if let Some(proxy) = services::proxy(settings)? {
            app = app.with_certificates(proxy);
        }
        if let Some(tls) = &settings.http.tls {
            let acceptor = http::acceptor(&tls.certificate, &tls.key);
            app = app.with_tls(acceptor.map_err(|error| Failure::Configuration(format!("[http.tls] {error}")))?);
        }
        Ok(Self { listener, app, storage, background, deadline: Duration::from_secs(settings.http.stop_seconds) })
    }

    /// The address in use, also where the configured port was 0.
    pub(super) fn address(&self) -> Result<SocketAddr, Failure> {
        self.listener.local_addr().map_err(|error| Failure::Failed(error.to_string()))
    }

    /// The database it serves from.
    pub(super) fn storage(&self) -> &Storage {
        &self.storage
    }

    /// The same with roles of the demo at hand in the console.
    pub(super) fn with_demo_roles(self, roles: http::DemoRoles) -> Self {
        Self { app: self.app.with_demo_roles(roles), ..self }
    }

    pub(super) async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), Failure> {
        tracing::info!(address = %self.address()?, "serving");
        let ended = http::serve(self.listener, self.app, stop, self.deadline).await;
        let stopped = ended.map_err(|error| Failure::Failed(error.to_string()))?;
        drop(self.background);
        match stopped {
            Stopped::Clean => {
                self.storage.close().await?;
                tracing::info!("stopped");
            }
            // Cut requests still hold connections, so closing would wait for them.
            Stopped::Cut => tracing::warn!("stopped; requests that did not end in time were cut off"),
        }
        Ok(())
    }
}

/// Resolves on SIGTERM or SIGINT.
#[cfg(unix)]
pub(super) fn signal() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |error: std::io::Error| Failure::Failed(error.to_string());
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Resolves on Ctrl-C.
#[cfg(not(unix))]
pub(super) fn signal() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::{StorageError, migrate_up};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    fn settings(folder: &std::path::Path) -> Settings {
        let mut settings = Settings { data_dir: folder.join("data"), ..Settings::default() };
        settings.http.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        settings
    }

    async fn migrated(settings: &Settings) {
        let storage = Storage::open_to_maintain(&setup::database(settings).unwrap()).await.unwrap();
        migrate_up(&storage.write, None).await.unwrap();
        storage.close().await.unwrap();
    }

    async fn open(settings: &Settings) -> Result<Server, Failure> {
        Server::open(settings, listen(settings).await?, Arc::new(SystemClock)).await
    }

    async fn exchange(address: SocketAddr, text: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn serving_needs_a_current_database() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        let refused = open(&settings).await.err().unwrap();
        assert!(matches!(refused, Failure::Database(StorageError::Missing(_))), "{refused}");
        Storage::open_to_maintain(&setup::database(&settings).unwrap()).await.unwrap().close().await.unwrap();
        let refused = open(&settings).await.err().unwrap();
        assert_eq!((refused.exit_code(), refused.to_string().contains("fengqiao migrate up")), (4, true));
    }

    #[tokio::test]
    async fn a_server_answers_and_stops() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        migrated(&settings).await;
        let server = open(&settings).await.unwrap();
        let address = server.address().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(server.run(async move { drop(stopped.await) }));
        let ready = exchange(address, "GET /readyz HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n").await;
        assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
        stop.send(()).unwrap();
        running.await.unwrap().unwrap();
        assert!(!folder.path().join("data/fengqiao.db-wal").exists(), "the log is folded into the file");
    }

    #[tokio::test]
    async fn figures_are_told_on_a_port_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(folder.path());
        migrated(&settings).await;
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        settings.metrics.listen = Some(free);
        let server = open(&settings).await.unwrap();
        let address = server.address().unwrap();
        let running = tokio::spawn(server.run(std::future::pending()));
        let ask = "GET /metrics HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n";
        let figures = exchange(free, ask).await;
        assert!(figures.starts_with("HTTP/1.1 200") && figures.contains("fengqiao_outbox_position 0"), "{figures}");
        assert!(exchange(address, ask).await.starts_with("HTTP/1.1 404"), "not where clients ask");
        running.abort();
    }

    #[tokio::test]
    async fn a_taken_port_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(folder.path());
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        settings.http.listen = taken.local_addr().unwrap();
        let refused = open(&settings).await.err().unwrap();
        assert!(refused.to_string().contains(&settings.http.listen.to_string()), "{refused}");
    }
}
