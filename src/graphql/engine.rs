//! Answering a request: the executor.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use async_graphql::indexmap::IndexMap;
use async_graphql_parser::types::OperationType;
use async_graphql_value::{ConstValue, Variables as LibraryVariables};
use futures_util::future::BoxFuture;
use serde_json::Value as Json;

use super::admission::Admission;
use super::asker::{facts, named, who};
use super::charge::overloaded;
use super::coerce::Variables;
use super::document::{Document, Documents};
pub use super::engine_error::EngineError;
use super::error::{Code, Error};
use super::execute::Execution;
use super::finish::{Finished, Read};
use super::limits::Limits;
use super::live::{self, Readings};
use super::meter::{Exhausted, Left, Meter};
use super::model::Model;
use super::mutate::{self, Writing};
use super::mutations::{self, Mutation};
pub use super::options::Options;
use super::plans::{Asked, Plans};
use super::roots::{self, Root};
use super::select::Reader;
use super::slow::{Ran, Slow};
use super::tell::Telling;
use super::trusted::Trusted;
use super::unseen::{self, Rows};
use super::{build, nouns, register, sdl};
use crate::access::{Access, Policy};
use crate::http::{Answer, GraphqlService, Opened, Request};
use crate::identity::{Purpose, Standing, Viewer};
use crate::kernel::clock::{self, Clock};
use crate::kernel::seal::Sealer;
use crate::lifecycle::Lifecycles;
use crate::lifecycle::case::Actor;
use crate::lifecycle::write::Writer;
use crate::metrics::Metrics;
use crate::outbox::hub::Hub;
use crate::read::catalog::Catalog;
use crate::read::predicate::Lens;
use crate::read::session::{ReadError, Session};
use crate::read::sql::Dialect;
use crate::storage::{ReadPool, Storage};
use crate::trail::entry::{Decision, Deed, Who};
use crate::trail::recorder::{Recorder, TrailLost};

/// The engine: types, documents, policy and a way to the database.
pub struct Engine {
    catalog: &'static Catalog,
    lifecycles: Arc<Lifecycles>,
    mutations: IndexMap<String, Mutation>,
    writer: Option<Arc<Writer>>,
    recorder: Recorder,
    model: Model,
    roots: HashMap<&'static str, Root>,
    documents: Documents,
    policy: Arc<Policy>,
    sealer: Arc<Sealer>,
    pool: ReadPool,
    clock: Arc<dyn Clock>,
    divisions: HashMap<String, String>,
    hub: Arc<Hub>,
    readings: Readings,
    rows: Rows,
    pub(super) plans: Plans,
    limits: Limits,
    meter: Meter,
    meter_clock: Arc<dyn Clock>,
    admission: Admission,
    trusted: Trusted,
    metrics: Arc<Metrics>,
    subgraph: OnceLock<Option<String>>,
    slow: Slow,
    /// Whether there is a database to read; there is, but where what goes before it is measured.
    reads: bool,
}

/// What is known of a run beside its answer.
pub(super) struct Trace {
    /// Texts of the statements, in order.
    statements: Vec<Arc<str>>,
    /// Whether what is told to a subscription may be seen.
    pub(super) shown: bool,
}

impl Default for Trace {
    fn default() -> Self {
        Trace { statements: vec![], shown: true }
    }
}

/// An answer and the statements that made it.
pub struct Traced {
    /// The answer.
    pub answer: Answer,
    /// Texts of the statements, in order.
    pub statements: Vec<Arc<str>>,
}

