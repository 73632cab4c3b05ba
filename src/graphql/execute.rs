//! Running the root fields of an operation in the order of the document.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::indexmap::IndexMap;
use async_graphql_parser::types::SelectionSet;
use async_graphql_value::ConstValue;
use sea_orm::sea_query::{Expr, ExprTrait, Value};
use serde_json::Value as Json;

use super::coerce::Args;
use super::error::{Code, Error};
use super::meter::Left;
use super::mutate::Writing;
use super::mutations::Mutation;
use super::plain;
use super::plans::{self, Plan, Planned};
use super::roots::Root;
use super::select::{Reader, Selected};
use super::sought::{Sought, division};
use super::tell::Telling;
use crate::http::Language;
use crate::kernel::clock;
use crate::kernel::coordinates::Point;
use crate::kernel::seal::Sealer;
use crate::read::compile::{Compiler, Path};
use crate::read::connection::divisions;
use crate::read::declare::View;
use crate::read::fetch::{self, FetchedRows, Run};
use crate::read::figures::{Of, root_path};
use crate::read::page::Page;
use crate::read::plan::{RowsPlan, member};
use crate::read::predicate::{Lens, Via};
use crate::read::session::{ReadError, Session};
use crate::read::sql::{always, col};
use crate::read::template::Templates;
use crate::read::write::Writer;

/// The run of one operation.
pub struct Execution<'a, 'd> {
    pub(super) compiler: Compiler<'a, 'd>,
    pub(super) writer: Writer<'a>,
    pub(super) session: Session,
    roots: &'a HashMap<&'static str, Root>,
    pub(super) mutations: &'a IndexMap<String, Mutation>,
    pub(super) writing: Option<Writing<'a>>,
    introspected: &'a ConstValue,
    /// The contract as a part of a federation, where it is asked for.
    pub(super) subgraph: Option<&'a str>,
    pub(super) errors: Vec<Error>,
    /// The root below which fields are compiled one by one.
    pub(super) outer: Path,
    pub(super) lost: bool,
    /// What is told to a subscription.
    telling: Option<Telling<'a>>,
    /// Whether what is told may be seen.
    pub(super) shown: bool,
    /// What was made of the operation when it was asked before.
    pub(super) known: Option<Arc<Planned>>,
    /// Values of the cursors of its root fields.
    pub(super) given: Vec<Vec<Value>>,
    /// Plans so far, and whether they can serve again.
    pub(super) plans: Vec<Arc<Plan>>,
    pub(super) keeps: bool,
    /// Root fields that were to have a plan.
    pub(super) planned: usize,
    /// What it costs; `None`: it was paid for before.
    pub(super) bill: Option<Bill>,
    /// Most bytes of the answer.
    pub(super) most_bytes: usize,
}

/// What an operation costs, and what is left after it.
#[derive(Clone, Copy, Debug)]
pub struct Bill {
    /// Points.
    pub points: u64,
    /// What is left.
    pub left: Left,
}

pub(super) fn text<'v>(args: &'v Args, name: &str) -> Option<&'v str> {
    match args.get(name) {
        Some(ConstValue::String(text)) => Some(text),
        _ => None,
    }
}

pub(super) fn number(args: &Args, name: &str) -> Option<i64> {
    match args.get(name) {
        Some(ConstValue::Number(n)) => n.as_i64(),
        _ => None,
    }
}

pub(super) fn fault(error: ReadError) -> Error {
    if error.is_timeout() {
        return Error::new(Code::Timeout, "the request took too long");
    }
    Error::internal(&error)
}

