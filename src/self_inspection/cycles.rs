//! 自查周期. A cycle is a quarter: every site in use owes a complete self-inspection by its end. What is owed at the end is
//! missed; three weeks later it can be made good no more.

use chrono::{Datelike, NaiveDate};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, InsertStatement, LockType, OnConflict, Order, UpdateStatement};
use serde_json::json;

use crate::kernel::clock::{self, rfc3339};
use crate::lifecycle::flow::SYSTEM;
use crate::lifecycle::write::{WriteError, Writer};
use crate::outbox::{self, Kind, News};
use crate::read::session::ReadError;
use crate::read::sql::{col, select_where, some_row};
use crate::storage::Transaction;
use crate::trail::entry::{Decision, Deed, Who};

/// Sites that are dealt with at once.
const AT_ONCE: u64 = 200;

/// What the turn of time brought about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// Cycles that ended without a self-inspection.
    pub missed: u64,
    /// Sites that owe one in the present cycle and did not before.
    pub begun: u64,
}

/// Ends the cycles that are over and begins the present one. Any number of processes may do so.
pub async fn turn(writer: &Writer, now: i64) -> Result<Turned, WriteError> {
    let mut turned = Turned::default();
    loop {
        let missed = miss(writer, now).await?;
        turned.missed += missed;
        if missed == 0 {
            break;
        }
    }
    let Some((name, ends)) = cycle(now) else { return Ok(turned) };
    loop {
        let begun = begin(writer, &name, ends, now).await?;
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

/// Ends some of the cycles that are over; whoever is owed the self-inspection, and the unit, is told once.
async fn miss(writer: &Writer, now: i64) -> Result<u64, WriteError> {
    let mut ids = writer.keys().await?;
    let mut transaction = Transaction::begin(writer.pool()).await?;
    let mut select = select_where("self_inspection_due", col("t0", "state").eq("DUE"));
    select.and_where(col("t0", "due_at").lte(now));
    for column in ["id", "site_id", "unit_id", "division_code", "cycle", "due_at"] {
        select.expr(col("t0", column));
    }
    select.order_by((Alias::new("t0"), Alias::new("id")), Order::Asc).limit(AT_ONCE);
    select.lock_with_tables(LockType::Update, ["t0"]);
    let rows = transaction.select(&select).await?;
    let (mut due, mut deed) = (vec![], program(now, "missSelfInspection"));
    for row in 0..rows.len() {
        let int = |column| rows.int(row, column).map(Option::unwrap_or_default);
        let text = |column| rows.text(row, column).map(Option::unwrap_or_default);
        due.push(int(0)?);
        let site = int(1)?;
        deed.objects.insert(format!("KeySite:{site}"));
        let body = json!({
            "cycle": text(4)?,
            "dueAt": rfc3339(int(5)?),
            "recipients": [{ "organisation": int(2)? }],
        });
        let news = News {
            id: ids.next(),
            at: now,
            kind: Kind::CycleMissed,
            view: "KeySite",
            matter_id: site,
            seq: 0,
            division_code: text(3)?,
            body,
        };
        outbox::post(&mut transaction, &news).await?;
    }
    if due.is_empty() {
        transaction.rollback().await?;
        return Ok(0);
    }
    let mut update = UpdateStatement::new();
    update.table(Alias::new("self_inspection_due")).value(Alias::new("state"), "MISSED");
    update.and_where(Expr::col(Alias::new("id")).is_in(due));
    let missed = transaction.update(&update).await?;
    writer.append_to(&mut transaction, &[deed], &mut ids).await?;
    transaction.commit().await?;
    writer.news().notify_one();
    Ok(missed)
}

/// The entry of the trail for what the program does by itself.
fn program(now: i64, operation: &str) -> Deed {
    let who = Who { role: SYSTEM.to_owned(), purpose: SYSTEM.to_owned(), ..Who::default() };
    Deed::new(now, who, operation, Decision::Allow, "a cycle is a quarter")
}

/// Gives some of the sites in use that have no row of the cycle one.
async fn begin(writer: &Writer, cycle: &str, ends: i64, now: i64) -> Result<u64, WriteError> {
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
    let mut deed = program(now, "beginSelfInspectionCycle");
    for row in 0..rows.len() {
        let text = |column| -> Result<String, ReadError> { Ok(rows.text(row, column)?.unwrap_or_default().to_owned()) };
        deed.objects.insert(format!("KeySite:{}", rows.int(row, 0)?.unwrap_or_default()));
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
    if rows.is_empty() {
        transaction.rollback().await?;
        return Ok(0);
    }
    let begun = transaction.insert(&insert).await?;
    writer.append_to(&mut transaction, &[deed], &mut ids).await?;
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
