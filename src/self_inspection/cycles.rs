//! 自查周期. A cycle is a quarter: every site in use owes a complete self-inspection by its end. What is owed at the end is
//! missed; three weeks later it can be made good no more.

use chrono::{Datelike, NaiveDate};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, InsertStatement, OnConflict, Order, UpdateStatement};

use crate::kernel::clock;
use crate::lifecycle::write::Writer;
use crate::read::session::ReadError;
use crate::read::sql::{col, select_where, some_row};
use crate::storage::Transaction;

/// Sites that get their row at once.
const AT_ONCE: u64 = 1_000;

/// What the turn of time brought about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// Cycles that ended without a self-inspection.
    pub missed: u64,
    /// Sites that owe one in the present cycle and did not before.
    pub begun: u64,
}

/// Ends the cycles that are over and begins the present one. Any number of processes may do so.
pub async fn turn(writer: &Writer, now: i64) -> Result<Turned, ReadError> {
    let mut turned = Turned { missed: miss(writer, now).await?, begun: 0 };
    let Some((name, ends)) = cycle(now) else { return Ok(turned) };
    loop {
        let begun = begin(writer, &name, ends).await?;
        turned.begun += begun;
        if begun == 0 {
            return Ok(turned);
        }
    }
}

/// The cycle of an instant, such as `2026-Q2`, and when it ends.
fn cycle(now: i64) -> Option<(String, i64)> {
    let day = clock::parse_date(&clock::shanghai_date(now))?;
    let quarter = (day.month() - 1) / 3;
    let (year, month) = if quarter == 3 { (day.year() + 1, 1) } else { (day.year(), quarter * 3 + 4) };
    let after = NaiveDate::from_ymd_opt(year, month, 1)?;
    Some((format!("{}-Q{}", day.year(), quarter + 1), clock::day_start_ms(&after.to_string())?))
}

async fn miss(writer: &Writer, now: i64) -> Result<u64, ReadError> {
    let mut transaction = Transaction::begin(writer.pool()).await?;
    let mut update = UpdateStatement::new();
    update.table(Alias::new("self_inspection_due")).value(Alias::new("state"), "MISSED");
    update.and_where(Expr::col(Alias::new("state")).eq("DUE"));
    update.and_where(Expr::col(Alias::new("due_at")).lte(now));
    let missed = transaction.update(&update).await?;
    transaction.commit().await?;
    Ok(missed)
}

/// Gives some of the sites in use that have no row of the cycle one.
async fn begin(writer: &Writer, cycle: &str, ends: i64) -> Result<u64, ReadError> {
    let there = col("d", "site_id").eq(col("t0", "id")).and(col("d", "cycle").eq(cycle));
    let without = some_row("self_inspection_due", "d", there).not();
    let mut select = select_where("key_site", col("t0", "status").eq("ACTIVE").and(without));
    for column in ["id", "division_code", "regulator_department", "unit_id", "kind"] {
        select.expr(col("t0", column));
    }
    select.order_by((Alias::new("t0"), Alias::new("id")), Order::Asc).limit(AT_ONCE);
    let mut ids = writer.keys().await?;
    let mut transaction = Transaction::begin(writer.pool()).await?;
    let rows = transaction.select(&select).await?;
    let columns =
        ["id", "division_code", "site_id", "regulator_department", "unit_id", "site_kind", "cycle", "due_at", "state"];
    let mut insert = InsertStatement::new();
    insert.into_table(Alias::new("self_inspection_due")).columns(columns.map(Alias::new));
    for row in 0..rows.len() {
        let text = |column| rows.text(row, column).map(|text| text.unwrap_or_default().to_owned());
        insert.values_panic([
            ids.next().into(),
            text(1)?.into(),
            rows.int(row, 0)?.into(),
            text(2)?.into(),
            rows.int(row, 3)?.into(),
            text(4)?.into(),
            cycle.into(),
            ends.into(),
            "DUE".into(),
        ]);
    }
    insert.on_conflict(OnConflict::columns(["site_id", "cycle"].map(Alias::new)).do_nothing().to_owned());
    let begun = if rows.is_empty() { 0 } else { transaction.insert(&insert).await? };
    transaction.commit().await?;
    Ok(begun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_is_a_quarter_of_shanghai() {
        for (now, name, ends) in [
            ("2026-01-01T00:00:00+08:00", "2026-Q1", "2026-04-01T00:00:00+08:00"),
            ("2026-03-31T23:59:59+08:00", "2026-Q1", "2026-04-01T00:00:00+08:00"),
            ("2026-03-31T16:00:00Z", "2026-Q2", "2026-07-01T00:00:00+08:00"),
            ("2026-12-31T23:59:59+08:00", "2026-Q4", "2027-01-01T00:00:00+08:00"),
        ] {
            let found = cycle(clock::parse_rfc3339(now).unwrap()).unwrap();
            assert_eq!(found, (name.to_owned(), clock::parse_rfc3339(ends).unwrap()), "{now}");
        }
    }
}
