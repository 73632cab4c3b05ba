//! The whole product over a city: real tokens, a real socket, a clock that stands still.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Request;
use fengqiao::access::Policy;
use fengqiao::files::desk::Desk;
use fengqiao::files::store::Store;
use fengqiao::files::upload::Uploads;
use fengqiao::graphql::engine::{Engine, Options};
use fengqiao::http::{self, App, Limits, Stopped, serve};
use fengqiao::identity::{Authenticator, DatabasePostings, DemoIssuer, Purpose, posting_by_id, posting_by_role};
use fengqiao::kernel::clock::Clock;
use fengqiao::kernel::seal::Sealer;
use fengqiao::trail::recorder::Memory;
use http_body_util::Full;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::backend::{Backend, Fixture};
use super::city::{City, OwnCity, PLAN};
use super::client::{self, Reply};
use super::clock::TestClock;
use super::database::Database;

/// The secret of the test issuer.
pub(crate) const SECRET: &[u8] = b"the secret of the test issuer: 32+";
const TOKEN_SECONDS: i64 = 8 * 3_600;
const DEADLINE: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(120);

/// The product over the shared city; tests with it only read.
pub(crate) struct TestApp {
    /// The city behind it.
    pub(crate) database: Database,
    pub(crate) engine: Arc<Engine>,
    /// Takes uploads, where the app writes.
    pub(crate) uploads: Option<Uploads>,
    /// The folder where content is kept.
    pub(crate) files: TempDir,
    authenticator: Arc<Authenticator>,
    address: SocketAddr,
    issuer: DemoIssuer,
    /// The clock that it goes by.
    pub(crate) clock: Arc<TestClock>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<Stopped>>,
    /// Gives events their places, as a server does.
    told: JoinHandle<()>,
}

/// The product over a city of its own; tests with it may write.
pub(crate) struct OwnTestApp(pub(crate) TestApp);

/// Somebody who sends requests.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    address: SocketAddr,
    token: Option<String>,
}

impl Fixture for TestApp {
    async fn open(backend: Backend) -> Self {
        Self::over(City::open(backend).await.0, Options::reading_with_trail_in_memory(Memory::default()).unmetered())
            .await
    }

    async fn close(self) {
        self.stop().await;
    }
}

impl Fixture for OwnTestApp {
    async fn open(backend: Backend) -> Self {
        Self(TestApp::over(OwnCity::open(backend).await.0, Options::writing().unmetered()).await)
    }

    async fn close(self) {
        self.0.stop().await;
    }
}