impl<'a, 'd> Execution<'a, 'd> {
    /// A run that has not begun.
    pub fn new(
        lens: Lens<'a>,
        (reader, language): (Reader<'d>, Language),
        sealer: &'a Sealer,
        session: Session,
        roots: &'a HashMap<&'static str, Root>,
        (mutations, writing): (&'a IndexMap<String, Mutation>, Option<Writing<'a>>),
        introspected: &'a ConstValue,
    ) -> Self {
        let compiler = Compiler::new(lens, reader, sealer, language);
        let writer = Writer::new(lens, sealer);
        Execution {
            compiler,
            writer,
            session,
            roots,
            mutations,
            writing,
            introspected,
            subgraph: None,
            errors: vec![],
            outer: vec![],
            lost: false,
            telling: None,
            shown: true,
            known: None,
            given: vec![],
            plans: vec![],
            keeps: true,
            planned: 0,
            bill: None,
            most_bytes: usize::MAX,
        }
    }

    /// The same with what it costs, and with so many bytes of an answer at most.
    pub fn bounded(self, bill: Option<Bill>, most_bytes: usize) -> Self {
        Execution { bill, most_bytes, ..self }
    }

    /// The same where the contract as a part of a federation is asked for.
    pub fn with_subgraph(self, subgraph: Option<&'a str>) -> Self {
        Execution { subgraph, ..self }
    }

    /// The same for a subscription that is told something.
    pub fn telling(self, telling: Option<Telling<'a>>) -> Self {
        Execution { telling, ..self }
    }

    /// Runs the operation.
    pub async fn run(&mut self, set: &'d SelectionSet) {
        let ty = match (&self.writing, self.telling) {
            (Some(_), _) => "Mutation",
            (None, Some(_)) => "Subscription",
            (None, None) => "Query",
        };
        let fields = match self.compiler.reader.fields(ty, &[set]) {
            Ok(fields) => fields,
            Err(error) => {
                self.errors.push(error);
                self.lost = true;
                return;
            }
        };
        self.fit(&fields);
        self.writer.out.push(b'{');
        for (n, selected) in fields.iter().enumerate() {
            if n > 0 {
                self.writer.out.push(b',');
            }
            self.writer.out.extend_from_slice(member(selected.key).as_bytes());
            let start = self.writer.out.len();
            let outcome = self.root(ty, selected).await;
            let mut below = std::mem::take(&mut self.compiler.errors);
            if outcome.is_ok() {
                self.errors.append(&mut below);
            }
            if let Err(error) = outcome {
                self.writer.out.truncate(start);
                self.writer.out.extend_from_slice(b"null");
                let nullable = !self.compiler.reader.definition(ty, selected).is_ok_and(|d| d.ty.non_null());
                self.lost |= !nullable;
                self.errors.push(error.on(&root_path(selected.key)));
            }
        }
        self.writer.out.push(b'}');
    }

    /// What is seldom asked is boxed: the run of every operation is as large as the largest that it may wait for.
    async fn root(&mut self, ty: &str, selected: &Selected<'d>) -> Result<(), Error> {
        self.outer.clear();
        match selected.name {
            "__typename" => {
                self.writer.string(ty);
                return Ok(());
            }
            "__schema" | "__type" => {
                let value = match self.introspected {
                    ConstValue::Object(fields) => fields.get(selected.key).unwrap_or(&ConstValue::Null),
                    _ => &ConstValue::Null,
                };
                return serde_json::to_writer(&mut self.writer.out, value).map_err(|e| Error::internal(&e));
            }
            _ if self.writing.is_some() => return Box::pin(self.mutation(selected)).await,
            _ => {}
        }
        if let Some(telling) = self.telling {
            return Box::pin(self.tell(telling, selected)).await;
        }
        let root = self.roots.get(selected.name).ok_or_else(|| Error::internal(&"no such root"))?;
        self.planned += 1;
        let sought = self.sought(root, selected)?;
        if let Some(plan) = self.known_plan() {
            let given = match sought {
                Some(sought) => sought.values(),
                None => self.given.get_mut(self.planned - 1).map(std::mem::take).unwrap_or_default(),
            };
            return self.read(plan, given).await;
        }
        self.keeps &= plans::is_kept(root);
        let args = self.compiler.reader.args("Query", selected)?;
        match root {
            Root::List { view, mine } => self.list(view, *mine, &args, selected).await,
            Root::Lookup { .. } | Root::Node => match sought {
                Some(sought) => self.one(&sought, selected).await,
                // A plan as well: those that are kept are told apart by their order.
                None => self.read(Arc::new(Plan::Row(None)), vec![]).await,
            },
            Root::Statistics { summary } => self.figures(summary, &args, (Of::Division, always()), selected).await,
            Root::Nodes => Box::pin(self.nodes(&args, selected)).await,
            Root::Entities => Box::pin(self.entities(&args, selected)).await,
            Root::Service => self.service(selected),
            Root::ChangesSince => Box::pin(self.changes_since(&args, selected)).await,
            Root::Overview => Box::pin(self.overview(&args, selected)).await,
            Root::Around => Box::pin(self.around(&args, selected)).await,
            Root::Viewer => Box::pin(self.viewer(selected)).await,
            Root::RateLimit => self.rate_limit(selected),
            Root::ServerTime => {
                self.writer.string(&clock::rfc3339(self.compiler.lens.now_ms));
                Ok(())
            }
            Root::ExplainAccess => Box::pin(self.explain(&args, selected)).await,
        }
    }

    pub(super) fn view(&self, name: &str) -> Result<&'static View, Error> {
        self.compiler.lens.catalog.view(name).ok_or_else(|| Error::internal(&format!("no view {name}")))
    }

