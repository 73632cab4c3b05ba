//! Running a plan: one statement for the rows of a level, one for each list and count below it and for each pass of figures.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use ahash::RandomState;
use sea_orm::sea_query::{SelectStatement, Value};

use super::actions::{self, Offer};
use super::declare::Child;
use super::plan::{Below, ChildPlan, FiguresPlan, ListPlan, RowsPlan};
use super::session::{ReadError, Rows, Runner, Session};
use super::sql::{Dialect, Keys};
use super::statements::{self, Parents, subtree_levels};
use super::template::Templates;
use super::whole;

/// Most rows that are counted.
pub const COUNTED: u64 = 10_000;

/// What was read, by the key of its parent.
pub type ByKey<T> = HashMap<Key, T, RandomState>;

/// The key of a parent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// The root has none.
    Root,
    /// A number.
    Int(i64),
    /// A code.
    Text(String),
}

/// What was read for a list: rows by parent, in order, at most one more than the page.
pub struct FetchedList {
    /// Rows; `None` when none were asked for.
    pub rows: Option<FetchedRows>,
    /// Total and sums by parent.
    pub totals: ByKey<Vec<Option<i64>>>,
}

/// Rows and what was read below them.
pub struct FetchedRows {
    /// The rows.
    pub rows: Rows,
    /// Positions of the rows of each parent.
    pub of: ByKey<Vec<usize>>,
    /// What was read below, in the order of the plan.
    pub children: Vec<Fetched>,
    /// Columns before those of the plan.
    pub skip: usize,
}

/// What was read below rows.
pub enum Fetched {
    /// A list.
    List(Box<FetchedList>),
    /// Figures.
    Figures(Box<FetchedFigures>),
    /// Actions by matter.
    Actions(HashMap<i64, Vec<Offer>>),
}

/// Figures by parent.
pub struct FetchedFigures {
    /// Columns of the plan by parent; a parent without rows is absent.
    pub values: ByKey<Vec<Option<i64>>>,
    /// Groupings: code and columns, in the order of the codes.
    pub groups: Vec<ByKey<Vec<Group>>>,
}

/// A group.
pub struct Group {
    /// Its code; `None`: the rows have none.
    pub code: Option<String>,
    /// Columns of the plan.
    pub values: Vec<Option<i64>>,
}

/// The parents of this moment.
struct Asked<'c> {
    keys: Keys,
    of: Parents<'c>,
}

impl<'c> Asked<'c> {
    fn new(keys: Keys, child: &'c Child) -> Asked<'c> {
        let levels = if *child == Child::Subtree { subtree_levels(&keys) } else { vec![] };
        let text = matches!(keys, Keys::Texts(_));
        Asked { keys, of: Parents { keys: Keys::Later { text }, child, levels } }
    }
}

/// What a plan is run with: the database, the moment, and the values that it has places for.
pub struct Run<'s> {
    /// The database.
    pub session: &'s mut Session,
    /// The moment.
    pub now_ms: i64,
    /// The values, by their numbers.
    pub given: Arc<[Value]>,
}

impl Run<'_> {
    /// Sends a statement, from its template.
    async fn send(
        &mut self,
        templates: &Templates,
        parents: Option<&Asked<'_>>,
        make: impl FnOnce(Option<&Parents<'_>>, Dialect) -> SelectStatement,
    ) -> Result<Rows, ReadError> {
        let dialect = self.session.dialect();
        let of = parents.map(|parents| &parents.of);
        let levels = of.map_or(&[][..], |of| &of.levels);
        let template = templates.get(levels, dialect, || make(of, dialect));
        let keys = parents.map(|parents| &parents.keys);
        self.session.rows(template.at(self.now_ms, keys, &self.given, dialect)).await
    }
}

type Work<'s, T> = Pin<Box<dyn Future<Output = Result<T, ReadError>> + Send + 's>>;

