//! `table` and `cell`: each question against the product and against the floor, by turns, in one run.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use measure::cpu::Clock;
use measure::table::Tables;
use serde_json::{Value as Json, json};
use sqlx::Connection;
use xtask::postgres::{self, Cluster};
use xtask::product::{Client, Product, Server};
use xtask::scratch::Scratch;

use crate::operations::{ALL, COUNTY, LONG_PAGE, Operation, PAGE, PAGES, TWELVE};

const CONNECTIONS: usize = 32;
const ROUNDS: usize = 3;
/// How long each turn lasts, and before it counts.
const TURN: Duration = Duration::from_secs(3);
const WARM_UP: Duration = Duration::from_millis(700);
/// The page of Q5.
const LATE: usize = 400;

/// What a side did in a turn.
#[derive(Clone, Copy, Debug)]
struct Turn {
    per_second: f64,
    p50: Duration,
    p99: Duration,
    /// CPU of a request in milliseconds.
    program: f64,
    database: f64,
}

impl Turn {
    fn cpu(&self) -> f64 {
        self.program + self.database
    }
}

/// A side that is asked.
struct Side<'s> {
    address: &'s str,
    process: u32,
    body: String,
}

/// Measures all of them, or one.
pub(crate) fn run(only: Option<&str>, scale: &'static str) -> Result<(), String> {
    let cluster = Cluster::start(&postgres::find_or_install()?)?;
    let url = cluster.database("bench")?;
    let folder = Scratch::new("bench")?;
    // All connections at once are no more than it may let in: measured is what an answer costs, not who is sent away.
    let product = Product::new(folder.path(), scale, Some(&url))
        .with("FENGQIAO_LIMITS__EXPORTS__RUNNING", "16")
        .with("FENGQIAO_LIMITS__EXPORTS__WAITING", "100");
    let loaded = product.load()?;
    let tables = Tables::open(&url)?;
    crate::block_on(settled(&url))?;
    println!("the {scale} city on PostgreSQL, loaded in {:.0} s; {CONNECTIONS} connections", loaded.seconds);
    let server = product.serve()?;
    let token = server.token("COUNTY_PEACE_OFFICER")?.to_owned();
    let clock = Clock::new(&tables)?;
    println!(
        "{:<4} {:<48} {:>9} {:>9} {:>9} {:>9} {:>17} {:>17} {:>6} {:>5}",
        "", "", "req/s", "p50 ms", "p99 ms", "floor/s", "CPU-ms app+db", "floor app+db", "ratio", "bar"
    );
    let chosen: Vec<&Operation> = ALL.iter().filter(|one| only.is_none_or(|only| only == one.name)).collect();
    if chosen.is_empty() {
        return Err("no such question".into());
    }
    let mut over = vec![];
    for operation in chosen {
        let ratio = measured(
            operation,
            &Bench { product: &product, server: &server, token: &token, clock: &clock, tables: &tables },
        )?;
        if ratio > operation.bar {
            over.push(format!("{} is {ratio:.2} times the floor, at most {}", operation.name, operation.bar));
        }
    }
    println!("{} MB resident", server.resident_mb()?);
    if over.is_empty() { Ok(()) } else { Err(over.join("; ")) }
}

/// As a database that has been there for a day: without this, what is measured is its own housekeeping.
async fn settled(url: &str) -> Result<(), String> {
    let told = |error: sqlx::Error| error.to_string();
    let mut connection = sqlx::PgConnection::connect(url).await.map_err(told)?;
    sqlx::raw_sql("VACUUM ANALYZE").execute(&mut connection).await.map_err(told)?;
    connection.close().await.map_err(told)
}

struct Bench<'b> {
    product: &'b Product,
    server: &'b Server,
    token: &'b str,
    clock: &'b Clock,
    tables: &'b Tables,
}

