//! 指标条件. What the measures of a summary look at, as conditions on rows.

use sea_orm::sea_query::{Expr, ExprTrait};

use super::predicate::{Lens, or_never};
use super::sql::{all, any, bound, col, definite, fixed, some_row};
use super::summary::{Compute, Measure, Test};
use super::when::When;

/// Milliseconds of a day.
pub(super) const DAY_MS: i64 = 86_400_000;

/// Stands for rows of another table among the columns that a condition looks at; never a public field.
pub(super) const OTHER_ROWS: &str = "(other rows)";

/// Columns that a condition looks at.
pub(super) fn columns(condition: &Test) -> Vec<&'static str> {
    match condition {
        Test::All => vec![],
        Test::Some { .. } => vec![OTHER_ROWS],
        Test::In(column, _) | Test::True(column) | Test::Null(column) | Test::By(column) => vec![column],
        Test::WithinDays(column, _) => vec![column],
        Test::Overdue { due, done } => vec![due, done],
        Test::And(parts) | Test::Or(parts) => parts.iter().flat_map(columns).collect(),
        Test::Not(part) => columns(part),
    }
}

/// The conditions of a measure. Both parts of a rate look at the same rows.
pub(super) fn tests(measure: &Measure) -> impl Iterator<Item = &Test> {
    let (one, other) = match &measure.compute {
        Compute::Count(test) | Compute::Distinct(_, test) | Compute::Sum(_, test) | Compute::Earliest(_, test) => {
            (test, None)
        }
        Compute::MeanDays { test, .. } | Compute::MeanParts { test, .. } => (test, None),
        Compute::Rate { numerator, denominator, .. } => (numerator, Some(denominator)),
    };
    [one].into_iter().chain(other)
}

/// The condition on a row of this alias.
pub(super) fn test(lens: &Lens<'_>, alias: &str, condition: &Test, when: When) -> Expr {
    let c = |column: &'static str| col(alias, column);
    let by = |column: &'static str| there(alias, column, when);
    match condition {
        Test::All => super::sql::always(),
        Test::In(column, codes) => c(column).is_in(codes.iter().copied().map(fixed)),
        Test::True(column) => c(column).eq(fixed(true)),
        Test::Null(column) => c(column).is_null(),
        Test::By(column) => by(column),
        Test::Overdue { due, done } => c(due).lt(when.at(0)).and(definite(by(done)).not()),
        Test::WithinDays(column, days) => by(column).and(c(column).gt(when.at(-days * DAY_MS))),
        Test::And(parts) => all(parts.iter().map(|p| test(lens, alias, p, when))),
        Test::Or(parts) => any(parts.iter().map(|p| test(lens, alias, p, when))),
        Test::Not(part) => definite(test(lens, alias, part, when)).not(),
        Test::Some { table, key, test: inner, period } => {
            let name = format!("{alias}s");
            let joined = col(&name, key).eq(c("id"));
            let there = period.filter(|_| !when.is_over()).map(|column| there(&name, column, when));
            let timed = period.and_then(|column| in_period(&name, column, when));
            let seen = lens.counted(table, &name);
            some_row(
                table,
                &name,
                all([joined, seen, test(lens, &name, inner, when)].into_iter().chain(there).chain(timed)),
            )
        }
    }
}

/// The row is in the period by this column; `None`: there is no period.
pub(super) fn in_period(alias: &str, column: &'static str, when: When) -> Option<Expr> {
    when.period.map(|(from, to)| col(alias, column).gte(bound(from)).and(col(alias, column).lt(bound(to))))
}

/// The row was there by `asOf`.
pub(super) fn there(alias: &str, column: &'static str, when: When) -> Expr {
    col(alias, column).lte(when.at(0))
}

/// The column by which all measures look for rows of the period; `None`: they differ.
pub(super) fn common<'m>(measures: impl IntoIterator<Item = &'m Measure>) -> Option<&'static str> {
    let mut columns = measures.into_iter().map(|measure| measure.period);
    let first = columns.next()??;
    columns.all(|column| column == Some(first)).then_some(first)
}

impl Lens<'_> {
    /// Rows of another table that a condition may count: those the viewer may list, of open families those in scope.
    fn counted(&self, table: &str, alias: &str) -> Expr {
        let view = self.catalog.views().iter().find(|v| v.table == table);
        view.map_or_else(super::sql::never, |view| or_never(self.rule(view, alias)))
    }
}