fn key(rows: &Rows, row: usize, column: usize, text: bool) -> Result<Option<Key>, ReadError> {
    Ok(if text {
        rows.text(row, column)?.map(|t| Key::Text(t.to_owned()))
    } else {
        rows.int(row, column)?.map(Key::Int)
    })
}

/// Reads rows and everything below them.
pub fn rows<'r>(run: &'r mut Run<'_>, plan: &'r RowsPlan) -> Work<'r, FetchedRows> {
    rows_of(run, plan, None)
}

fn rows_of<'r>(run: &'r mut Run<'_>, plan: &'r RowsPlan, parents: Option<&'r Asked<'r>>) -> Work<'r, FetchedRows> {
    Box::pin(async move {
        let near = match &plan.near {
            Some((way, templates)) => Some(run.send(templates, None, |_, _| statements::near(plan, way)).await?),
            None => None,
        };
        let rows = match near.filter(|rows| !rows.is_empty()) {
            Some(rows) => rows,
            None => run.send(&plan.templates, parents, |of, dialect| statements::rows(plan, of, dialect)).await?,
        };
        let of = match parents {
            None => of_root((0..rows.len()).collect()),
            Some(parents) => of_parents(&rows, matches!(parents.keys, Keys::Texts(_)))?,
        };
        with_children(run, plan, rows, of, usize::from(parents.is_some())).await
    })
}

fn of_root<T>(all: T) -> ByKey<T> {
    ByKey::from_iter([(Key::Root, all)])
}

/// The rows of each parent, whose key stands before all else.
fn of_parents(rows: &Rows, text: bool) -> Result<ByKey<Vec<usize>>, ReadError> {
    let mut of = ByKey::<Vec<usize>>::default();
    for row in 0..rows.len() {
        if let Some(parent) = key(rows, row, 0, text)? {
            of.entry(parent).or_default().push(row);
        }
    }
    Ok(of)
}

async fn with_children(
    run: &mut Run<'_>,
    plan: &RowsPlan,
    rows: Rows,
    of: ByKey<Vec<usize>>,
    skip: usize,
) -> Result<FetchedRows, ReadError> {
    let mut children = vec![];
    for child in &plan.children {
        children.push(below(run, child, &rows, skip).await?);
    }
    Ok(FetchedRows { rows, of, children, skip })
}

fn below<'r>(run: &'r mut Run<'_>, plan: &'r ChildPlan, rows: &Rows, skip: usize) -> Work<'r, Fetched> {
    let keys = parent_keys(plan, rows, skip);
    Box::pin(async move {
        let keys = keys?;
        Ok(match &plan.below {
            Below::List(list) => {
                Fetched::List(Box::new(list_of(run, list, Some(&Asked::new(keys, &plan.child))).await?))
            }
            Below::Figures(figures) => {
                Fetched::Figures(Box::new(figures_of(run, figures, Some(&Asked::new(keys, &plan.child))).await?))
            }
            Below::Actions(actions) => match keys {
                Keys::Ints(ids) if !ids.is_empty() => Fetched::Actions(actions::fetch(run, actions, &ids).await?),
                _ => Fetched::Actions(HashMap::new()),
            },
        })
    })
}

fn parent_keys(plan: &ChildPlan, rows: &Rows, skip: usize) -> Result<Keys, ReadError> {
    let column = plan.parent + skip;
    let mut ints = vec![];
    let mut texts = vec![];
    for row in 0..rows.len() {
        match key(rows, row, column, plan.text)? {
            Some(Key::Int(id)) => ints.push(id),
            Some(Key::Text(code)) => texts.push(code),
            _ => {}
        }
    }
    ints.sort_unstable();
    ints.dedup();
    texts.sort_unstable();
    texts.dedup();
    Ok(if plan.text { Keys::Texts(texts) } else { Keys::Ints(ints) })
}

