//! 时限记录. The clocks of a matter as rows: made anew from its events, written where they differ.

use sea_orm::sea_query::ExprTrait;
use serde_json::{Value as Json, json};

use super::{WriteError, Writer};
use crate::lifecycle::case::{Case, Values, number};
use crate::lifecycle::clocks::{self, Clock};
use crate::lifecycle::flow::{End, Flow};
use crate::lifecycle::load;
use crate::lifecycle::refusal::Code;
use crate::lifecycle::room::Room;
use crate::read::sql::col;
use crate::storage::Transaction;

/// Columns of the row of a clock, as of an instant; `near_raised_at`: when it was reported as nearly due.
pub fn columns(flow: &Flow, clock: &Clock, seq: i64, now: i64, near_raised_at: Option<i64>) -> Values {
    let rule = flow.clock(&clock.kind);
    let (unit, length) = match rule.map(|rule| &rule.end) {
        Some(End::After(length, unit)) => (unit.code(), Some(*length)),
        _ => ("INSTANT", None),
    };
    let breached = clock.breached_at(now);
    let runs = clock.stopped_at.is_none() && clock.paused_at.is_none() && breached.is_none();
    let alarm = if near_raised_at.is_some() { clock.due_at } else { clock.near_at };
    let pauses = (!clock.pauses.is_empty()).then(|| json!(clock.pauses).to_string());
    let columns = json!({
        "seq": seq,
        "kind": clock.kind,
        "subject": clock.subject,
        "started_at": clock.started_at,
        "unit": unit,
        "length": length,
        "due_at": clock.due_at,
        "near_at": clock.near_at,
        "pauses": pauses,
        "paused_at": clock.paused_at,
        "moved": clock.moved,
        "stopped_at": clock.stopped_at,
        "breached_at": breached,
        "near_raised_at": near_raised_at,
        "next_alarm_at": runs.then_some(alarm),
        "source": rule.map(|rule| rule.source.as_str()),
        "basis": rule.map(|rule| rule.basis.as_str()),
    });
    match columns {
        Json::Object(columns) => columns,
        _ => Values::new(),
    }
}

impl Writer {
    /// Brings the rows of a matter's clocks up to its events. Gives the clocks, and those whose breach shows now.
    pub(super) async fn clocks(
        &self,
        transaction: &mut Transaction,
        (room, flow): (&Room, &Flow),
        case: &Case,
        new: bool,
        now: i64,
        ids: &mut (dyn FnMut() -> i64 + Send),
    ) -> Result<(Vec<Clock>, Vec<Clock>), WriteError> {
        if !room.clocks {
            return Ok((vec![], vec![]));
        }
        let Ok(clocks) = clocks::clocks(flow, &self.lifecycles.calendar, &case.events) else {
            return Err(WriteError::Late(vec![Code::CalendarMissing.alone()]));
        };
        let id = case.number("id").unwrap_or_default();
        let stored = match new {
            true => vec![],
            false => load::rows(transaction, "sla_clock", col("t0", room.link).eq(id), false).await?,
        };
        let division = case.text("division_code").unwrap_or_default();
        let (mut added, mut breached) = (vec![], vec![]);
        for (seq, clock) in (1..).zip(&clocks) {
            let before = stored.iter().find(|row| number(row, "seq") == Some(seq));
            let same_end = before.filter(|row| number(row, "due_at") == Some(clock.due_at));
            let near_raised_at = same_end.and_then(|row| number(row, "near_raised_at"));
            let mut row = columns(flow, clock, seq, now, near_raised_at);
            let known = before.and_then(|row| number(row, "breached_at"));
            if known.is_none() && number(&row, "breached_at").is_some() {
                breached.push(clock.clone());
            }
            match before.and_then(|before| Some((number(before, "id")?, before))) {
                Some((key, before)) => {
                    row.retain(|column, value| before.get(column) != Some(value));
                    self.update(transaction, "sla_clock", key, &row).await?;
                }
                None => {
                    row.insert("id".to_owned(), ids().into());
                    row.insert(room.link.to_owned(), id.into());
                    added.push(row);
                }
            }
        }
        if !added.is_empty() {
            self.insert(transaction, "sla_clock", division, &added).await?;
        }
        Ok((clocks, breached))
    }
}
