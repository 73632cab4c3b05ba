//! The HTTP edge: one GraphQL endpoint, health, and the console. Knows no noun and no table.

mod accept;
mod answer;
mod auth;
mod body;
mod certificate;
mod console;
mod content;
mod cross_origin;
mod driven;
mod graphql;
mod headers;
mod health;
mod language;
mod observe;
mod seats;
mod serve;
mod service;
mod socket;
mod streaming;
#[cfg(test)]
mod tests;
mod tls;
mod tokens;
mod uploads;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use tokio_rustls::TlsAcceptor;
use tower::layer::layer_fn;
use tower::util::MapResponseLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use self::answer::{Code, refusal};
use self::seats::Seats;
use crate::identity::Authenticator;
use crate::metrics::Metrics;
use crate::storage::Storage;

pub use certificate::{CertificateProxy, thumbprint_of_pem};
pub use serve::{Stopped, serve};
pub use service::{
    Answer, AnswerStream, Content, ContentStream, Ended, FileRefusal, FileService, GraphqlService, Language,
    OpenContent, Opened, Request, UploadState,
};
pub use tls::{TlsError, acceptor};
pub use uploads::MOST_UPLOAD_BYTES;

/// What the edge allows and offers.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Longest body in bytes.
    pub body_bytes: usize,
    /// Longest time for the head of a request to arrive, and for a connection to say nothing.
    pub head_time: Duration,
    /// Longest time for a client to take what is sent.
    pub write_time: Duration,
    /// Most connections at once.
    pub connections: usize,
    /// Longest time for a body to arrive.
    pub body_time: Duration,
    /// Longest time for an answer.
    pub answer_time: Duration,
    /// Longest time until a new socket has said who it is.
    pub init_time: Duration,
    /// Most sockets and HTTP streams of one subject.
    pub sockets: usize,
    /// Most operations that run on one socket.
    pub streams: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 64 * 1024,
            head_time: Duration::from_secs(10),
            write_time: Duration::from_secs(30),
            connections: 20_000,
            body_time: Duration::from_secs(10),
            answer_time: Duration::from_secs(10),
            init_time: Duration::from_secs(10),
            sockets: 5,
            streams: 20,
        }
    }
}

/// What the edge needs. Cloning shares it.
#[derive(Clone)]
pub struct App {
    authenticator: Arc<Authenticator>,
    service: Arc<dyn GraphqlService>,
    storage: Storage,
    files: Option<Arc<dyn FileService>>,
    tls: Option<TlsAcceptor>,
    certificates: Option<Arc<CertificateProxy>>,
    origins: Vec<HeaderValue>,
    metrics: Arc<Metrics>,
    limits: Arc<Limits>,
    console: bool,
    demo_roles: Option<DemoRoles>,
    seats: Seats,
}

/// Makes the roles of the demo, each with a fresh token: a JSON list of `role`, `division`, `posting` and `token`.
pub type DemoRoles = Arc<dyn Fn() -> String + Send + Sync>;

impl App {
    /// The edge over a service. `console`: whether GraphiQL is served at `/`.
    pub fn new(
        authenticator: Arc<Authenticator>,
        service: Arc<dyn GraphqlService>,
        storage: Storage,
        limits: Limits,
        console: bool,
    ) -> Self {
        let metrics = Arc::new(Metrics::new());
        let seats = Seats::new(limits.sockets, metrics.clone());
        Self {
            authenticator,
            service,
            storage,
            files: None,
            tls: None,
            certificates: None,
            origins: vec![],
            metrics,
            limits: Arc::new(limits),
            console,
            demo_roles: None,
            seats,
        }
    }

    /// The same with files.
    pub fn with_files(self, files: Arc<dyn FileService>) -> Self {
        Self { files: Some(files), ..self }
    }

    /// The same, counting into these figures.
    pub fn with_metrics(self, metrics: Arc<Metrics>) -> Self {
        let seats = Seats::new(self.limits.sockets, metrics.clone());
        Self { metrics, seats, ..self }
    }

    /// The same with roles of the demo to choose from in the console: whoever reaches the server can act as each of them.
    pub fn with_demo_roles(self, roles: DemoRoles) -> Self {
        Self { demo_roles: Some(roles), ..self }
    }

    /// The same with TLS.
    pub fn with_tls(self, tls: TlsAcceptor) -> Self {
        Self { tls: Some(tls), ..self }
    }

    /// The same, believing proxies about the certificates of clients.
    pub fn with_certificates(self, proxy: CertificateProxy) -> Self {
        Self { certificates: Some(Arc::new(proxy)), ..self }
    }

    /// The same for the pages of these origins, such as `https://desk.example`.
    pub fn with_origins(self, origins: Vec<HeaderValue>) -> Self {
        Self { origins, ..self }
    }

    /// From now on the readiness probe says no, so that no new work is sent here, and whoever stays is asked to leave.
    fn begin_to_stop(&self) {
        self.seats.stop();
    }
}

/// The router of the whole edge.
pub fn app(app: App) -> Router {
    match cross_origin::layer(&app.origins) {
        None => finished(routes(&app), app),
        Some(layer) => {
            let others = finished(routes(&app).layer(layer), app.clone());
            cross_origin::steered(finished(routes(&app), app), others)
        }
    }
}

fn routes(app: &App) -> Router<Arc<App>> {
    let mut router = Router::new()
        .route("/graphql", get(graphql::handle_get).post(graphql::handle).fallback(graphql::method_not_allowed))
        .route(
            "/uploads/{token}",
            get(uploads::state)
                .head(uploads::offset)
                .patch(uploads::append)
                .delete(uploads::terminate)
                .options(uploads::options),
        )
        .route("/files/{token}", get(content::give))
        .route("/oauth/token", post(tokens::give))
        .route("/.well-known/oauth-authorization-server", get(tokens::metadata))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready));
    if app.console {
        router = router.route("/", get(console::page)).route("/console/{file}", get(console::file));
        router = router.route("/console/roles.json", get(console::roles));
    }
    router.fallback(|| async { refusal(StatusCode::NOT_FOUND, Code::NotFound, "there is nothing at this address") })
}

fn finished(router: Router<Arc<App>>, app: App) -> Router {
    // Events and parts are to leave at once, so they are not gathered for compression.
    let compressible = DefaultPredicate::new().and(NotForContentType::const_new("multipart/mixed"));
    let headers: fn(Response) -> Response = if app.tls.is_some() { headers::secure } else { headers::fixed };
    // From the outermost on, as one layer: each by itself would box and clone the whole of what is below it.
    router
        .layer((
            MapResponseLayer::new(headers),
            layer_fn(observe::Observe),
            CatchPanicLayer::custom(answer::after_panic),
            CompressionLayer::new().compress_when(compressible),
        ))
        .with_state(Arc::new(app))
}