fn measured(operation: &Operation, bench: &Bench<'_>) -> Result<f64, String> {
    let (document, parameters) = filled(operation, bench)?;
    let floor = Floor::start(bench.product, operation.name)?;
    let ours = Side {
        address: bench.server.address(),
        process: bench.server.id(),
        body: json!({ "query": document }).to_string(),
    };
    let theirs = Side { address: &floor.address, process: floor.process.id(), body: json!(parameters).to_string() };
    let data = |side: &Side<'_>| {
        let (status, text) = Client::connect(side.address)?.post(bench.token, &side.body)?;
        let answer: Json = serde_json::from_str(&text).map_err(|_| format!("{}: {status}: {text}", operation.name))?;
        Ok::<Json, String>(answer["data"].clone())
    };
    let (answered, expected) = (data(&ours)?, data(&theirs)?);
    if answered != expected || answered.is_null() {
        let text = |json: &Json| json.to_string().chars().take(1_500).collect::<String>();
        return Err(format!("{}: the answers differ:\n{}\n{}", operation.name, text(&answered), text(&expected)));
    }
    let (mut engine, mut bare) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        engine.push(turn(&ours, bench)?);
        bare.push(turn(&theirs, bench)?);
    }
    let mut ratios: Vec<f64> = engine.iter().zip(&bare).map(|(ours, floor)| ours.cpu() / floor.cpu()).collect();
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[ROUNDS / 2];
    let (one, other) = (middle(engine), middle(bare));
    println!(
        "{:<4} {:<48} {:>9.0} {:>9.2} {:>9.2} {:>9.0} {:>8.3}+{:<8.3} {:>8.3}+{:<8.3} {:>6.2} {:>5.1}  {:.2?}",
        operation.name,
        operation.what,
        one.per_second,
        one.p50.as_secs_f64() * 1e3,
        one.p99.as_secs_f64() * 1e3,
        other.per_second,
        one.program,
        one.database,
        other.program,
        other.database,
        ratio,
        operation.bar,
        ratios
    );
    Ok(ratio)
}

fn middle(mut turns: Vec<Turn>) -> Turn {
    turns.sort_by(|a, b| a.cpu().total_cmp(&b.cpu()));
    turns[turns.len() / 2]
}

/// The document with what was found in the city, and the parameters of the floor.
fn filled(operation: &Operation, bench: &Bench<'_>) -> Result<(String, Vec<String>), String> {
    let text = |sql: &str| {
        let rows = bench.tables.rows(sql, 1)?;
        rows.first().and_then(|row| row[0].as_str().map(str::to_owned)).ok_or_else(|| format!("{sql}: nothing"))
    };
    let county = COUNTY.to_owned();
    Ok(match operation.name {
        "Q1" => {
            let no = text(&format!(
                "SELECT no FROM hazard WHERE county_code = '{COUNTY}' AND site_id IS NOT NULL ORDER BY id OFFSET 500 LIMIT 1"
            ))?;
            (operation.document.replace("$NO", &no), vec![no, county])
        }
        "Q3" => {
            let centre = text(&format!(
                "SELECT c.code FROM governance_centre c JOIN grid g ON g.village_code = c.division_code JOIN key_site s
                 ON s.grid_id = g.id WHERE c.county_code = '{COUNTY}' AND c.level = 'VILLAGE_STATION'
                 GROUP BY c.code ORDER BY COUNT(*) DESC, c.code LIMIT 1"
            ))?;
            (operation.document.replace("$CENTRE", &centre), vec![centre, county])
        }
        "Q4" => (operation.document.to_owned(), vec![county, fengqiao_now(bench)?.to_string()]),
        "Q5" => {
            let (cursor, at, id) = late(bench)?;
            (operation.document.replace("$AFTER0", &cursor), vec![county, at.to_string(), id.to_string()])
        }
        "Q7" => (operation.document.replace("$PAGES", &pages(bench)?), vec![county]),
        _ => (operation.document.to_owned(), vec![county]),
    })
}

