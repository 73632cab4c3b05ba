//! The rows of a plan as statements find them: by each of their ways, united.

use sea_orm::sea_query::{Asterisk, Expr, SelectStatement, UnionType};

use super::plan::{FiguresPlan, RowsPlan};
use super::sql::all;

/// What a united table is called before it is `t0`.
const WAY: &str = "w";

impl RowsPlan {
    /// Finds its rows by these ways instead of asking each for the rule.
    pub fn found_by(&mut self, ways: Vec<Expr>) {
        instead(&mut self.ways, &ways);
    }

    /// Whether its rows are found by several ways, so that what is found is a table of its own.
    pub(super) fn is_united(&self) -> bool {
        self.ways.len() > 1
    }

    /// What `each` selects from the rows, in its order and as many as it takes, found by each way. A row that is found by
    /// two of them is there once if its id is selected.
    pub(super) fn found(&self, of: Option<Expr>, each: impl Fn(&mut SelectStatement)) -> SelectStatement {
        self.found_among(&self.ways, of, each)
    }

    /// The same by some of its ways.
    pub(super) fn found_among(
        &self,
        ways: &[Expr],
        of: Option<Expr>,
        each: impl Fn(&mut SelectStatement),
    ) -> SelectStatement {
        let by = |way: Option<&Expr>| {
            let conditions = of.iter().chain([&self.condition]).chain(way).cloned();
            let mut select = SelectStatement::new();
            select.from_as(self.view.table, "t0").and_where(all(conditions));
            each(&mut select);
            select
        };
        match ways {
            [] => by(None),
            [way] => by(Some(way)),
            ways => united(UnionType::Distinct, ways.iter().map(|way| by(Some(way)))),
        }
    }
}

impl FiguresPlan {
    /// Puts the rows that it looks at into a statement, as `t0`.
    pub(super) fn counted(&self, select: &mut SelectStatement) {
        let conditions = [&self.condition].into_iter().chain(&self.span.holds).cloned();
        match self.ways.as_slice() {
            ways @ ([] | [_]) => {
                select.from_as(self.view.table, "t0").and_where(all(conditions.chain(ways.iter().cloned())));
            }
            ways => {
                let by = |way: &Expr| {
                    let mut select = SelectStatement::new();
                    select.column(Asterisk).from_as(self.view.table, "t0").and_where(way.clone());
                    select
                };
                // They are apart: a row that two find would be counted twice.
                select.from_subquery(united(UnionType::All, ways.iter().map(by)), "t0").and_where(all(conditions));
            }
        }
    }

    /// Counts the rows that these ways find, which are apart, instead of those that its rule does.
    pub fn found_by(&mut self, ways: &[Expr]) {
        instead(&mut self.ways, ways);
        self.groups.iter_mut().for_each(|group| group.figures.found_by(ways));
    }
}

/// Puts ways in the place of a rule. None is there where all may be shown, and none finds nothing: neither becomes the other.
fn instead(rule: &mut Vec<Expr>, ways: &[Expr]) {
    if !rule.is_empty() && !ways.is_empty() {
        ways.clone_into(rule);
    }
}

/// All that these select. In brackets each: SQLite takes no order and no limit otherwise.
fn united(kind: UnionType, selects: impl Iterator<Item = SelectStatement>) -> SelectStatement {
    let mut parts = selects.map(|select| {
        let mut part = SelectStatement::new();
        part.column(Asterisk).from_subquery(select, WAY);
        part
    });
    let mut first = parts.next().unwrap_or_default();
    for part in parts {
        first.union(kind, part);
    }
    first
}
