//! Figures and their groupings, of rows that are gone through once: rows that agree in all that they are told apart by are
//! counted together first, and each grouping is made of these few.

use std::cmp::Reverse;

use sea_orm::sea_query::{
    CommonTableExpression, Expr, ExprTrait, Func, JoinType, SelectStatement, TableRef, UnionType,
};

use super::declare::Child;
use super::fetch::{ByKey, FetchedFigures, Group, by_parent};
use super::plan::{Aggregate, FiguresPlan, How};
use super::session::{ReadError, Rows};
use super::sql::{Dialect, Keys, col};
use super::statements::Parents;
use super::template::Templates;

/// The rows that are counted, those together that agree in all that they are told apart by.
const CELLS: &str = "c";
/// The key of the parent, if there are parents.
const PARENT: &str = "k";
/// Most groupings of a pass: by more there are as many cells as rows, and no statement may take longer than its limit.
const MOST_GROUPINGS: usize = 2;
/// Columns before those of a part: its place in the pass, and the code of the group.
const BEFORE: usize = 2;

/// What one statement counts.
#[derive(Debug)]
pub struct Pass {
    /// Which groupings; `None`: the figures of all rows. The first looks at all rows that any of them looks at.
    parts: Vec<Option<usize>>,
    /// Its statement.
    pub(super) templates: Templates,
}

/// The passes of a plan: a part that looks at no other rows than another goes with it where there is room.
pub(super) fn passes(plan: &FiguresPlan) -> Vec<Pass> {
    let mut parts: Vec<Option<usize>> = (0..plan.groups.len()).map(Some).collect();
    if !plan.columns.is_empty() {
        parts.insert(0, None);
    }
    let span = |part: Option<usize>| &plan.part(part).span;
    parts.sort_by_key(|part| (span(*part).holds.is_some(), Reverse(span(*part).columns.len())));
    let mut passes: Vec<Pass> = vec![];
    for part in parts {
        let has_room = |pass: &Pass| part.is_none() || pass.parts.iter().flatten().count() < MOST_GROUPINGS;
        match passes.iter_mut().find(|pass| span(pass.parts[0]).includes(span(part)) && has_room(pass)) {
            Some(pass) => pass.parts.push(part),
            None => passes.push(Pass { parts: vec![part], templates: Templates::default() }),
        }
    }
    passes
}

/// What cells hold, each once.
#[derive(Default)]
struct Cells {
    /// What tells rows apart.
    keys: Vec<Expr>,
    /// Figures of the rows of a cell.
    figures: Vec<Aggregate>,
}

impl Cells {
    /// The column of what tells rows apart.
    fn key(&mut self, key: &Expr) -> Expr {
        cell("k", place(&mut self.keys, key))
    }

    /// A figure of all cells that are looked at.
    fn figure(&mut self, figure: &Aggregate, dialect: Dialect) -> Expr {
        if figure.how == How::Distinct {
            return self.key(&figure.value).count_distinct();
        }
        let column = cell("f", place(&mut self.figures, figure));
        match figure.how {
            How::Earliest => column.min(),
            How::Sum => dialect.whole(column.sum()),
            // Where there is no cell nothing is counted.
            How::Count | How::Distinct => dialect.whole(Func::coalesce([column.sum(), Expr::cust("0")]).into()),
        }
    }
}

/// Where it stands among those that are known.
fn place<T: Clone + PartialEq>(known: &mut Vec<T>, one: &T) -> usize {
    known.iter().position(|known| known == one).unwrap_or_else(|| {
        known.push(one.clone());
        known.len() - 1
    })
}

fn name(kind: &str, at: usize) -> String {
    format!("{kind}{at}")
}

fn cell(kind: &str, at: usize) -> Expr {
    Expr::col((CELLS, name(kind, at)))
}

impl Pass {
    /// Its statement: of each part a row for each parent and group.
    pub(super) fn statement(
        &self,
        plan: &FiguresPlan,
        parents: Option<&Parents<'_>>,
        dialect: Dialect,
    ) -> SelectStatement {
        let mut cells = Cells::default();
        let parts: Vec<SelectStatement> =
            (0..self.parts.len()).map(|at| self.part(at, plan, &mut cells, (parents.is_some(), dialect))).collect();
        let cells = self.cells(plan, &cells, parents, dialect);
        match <[SelectStatement; 1]>::try_from(parts) {
            Ok([mut only]) => only.from_subquery(cells, CELLS).take(),
            Err(parts) => {
                let mut parts = parts.into_iter().map(|mut part| part.from(CELLS).take());
                let mut first = parts.next().unwrap_or_default();
                for part in parts {
                    first.union(UnionType::All, part);
                }
                let kept = CommonTableExpression::new().table_name(CELLS).query(cells).materialized(true).to_owned();
                first.with_cte(kept).take()
            }
        }
    }

