//! The statements of a plan: one for the rows of a level, one for each list or count below it.

use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Func, JoinType, SelectStatement, TableRef};

use super::declare::Child;
use super::fetch::COUNTED;
use super::filter::{belongs, lies};
use super::plan::{ListPlan, RowsPlan};
use super::sql::{Dialect, Keys, always, col};

/// The parents of a batched statement, as far as its text goes.
pub(super) struct Parents<'c> {
    pub(super) keys: Keys,
    pub(super) child: &'c Child,
    /// Levels of the divisions that they are, where they are divisions with all that lies in them.
    pub(super) levels: Vec<&'static str>,
}

/// The first rows, as many as are read of a page.
fn first(plan: &RowsPlan, select: &mut SelectStatement) {
    plan.page.order_by(select, "t0");
    select.limit(plan.page.read());
}

/// What `columns` selects of the rows of the page of one parent, or of the whole list, as many for each way.
fn page(plan: &RowsPlan, of: Option<Expr>, columns: impl Fn(&mut SelectStatement)) -> SelectStatement {
    plan.found(of, |select| {
        columns(select);
        shown(plan, select);
    })
}

/// Those rows of the list, or of that of one parent, that the page shows.
pub(super) fn shown(plan: &RowsPlan, select: &mut SelectStatement) {
    if let Some(between) = plan.page.between("t0") {
        select.and_where(between);
    }
    first(plan, select);
}

/// The ids of the page of one parent, or of the whole list.
fn ids(plan: &RowsPlan, of: Option<Expr>) -> SelectStatement {
    if !plan.is_united() {
        return page(plan, of, |select| {
            select.expr(col("t0", "id"));
        });
    }
    // The first rows are among the first of each way.
    let found = page(plan, of, |select| {
        for key in &plan.page.keys {
            select.expr(col("t0", key.column));
        }
    });
    let mut select = SelectStatement::new();
    select.expr(col("t0", "id")).from_subquery(found, "t0");
    first(plan, &mut select);
    select
}

pub(super) fn rows(plan: &RowsPlan, parents: Option<&Parents<'_>>, dialect: Dialect) -> SelectStatement {
    let mut select = SelectStatement::new();
    match parents {
        None if (plan.joins.is_empty() || plan.page.keys.is_empty()) && !plan.is_united() => {
            select = ids(plan, None);
            select.clear_selects();
        }
        None => {
            if plan.plain.is_some() && !plan.is_united() {
                select.from_subquery(bare(plan, None), "t0");
            } else {
                select.from_subquery(ids(plan, None), "i");
                select.inner_join(TableRef::from(plan.view.table).alias("t0"), col("t0", "id").eq(col("i", "id")));
            }
            plan.page.order_by(&mut select, "t0");
        }
        Some(parents) => {
            let (each, parent) = dialect.each_key(&parents.keys, "p");
            select.from_function(each, "p").expr(parent.clone());
            let of = Some(parents.below(parent));
            match dialect {
                Dialect::Postgres if plan.joins.is_empty() && !plan.is_united() => {
                    each_page(plan, of, &mut select);
                    return select;
                }
                Dialect::Postgres => {
                    select.join_lateral(JoinType::InnerJoin, bare(plan, of), "t0", always());
                }
                // Crossed, so that SQLite begins with the parents: the other way round it may look for the children of all of
                // them again for every row there is.
                Dialect::Sqlite => {
                    let table = TableRef::from(plan.view.table).alias("t0");
                    select.cross_join(table).and_where(col("t0", "id").in_subquery(ids(plan, of)));
                }
            }
            plan.page.order_by(&mut select, "t0");
        }
    }
    plan.select(&mut select);
    select
}

/// The one row of a list, looked for by one way.
pub(super) fn near(plan: &RowsPlan, way: &Expr) -> SelectStatement {
    let mut select = plan.found_among(std::slice::from_ref(way), None, |select| first(plan, select));
    plan.select(&mut select);
    select
}

/// The rows of the page of one parent, or of the whole list, as far as they are needed: to look each up again by its id costs
/// more than the rest, and so does each column that nobody asks for.
fn bare(plan: &RowsPlan, of: Option<Expr>) -> SelectStatement {
    page(plan, of, |select| match &plan.plain {
        Some(columns) => {
            select.exprs(columns.iter().map(|column| col("t0", column)));
        }
        None => {
            select.column(("t0", Asterisk));
        }
    })
}

/// Adds the columns of the page of each parent. Pages come parent by parent, each in its order: to sort all again costs and
/// tells nothing. Of each row nothing but these columns is made.
fn each_page(plan: &RowsPlan, of: Option<Expr>, select: &mut SelectStatement) {
    let names: Vec<String> = (0..plan.columns.len()).map(|at| format!("c{at}")).collect();
    let rows = page(plan, of, |select| {
        for (name, column) in names.iter().zip(&plan.columns) {
            select.expr_as(column.clone(), name.clone());
        }
    });
    select.join_lateral(JoinType::InnerJoin, rows, "t0", always());
    for name in names {
        select.column(("t0", name));
    }
}

/// The total (first) and the sums of the whole list, by parent.
pub(super) fn totals(plan: &ListPlan, parents: Option<&Parents<'_>>, dialect: Dialect) -> SelectStatement {
    let counted = |of: Option<Expr>| {
        let some = plan.rows.found(of, |select| {
            select.expr(if plan.rows.is_united() { col("t0", "id") } else { Expr::cust("1") }).limit(COUNTED + 1);
        });
        let mut count = SelectStatement::new();
        count.expr(Func::count(Expr::cust("*"))).from_subquery(some, "n");
        Expr::SubQuery(None, Box::new(count.into()))
    };
    let summed = |of: Option<Expr>, sum: &Expr| {
        let all = plan.rows.found(of, |select| {
            // With the id, or equal ones of two rows would be one.
            select.expr(col("t0", "id")).expr_as(sum.clone(), "s");
        });
        let mut select = SelectStatement::new();
        select.expr(dialect.whole(Expr::col("s").sum())).from_subquery(all, "n");
        Expr::SubQuery(None, Box::new(select.into()))
    };
    let mut select = SelectStatement::new();
    let mut of = None;
    if let Some(parents) = parents {
        let (each, parent) = dialect.each_key(&parents.keys, "p");
        select.from_function(each, "p").expr(parent.clone());
        of = Some(parents.below(parent));
    }
    select.expr(if plan.wants_total { counted(of.clone()) } else { Expr::cust("0") });
    for sum in &plan.sums {
        select.expr(summed(of.clone(), sum));
    }
    select
}

impl Parents<'_> {
    /// The row belongs to the parent with this key.
    fn below(&self, parent: Expr) -> Expr {
        match self.child {
            Child::Subtree => lies("t0", &self.levels, parent),
            child => belongs("t0", child, parent),
        }
    }
}

/// Which level columns hold keys of these lengths; one at least, so that the statement is always run.
pub(super) fn subtree_levels(keys: &Keys) -> Vec<&'static str> {
    let lengths: Vec<usize> = match keys {
        Keys::Texts(codes) => codes.iter().map(String::len).collect(),
        Keys::Ints(_) | Keys::Later { .. } => vec![],
    };
    let levels = [(2, "province"), (4, "city_code"), (6, "county_code"), (9, "township_code"), (12, "village_code")];
    let found: Vec<&'static str> =
        levels.iter().filter(|(n, _)| lengths.contains(n)).map(|(_, level)| *level).collect();
    if found.is_empty() { vec!["village_code"] } else { found }
}