    pub(super) fn path(&self, key: &str) -> Path {
        self.outer.iter().cloned().chain(root_path(key)).collect()
    }

    pub(super) fn null(&mut self) {
        self.writer.out.extend_from_slice(b"null");
    }

    async fn list(
        &mut self,
        view: &str,
        mine: Option<&'static str>,
        args: &Args,
        selected: &Selected<'d>,
    ) -> Result<(), Error> {
        let view = self.view(view)?;
        let organisation = self.compiler.lens.access.facts().organisation_id;
        let condition = mine.map_or_else(always, |column| col("t0", column).eq(organisation));
        let path = self.path(selected.key);
        let mut plan = self.compiler.list(view, Via::List, condition, &vec![], args, true, &selected.sets, &path)?;
        if let Some(plan) = plan.as_mut().filter(|plan| !plan.rows.ways.is_empty()) {
            plan.rows.found_by(self.compiler.lens.ways(view, "t0", false, &divisions(args)));
        }
        if let Some(plan) = &mut plan {
            plan.rows.page.turn();
        }
        let plan = Arc::new(Plan::List(plan));
        let given = self.turned(&plan, selected)?;
        self.read(plan, given).await
    }

    /// The row that a condition on a key names.
    pub(super) async fn single(
        &mut self,
        view: &'static View,
        via: Via,
        condition: Expr,
        selected: &Selected<'d>,
    ) -> Result<(), Error> {
        let plan = self.row(view, via, (condition, Compiler::one_row()), selected)?;
        self.read(Arc::new(Plan::Row(plan)), vec![]).await
    }

    async fn one(&mut self, sought: &Sought, selected: &Selected<'d>) -> Result<(), Error> {
        let plan = self.row(sought.view, Via::Key, (sought.condition(), sought.page()), selected)?;
        self.read(Arc::new(Plan::Row(plan)), sought.values()).await
    }

    fn row(
        &mut self,
        view: &'static View,
        via: Via,
        (condition, page): (Expr, Page),
        selected: &Selected<'d>,
    ) -> Result<Option<RowsPlan>, Error> {
        let path = self.path(selected.key);
        let nodes = [(selected.sets.clone(), path.clone())];
        let mut plan = self.compiler.rows(view, via, condition, page, &nodes, &path)?;
        if let Some(plan) = plan.as_mut().filter(|plan| !plan.ways.is_empty() && plan.keys().is_empty()) {
            plan.near = self.compiler.lens.near(view, "t0").map(|way| (way, Templates::default()));
        }
        Ok(plan)
    }

    /// At most so many rows that fulfil a condition, by their ids; `None`: the viewer is shown none.
    pub(super) async fn found(
        &mut self,
        view: &'static View,
        via: Via,
        (condition, most): (Expr, usize),
        selected: &Selected<'d>,
    ) -> Result<Option<(RowsPlan, FetchedRows)>, Error> {
        let path = self.path(selected.key);
        let nodes = [(selected.sets.clone(), path.clone())];
        let page = Compiler::by_id(view, most);
        let Some(plan) = self.compiler.rows(view, via, condition, page, &nodes, &path)? else {
            return Ok(None);
        };
        let fetched = fetch::rows(&mut self.reading(), &plan).await.map_err(fault)?;
        Ok(Some((plan, fetched)))
    }

    async fn figures(
        &mut self,
        summary: &str,
        args: &Args,
        rows: (Of, Expr),
        selected: &Selected<'d>,
    ) -> Result<(), Error> {
        let path = self.path(selected.key);
        // What is confined to begin with, such as to surroundings, is found by that.
        let confined = rows.1 != always();
        let mut plan = self.compiler.figures(summary, args, rows, &selected.sets, &path)?;
        if let Some(plan) = plan.as_mut().filter(|plan| !confined && !plan.ways.is_empty()) {
            plan.found_by(&self.compiler.lens.ways(plan.view, "t0", true, text(args, "division").as_slice()));
        }
        self.read(Arc::new(Plan::Figures(plan)), vec![]).await
    }