fn ask(bench: &Bench<'_>, document: &str) -> Result<Json, String> {
    let text = Client::connect(bench.server.address())?.ask(bench.token, &json!({ "query": document }).to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

/// The instant of the demo's clock.
fn fengqiao_now(bench: &Bench<'_>) -> Result<i64, String> {
    let answer = ask(bench, "{ serverTime }")?;
    let text = answer["data"]["serverTime"].as_str().unwrap_or_default().to_owned();
    fengqiao::kernel::clock::parse_rfc3339(&text).ok_or_else(|| format!("no instant: {text}"))
}

/// The cursor before the late page, and the row that it stands at.
fn late(bench: &Bench<'_>) -> Result<(String, i64, i64), String> {
    let mut after = String::new();
    for _ in 1..LATE {
        let answer = ask(
            bench,
            &format!(
                "{{ disputes(first: {PAGE}{after}, filter: {{ division: [\"{COUNTY}\"] }}) {{ pageInfo {{ endCursor }} }} }}"
            ),
        )?;
        let cursor = answer["data"]["disputes"]["pageInfo"]["endCursor"].as_str().ok_or("too few disputes")?;
        after = format!(", after: \"{cursor}\"");
    }
    let row = bench.tables.rows(
        &format!(
            "SELECT accepted_at, id FROM dispute WHERE county_code = '{COUNTY}'
             AND (sensitive_until IS NULL OR sensitive_until <= '2026-04-01')
             ORDER BY accepted_at DESC, id DESC OFFSET {} LIMIT 1",
            (LATE - 1) * PAGE - 1
        ),
        2,
    )?;
    let row = row.first().ok_or("too few disputes")?;
    let cursor = after.trim_start_matches(", after: \"").trim_end_matches('"').to_owned();
    Ok((cursor, row[0].as_i64().unwrap_or_default(), row[1].as_i64().unwrap_or_default()))
}

/// Ten pages, one after the other, as ten fields of one request.
fn pages(bench: &Bench<'_>) -> Result<String, String> {
    let (mut fields, mut after) = (vec![], String::new());
    for page in 0..PAGES {
        let list = format!("disputes(first: {LONG_PAGE}{after}, filter: {{ division: [\"{COUNTY}\"] }})");
        fields.push(format!("p{page}: {list} {{ edges {{ node {{ {TWELVE} }} }} }}"));
        let answer = ask(bench, &format!("{{ {list} {{ pageInfo {{ endCursor }} }} }}"))?;
        let cursor = answer["data"]["disputes"]["pageInfo"]["endCursor"].as_str().ok_or("too few disputes")?;
        after = format!(", after: \"{cursor}\"");
    }
    Ok(fields.join(" "))
}

/// Asks over all connections at once for a while.
fn turn(side: &Side<'_>, bench: &Bench<'_>) -> Result<Turn, String> {
    load(side, bench.token, WARM_UP)?;
    let (program, database) = (bench.clock.process(side.process)?, bench.clock.database()?);
    let began = Instant::now();
    let mut times = load(side, bench.token, TURN)?;
    let seconds = began.elapsed().as_secs_f64();
    let (program, database) = (bench.clock.process(side.process)? - program, bench.clock.database()? - database);
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let each = |spent: f64| spent * 1e3 / times.len() as f64;
    Ok(Turn {
        per_second: times.len() as f64 / seconds,
        p50: at(0.5),
        p99: at(0.99),
        program: each(program),
        database: each(database),
    })
}

fn load(side: &Side<'_>, token: &str, lasts: Duration) -> Result<Vec<Duration>, String> {
    let ends = Instant::now() + lasts;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(move || {
                    let mut client = Client::connect(side.address)?;
                    let mut times = vec![];
                    while Instant::now() < ends {
                        let began = Instant::now();
                        let (status, text) = client.post(token, &side.body)?;
                        if !status.contains(" 200 ") {
                            return Err(format!("{status}: {text}"));
                        }
                        times.push(began.elapsed());
                    }
                    Ok::<Vec<Duration>, String>(times)
                })
            })
            .collect();
        let mut all = vec![];
        for worker in workers {
            all.extend(worker.join().map_err(|_| "a client panicked".to_owned())??);
        }
        if all.is_empty() { Err("nothing was answered".into()) } else { Ok(all) }
    })
}

/// The floor of one question, in a process of its own; killed in the end.
struct Floor {
    process: Child,
    address: String,
}

impl Floor {
    fn start(product: &Product, name: &str) -> Result<Floor, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut process = Command::new(program)
            .args(["floor", name, &product.database()])
            .arg(product.file("demo-secret"))
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut address = String::new();
        let output = process.stdout.take().ok_or("no output")?;
        BufReader::new(output).read_line(&mut address).map_err(|error| error.to_string())?;
        let floor = Floor { process, address: address.trim().to_owned() };
        if floor.address.is_empty() { Err("the floor did not start".into()) } else { Ok(floor) }
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        // One that has ended already needs no signal.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
