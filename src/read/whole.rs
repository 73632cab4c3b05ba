//! A list at the root whose total or sums are asked for beside its page: its rows are found once, for both.

use sea_orm::sea_query::{CommonTableExpression, Expr, ExprTrait, Func, JoinType, SelectStatement, TableRef};

use super::fetch::COUNTED;
use super::plan::ListPlan;
use super::session::{ReadError, Rows};
use super::sql::{Dialect, always, col};
use super::statements;

/// All rows of the list, by what orders them.
const FOUND: &str = "f";
/// Its figures.
const FIGURES: &str = "n";

/// Total, sums, id and the columns of the rows of the page; where the page has no row, one without an id.
///
/// No more rows are found than are counted, unless sums need all. Of a list that has more, the page is of some of its rows
/// and not of the first.
pub(super) fn statement(plan: &ListPlan, dialect: Dialect) -> SelectStatement {
    let (rows, page) = (&plan.rows, &plan.rows.page);
    let sums: Vec<String> = (0..plan.sums.len()).map(|at| format!("s{at}")).collect();
    let found = rows.found(None, |select| {
        for key in &page.keys {
            select.expr(col("t0", key.column));
        }
        for (sum, name) in plan.sums.iter().zip(&sums) {
            select.expr_as(sum.clone(), name.clone());
        }
        if plan.sums.is_empty() {
            select.limit(COUNTED + 1);
        }
    });
    let mut figures = SelectStatement::new();
    figures.from(FOUND).expr_as(Func::count(Expr::cust("*")), "total");
    for name in &sums {
        figures.expr_as(dialect.whole(Expr::col(name.clone()).sum()), name.clone());
    }
    let mut shown = SelectStatement::new();
    shown.from_as(FOUND, "t0").expr(col("t0", "id"));
    statements::shown(rows, &mut shown);

    let mut select = SelectStatement::new();
    select.with_cte(CommonTableExpression::new().table_name(FOUND).query(found).materialized(true).to_owned());
    select.from_subquery(figures, FIGURES).column((FIGURES, "total"));
    for name in sums {
        select.column((FIGURES, name));
    }
    select.join_subquery(JoinType::LeftJoin, shown, "i", always()).expr(col("i", "id"));
    select.left_join(TableRef::from(rows.view.table).alias("t0"), col("t0", "id").eq(col("i", "id")));
    rows.select(&mut select);
    page.order_by(&mut select, "t0");
    select
}

/// The total and the sums.
pub(super) fn figures(plan: &ListPlan, rows: &Rows) -> Result<Vec<Option<i64>>, ReadError> {
    let none = |column| Ok((column == 0).then_some(0));
    (0..1 + plan.sums.len()).map(|column| if rows.is_empty() { none(column) } else { rows.int(0, column) }).collect()
}

/// Where the id of a row stands.
pub(super) fn id(plan: &ListPlan) -> usize {
    1 + plan.sums.len()
}