impl Engine {
    /// An engine over a database whose schema is current. Reads the divisions once; restart after loading others.
    pub async fn new(
        storage: &Storage,
        policy: Arc<Policy>,
        sealer: Arc<Sealer>,
        clock: Arc<dyn Clock>,
        options: Options,
    ) -> Result<Engine, EngineError> {
        let pool = storage.read.clone();
        let catalog = nouns::catalog()?;
        let lifecycles = match options.lifecycles {
            Some(lifecycles) => lifecycles,
            None => Arc::new(Lifecycles::built_in(catalog, &policy)?),
        };
        let model = build::model(catalog, &lifecycles.flows);
        let mutations = mutations::all(&lifecycles.flows);
        let lived = lifecycles.clone();
        let write = || Writer::new(storage.write_pool(), lived, catalog, sealer.clone(), options.hash);
        let (writer, recorder) = match options.memory {
            Some(memory) => (None, Recorder::into_memory(memory)),
            None => {
                let writer = Arc::new(write());
                (Some(writer.clone()), Recorder::start(writer))
            }
        };
        let documents = Documents::new(register::schema(&model)?, options.limits.clone());
        let divisions = crate::read::divisions::names(&pool).await.map_err(EngineError::Divisions)?;
        let news = writer.as_ref().map(|writer| writer.news().clone()).unwrap_or_default();
        let figures = (options.metrics.clone(), clock.clone());
        let hub = Hub::open(pool.clone(), news, figures).await.map_err(EngineError::Feed)?;
        let limits = options.limits;
        let roots = roots::all().into_iter().map(|r| (r.name, r.root)).collect();
        Ok(Engine {
            catalog,
            lifecycles,
            mutations,
            writer,
            recorder,
            model,
            roots,
            documents,
            policy,
            sealer,
            pool,
            meter_clock: options.meter_clock.unwrap_or_else(|| clock.clone()),
            clock,
            divisions,
            hub: Arc::new(hub),
            readings: live::readings(),
            rows: unseen::rows(),
            plans: Plans::new(),
            meter: Meter::new(limits.bucket, limits.refill),
            admission: Admission::new(
                limits.writes,
                limits.reads,
                limits.exports,
                Duration::from_millis(limits.wait_ms),
            ),
            trusted: Trusted::new(options.applications),
            metrics: options.metrics,
            subgraph: OnceLock::new(),
            slow: Slow::new(options.slow),
            reads: true,
            limits,
        })
    }

    /// The same engine cut off from its database, where every statement finds nothing: what is left of an answer is what goes
    /// before the database, and can be measured.
    pub fn without_database(self) -> Engine {
        Engine { reads: false, ..self }
    }

    fn dialect(&self) -> Dialect {
        match self.pool {
            ReadPool::Postgres(_) => Dialect::Postgres,
            ReadPool::Sqlite(..) => Dialect::Sqlite,
        }
    }