impl TestApp {
    /// The product over a database, told so.
    pub(crate) async fn over(database: Database, options: Options) -> Self {
        let storage = database.storage.clone();
        let clock = Arc::new(TestClock::at(PLAN.as_of_ms));
        let issuer = DemoIssuer::new(SECRET.to_vec().into()).expect("the secret is long enough");
        let postings = Arc::new(DatabasePostings::new(storage.read.to_sea_orm()));
        let policy = Arc::new(Policy::built_in().expect("the policy is sound"));
        let authenticator = Authenticator::new(vec![issuer.issuer()], postings, policy.clone(), clock.clone());
        let authenticator = Arc::new(authenticator);
        let sealer = Arc::new(Sealer::demo());
        let engine = Engine::new(&storage, policy, sealer.clone(), clock.clone(), options).await;
        let engine = Arc::new(engine.expect("the engine starts"));
        // Times are tested where they are the matter; elsewhere a slow machine is to fail nothing.
        let limits = Limits { answer_time: PATIENCE, body_time: PATIENCE, ..Limits::default() };
        let mut app = App::new(authenticator.clone(), engine.clone(), storage, limits, true);
        let files = tempfile::tempdir().expect("a folder for files");
        let store = Store::folder(files.path()).expect("the folder is ours");
        let uploads = engine.writer().map(|writer| Uploads::new(store, writer.clone(), clock.clone()));
        if let Some(uploads) = uploads.clone() {
            let (engine, authenticator) = (engine.clone(), authenticator.clone());
            app = app.with_files(Arc::new(Desk { uploads, engine, authenticator, sealer }));
        }
        let told = match engine.writer() {
            Some(writer) => tokio::spawn(engine.hub().clone().run(writer.pool().clone())),
            None => tokio::spawn(std::future::ready(())),
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
        let address = listener.local_addr().expect("the socket has an address");
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(serve(
            listener,
            app,
            async {
                // A dropped sender stops it as well.
                let _ = stopped.await;
            },
            DEADLINE,
        ));
        Self { database, engine, uploads, files, authenticator, address, issuer, clock, stop, served, told }
    }

    /// Another build over the same database; the connections are this one's and end with the first that stops.
    pub(crate) async fn next_build(&self, options: Options) -> Self {
        Self::over(self.database.beside(), options).await
    }

    pub(crate) async fn stop(self) {
        self.stop_serving().await.close().await;
    }

    /// From now on events get no places by themselves.
    pub(crate) fn tells_nothing_by_itself(&self) {
        self.told.abort();
    }

    /// Stops the server and leaves the database open.
    pub(crate) async fn stop_serving(self) -> Database {
        // The server may have ended by itself; its own result tells.
        let _ = self.stop.send(());
        let stopped = self.served.await.expect("serving did not panic").expect("serving did not fail");
        assert_eq!(stopped, Stopped::Clean, "a request was left hanging");
        self.told.abort();
        self.database
    }

    /// Somebody without a token.
    pub(crate) fn anyone(&self) -> Actor {
        Actor { address: self.address, token: None }
    }

    /// Somebody with these words for a token.
    pub(crate) fn with_token(&self, token: &str) -> Actor {
        Actor { address: self.address, token: Some(token.to_owned()) }
    }

    /// The account behind a posting, with a token for it.
    pub(crate) async fn as_posting(&self, posting_id: i64, purpose: Option<Purpose>) -> Actor {
        let found = posting_by_id(&self.database.storage.write, posting_id).await.expect("the database answers");
        let found = found.unwrap_or_else(|| panic!("the city has no posting {posting_id}"));
        self.with_token(&self.token(&found.subject, posting_id, purpose))
    }

    /// The first holder of a role in a division.
    pub(crate) async fn as_role(&self, role: &str, division: &str) -> Actor {
        let now = self.clock.now_ms();
        let found = posting_by_role(&self.database.storage.write, role, Some(division), now).await;
        let found =
            found.expect("the database answers").unwrap_or_else(|| panic!("the city has no {role} in {division}"));
        self.with_token(&self.token(&found.subject, found.posting_id, None))
    }

    /// The statements that a document of an actor runs, in order, as PostgreSQL or SQLite gets them.
    pub(crate) async fn statements(&self, actor: &Actor, document: &str, variables: Value) -> Vec<String> {
        let token = actor.token.as_deref().expect("the actor has a token");
        let viewer = self.authenticator.authenticate(token).await.expect("the token is accepted");
        let Value::Object(variables) = variables else { panic!("variables are an object") };
        let request = http::Request { query: document.to_owned(), variables, ..http::Request::default() };
        let statements = self.engine.execute_traced(&viewer, request).await.statements;
        statements.iter().map(ToString::to_string).collect()
    }

    /// A token of the test issuer, from now on, whether the posting exists or not.
    pub(crate) fn token(&self, subject: &str, posting_id: i64, purpose: Option<Purpose>) -> String {
        self.issuer
            .issue(subject, posting_id, purpose, self.clock.now_ms(), TOKEN_SECONDS)
            .expect("the token is signed")
    }
}

impl Actor {
    /// Where the server listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The header that carries the token.
    pub(crate) fn authorization(&self) -> Option<String> {
        self.token.as_ref().map(|token| format!("Bearer {token}"))
    }

    /// Sends a document.
    pub(crate) async fn graphql(&self, document: &str, variables: Value) -> Reply {
        self.post(json!({ "query": document, "variables": variables }).to_string()).await
    }

    /// Sends a body to the endpoint as JSON, whatever it is.
    pub(crate) async fn post(&self, body: impl Into<Vec<u8>>) -> Reply {
        let mut request = Request::post("/graphql").header("content-type", "application/json");
        if let Some(token) = self.authorization() {
            request = request.header("authorization", token);
        }
        self.send(request.body(Full::from(body.into())).expect("the request is well formed")).await
    }

    /// Sends a body to the endpoint as JSON and gives back the raw answer, also to a body that the server does not read.
    pub(crate) async fn post_raw(&self, body: &[u8]) -> String {
        let token = self.token.as_deref().unwrap_or_default();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Authorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        client::send_raw(self.address, &[head.as_bytes(), body].concat()).await
    }

    /// Sends a document with headers of one's own.
    pub(crate) async fn graphql_with(&self, headers: &[(&str, &str)], document: &str, variables: Value) -> Reply {
        let mut request = Request::post("/graphql").header("content-type", "application/json");
        let token = self.authorization().into_iter().map(|token| ("authorization", token));
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned()));
        for (name, value) in token.chain(headers) {
            request = request.header(name, value);
        }
        let body = json!({ "query": document, "variables": variables }).to_string();
        self.send(request.body(Full::from(body)).expect("the request is well formed")).await
    }

    /// Sends bytes as they are, then nothing more, and waits until the server has hung up.
    pub(crate) async fn break_off(&self, bytes: &[u8]) {
        client::break_off(self.address, bytes).await;
    }

    /// Sends any request as it is, without the token.
    pub(crate) async fn send(&self, request: Request<Full<axum::body::Bytes>>) -> Reply {
        client::send(self.address, request).await
    }
}
