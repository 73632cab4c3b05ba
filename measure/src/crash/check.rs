//! What must hold after the storm.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use fengqiao::read::write::parse_global_id;
use serde_json::Value;
use xtask::product::{Client, Product};
use xtask::run;

use super::{Acknowledged, REPEATED};
use crate::dice::Dice;
use crate::reporters::{self, Answer, Reporter};
use crate::table::Tables;

/// Events have their places by then.
const PATIENCE: Duration = Duration::from_secs(60);
/// Everything that a report writes, as far as nothing else writes it.
const WRITTEN: [&str; 8] = [
    "SELECT COUNT(*) FROM hazard",
    "SELECT COUNT(*) FROM status_event",
    "SELECT COUNT(*) FROM evidence",
    "SELECT COUNT(*) FROM sla_clock",
    "SELECT COUNT(*) FROM outbox WHERE kind = 'TRANSITION'",
    "SELECT COUNT(*) FROM idempotency",
    "SELECT COUNT(*) FROM audit_entry WHERE operation LIKE '%reportHazard'",
    "SELECT MAX(next) FROM counter WHERE name LIKE 'YH-%'",
];

/// What was found; each with the number or key of those it holds for.
pub(super) struct Found {
    /// Hazards that were made.
    pub(super) made: usize,
    /// Acknowledged and not there as it was sent.
    pub(super) lost: Vec<String>,
    /// There without all that belongs to it, or the other way round.
    pub(super) half: Vec<String>,
    /// There more than once.
    pub(super) doubled: Vec<String>,
}

