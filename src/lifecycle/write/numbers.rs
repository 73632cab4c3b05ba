//! 编号. Human numbers: prefix, county, day and a sequence without gaps among what was committed.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, InsertStatement, OnConflict, Query, UpdateStatement};

use crate::kernel::clock;
use crate::read::session::ReadError;
use crate::read::sql::{col, select_where};
use crate::storage::Transaction;

/// Length of a county's code.
const COUNTY: usize = 6;

/// The next number of a kind in a county on the day of `now`, such as `YH-330603-20260401-000001`. Whoever takes the next
/// one waits for the end of this transaction.
pub(super) async fn next(
    transaction: &mut Transaction,
    table: &'static str,
    prefix: &str,
    division: &str,
    now: i64,
    row: i64,
) -> Result<String, ReadError> {
    let county = division.get(..COUNTY).unwrap_or(division);
    let name = format!("{prefix}-{county}-{}", clock::shanghai_date(now).replace('-', ""));
    if let Some(number) = advance(transaction, &name).await? {
        return Ok(format!("{name}-{number:06}"));
    }
    let first = last_used(transaction, table, &name).await? + 1;
    let mut insert = InsertStatement::new();
    insert.into_table(Alias::new("counter")).columns(["id", "name", "next"].map(Alias::new));
    insert.values_panic([row.into(), name.as_str().into(), first.into()]);
    insert.on_conflict(OnConflict::column(Alias::new("name")).do_nothing().to_owned());
    transaction.insert(&insert).await?;
    let number = advance(transaction, &name).await?;
    let number = number.ok_or_else(|| ReadError::Value(format!("there is no counter {name}")))?;
    Ok(format!("{name}-{number:06}"))
}

/// The number that the counter stood at; it stands at the next one now. `None`: there is no such counter.
async fn advance(transaction: &mut Transaction, name: &str) -> Result<Option<i64>, ReadError> {
    let next = || Expr::col(Alias::new("next"));
    let mut update = UpdateStatement::new();
    update.table(Alias::new("counter")).value(Alias::new("next"), next().add(1_i64));
    update.and_where(Expr::col(Alias::new("name")).eq(name)).returning(Query::returning().column(Alias::new("next")));
    let rows = transaction.update_returning(&update).await?;
    if rows.is_empty() { Ok(None) } else { Ok(rows.int(0, 0)?.map(|next| next - 1)) }
}

/// The highest number that a load has given on the day: the counter goes on from there.
async fn last_used(transaction: &mut Transaction, table: &'static str, name: &str) -> Result<i64, ReadError> {
    let mut select = select_where(table, col("t0", "no").gt(name).and(col("t0", "no").lt(format!("{name}-~"))));
    select.expr(Func::max(col("t0", "no")));
    let rows = transaction.select(&select).await?;
    let highest = rows.text(0, 0)?.and_then(|no| no.rsplit_once('-')?.1.parse().ok());
    Ok(highest.unwrap_or_default())
}
