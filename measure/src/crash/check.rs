//! What must hold after the storm of a server that was started anew, of the trail and of the feed.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use fengqiao::read::write::parse_global_id;
use serde_json::Value;
use xtask::product::{Client, Product};
use xtask::run;

use super::alarms;
use super::deed::Acknowledged;
use super::{REPEATED, Storm};
use crate::dice::Dice;
use crate::reporters::Answer;
use crate::table::Tables;

/// Alarms have rung and events have their places by then.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much there is of everything that reports and steps write, as far as it is of hazards that were reported here.
fn written(tables: &Tables, before: i64) -> Result<Vec<i64>, String> {
    let of = |table: &str, column: &str| format!("SELECT COUNT(*) FROM {table} WHERE {column} >= {before}");
    let counted = [
        of("hazard", "id"),
        format!("SELECT CAST(SUM(version) AS BIGINT) FROM hazard WHERE id >= {before}"),
        of("status_event", "hazard_id"),
        of("evidence", "hazard_id"),
        of("sla_clock", "hazard_id"),
        of("outbox", "matter_id"),
        of("idempotency", "id"),
        "SELECT COUNT(*) FROM audit_entry WHERE operation IN ('reportHazard', 'fixOnSite')".to_owned(),
        "SELECT MAX(next) FROM counter WHERE name LIKE 'YH-%'".to_owned(),
    ];
    counted.iter().map(|sql| tables.number(sql)).collect()
}

/// Repeats acknowledged mutations on a server that was started anew: the same answer, and nothing written. Before that the
/// alarms have rung, and in the end all events have their places.
pub(super) fn repeats(
    product: &Product,
    tables: &Tables,
    storm: &Storm<'_>,
    acknowledged: &[Acknowledged],
) -> Result<Vec<String>, String> {
    storm.alarms.release_all(tables)?;
    let server = product.serve_today()?;
    until_none(|| alarms::waiting(tables), "alarms have not rung")?;
    let before = written(tables, storm.before)?;
    let mut sample: Vec<&Acknowledged> = acknowledged.iter().collect();
    Dice::new(storm.plan.seed).shuffle(&mut sample);
    sample.truncate(REPEATED);
    let mut client = Client::connect(server.address())?;
    let mut reasons = vec![];
    for done in &sample {
        let reporter = &storm.people[done.writer];
        let (status, text) = client.post(&reporter.token, &done.deed.body(reporter, &done.key))?;
        match done.deed.read(&status, &text) {
            Answer::Done(hazard) if hazard == done.hazard => {}
            _ => reasons.push(format!("{} was repeated and answered otherwise: {status}: {text}", done.key)),
        }
    }
    let after = written(tables, storm.before)?;
    if after != before {
        reasons.push(format!("{} repeats have written: {before:?} became {after:?}", sample.len()));
    }
    let placeless = "SELECT COUNT(*) FROM outbox WHERE position IS NULL";
    until_none(|| tables.number(placeless), "events wait for their places")?;
    reasons.truncate(5);
    println!("{} acknowledged mutations repeated after another start", sample.len());
    Ok(reasons)
}

/// Waits until the server has done what it does in its own time.
fn until_none(count: impl Fn() -> Result<i64, String>, what: &str) -> Result<(), String> {
    let started = Instant::now();
    loop {
        match count()? {
            0 => return Ok(()),
            left if started.elapsed() > PATIENCE => return Err(format!("{what}: {left}")),
            _ => std::thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// What `audit verify` says of the stopped database and of the seals that were written out beside it.
pub(super) fn chain(product: &Product) -> Result<String, String> {
    let seals = product.file("audit-seals.jsonl");
    let mut verify = product.command(&["audit", "verify", "--seals"]);
    run::output(verify.arg(seals), "`fengqiao audit verify`").map(|told| told.trim().replace('\n', "; "))
}

/// What is wrong with the feed: a gap, or something acknowledged that it does not tell of once.
pub(super) fn feed(product: &Product, acknowledged: &[Acknowledged]) -> Result<Vec<String>, String> {
    let told = run::output(&mut product.command(&["outbox", "follow", "--once"]), "`fengqiao outbox follow`")?;
    let mut reasons = vec![];
    let mut of: HashMap<(i64, Option<i64>), usize> = HashMap::new();
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
            *of.entry((id, event["version"].as_i64())).or_default() += 1;
        }
    }
    let told = |done: &&Acknowledged| of.get(&(done.hazard, Some(done.deed.version()))) == Some(&1);
    let untold = acknowledged.iter().filter(|done| !told(done)).count();
    if untold > 0 {
        reasons.push(format!("the feed does not tell once of {untold} mutations"));
    }
    println!("the feed has {last} events");
    reasons.truncate(5);
    Ok(reasons)
}