    /// What a plan of this request is run with.
    pub(super) fn reading(&mut self) -> Run<'_> {
        Run { session: &mut self.session, now_ms: self.compiler.lens.now_ms, given: Arc::default() }
    }

    async fn overview(&mut self, args: &Args, selected: &Selected<'d>) -> Result<(), Error> {
        let code = text(args, "division").unwrap_or_default();
        let known = division(&self.compiler.lens, code).map_err(|e| e.under("division"))?;
        let as_of = number(args, "asOf").unwrap_or(self.compiler.lens.now_ms);
        self.outer = root_path(selected.key);
        self.writer.out.push(b'{');
        for (n, field) in self.compiler.reader.fields("Overview", &selected.sets)?.iter().enumerate() {
            self.begin(n, field.key);
            match field.name {
                "asOf" => self.writer.string(&clock::rfc3339(as_of)),
                "division" => {
                    let view = self.view("Division")?;
                    self.single(view, Via::Key, col("t0", "code").eq(known.as_str()), field).await?;
                }
                "sites" => self.figures("SiteSummary", args, (Of::Division, always()), field).await?,
                "hazards" => self.figures("HazardSummary", args, (Of::Division, always()), field).await?,
                "disputes" => self.figures("DisputeSummary", args, (Of::Division, always()), field).await?,
                "centres" => self.figures("CentreSummary", args, (Of::Division, always()), field).await?,
                "selfInspections" => {
                    self.figures("SelfInspectionSummary", args, (Of::Division, always()), field).await?
                }
                _ => self.writer.string("Overview"),
            }
        }
        self.writer.out.push(b'}');
        Ok(())
    }

    pub(super) fn begin(&mut self, n: usize, key: &str) {
        if n > 0 {
            self.writer.out.push(b',');
        }
        self.writer.out.extend_from_slice(member(key).as_bytes());
    }

    async fn around(&mut self, args: &Args, selected: &Selected<'d>) -> Result<(), Error> {
        let radius = number(args, "radiusM").unwrap_or_default();
        if !(1..=5_000).contains(&radius) {
            return Err(Error::input("radiusM", "must be 1 to 5000"));
        }
        let site = self.view("KeySite")?;
        let code = text(args, "code").unwrap_or_default();
        let found = self.compiler.lens.place(&mut self.session, site, code).await.map_err(fault)?;
        let Some(centre) = found else {
            self.null();
            return Ok(());
        };
        let none = Args::new();
        self.outer = root_path(selected.key);
        self.writer.out.push(b'{');
        for (n, field) in self.compiler.reader.fields("SiteSurroundings", &selected.sets)?.iter().enumerate() {
            self.begin(n, field.key);
            let figures_args = match field.name {
                "sites" | "hazards" | "disputes" => self.compiler.reader.args("SiteSurroundings", field)?,
                _ => none.clone(),
            };
            match field.name {
                "site" => self.single(site, Via::Key, col("t0", "code").eq(code), field).await?,
                "sites" => self.around_figures("SiteSummary", &figures_args, (centre, radius), field).await?,
                "hazards" => self.around_figures("HazardSummary", &figures_args, (centre, radius), field).await?,
                "disputes" => self.around_figures("DisputeSummary", &figures_args, (centre, radius), field).await?,
                _ => self.writer.string("SiteSurroundings"),
            }
        }
        self.writer.out.push(b'}');
        Ok(())
    }

    async fn around_figures(
        &mut self,
        summary: &str,
        args: &Args,
        (centre, radius): (Point, i64),
        selected: &Selected<'d>,
    ) -> Result<(), Error> {
        let counted = self.compiler.lens.catalog.summary(summary).map(|s| s.view).unwrap_or_default();
        let inside = self.compiler.lens.around(self.view(counted)?, centre, radius as f64);
        self.figures(summary, args, (Of::Object, inside), selected).await
    }

    async fn explain(&mut self, args: &Args, selected: &Selected<'d>) -> Result<(), Error> {
        let id = text(args, "id").unwrap_or_default();
        let explained = match self.named_view(id).map_err(|e| e.under("id"))? {
            Some((view, id)) => self.compiler.lens.explain(&mut self.session, view, id).await.map_err(fault)?,
            None => None,
        };
        let value = explained.unwrap_or(Json::Null);
        plain::write(&self.compiler.reader, "AccessExplanation", &value, &selected.sets, &mut self.writer.out)
    }
}
