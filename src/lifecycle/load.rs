//! Reading matters as rules see them: row, parts, events and evidence, a statement a table, whatever their number.

use std::collections::{BTreeMap, HashMap};

use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, LockType, Order, TableRef};

use super::case::{Case, Event, Values, number, text};
use super::room::{Part, Room};
use super::tables;
use crate::read::session::{ReadError, Rows, Runner};
use crate::read::sql::{Keys, all, col, select_where};

/// Why a table could not be read: the writer does not know it.
fn unknown(table: &str) -> ReadError {
    ReadError::Value(format!("no table {table}"))
}

/// Rows of a table that fulfil a condition over `t0`, by their keys.
pub async fn rows<R: Runner>(
    run: &mut R,
    table: &'static str,
    condition: Expr,
    lock: bool,
) -> Result<Vec<Values>, ReadError> {
    let mut select = select_where(table, condition);
    select.order_by((Alias::new("t0"), Alias::new("id")), Order::Asc);
    if lock {
        select.lock_with_tables(LockType::Update, ["t0"]);
    }
    selected(run, table, select).await
}

/// Rows of a select over `t0` that names no columns yet.
pub async fn selected<R: Runner>(
    run: &mut R,
    table: &str,
    mut select: sea_orm::sea_query::SelectStatement,
) -> Result<Vec<Values>, ReadError> {
    let of = tables::of(table).ok_or_else(|| unknown(table))?;
    for column in of.select("t0") {
        select.expr(column);
    }
    let statement = run.dialect().render(&select);
    let rows = run.rows(statement).await?;
    (0..rows.len()).map(|row| of.row(&rows, row, 0)).collect()
}

/// The matters with these keys, as far as `shown` finds them. Locked: nobody else writes them until the end.
pub async fn cases<R: Runner>(
    run: &mut R,
    room: &Room,
    table: &'static str,
    ids: &[i64],
    shown: Option<Expr>,
    lock: bool,
) -> Result<BTreeMap<i64, Case>, ReadError> {
    let among = run.dialect().any(col("t0", "id"), &Keys::Ints(ids.to_vec()));
    let found = rows(run, table, all([among].into_iter().chain(shown)), lock).await?;
    let mut cases: BTreeMap<i64, Case> = BTreeMap::new();
    for row in found {
        let state = text(&row, "status").unwrap_or_default().to_owned();
        if let Some(id) = number(&row, "id") {
            cases.insert(id, Case { state, row, ..Case::default() });
        }
    }
    if cases.is_empty() {
        return Ok(cases);
    }
    for part in room.parts {
        belonging(run, part, &mut cases, lock).await?;
    }
    let own: HashMap<i64, Vec<i64>> = cases.keys().map(|id| (*id, vec![*id])).collect();
    for (id, event) in events(run, room.link, &own).await? {
        cases.entry(id).or_default().events.push(event);
    }
    if let Some(joined) = room.joined {
        let mut of: HashMap<i64, Vec<i64>> = HashMap::new();
        for (id, case) in &cases {
            for row in case.rows(joined).iter().filter_map(|row| number(row, "id")) {
                of.entry(row).or_default().push(*id);
            }
        }
        for (id, event) in events(run, room.link, &of).await? {
            cases.entry(id).or_default().inherited.push(event);
        }
    }
    evidence(run, room.link, &mut cases).await?;
    Ok(cases)
}

async fn belonging<R: Runner>(
    run: &mut R,
    part: &Part,
    cases: &mut BTreeMap<i64, Case>,
    lock: bool,
) -> Result<(), ReadError> {
    let mut of: HashMap<i64, Vec<i64>> = HashMap::new();
    for (id, case) in cases.iter() {
        let origins = if part.of.is_empty() { std::slice::from_ref(&case.row) } else { case.rows(part.of) };
        for key in origins.iter().filter_map(|row| number(row, part.key)) {
            of.entry(key).or_default().push(*id);
        }
    }
    if of.is_empty() {
        return Ok(());
    }
    let keys = Keys::Ints(sorted(&of));
    let condition = run.dialect().any(col("t0", part.column), &keys);
    for row in rows(run, part.table, condition, lock && part.shared).await? {
        let owners = number(&row, part.column).and_then(|key| of.get(&key)).map_or(&[][..], Vec::as_slice);
        for owner in owners {
            if let Some(case) = cases.get_mut(owner) {
                case.parts.entry(part.name).or_default().push(row.clone());
            }
        }
    }
    Ok(())
}

fn sorted(of: &HashMap<i64, Vec<i64>>) -> Vec<i64> {
    let mut keys: Vec<i64> = of.keys().copied().collect();
    keys.sort_unstable();
    keys
}

/// Events of the matters with these keys, oldest first, each for everybody that asked for its matter.
async fn events<R: Runner>(
    run: &mut R,
    link: &'static str,
    of: &HashMap<i64, Vec<i64>>,
) -> Result<Vec<(i64, Event)>, ReadError> {
    if of.is_empty() {
        return Ok(vec![]);
    }
    let among = run.dialect().any(col("t0", link), &Keys::Ints(sorted(of)));
    let mut select = select_where("status_event", among);
    select.join(
        JoinType::LeftJoin,
        TableRef::from(Alias::new("posting")).alias("p"),
        col("p", "id").eq(col("t0", "by_id")),
    );
    let columns = [("t0", link), ("t0", "action"), ("t0", "to_state"), ("t0", "at"), ("t0", "input")];
    for (alias, column) in columns.into_iter().chain([("p", "account_id"), ("p", "organisation_id")]) {
        select.expr(col(alias, column));
    }
    select.order_by((Alias::new("t0"), Alias::new(link)), Order::Asc);
    select.order_by((Alias::new("t0"), Alias::new("seq")), Order::Asc);
    let statement = run.dialect().render(&select);
    let rows = run.rows(statement).await?;
    let mut found = vec![];
    for row in 0..rows.len() {
        let event = event(&rows, row)?;
        for owner in rows.int(row, 0)?.and_then(|id| of.get(&id)).map_or(&[][..], Vec::as_slice) {
            found.push((*owner, event.clone()));
        }
    }
    Ok(found)
}

fn event(rows: &Rows, row: usize) -> Result<Event, ReadError> {
    let text = |column| rows.text(row, column).map(Option::unwrap_or_default).map(str::to_owned);
    let input = match rows.text(row, 4)? {
        Some(text) => {
            serde_json::from_str(text).map_err(|error| ReadError::Value(format!("input of an event: {error}")))?
        }
        None => Values::new(),
    };
    Ok(Event {
        action: text(1)?,
        to: text(2)?,
        at: rows.int(row, 3)?.unwrap_or_default(),
        account_id: rows.int(row, 5)?,
        organisation_id: rows.int(row, 6)?,
        input,
    })
}

async fn evidence<R: Runner>(
    run: &mut R,
    link: &'static str,
    cases: &mut BTreeMap<i64, Case>,
) -> Result<(), ReadError> {
    let among = run.dialect().any(col("t0", link), &Keys::Ints(cases.keys().copied().collect()));
    let mut select = select_where("evidence", among);
    select.expr(col("t0", link)).expr(col("t0", "phase")).order_by((Alias::new("t0"), Alias::new("id")), Order::Asc);
    let statement = run.dialect().render(&select);
    let rows = run.rows(statement).await?;
    for row in 0..rows.len() {
        if let (Some(id), Some(phase)) = (rows.int(row, 0)?, rows.text(row, 1)?)
            && let Some(case) = cases.get_mut(&id)
        {
            case.evidence.push(phase.to_owned());
        }
    }
    Ok(())
}
