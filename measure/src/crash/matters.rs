//! What must hold of every matter, whoever acted on it, people or the program: its version, its state, its events, and what
//! the feed and the trail have of them.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::found::Found;
use crate::table::Tables;

/// Type of a matter, its table, and the column that links other rows to it.
const MATTERS: [(&str, &str, &str); 5] = [
    ("Hazard", "hazard", "hazard_id"),
    ("Dispute", "dispute", "dispute_id"),
    ("GridEvent", "grid_event", "grid_event_id"),
    ("Inspection", "inspection", "inspection_id"),
    ("SelfInspection", "self_inspection", "self_inspection_id"),
];

/// A matter, by type and key.
type Matter = (String, i64);

/// What was told and recorded since the storm began.
struct Told {
    /// How often the feed has a version of a matter.
    feed: HashMap<(Matter, i64), usize>,
    /// How often the trail has an action on a matter.
    trail: HashMap<(Matter, String), usize>,
}

/// Holds every matter against its events, and the events made since against feed and trail; `before`: no row that the storm
/// made has a lower key.
pub(super) fn check(tables: &Tables, before: i64, found: &mut Found) -> Result<(), String> {
    let mut told = Told { feed: feed(tables)?, trail: trail(tables)? };
    for matter in MATTERS {
        of_a_kind(tables, before, matter, &mut told, found)?;
    }
    for (((view, id), seq), times) in told.feed {
        found.half.push(format!("{view} {id}: step {seq} is in the outbox {times} times and was not taken"));
    }
    for (((view, id), action), times) in told.trail {
        found.half.push(format!("{view} {id}: {action} is in the trail {times} times more than it was taken"));
    }
    Ok(())
}

fn of_a_kind(
    tables: &Tables,
    before: i64,
    (view, table, link): (&str, &str, &str),
    told: &mut Told,
    found: &mut Found,
) -> Result<(), String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number = |value: &Value| value.as_i64().unwrap_or_default();
    let sql = format!(
        "SELECT {link}, seq, id, from_state, to_state, action FROM status_event WHERE {link} IS NOT NULL
         ORDER BY {link}, seq, id"
    );
    let mut events: BTreeMap<i64, Vec<Vec<Value>>> = BTreeMap::new();
    for row in tables.rows(&sql, 6)? {
        events.entry(number(&row[0])).or_default().push(row);
    }
    for row in tables.rows(&format!("SELECT id, version, status FROM {table}"), 3)? {
        let (id, version, state) = (number(&row[0]), number(&row[1]), text(&row[2]));
        let matter = (view.to_owned(), id);
        let mut last = Value::Null;
        let mut taken = 0;
        let mut actions: BTreeMap<String, usize> = BTreeMap::new();
        for event in events.remove(&id).unwrap_or_default() {
            let seq = number(&event[1]);
            if seq == taken {
                found.doubled.push(format!("{view} {id}: step {seq} is there twice"));
            } else if seq != taken + 1 || event[3] != last {
                found.half.push(format!("{view} {id}: step {seq} does not follow step {taken}"));
            }
            if number(&event[2]) >= before {
                let times = told.feed.remove(&(matter.clone(), seq)).unwrap_or_default();
                found.times(format!("{view} {id}: step {seq} in the outbox"), times, 1);
                *actions.entry(text(&event[5])).or_default() += 1;
            }
            (taken, last) = (seq, event[4].clone());
        }
        if version != taken {
            found.half.push(format!("{view} {id}: version {version} after {taken} steps"));
        }
        if state != text(&last) {
            found.half.push(format!("{view} {id}: state {state} after a step to {last}"));
        }
        for (action, times) in actions {
            let recorded = told.trail.remove(&(matter.clone(), action.clone())).unwrap_or_default();
            found.times(format!("{view} {id}: {action} in the trail"), recorded, times);
        }
    }
    found.half.extend(events.into_keys().map(|id| format!("steps of no {view}, {id}")));
    Ok(())
}

fn feed(tables: &Tables) -> Result<HashMap<(Matter, i64), usize>, String> {
    let mut feed = HashMap::new();
    for row in tables.rows("SELECT view, matter_id, seq FROM outbox WHERE kind = 'TRANSITION'", 3)? {
        let (view, id, seq) = (row[0].as_str(), row[1].as_i64(), row[2].as_i64());
        let (view, id, seq) = view.zip(id).zip(seq).map(|((v, i), s)| (v, i, s)).ok_or("an event of no matter")?;
        *feed.entry(((view.to_owned(), id), seq)).or_default() += 1;
    }
    Ok(feed)
}

/// Entries of actions that were allowed; the rule names type and action, the objects the matter.
fn trail(tables: &Tables) -> Result<HashMap<(Matter, String), usize>, String> {
    let mut trail = HashMap::new();
    for row in tables.rows("SELECT rule, objects FROM audit_entry WHERE decision = 'ALLOW'", 2)? {
        let words: Vec<&str> = row[0].as_str().unwrap_or_default().split(' ').collect();
        let [view, _, action] = words[..] else { continue };
        if !MATTERS.iter().any(|(known, ..)| *known == view) {
            continue;
        }
        let objects: Vec<String> = serde_json::from_str(row[1].as_str().unwrap_or_default()).unwrap_or_default();
        let mut ids = objects.iter().filter_map(|object| object.strip_prefix(view)?.strip_prefix(':')?.parse().ok());
        let id = ids.next().ok_or_else(|| format!("an entry of the trail that names no {view}: {}", row[1]))?;
        *trail.entry(((view.to_owned(), id), action.to_owned())).or_default() += 1;
    }
    Ok(trail)
}
