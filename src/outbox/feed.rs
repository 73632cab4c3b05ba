//! 事件流. The feed of the outbox: every event gets a position once it is committed, without gaps, and whoever follows
//! reads on from where they were. Nobody looks for "the largest key so far": a transaction that commits late would be lost.

use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, Func, InsertStatement, IntoIden, LockType, OnConflict, Order, Query, SelectStatement,
    TableRef, UpdateStatement,
};
use serde_json::{Value as Json, json};

use crate::kernel::clock::rfc3339;
use crate::read::session::{ReadError, Rows, Runner};
use crate::read::sql::{Dialect, col, select_where};
use crate::storage::{Transaction, WritePool};

/// Most events that get a position at once.
pub(super) const AT_ONCE: u64 = 1_000;
/// The counter whose row is the lock under which positions are given.
const COUNTER: &str = "outbox";
/// Channel of PostgreSQL on which new positions are told.
pub(super) const CHANNEL: &str = "fengqiao_outbox";

/// An event with its position.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Position, from 1, without gaps.
    pub position: i64,
    /// When it happened.
    pub at: i64,
    /// Code of its kind.
    pub kind: String,
    /// Type of the matter.
    pub view: String,
    /// Key of the matter.
    pub matter_id: i64,
    /// Version of the matter at that moment; 0: it has none.
    pub version: i64,
    /// Where the matter lay.
    pub division_code: String,
    /// What happened, and who is to be told.
    pub told: Json,
}

impl Event {
    /// The event as those who follow the feed get it.
    pub fn body(&self) -> Json {
        json!({
            "position": self.position,
            "at": rfc3339(self.at),
            "kind": self.kind,
            "type": self.view,
            "id": crate::read::write::global_id(&self.view, self.matter_id),
            "version": self.version,
            "divisionCode": self.division_code,
            "event": self.told,
        })
    }
}

/// Gives positions to what was committed since; tells to how many. Any number of processes may do so.
pub async fn sequence(pool: &WritePool) -> Result<u64, ReadError> {
    let mut transaction = Transaction::begin(pool).await?;
    let next = lock(&mut transaction).await?;
    // In the order of time, and of a matter in the order of its versions, whatever the clocks of two machines say: an
    // event counts as no earlier than those before it of its matter.
    let mut untold = select_where("outbox", col("t0", "position").is_null());
    for column in ["id", "seq", "at"] {
        untold.expr(col("t0", column));
    }
    let known = "max(t0.at) OVER (PARTITION BY t0.view, t0.matter_id ORDER BY t0.seq, t0.at, t0.id)";
    untold.expr_as(Expr::cust(known), Alias::new("known"));
    let mut waiting = Query::select();
    waiting.from_subquery(untold, Alias::new("w")).expr(col("w", "id"));
    let place = Expr::cust("row_number() OVER (ORDER BY w.known, w.seq, w.at, w.id)");
    waiting.expr_as(place.add(next - 1), Alias::new("place"));
    for column in ["known", "seq", "at", "id"] {
        waiting.order_by((Alias::new("w"), Alias::new(column)), Order::Asc);
    }
    waiting.limit(AT_ONCE);
    let mut update = UpdateStatement::new();
    update.table(Alias::new("outbox")).value(Alias::new("position"), col("n", "place"));
    update.from(TableRef::SubQuery(Box::new(waiting), Alias::new("n").into_iden()));
    update.and_where(col("outbox", "id").eq(col("n", "id")));
    let numbered = transaction.update(&update).await?;
    if numbered > 0 {
        let mut moved = UpdateStatement::new();
        moved.table(Alias::new("counter")).value(Alias::new("next"), next + numbered as i64);
        moved.and_where(Expr::col(Alias::new("name")).eq(COUNTER));
        transaction.update(&moved).await?;
        if transaction.dialect() == Dialect::Postgres {
            // Told on commit, up to which position: other processes need not wait until they look.
            let last = (next + numbered as i64 - 1).to_string();
            let told = Func::cust("pg_notify").args([Expr::val(CHANNEL), Expr::val(last)]);
            transaction.select(Query::select().expr(Func::cast_as(told, "text"))).await?;
        }
    }
    transaction.commit().await?;
    Ok(numbered)
}