/// Repeats acknowledged reports on a server that was started anew: the same answer, and nothing written.
pub(super) fn repeats(
    product: &Product,
    people: &[Reporter],
    tables: &Tables,
    acknowledged: &[Acknowledged],
    seed: u64,
) -> Result<Vec<String>, String> {
    let server = product.serve()?;
    let written = || WRITTEN.iter().map(|sql| tables.number(sql)).collect::<Result<Vec<i64>, String>>();
    let before = written()?;
    let mut sample: Vec<&Acknowledged> = acknowledged.iter().collect();
    Dice::new(seed).shuffle(&mut sample);
    sample.truncate(REPEATED);
    let mut client = Client::connect(server.address())?;
    let mut reasons = vec![];
    for done in &sample {
        let reporter = &people[done.writer];
        let (status, text) = client.post(&reporter.token, &reporter.body(&done.key, &done.description))?;
        match reporters::read(&status, &text, &done.description) {
            Answer::Done(hazard) if hazard == done.hazard => {}
            _ => reasons.push(format!("{} was repeated and answered otherwise: {status}: {text}", done.key)),
        }
    }
    let after = written()?;
    if after != before {
        reasons.push(format!("{} repeats have written: {before:?} became {after:?}", sample.len()));
    }
    // The feed gives places in its own time; the server stays until it has.
    let started = Instant::now();
    while tables.number("SELECT COUNT(*) FROM outbox WHERE position IS NULL")? > 0 {
        if started.elapsed() > PATIENCE {
            return Err("events wait for their places".into());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    reasons.truncate(5);
    println!("{} acknowledged reports repeated after another start", sample.len());
    Ok(reasons)
}

/// How often each hazard stands in a column.
fn counts(tables: &Tables, sql: &str) -> Result<HashMap<i64, i64>, String> {
    let mut counts = HashMap::new();
    for row in tables.rows(sql, 1)? {
        *counts.entry(row[0].as_i64().unwrap_or_default()).or_default() += 1;
    }
    Ok(counts)
}

/// Holds what is stored against what was acknowledged; `before`: the highest key of the hazards that were there.
pub(super) fn stored(tables: &Tables, before: i64, acknowledged: &[Acknowledged]) -> Result<Found, String> {
    let rows = tables.rows(&format!("SELECT id, version, no, description FROM hazard WHERE id > {before}"), 4)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let hazards: HashMap<i64, (i64, String, String)> = rows
        .iter()
        .filter_map(|row| Some((row[0].as_i64()?, (row[1].as_i64()?, text(&row[2]), text(&row[3])))))
        .collect();
    let lost = acknowledged
        .iter()
        .filter(|done| hazards.get(&done.hazard).is_none_or(|(_, _, description)| *description != done.description))
        .map(|done| done.key.clone());
    let mut described = HashSet::new();
    let doubled =
        hazards.values().filter(|(_, _, description)| !described.insert(description)).map(|(_, no, _)| no.clone());
    let (lost, doubled) = (lost.collect(), doubled.collect());
    let beside = [
        ("status events", counts(tables, &format!("SELECT hazard_id FROM status_event WHERE hazard_id > {before}"))?),
        (
            "events in the outbox",
            counts(
                tables,
                &format!(
                    "SELECT matter_id FROM outbox WHERE view = 'Hazard' AND kind = 'TRANSITION' AND matter_id > {before}"
                ),
            )?,
        ),
        ("clocks", counts(tables, &format!("SELECT hazard_id FROM sla_clock WHERE hazard_id > {before}"))?),
        ("keys of clients", counts(tables, "SELECT object_id FROM idempotency")?),
        ("entries in the trail", audited(tables, &hazards)?),
    ];
    let mut half = vec![];
    for (id, (version, no, _)) in &hazards {
        for (what, counts) in &beside {
            // A report is one action and starts one clock.
            let there = counts.get(id).copied().unwrap_or_default();
            if there != 1 || *version != 1 {
                half.push(format!("{no}: version {version}, {there} {what}"));
            }
        }
    }
    for (what, counts) in &beside {
        half.extend(
            counts.keys().filter(|id| !hazards.contains_key(id)).map(|id| format!("{what} of no hazard, {id}")),
        );
    }
    Ok(Found { made: hazards.len(), lost, half, doubled })
}

/// Entries of the trail that name each hazard by key and number.
fn audited(tables: &Tables, hazards: &HashMap<i64, (i64, String, String)>) -> Result<HashMap<i64, i64>, String> {
    let sql = "SELECT objects, object_no FROM audit_entry WHERE operation = 'reportHazard' AND decision = 'ALLOW'";
    let mut counts = HashMap::new();
    for row in tables.rows(sql, 2)? {
        let objects: Vec<String> = serde_json::from_str(row[0].as_str().unwrap_or_default()).unwrap_or_default();
        for id in objects.iter().filter_map(|object| object.strip_prefix("Hazard:")?.parse().ok()) {
            let same = hazards.get(&id).is_none_or(|(_, no, _)| row[1] == no.as_str());
            *counts.entry(id).or_default() += i64::from(same);
        }
    }
    Ok(counts)
}

/// What `audit verify` says of the stopped database and of the seals that were written out beside it.
pub(super) fn chain(product: &Product) -> Result<String, String> {
    let seals = product.file("audit-seals.jsonl");
    let mut verify = product.command(&["audit", "verify", "--seals"]);
    run::output(verify.arg(seals), "`fengqiao audit verify`").map(|told| told.trim().replace('\n', "; "))
}

/// What is wrong with the feed: a gap, or a hazard that it does not tell of once.
pub(super) fn feed(product: &Product, acknowledged: &[Acknowledged]) -> Result<Vec<String>, String> {
    let told = run::output(&mut product.command(&["outbox", "follow", "--once"]), "`fengqiao outbox follow`")?;
    let mut reasons = vec![];
    let mut of: HashMap<i64, usize> = HashMap::new();
    let mut last = 0;
    for line in told.lines() {
        let event: Value = serde_json::from_str(line).map_err(|error| format!("{line}: {error}"))?;
        let position = event["position"].as_i64().unwrap_or_default();
        if position != last + 1 {
            reasons.push(format!("the feed goes from position {last} to {position}"));
        }
        last = position;
        let matter = event["id"].as_str().and_then(parse_global_id);
        if let Some((view, id)) = matter.filter(|_| event["kind"] == "TRANSITION")
            && view == "Hazard"
        {
            *of.entry(id).or_default() += 1;
        }
    }
    let untold = acknowledged.iter().filter(|done| of.get(&done.hazard) != Some(&1)).count();
    if untold > 0 {
        reasons.push(format!("the feed does not tell once of {untold} hazards"));
    }
    println!("the feed has {last} events");
    reasons.truncate(5);
    Ok(reasons)
}