/// Reads a list at the root.
pub async fn list(run: &mut Run<'_>, plan: &ListPlan) -> Result<FetchedList, ReadError> {
    list_of(run, plan, None).await
}

async fn list_of(run: &mut Run<'_>, plan: &ListPlan, parents: Option<&Asked<'_>>) -> Result<FetchedList, ReadError> {
    let mut totals = ByKey::default();
    let has_figures = plan.wants_total || !plan.sums.is_empty();
    if has_figures && plan.wants_rows && parents.is_none() && !plan.long.load(Ordering::Relaxed) {
        return whole(run, plan).await;
    }
    if has_figures {
        let rows = run.send(&plan.templates, parents, |of, dialect| statements::totals(plan, of, dialect)).await?;
        totals = totals_by_parent(&rows, parents.map(|parents| &parents.keys), 1 + plan.sums.len())?;
    }
    let rows = if plan.wants_rows { Some(rows_of(run, &plan.rows, parents).await?) } else { None };
    Ok(FetchedList { rows, totals })
}

/// Figures and page together, unless the list is longer than what is counted: then its order is best followed from the
/// beginning, without finding the rest.
async fn whole(run: &mut Run<'_>, plan: &ListPlan) -> Result<FetchedList, ReadError> {
    let rows = run.send(&plan.whole, None, |_, dialect| whole::statement(plan, dialect)).await?;
    let figures = whole::figures(plan, &rows)?;
    let long = figures[0].is_some_and(|total| total > COUNTED as i64);
    let totals = of_root(figures);
    if long {
        plan.long.store(true, Ordering::Relaxed);
        return Ok(FetchedList { rows: Some(rows_of(run, &plan.rows, None).await?), totals });
    }
    let mut shown = vec![];
    for row in 0..rows.len() {
        if rows.int(row, whole::id(plan))?.is_some() {
            shown.push(row);
        }
    }
    let rows = with_children(run, &plan.rows, rows, of_root(shown), whole::id(plan) + 1).await?;
    Ok(FetchedList { rows: Some(rows), totals })
}

/// Whole numbers of a parent.
type OfParent = (Key, Vec<Option<i64>>);

/// Totals by parent, which stand after its key.
fn totals_by_parent(rows: &Rows, keys: Option<&Keys>, columns: usize) -> Result<ByKey<Vec<Option<i64>>>, ReadError> {
    let found = (0..rows.len()).map(|row| by_parent(rows, row, 0, keys, columns));
    found.filter_map(Result::transpose).collect()
}

/// The parent of a row and so many whole numbers after its key, which stands at `first`; `None`: it has no parent.
pub(super) fn by_parent(
    rows: &Rows,
    row: usize,
    first: usize,
    keys: Option<&Keys>,
    columns: usize,
) -> Result<Option<OfParent>, ReadError> {
    let (parent, first) = match keys {
        None => (Some(Key::Root), first),
        Some(keys) => (key(rows, row, first, matches!(keys, Keys::Texts(_)))?, first + 1),
    };
    let values: Result<Vec<_>, ReadError> = (first..first + columns).map(|column| rows.int(row, column)).collect();
    Ok(parent.zip(Some(values?)))
}

/// Reads figures at the root.
pub async fn figures(run: &mut Run<'_>, plan: &FiguresPlan) -> Result<FetchedFigures, ReadError> {
    figures_of(run, plan, None).await
}

async fn figures_of(
    run: &mut Run<'_>,
    plan: &FiguresPlan,
    parents: Option<&Asked<'_>>,
) -> Result<FetchedFigures, ReadError> {
    let mut fetched = FetchedFigures::empty(plan.groups.len());
    for pass in &plan.passes {
        let rows = run.send(&pass.templates, parents, |of, dialect| pass.statement(plan, of, dialect)).await?;
        pass.read(plan, &rows, parents.map(|parents| &parents.keys), &mut fetched)?;
    }
    fetched.sort();
    Ok(fetched)
}
