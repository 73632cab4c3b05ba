//! What time alone brings about under the kills: clocks and cycles of the city that are over by now, each of which must be
//! told of once.

use std::collections::{BTreeMap, HashSet};

use fengqiao::kernel::clock::{Clock as _, SystemClock};
use serde_json::Value;

use super::found::Found;
use crate::table::Tables;

/// What the program waits for: a table, the column that says until when, and of which rows.
const WAITS: [(&str, &str, &str); 2] =
    [("sla_clock", "next_alarm_at", "next_alarm_at IS NOT NULL"), ("self_inspection_due", "due_at", "state = 'DUE'")];
/// By so much what is held back is later: beyond everything, in milliseconds.
const HELD: i64 = 1 << 42;
/// What is over, with type and key of what it is of, by the kind of the event that tells of it.
const OVER: [(&str, &str); 2] = [
    (
        "CLOCK_BREACHED",
        "SELECT id, CASE WHEN hazard_id IS NOT NULL THEN 'Hazard' WHEN dispute_id IS NOT NULL THEN 'Dispute'
         ELSE 'GridEvent' END, COALESCE(hazard_id, dispute_id, grid_event_id) FROM sla_clock
         WHERE breached_at IS NOT NULL",
    ),
    ("CYCLE_MISSED", "SELECT id, 'KeySite', site_id FROM self_inspection_due WHERE state = 'MISSED'"),
];

/// What is over in the city and was not told of. Left alone, all of it would be told before the first kill: it is held back,
/// and a share of it is let go before each start of the server.
pub(super) struct Alarms {
    /// Of each kind what was over and told of before.
    before: Vec<HashSet<i64>>,
    /// Starts of the server that have a share.
    shares: usize,
}

impl Alarms {
    /// Holds it back.
    pub(super) fn hold(tables: &Tables, shares: usize) -> Result<Alarms, String> {
        let now = SystemClock.now_ms();
        for (table, until, of) in WAITS {
            let later = format!("UPDATE {table} SET {until} = {until} + {HELD} WHERE {until} < {now} AND {of}");
            tables.rows(&later, 0)?;
        }
        let keys = |(_, over): (&str, &str)| {
            Ok(tables.rows(over, 3)?.iter().filter_map(|row| row[0].as_i64()).collect::<HashSet<i64>>())
        };
        Ok(Alarms { before: OVER.into_iter().map(keys).collect::<Result<_, String>>()?, shares })
    }

    /// Lets the share of a start go.
    pub(super) fn release(&self, tables: &Tables, start: usize) -> Result<(), String> {
        self.let_go(tables, &format!("AND id % {} = {start}", self.shares))
    }

    /// Lets all go that is left.
    pub(super) fn release_all(&self, tables: &Tables) -> Result<(), String> {
        self.let_go(tables, "")
    }

    fn let_go(&self, tables: &Tables, which: &str) -> Result<(), String> {
        WAITS.iter().try_for_each(|(table, until, _)| {
            let back = format!("UPDATE {table} SET {until} = {until} - {HELD} WHERE {until} >= {HELD} {which}");
            tables.rows(&back, 0).map(drop)
        })
    }
}

/// How much is over and waits to be told of.
pub(super) fn waiting(tables: &Tables) -> Result<i64, String> {
    let now = SystemClock.now_ms();
    let count = |(table, until, of): (&str, &str, &str)| {
        tables.number(&format!("SELECT COUNT(*) FROM {table} WHERE {until} < {now} AND {of}"))
    };
    WAITS.into_iter().map(count).sum()
}

/// Holds what is over since against what was told of it.
pub(super) fn check(tables: &Tables, alarms: &Alarms, found: &mut Found) -> Result<(), String> {
    let of = |view: &Value, id: &Value| (view.as_str().unwrap_or_default().to_owned(), id.as_i64().unwrap_or_default());
    for ((kind, over), before) in OVER.into_iter().zip(&alarms.before) {
        let mut times: BTreeMap<(String, i64), (usize, usize)> = BTreeMap::new();
        for row in tables.rows(over, 3)? {
            if row[0].as_i64().is_some_and(|id| !before.contains(&id)) {
                found.over += 1;
                times.entry(of(&row[1], &row[2])).or_default().0 += 1;
            }
        }
        for row in tables.rows(&format!("SELECT view, matter_id FROM outbox WHERE kind = '{kind}'"), 2)? {
            times.entry(of(&row[0], &row[1])).or_default().1 += 1;
        }
        for ((view, id), (over, told)) in times {
            found.times(format!("{view} {id}: {kind} in the outbox"), told, over);
        }
    }
    Ok(())
}
