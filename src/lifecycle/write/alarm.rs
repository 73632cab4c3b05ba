//! 超期提醒. What time alone brings about: a clock that is nearly due or breached is told once, whoever looks, however many
//! look at the same time, and whenever they were last awake.

use std::collections::BTreeSet;

use sea_orm::sea_query::{Alias, ExprTrait, Order as Sort};
use serde_json::json;

use super::step::{PROGRAM, Run};
use super::{Acting, Order, TRIES, WriteError, Writer, clock_rows, jitter};
use crate::lifecycle::case::{Case, Values, number};
use crate::lifecycle::clocks::{self, Clock};
use crate::lifecycle::flow::{Flow, SYSTEM};
use crate::lifecycle::load;
use crate::lifecycle::room::{self, Room};
use crate::outbox::{self, Kind, News};
use crate::read::declare::View;
use crate::read::session::ReadError;
use crate::read::sql::{all, col, select_where};
use crate::storage::Transaction;

/// Clocks looked after between two looks for more.
const AT_ONCE: u64 = 64;

/// A clock whose alarm is due.
struct Alarm {
    /// When it was to be told of, and its key.
    place: (i64, i64),
    /// The matter that it is of.
    view: &'static str,
    id: i64,
}

impl Writer {
    /// Tells of every clock that is nearly due or breached by now and was not told of; tells to how many.
    pub async fn ring(&self, now: i64) -> Result<usize, WriteError> {
        let (mut rung, mut seen, mut after) = (0, BTreeSet::new(), None);
        // Page by page, so that what cannot be rung keeps none behind it waiting; the next look begins with it again.
        loop {
            let clocks = self.alarmed(now, after).await?;
            let Some(last) = clocks.last() else { return Ok(rung) };
            after = Some(last.place);
            for Alarm { view, id, .. } in clocks {
                if seen.insert((view, id)) {
                    rung += self.ring_again(view, id, now).await;
                }
            }
        }
    }

    /// Rings the clocks of a matter, again where another writer got in the way; what cannot be rung is logged.
    async fn ring_again(&self, view: &'static str, id: i64, now: i64) -> usize {
        let mut tried = 1;
        loop {
            match self.ring_matter(view, id, now).await {
                Err(WriteError::Database(error)) if error.is_contention() && tried < TRIES => {
                    tokio::time::sleep(jitter(tried)).await;
                    tried += 1;
                }
                Err(error) => {
                    tracing::error!(%error, view, id, "a clock cannot be told of");
                    return 0;
                }
                Ok(rung) => return rung,
            }
        }
    }

