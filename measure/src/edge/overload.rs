//! Ten times of what the server can: some are answered as quickly as ever, the rest is told to come again, and then it is over.

use std::time::{Duration, Instant};

use xtask::postgres::{self, Cluster};
use xtask::product::{Client, Product, Server};
use xtask::scratch::Scratch;

use super::{at, ms};
use crate::{number, only};

/// A dashboard of a county: dear enough that a client on the same machine can ask ten times of what the server can.
const DASHBOARD: &str = r#"{"query":"{ disputeStatistics(division: \"330603\") { accepted open overdue resolutionRate { value } groups(by: TOWNSHIP) { key figures { accepted open } } } hazardStatistics(division: \"330603\") { found open groups(by: TOWNSHIP) { key figures { found open } } } }"}"#;
/// Connections that find out what the server can: as many as it has places.
const FEW: usize = 16;
const MANY: usize = 400;
const TIMES: u32 = 10;
const CALM: Duration = Duration::from_secs(10);
/// What may come of it: of those who are answered, the slowest of a hundred, against before; memory; and how soon it is over.
const SLOWER: f64 = 2.0;
const RESIDENT_MB: u64 = 512;
const OVER: Duration = Duration::from_secs(5);

/// What came of asking.
#[derive(Default)]
struct Told {
    answered: Vec<Duration>,
    sent_away: usize,
    without_time: usize,
    other: Vec<String>,
}

pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    only(arguments, &["--seconds"])?;
    let lasts = Duration::from_secs(number(arguments, "--seconds", 60)?);
    let cluster = Cluster::start(&postgres::find_or_install()?)?;
    let url = cluster.database("overload")?;
    let folder = Scratch::new("overload")?;
    let product = Product::new(folder.path(), "medium", Some(&url));
    product.load()?;
    let server = product.serve()?;
    let token = server.token("COUNTY_PEACE_OFFICER")?.to_owned();
    asked(&server, &token, FEW, None, CALM / 2)?;
    let mut before = asked(&server, &token, FEW, None, CALM)?;
    let capacity = before.answered.len() as f64 / CALM.as_secs_f64();
    let usual = at(&mut before.answered, 0.99);
    println!("{capacity:.0} requests/s over {FEW} connections, p99 {:.1} ms", ms(usual));
    let pace = Duration::from_secs_f64(MANY as f64 / (capacity * f64::from(TIMES)));
    let mut under = asked(&server, &token, MANY, Some(pace), lasts)?;
    let resident = server.resident_mb()?;
    let ended = Instant::now();
    let over = calm_again(&server, &token, usual)?.duration_since(ended);
    let offered = (under.answered.len() + under.sent_away + under.other.len()) as f64 / lasts.as_secs_f64();
    let slowest = at(&mut under.answered, 0.99);
    println!(
        "{offered:.0} a second were sent for {} s: {:.0} a second were answered, p99 {:.1} ms; {} were told to come again, {} of them without saying when; {} were answered otherwise",
        lasts.as_secs(),
        under.answered.len() as f64 / lasts.as_secs_f64(),
        ms(slowest),
        under.sent_away,
        under.without_time,
        under.other.len()
    );
    println!("{resident} MB resident at its end; answered as before {:.1} s later", over.as_secs_f64());
    let faults: Vec<String> = [
        (under.without_time > 0).then(|| "some were not told when to come again".to_owned()),
        under.other.first().map(|other| format!("answered otherwise: {other}")),
        (slowest.as_secs_f64() > SLOWER * usual.as_secs_f64()).then(|| format!("p99 is {:.1} ms", ms(slowest))),
        (resident > RESIDENT_MB).then(|| format!("{resident} MB resident")),
        (over > OVER).then(|| format!("it lasts for {:.1} s", over.as_secs_f64())),
    ]
    .into_iter()
    .flatten()
    .collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
}

/// Asks over so many connections for so long: at a pace each, or again as soon as there is an answer.
fn asked(
    server: &Server,
    token: &str,
    connections: usize,
    pace: Option<Duration>,
    lasts: Duration,
) -> Result<Told, String> {
    let ends = Instant::now() + lasts;
    let mut all = Told::default();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..connections)
            .map(|n| {
                let first = Instant::now() + pace.unwrap_or_default() * n as u32 / connections as u32;
                scope.spawn(move || one(server.address(), token, first, pace, ends))
            })
            .collect();
        for worker in workers {
            let told = worker.join().map_err(|_| "a client panicked".to_owned())??;
            all.answered.extend(told.answered);
            all.sent_away += told.sent_away;
            all.without_time += told.without_time;
            all.other.extend(told.other);
        }
        Ok(all)
    })
}

fn one(address: &str, token: &str, mut next: Instant, pace: Option<Duration>, ends: Instant) -> Result<Told, String> {
    let mut client = Client::connect(address)?;
    let mut told = Told::default();
    while next < ends {
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
        let began = Instant::now();
        let answer = client.ask_whole(token, DASHBOARD)?;
        if answer.status.contains(" 200 ") {
            told.answered.push(began.elapsed());
        } else if answer.status.contains(" 503 ") || answer.status.contains(" 429 ") {
            told.sent_away += 1;
            told.without_time += usize::from(answer.retry_after.is_none());
        } else {
            told.other.push(format!("{}: {}", answer.status, answer.text));
        }
        next = pace.map_or_else(Instant::now, |pace| (next + pace).max(Instant::now()));
    }
    Ok(told)
}

/// When the server answers as it did before.
fn calm_again(server: &Server, token: &str, usual: Duration) -> Result<Instant, String> {
    let mut client = Client::connect(server.address())?;
    let patience = Instant::now() + 4 * OVER;
    while Instant::now() < patience {
        let began = Instant::now();
        let answer = client.ask_whole(token, DASHBOARD)?;
        if answer.status.contains(" 200 ") && began.elapsed() <= usual {
            return Ok(Instant::now());
        }
    }
    Ok(Instant::now())
}