    /// The gate of a viewer at a moment.
    pub(super) fn lens<'a>(&'a self, access: Access<'a>, now_ms: i64, today: &'a str) -> Lens<'a> {
        let (catalog, lifecycles, dialect) = (self.catalog, &self.lifecycles, self.dialect());
        Lens { access, catalog, lifecycles, dialect, now_ms, today, divisions: &self.divisions }
    }

    pub(super) async fn session(&self) -> Result<Session, ReadError> {
        if self.reads { Session::open(&self.pool).await } else { Ok(Session::without_database(self.dialect())) }
    }

    /// Answers a request and says which statements were run.
    pub async fn execute_traced(&self, viewer: &Viewer, request: Request) -> Traced {
        let mut trace = Trace::default();
        let answer = match self.prepare(viewer, &request).await {
            Ok((document, known)) => self.answer(viewer, &request, &document, known, &mut trace).await,
            Err(errors) => refused(&errors),
        };
        Traced { answer, statements: trace.statements }
    }

    /// The refusal of a purpose that the posting may not act for.
    pub(super) async fn denied_purpose(&self, access: &Access<'_>, operation: &str) -> Option<Answer> {
        if access.purpose_allowed() {
            return None;
        }
        let message = format!("your role may not act for the purpose {}", access.facts().purpose.code());
        let answer = refused(&[Error::new(Code::ForbiddenPurpose, message)]);
        let read = Read::denied(Code::ForbiddenPurpose.text().to_owned());
        Some(self.kept(answer, read.deeds(self.clock.now_ms(), &who(access), operation)).await)
    }

    /// The answer, with its name where the document is of a manifest.
    pub(super) async fn answer(
        &self,
        viewer: &Viewer,
        request: &Request,
        document: &Document,
        known: bool,
        trace: &mut Trace,
    ) -> Answer {
        let answer = self.run(viewer, request, document, None, trace).await;
        let operation = document.operation(request.operation_name.as_deref()).ok().filter(|_| known);
        Answer { operation: operation.map(|operation| named(request, operation).into()), ..answer }
    }

    /// The document, and whether it is of a manifest.
    pub(super) async fn prepare(
        &self,
        viewer: &Viewer,
        request: &Request,
    ) -> Result<(Arc<Document>, bool), Arc<Vec<Error>>> {
        let client = Some(viewer.client_id()).filter(|client| !client.is_empty());
        let asked = self.trusted.document(client, request).map_err(|error| Arc::new(vec![error]))?;
        let document = self.documents.get(&self.model, &asked.text).await?;
        if let Some(hash) = asked.keep {
            self.trusted.keep(hash, asked.text);
        }
        Ok((document, asked.known))
    }

    /// Runs an operation: what is told to it, if it is a subscription.
    pub(super) async fn run(
        &self,
        viewer: &Viewer,
        request: &Request,
        document: &Document,
        telling: Option<Telling<'_>>,
        trace: &mut Trace,
    ) -> Answer {
        let began = Instant::now();
        let operation = match document.operation(request.operation_name.as_deref()) {
            Ok(operation) => operation,
            Err(error) => return refused(&[error]),
        };
        if request.queries_only && operation.ty != OperationType::Query {
            return refused(&[Error::new(Code::MethodNotAllowed, "a GET only reads: send a mutation by POST")]);
        }
        if operation.ty == OperationType::Subscription && telling.is_none() {
            let message =
                "a subscription needs a socket, or a request that accepts text/event-stream or multipart/mixed";
            return refused(&[Error::new(Code::ValidationFailed, message)]);
        }
        let facts = facts(viewer);
        let Some(access) = Access::new(&self.policy, viewer.role(), &facts) else {
            return refused(&[Error::internal(&format!("no role {}", viewer.role()))]);
        };
        let now_ms = self.clock.now_ms();
        let today = clock::shanghai_date(now_ms);
        let asked = Asked::of(document, operation, request, &access, &today);
        let known = asked.as_ref().and_then(|asked| self.plans.get(asked));
        let coerce = || Variables::coerce(&self.model, operation, &request.variables).map(Arc::new);
        let variables = match known.as_ref().and_then(|known| known.variables.clone()).map_or_else(coerce, Ok) {
            Ok(variables) => variables,
            Err(errors) => return refused(&errors),
        };
        let name = named(request, operation);
        if let Some(answer) = self.denied_purpose(&access, &name).await {
            return answer;
        }
        let lens = self.lens(access, now_ms, &today);
        let reader = Reader { model: &self.model, document: &document.ast, variables: &variables };
        let priced = known.as_ref().map(|known| known.cost);
        let (bill, lane, cost) = match self.bill(&reader, operation, telling.is_some(), priced, &facts) {
            Ok(billed) => billed,
            Err(answer) => return answer,
        };
        let Ok(_place) = self.admission.enter(lane, telling.is_some()).await else {
            return overloaded();
        };
        let introspected = match document.asks_for(operation, &["__schema", "__type"]) {
            true => self.introspect(document, request).await,
            false => ConstValue::Null,
        };
        let subgraph = match document.asks_for(operation, &["_service"]) {
            true => self.subgraph(),
            false => None,
        };
        let waiting = Instant::now();
        let session = match self.session().await {
            Ok(session) => session,
            Err(error) if error.is_exhausted() => return overloaded(),
            Err(error) => return refused(&[Error::internal(&error)]),
        };
        self.metrics.waited(waiting.elapsed());
        let writing = match (operation.ty == OperationType::Mutation, &self.writer) {
            (true, Some(writer)) => Some(writing(writer, &access, request)),
            (true, None) => return refused(&[mutate::no_writer()]),
            (false, _) => None,
        };
        let (roots, mutations) = (&self.roots, (&self.mutations, writing));
        let mut execution =
            Execution::new(lens, (reader, request.language), &self.sealer, session, roots, mutations, &introspected)
                .with_subgraph(subgraph)
                .with_plans(known)
                .telling(telling)
                .bounded(bill, self.limits.answer_bytes);
        execution.run(&operation.selection_set.node).await;
        if let Some((asked, planned)) = asked.zip(execution.planned(cost, document, &variables)) {
            self.plans.keep(asked, planned);
        }
        let points = bill.map(|bill| bill.points);
        let ran = Ran { began, operation: &name, document: &document.text, role: viewer.role(), points };
        self.slow.note(&mut execution.session, &ran).await;
        trace.shown = execution.shown;
        if !trace.shown {
            return Answer::default();
        }
        let Finished { answer, statements: mut run, read } = execution.finish();
        if let Some(bill) = &bill {
            self.metrics.cost(bill.points, run.len());
        }
        trace.statements.append(&mut run);
        self.kept(answer, read.deeds(now_ms, &who(&access), &name)).await
    }

    /// The answer once its entries are in the trail; what cannot be kept is not told.
    async fn kept(&self, answer: Answer, deeds: Vec<Deed>) -> Answer {
        match self.recorder.record(deeds).await {
            Ok(()) => answer,
            Err(lost) => refused(&[Error::internal(&lost)]),
        }
    }

    /// The contract as a part of a federation; made when it is first asked for.
    fn subgraph(&self) -> Option<&str> {
        let make = || {
            let made = sdl::subgraph(self.catalog, &self.lifecycles.flows);
            made.inspect_err(|error| tracing::error!(%error, "no contract of the part")).ok()
        };
        self.subgraph.get_or_init(make).as_deref()
    }

    /// What the library answers to the introspection fields of a document.
    async fn introspect(&self, document: &Document, request: &Request) -> ConstValue {
        let mut asked = async_graphql::Request::new(&document.text)
            .variables(LibraryVariables::from_json(Json::Object(request.variables.clone())));
        asked.set_parsed_query(document.ast.clone());
        asked.operation_name = request.operation_name.clone();
        let response = self.documents.schema().execute(asked).await;
        response.data
    }

    /// Notes that content of evidence was given to a viewer.
    pub async fn record_download(&self, viewer: &Viewer, evidence: i64, hash: &str) -> Result<(), TrailLost> {
        let facts = facts(viewer);
        let access = Access::new(&self.policy, viewer.role(), &facts).ok_or(TrailLost)?;
        let who = who(&access);
        let mut deed = Deed::new(self.clock.now_ms(), who, "EvidenceContent", Decision::Allow, "download");
        deed.objects.extend([format!("Evidence:{evidence}"), format!("File:{hash}")]);
        self.recorder.record(vec![deed]).await
    }

    /// Notes that content of evidence was refused to whoever a link was sealed for.
    pub async fn record_refused_download(
        &self,
        posting: i64,
        purpose: Purpose,
        evidence: i64,
    ) -> Result<(), TrailLost> {
        let who = Who { posting_id: Some(posting), purpose: purpose.code().to_owned(), ..Who::default() };
        let mut deed = Deed::new(self.clock.now_ms(), who, "EvidenceContent", Decision::Deny, "download");
        deed.objects.insert(format!("Evidence:{evidence}"));
        self.recorder.record(vec![deed]).await
    }

    /// The policy.
    pub(super) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Seals cursors.
    pub(super) fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// Takes points out of the bucket of an account.
    pub(super) fn charge(&self, account: i64, points: u64) -> Result<Left, Exhausted> {
        self.meter.charge(account, points, self.meter_clock.now_ms())
    }

    /// Bounds.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Who is let in.
    pub(super) fn admission(&self) -> &Admission {
        &self.admission
    }

    /// Readings that several streams share.
    pub(super) fn readings(&self) -> &Readings {
        &self.readings
    }

    /// Rows of matters that several streams share.
    pub(super) fn rows(&self) -> &Rows {
        &self.rows
    }

    /// The moment, by the clock of the answers.
    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// The events of this process.
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// The types of the API.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The writer; `None`: the engine only reads.
    pub fn writer(&self) -> Option<&Arc<Writer>> {
        self.writer.as_ref()
    }

    /// The lifecycles.
    pub fn lifecycles(&self) -> &Lifecycles {
        &self.lifecycles
    }

    /// The declarations.
    pub fn catalog(&self) -> &'static Catalog {
        self.catalog
    }
}

