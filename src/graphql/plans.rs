//! 读取计划. What an operation reads, kept for whoever asks the same again: the same document with the same variables, by the
//! same posting with the same rights, on the same day. Moments follow the clock, and a variable that only names the row that is
//! looked for, or the row that a page begins after, is put in when the plan is run; nothing else may differ, so nothing else
//! can be answered by another's plan.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ahash::RandomState;
use async_graphql_parser::types::{OperationDefinition, OperationType};
use sea_orm::sea_query::Value;

use super::coerce::Variables;
use super::cost::Cost;
use super::document::Document;
use super::engine::Engine;
use super::error::Error;
use super::execute::{Execution, fault};
use super::roots::Root;
use super::select::Selected;
use super::sought;
use crate::access::{Access, Class, Facts};
use crate::http::{Language, Request};
use crate::read::fetch::{self, Key, Run};
use crate::read::plan::{FiguresPlan, ListPlan, Redaction, RowsPlan};

/// How much is kept, in bytes, and for how long after it was last asked for.
const KEPT: u64 = 64 << 20;
const IDLE: Duration = Duration::from_secs(600);
/// Conditions of a plan take about so many bytes for each byte of the statements that they are rendered to.
const PER_BYTE: usize = 16;
/// Longest variables of what is kept.
const LONGEST: usize = 4 * 1024;

/// What a root field reads; `None`: the viewer is shown none of it.
pub(super) enum Plan {
    /// One row.
    Row(Option<RowsPlan>),
    /// A list.
    List(Option<ListPlan>),
    /// Figures.
    Figures(Option<FiguresPlan>),
}

/// All that a plan hangs on.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    document: u64,
    operation: Option<String>,
    variables: String,
    role: String,
    facts: Facts,
    language: Language,
    today: String,
}

/// What was made of an operation.
pub(super) struct Planned {
    /// What it may cost.
    pub(super) cost: Cost,
    /// Its variables; `None`: some of them only name a row, and are others each time.
    pub(super) variables: Option<Arc<Variables>>,
    /// Of each root field but `__typename`, in their order.
    plans: Vec<Arc<Plan>>,
    pub(super) redactions: Vec<Redaction>,
    pub(super) chosen_by: BTreeMap<String, Class>,
    /// Bytes of its statements.
    texts: usize,
}

/// Plans by what they hang on.
pub(super) struct Plans(moka::sync::Cache<Asked, Arc<Planned>, RandomState>);

impl Plans {
    pub(super) fn new() -> Plans {
        let weigh = |asked: &Asked, planned: &Arc<Planned>| {
            let bytes = PER_BYTE * (planned.texts + 2 * asked.variables.len());
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Plans(
            moka::sync::Cache::builder()
                .weigher(weigh)
                .max_capacity(KEPT)
                .time_to_idle(IDLE)
                .build_with_hasher(RandomState::new()),
        )
    }

    pub(super) fn get(&self, asked: &Asked) -> Option<Arc<Planned>> {
        self.0.get(asked)
    }

    pub(super) fn keep(&self, asked: Asked, planned: Planned) {
        if asked.variables.len() <= LONGEST {
            self.0.insert(asked, Arc::new(planned));
        }
    }
}

impl Asked {
    /// What the plan of this operation would hang on; `None`: it is no query.
    pub(super) fn of(
        document: &Document,
        operation: &OperationDefinition,
        request: &Request,
        access: &Access<'_>,
        today: &str,
    ) -> Option<Asked> {
        (operation.ty == OperationType::Query).then(|| Asked {
            document: document.id,
            operation: request.operation_name.clone(),
            variables: sought::shape(&request.variables, &document.naming),
            role: access.role().code.clone(),
            facts: access.facts().clone(),
            language: request.language,
            today: today.to_owned(),
        })
    }
}

impl Engine {
    /// How many plans are kept for who asks the same again.
    pub fn kept_plans(&self) -> u64 {
        self.plans.0.run_pending_tasks();
        self.plans.0.entry_count()
    }
}

/// Whether all that a root reads is in one plan, made before anything is read.
pub(super) fn is_kept(root: &Root) -> bool {
    matches!(root, Root::List { .. } | Root::Lookup { .. } | Root::Statistics { .. } | Root::Node)
}

impl Execution<'_, '_> {
    /// The same where the operation was asked before.
    pub(super) fn with_plans(mut self, known: Option<Arc<Planned>>) -> Self {
        self.known = known;
        self
    }

    /// The plan of the root field that was counted last, where it is known.
    pub(super) fn known_plan(&self) -> Option<Arc<Plan>> {
        self.known.as_ref()?.plans.get(self.planned - 1).cloned()
    }

    /// Opens the cursors of what is known. Where one does not open, all of that is forgotten: whoever plans anew tells so, and
    /// nothing of what is not read.
    pub(super) fn fit(&mut self, fields: &[Selected<'_>]) {
        let Some(known) = &self.known else { return };
        let roots = fields.iter().filter(|field| !field.name.starts_with("__"));
        let turned = known.plans.iter().zip(roots).map(|(plan, field)| self.turned(plan, field));
        match turned.collect() {
            Ok(given) => self.given = given,
            Err(_) => self.known = None,
        }
    }

    /// The values of the cursors between which a list is read now.
    pub(super) fn turned(&self, plan: &Plan, selected: &Selected<'_>) -> Result<Vec<Value>, Error> {
        let Plan::List(Some(ListPlan { rows, .. })) = plan else { return Ok(vec![]) };
        if rows.page.after.is_none() && rows.page.before.is_none() {
            return Ok(vec![]);
        }
        rows.page.given(rows.view, &self.compiler.reader.cursors("Query", selected)?, self.compiler.sealer)
    }

    /// What was made of the operation, if it can serve again.
    pub(super) fn planned(&mut self, cost: Cost, document: &Document, variables: &Arc<Variables>) -> Option<Planned> {
        let whole = self.plans.len() == self.planned && self.errors.is_empty();
        if self.known.is_some() || !whole || !self.keeps || !self.compiler.keeps {
            return None;
        }
        Some(Planned {
            texts: self.session.statements().iter().map(|text| text.len()).sum(),
            cost,
            variables: document.naming.is_empty().then(|| variables.clone()),
            plans: std::mem::take(&mut self.plans),
            redactions: self.compiler.redactions.clone(),
            chosen_by: self.compiler.chosen_by.clone(),
        })
    }

    /// Reads what a plan says, for the values given now, and writes it.
    pub(super) async fn read(&mut self, plan: Arc<Plan>, given: Vec<Value>) -> Result<(), Error> {
        self.plans.push(plan.clone());
        let mut run = Run { given: given.into(), ..self.reading() };
        match &*plan {
            Plan::List(Some(list)) => {
                let fetched = fetch::list(&mut run, list).await.map_err(fault)?;
                self.writer.list(list, &fetched, &Key::Root).map_err(fault)
            }
            Plan::Row(Some(rows)) => {
                let fetched = fetch::rows(&mut run, rows).await.map_err(fault)?;
                if fetched.rows.is_empty() {
                    self.null();
                    return Ok(());
                }
                self.writer.row(rows, &fetched, 0).map_err(fault)
            }
            Plan::Figures(Some(figures)) => {
                let fetched = fetch::figures(&mut run, figures).await.map_err(fault)?;
                self.writer.figures(figures, &fetched, &Key::Root).map_err(fault)
            }
            Plan::List(None) | Plan::Row(None) | Plan::Figures(None) => {
                self.null();
                Ok(())
            }
        }
    }
}