/// Waits until nobody else gives positions or keeps places; the next position.
async fn lock(transaction: &mut Transaction) -> Result<i64, ReadError> {
    let mut locked = select_where("counter", col("t0", "name").eq(COUNTER));
    locked.expr(col("t0", "next")).lock_with_tables(LockType::Update, ["t0"]);
    let rows = transaction.select(&locked).await?;
    rows.int(0, 0)?.ok_or_else(|| ReadError::Value(format!("there is no counter {COUNTER}")))
}

/// Whether anything waits for a position.
pub async fn waits<R: Runner>(run: &mut R) -> Result<bool, ReadError> {
    let mut select = select_where("outbox", col("t0", "position").is_null());
    select.expr(col("t0", "id")).limit(1);
    let statement = run.dialect().render(&select);
    Ok(!run.rows(statement).await?.is_empty())
}

/// Events after a position, at most so many.
pub async fn after<R: Runner>(run: &mut R, position: i64, most: u64) -> Result<Vec<Event>, ReadError> {
    let mut select: SelectStatement = select_where("outbox", col("t0", "position").gt(position));
    for column in ["position", "at", "kind", "view", "matter_id", "seq", "division_code", "body"] {
        select.expr(col("t0", column));
    }
    select.order_by((Alias::new("t0"), Alias::new("position")), Order::Asc).limit(most);
    let statement = run.dialect().render(&select);
    let rows = run.rows(statement).await?;
    (0..rows.len()).map(|row| event(&rows, row)).collect()
}

fn event(rows: &Rows, row: usize) -> Result<Event, ReadError> {
    let text = |column| rows.text(row, column).map(|text| text.unwrap_or_default().to_owned());
    let int = |column| rows.int(row, column).map(Option::unwrap_or_default);
    let told = serde_json::from_str(rows.text(row, 7)?.unwrap_or_default());
    Ok(Event {
        position: int(0)?,
        at: int(1)?,
        kind: text(2)?,
        view: text(3)?,
        matter_id: int(4)?,
        version: int(5)?,
        division_code: text(6)?,
        told: told.map_err(|error| ReadError::Value(format!("event: {error}")))?,
    })
}

/// The last position that was given; 0: none was.
pub async fn head<R: Runner>(run: &mut R) -> Result<i64, ReadError> {
    let mut select = select_where("counter", col("t0", "name").eq(COUNTER));
    select.expr(col("t0", "next"));
    let statement = run.dialect().render(&select);
    let rows = run.rows(statement).await?;
    if rows.is_empty() { Ok(0) } else { Ok(rows.int(0, 0)?.unwrap_or(1) - 1) }
}

/// How far a consumer has come; 0: it is new.
pub async fn position<R: Runner>(run: &mut R, consumer: &str) -> Result<i64, ReadError> {
    let mut select = select_where("outbox_consumer", col("t0", "name").eq(consumer));
    select.expr(col("t0", "position"));
    let statement = run.dialect().render(&select);
    let rows = run.rows(statement).await?;
    if rows.is_empty() { Ok(0) } else { Ok(rows.int(0, 0)?.unwrap_or_default()) }
}

/// Notes that a consumer has dealt with everything up to a position. It never goes back.
pub async fn dealt_with(pool: &WritePool, consumer: &str, position: i64, now: i64) -> Result<(), ReadError> {
    let mut transaction = Transaction::begin(pool).await?;
    // Two new consumers at once would take the same key.
    lock(&mut transaction).await?;
    let mut key = Query::select();
    key.expr(Func::coalesce([Func::max(Expr::col(Alias::new("id"))).into(), Expr::val(0_i64)]));
    key.from(Alias::new("outbox_consumer"));
    let rows = transaction.select(&key).await?;
    let id = rows.int(0, 0)?.unwrap_or_default() + 1;
    let mut insert = InsertStatement::new();
    insert.into_table(Alias::new("outbox_consumer")).columns(["id", "name", "position", "at"].map(Alias::new));
    insert.values_panic([id.into(), consumer.into(), 0_i64.into(), now.into()]);
    insert.on_conflict(OnConflict::column(Alias::new("name")).do_nothing().to_owned());
    transaction.insert(&insert).await?;
    let mut update = UpdateStatement::new();
    update.table(Alias::new("outbox_consumer"));
    update.values([(Alias::new("position"), position.into()), (Alias::new("at"), now.into())]);
    update.and_where(Expr::col(Alias::new("name")).eq(consumer));
    update.and_where(Expr::col(Alias::new("position")).lt(position));
    transaction.update(&update).await?;
    transaction.commit().await
}