    /// One of its parts, made of cells.
    fn part(
        &self,
        at: usize,
        plan: &FiguresPlan,
        cells: &mut Cells,
        (parents, dialect): (bool, Dialect),
    ) -> SelectStatement {
        let width = self.parts.iter().map(|part| plan.part(*part).columns.len()).max().unwrap_or_default();
        let part = plan.part(self.parts[at]);
        let mut select = SelectStatement::new();
        if let Some(holds) = part.span.holds.as_ref().filter(|_| part.span != plan.part(self.parts[0]).span) {
            select.and_where(cells.key(holds));
        }
        let code = self.parts[at].map(|group| cells.key(&plan.groups[group].by));
        select.expr(Expr::cust(at.to_string()));
        select.expr(code.clone().unwrap_or_else(|| Expr::cust("NULL")).cast_as("text"));
        if parents {
            select.expr(col(CELLS, PARENT)).add_group_by([col(CELLS, PARENT)]);
        }
        select.add_group_by(code);
        for column in &part.columns {
            select.expr(cells.figure(column, dialect));
        }
        // All parts have as many.
        for _ in part.columns.len()..width {
            select.expr(Expr::cust("0"));
        }
        select
    }

    /// The cells: what tells their rows apart, the key of the parent among it, and the figures of each.
    fn cells(
        &self,
        plan: &FiguresPlan,
        cells: &Cells,
        parents: Option<&Parents<'_>>,
        dialect: Dialect,
    ) -> SelectStatement {
        let widest = plan.part(self.parts[0]);
        let below = |parent: Option<Expr>, link: Option<(&'static str, Expr)>| {
            let mut select = SelectStatement::new();
            widest.counted(&mut select);
            if let Some((table, on)) = link {
                select.join(JoinType::InnerJoin, TableRef::from(table).alias("l"), on);
            }
            // By name: parameters in a grouping expression would make it differ from the selected one.
            if let Some((key, parents)) = parent.zip(parents) {
                select.and_where(dialect.any(key.clone(), &parents.keys));
                select.expr_as(key, PARENT).add_group_by([Expr::col(PARENT)]);
            }
            for (at, key) in cells.keys.iter().enumerate() {
                select.expr_as(key.clone(), name("k", at)).add_group_by([Expr::col(name("k", at))]);
            }
            for (at, figure) in cells.figures.iter().enumerate() {
                let value = figure.value.clone();
                let figure = match figure.how {
                    How::Count | How::Distinct => value.count(),
                    How::Sum => value.sum(),
                    How::Earliest => value.min(),
                };
                select.expr_as(figure, name("f", at));
            }
            select
        };
        let Some(Parents { child, levels, .. }) = parents else { return below(None, None) };
        match child {
            Child::Column(column) => below(Some(col("t0", column)), None),
            Child::Through { table, parent, child, to } => {
                below(Some(col("l", parent)), Some((table, col("l", child).eq(col("t0", to)))))
            }
            Child::Subtree => {
                let mut levels = levels.iter().map(|level| below(Some(level_column(level)), None));
                let mut all = levels.next().unwrap_or_default();
                for level in levels {
                    all.union(UnionType::All, level);
                }
                all
            }
        }
    }

    /// Puts what the statement found where it belongs.
    pub(super) fn read(
        &self,
        plan: &FiguresPlan,
        rows: &Rows,
        keys: Option<&Keys>,
        fetched: &mut FetchedFigures,
    ) -> Result<(), ReadError> {
        for row in 0..rows.len() {
            let place = rows.int(row, 0)?.and_then(|at| usize::try_from(at).ok());
            let Some(part) = place.and_then(|at| self.parts.get(at)) else { continue };
            let columns = plan.part(*part).columns.len();
            let Some((parent, values)) = by_parent(rows, row, BEFORE, keys, columns)? else { continue };
            match part {
                None => {
                    fetched.values.insert(parent, values);
                }
                Some(group) => {
                    let code = rows.text(row, 1)?.map(str::to_owned);
                    fetched.groups[*group].entry(parent).or_default().push(Group { code, values });
                }
            }
        }
        Ok(())
    }
}

impl FetchedFigures {
    /// Nothing yet, for so many groupings.
    pub(super) fn empty(groups: usize) -> FetchedFigures {
        FetchedFigures { values: ByKey::default(), groups: (0..groups).map(|_| ByKey::default()).collect() }
    }

    /// Puts groups in the order of their codes: here, so that both databases agree on where null stands.
    pub(super) fn sort(&mut self) {
        for groups in self.groups.iter_mut().flat_map(ByKey::values_mut) {
            groups.sort_by(|a, b| (a.code.is_none(), &a.code).cmp(&(b.code.is_none(), &b.code)));
        }
    }
}

/// The column of a level, of the rows that are counted.
fn level_column(level: &'static str) -> Expr {
    match level {
        // A province has no level column of its own.
        "province" => Func::cust("substr").arg(col("t0", "city_code")).arg(Expr::cust("1")).arg(Expr::cust("2")).into(),
        level => col("t0", level),
    }
}