    /// Clocks whose alarm is due, the longest overdue first, behind one.
    async fn alarmed(&self, now: i64, after: Option<(i64, i64)>) -> Result<Vec<Alarm>, ReadError> {
        let rooms: Vec<(&'static str, &Room)> = room::OBJECTS
            .into_iter()
            .filter_map(|view| Some((view, room::of(view)?)))
            .filter(|(_, r)| r.clocks)
            .collect();
        let (at, key) = (|| col("t0", "next_alarm_at"), || col("t0", "id"));
        let behind = |(last, id): (i64, i64)| {
            // The first part is one for the index of alarms.
            at().gte(last).and(at().gt(last).or(key().gt(id)))
        };
        let mut select = select_where("sla_clock", all([at().lt(now)].into_iter().chain(after.map(behind))));
        select.expr(at()).expr(key());
        for (_, room) in &rooms {
            select.expr(col("t0", room.link));
        }
        select.order_by((Alias::new("t0"), Alias::new("next_alarm_at")), Sort::Asc);
        select.order_by((Alias::new("t0"), Alias::new("id")), Sort::Asc).limit(AT_ONCE);
        let mut transaction = Transaction::begin(&self.pool).await?;
        let rows = transaction.select(&select).await?;
        transaction.rollback().await?;
        let mut clocks = vec![];
        for row in 0..rows.len() {
            let place = (rows.int(row, 0)?.unwrap_or_default(), rows.int(row, 1)?.unwrap_or_default());
            for (column, (view, _)) in (2..).zip(&rooms) {
                clocks.extend(rows.int(row, column)?.map(|id| Alarm { place, view, id }));
            }
        }
        Ok(clocks)
    }

    async fn ring_matter(&self, name: &'static str, id: i64, now: i64) -> Result<usize, WriteError> {
        let broken = || WriteError::Broken(format!("{name} has no lifecycle"));
        let (view, room) = (self.catalog.view(name).ok_or_else(broken)?, self.room(name)?);
        let mut ids = self.ids.batch().await?;
        let mut transaction = Transaction::begin(&self.pool).await?;
        let mut found = load::cases(&mut transaction, room, view.table, &[id], None, true).await?;
        let case = found.remove(&id).ok_or_else(|| WriteError::Broken(format!("{name} {id} has clocks and no row")))?;
        let flow = case.number("flow_version").and_then(|version| self.lifecycles.flows.version(name, version));
        let flow = flow.ok_or_else(broken)?;
        let clocks = clocks::clocks(flow, &self.lifecycles.calendar, &case.events);
        let clocks = clocks.map_err(|error| WriteError::Broken(format!("{name} {id}: {error}")))?;
        // Looked at again under the lock: another process may have told of them since.
        let due = col("t0", room.link).eq(id).and(col("t0", "next_alarm_at").lt(now));
        let mut news = vec![];
        for row in load::rows(&mut transaction, "sla_clock", due, false).await? {
            let (Some(key), Some(no)) = (number(&row, "id"), number(&row, "seq")) else { continue };
            let clock = usize::try_from(no - 1).ok().and_then(|at| clocks.get(at));
            let clock = clock.ok_or_else(|| WriteError::Broken(format!("{name} {id} has no clock {no}")))?;
            let raised = number(&row, "near_raised_at").unwrap_or(now);
            let mut changed = clock_rows::columns(flow, clock, no, now, Some(raised));
            changed.retain(|column, value| row.get(column) != Some(value));
            self.update(&mut transaction, "sla_clock", key, &changed).await?;
            match clock.breached_at(now) {
                Some(_) if number(&row, "breached_at").is_none() => news.push((Kind::ClockBreached, clock)),
                None if number(&row, "near_raised_at").is_none() => news.push((Kind::ClockNear, clock)),
                _ => {}
            }
        }
        // Not before what has happened to the matter, whatever the clocks of two machines say.
        let at = case.events.last().map_or(now, |event| std::cmp::max(event.at, now));
        for (kind, clock) in &news {
            let body = self.clock_news(room, flow, &case, clock);
            let news = News { id: ids.next(), at, kind: *kind, view: name, ..News::of(id, &case, body) };
            outbox::post(&mut transaction, &news).await?;
        }
        let breached = news.iter().filter(|(kind, _)| *kind == Kind::ClockBreached).map(|(_, clock)| *clock);
        let program = Acting { actor: &PROGRAM, purpose: SYSTEM, lens: None };
        let mut run =
            Run { writer: self, acting: program, now, ids, begun: None, claim: None, transaction, deeds: vec![] };
        for order in breached.filter_map(|clock| reaction(view, flow, clock, &case)) {
            // That it does not fit the state any more is no fault: the breach is told all the same.
            run.by_program(&order).await?;
        }
        let Run { mut transaction, mut ids, deeds, .. } = run;
        self.append_to(&mut transaction, &deeds, &mut ids).await?;
        transaction.commit().await?;
        self.news.notify_one();
        Ok(news.len())
    }
}

/// What the program does about a breach.
pub(super) fn reaction(view: &View, flow: &Flow, clock: &Clock, case: &Case) -> Option<Order> {
    let rule = flow.clock(&clock.kind)?;
    let action = rule.breach.as_deref()?;
    let input = json!({ "reason": format!("超期: {}", rule.basis) });
    let input: Values = input.as_object().cloned().unwrap_or_default();
    Some(Order::of_program(view.name, action, case.number("id"), input))
}
