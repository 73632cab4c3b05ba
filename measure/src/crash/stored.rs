//! What people did, as it is stored: everything that was acknowledged is there, once, with all that belongs to it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::deed::{Acknowledged, Deed};
use super::found::Found;
use crate::table::Tables;

/// A hazard that was reported, and what is stored beside it.
#[derive(Default)]
struct Stored {
    version: i64,
    no: String,
    description: String,
    /// What was said of the steps that put it right.
    measures: Vec<String>,
    /// Phase and hash of its evidence.
    photos: Vec<(String, String)>,
    /// Its clocks, and whether they run.
    clocks: Vec<(String, bool)>,
    /// Versions that keys of clients led to.
    keys: Vec<i64>,
    /// Numbers by which the trail names it.
    audited: Vec<String>,
}

/// Hazards by their keys.
type Hazards = BTreeMap<i64, Stored>;

/// Holds what is stored against what was acknowledged; `before`: no row that the storm made has a lower key.
pub(super) fn check(
    tables: &Tables,
    before: i64,
    acknowledged: &[Acknowledged],
    found: &mut Found,
) -> Result<(), String> {
    let hazards = hazards(tables, before, found)?;
    let mut said = BTreeSet::new();
    for (id, hazard) in &hazards {
        found.made += 1;
        found.steps += hazard.measures.len();
        for text in [&hazard.description].into_iter().chain(&hazard.measures) {
            if !said.insert(text) {
                found.doubled.push(format!("{}: {text}", hazard.no));
            }
        }
        of_a_hazard(*id, hazard, found);
    }
    let there = |done: &&Acknowledged| hazards.get(&done.hazard).is_some_and(|hazard| has(hazard, &done.deed));
    found.lost.extend(acknowledged.iter().filter(|done| !there(done)).map(|done| done.key.clone()));
    Ok(())
}

/// Whether a hazard is as it was reported, and a step on it as it was taken.
fn has(hazard: &Stored, deed: &Deed) -> bool {
    match deed {
        Deed::Report { description } => hazard.description == *description,
        Deed::Fix { measure, photos, .. } => {
            let shown = |phase: &str, hash: &String| hazard.photos.iter().any(|(p, h)| p == phase && h == hash);
            hazard.measures.contains(measure) && shown("BEFORE", &photos[0]) && shown("AFTER", &photos[1])
        }
    }
}

/// A report is one action and starts a clock; a step stops it, starts another and attaches two photos.
fn of_a_hazard(id: i64, hazard: &Stored, found: &mut Found) {
    let Stored { version, no, .. } = hazard;
    let (clocks, phases): (&[_], &[_]) = match (version, hazard.measures.len()) {
        (1, 0) => (&[("HAZARD_GRADE", true)], &[]),
        (2, 1) => (&[("HAZARD_GRADE", false), ("HAZARD_ACCEPT", true)], &["BEFORE", "AFTER"]),
        (_, steps) => return found.half.push(format!("{no}: version {version} with {steps} steps")),
    };
    for (kind, runs) in clocks {
        let there = hazard.clocks.iter().filter(|(k, r)| k == kind && r == runs).count();
        found.times(format!("{no}: {kind} that {}", if *runs { "runs" } else { "has stopped" }), there, 1);
    }
    found.times(format!("{no}: clocks"), hazard.clocks.len(), clocks.len());
    for phase in ["BEFORE", "AFTER"] {
        let there = hazard.photos.iter().filter(|(p, _)| p == phase).count();
        found.times(format!("{no}: photos {phase}"), there, usize::from(phases.contains(&phase)));
    }
    for led in 1..=*version {
        let there = hazard.keys.iter().filter(|key| **key == led).count();
        found.times(format!("{no}: keys of clients that led to version {led}"), there, 1);
    }
    let named = hazard.audited.iter().filter(|named| *named == no).count();
    found.times(format!("{no}: entries in the trail for {id}"), named, usize::try_from(*version).unwrap_or_default());
}

/// The hazards that the storm made; what is beside none of them is half present.
fn hazards(tables: &Tables, before: i64, found: &mut Found) -> Result<Hazards, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number = |value: &Value| value.as_i64().unwrap_or_default();
    let sql = format!("SELECT id, version, no, description FROM hazard WHERE id >= {before}");
    let mut hazards = Hazards::new();
    for row in tables.rows(&sql, 4)? {
        let (version, no, description) = (number(&row[1]), text(&row[2]), text(&row[3]));
        hazards.insert(number(&row[0]), Stored { version, no, description, ..Stored::default() });
    }
    let mut beside = |what: &str, sql: &str, add: &dyn Fn(&mut Stored, &[Value])| {
        for row in tables.rows(&format!("{sql} >= {before}"), 3)? {
            match hazards.get_mut(&number(&row[0])) {
                Some(hazard) => add(hazard, &row[1..]),
                None => found.half.push(format!("{what} of no hazard, {}", row[0])),
            }
        }
        Ok::<(), String>(())
    };
    let steps = "SELECT hazard_id, note, seq FROM status_event WHERE action = 'fixOnSite' AND hazard_id";
    beside("steps", steps, &|hazard, row| hazard.measures.push(text(&row[0])))?;
    let photos = "SELECT hazard_id, phase, hash FROM evidence WHERE hazard_id";
    beside("evidence", photos, &|hazard, row| hazard.photos.push((text(&row[0]), text(&row[1]))))?;
    let clocks = "SELECT hazard_id, kind, stopped_at FROM sla_clock WHERE hazard_id";
    beside("clocks", clocks, &|hazard, row| hazard.clocks.push((text(&row[0]), row[1].is_null())))?;
    let keys = "SELECT object_id, seq, view FROM idempotency WHERE object_id";
    beside("keys of clients", keys, &|hazard, row| hazard.keys.push(number(&row[0])))?;
    for (id, no) in audited(tables)? {
        if let Some(hazard) = hazards.get_mut(&id) {
            hazard.audited.push(no);
        }
    }
    Ok(hazards)
}

/// Hazards that the trail has as reported or put right, each with the number that it names.
fn audited(tables: &Tables) -> Result<Vec<(i64, String)>, String> {
    let sql = "SELECT objects, object_no FROM audit_entry
        WHERE operation IN ('reportHazard', 'fixOnSite') AND decision = 'ALLOW'";
    let mut named = vec![];
    for row in tables.rows(sql, 2)? {
        let objects: Vec<String> = serde_json::from_str(row[0].as_str().unwrap_or_default()).unwrap_or_default();
        let ids = objects.iter().filter_map(|object| object.strip_prefix("Hazard:")?.parse().ok());
        named.extend(ids.map(|id| (id, row[1].as_str().unwrap_or_default().to_owned())));
    }
    Ok(named)
}