impl GraphqlService for Engine {
    fn execute<'a>(&'a self, viewer: &'a Viewer, request: Request) -> BoxFuture<'a, Answer> {
        Box::pin(async move { self.execute_traced(viewer, request).await.answer })
    }

    fn open(self: Arc<Self>, standing: Arc<Standing>, request: Request) -> BoxFuture<'static, Opened> {
        // Taken now and not when the document has been read: nothing that happens from here on is missed.
        let head = self.hub.head();
        Box::pin(self.begin(standing, request, head))
    }
}

fn writing<'w>(writer: &'w Writer, access: &Access<'_>, request: &Request) -> Writing<'w> {
    Writing {
        writer,
        actor: Actor::of(access),
        purpose: access.facts().purpose.code(),
        operation: request.operation_name.clone().unwrap_or_default(),
        key: request.idempotency_key.clone(),
    }
}

/// A request that was refused as a whole: no data.
pub(super) fn refused(errors: &[Error]) -> Answer {
    let body = serde_json::json!({ "errors": errors.iter().map(Error::to_json).collect::<Vec<_>>() });
    let status = match errors.first().map(|e| e.code) {
        Some(Code::Internal) => 500,
        Some(Code::ForbiddenPurpose) => 403,
        Some(Code::MethodNotAllowed) => 405,
        Some(Code::RateLimited) => 429,
        Some(Code::Overloaded) => 503,
        _ => 400,
    };
    Answer {
        status,
        body: body.to_string().into_bytes(),
        codes: errors.iter().map(|e| e.code.text()).collect(),
        limit: errors.first().and_then(|error| error.limit),
        ..Answer::default()
    }
}
