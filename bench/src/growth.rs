//! `growth`: the same questions of a city and of a larger one, by turns. A point or a page must not cost more where there is more
//! that nobody has asked for.

use measure::cpu::Clock;
use measure::table::Tables;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use xtask::postgres::{self, Cluster};
use xtask::product::{Client, Product, Server};
use xtask::scratch::Scratch;

use crate::filled::{Filled, filled};
use crate::load::{Sent, Side, Way, by_turns};
use crate::loaded::{product, settled};
use crate::operations::{ALL, COUNTY, Operation};
use crate::table::{Bench, CONNECTIONS, ROLE};

/// A point, a list, a nested list and a page far down.
const ASKED: [&str; 4] = ["Q1", "Q2", "Q3", "Q5"];
/// Of a site its newest hazard alone: five of them are more rows where there are more, and not the same question.
const ALIKE: (&str, &str) = ("hazards(first: 5)", "hazards(first: 1)");
const TOLD: (&str, &str) = ("5 hazards each", "1 hazard each");
/// The bytes of the answers may differ by one in so many.
const DIFFER: usize = 10;
/// The larger one may take so many times the CPU.
const BAR: f64 = 1.2;
/// What these questions read that grows, and the instant that it is listed by.
const MATTERS: [(&str, &str); 2] = [("hazard", "found_at"), ("dispute", "accepted_at")];
/// Each matter is there so many times more, each time so much earlier, so that pages are of different ones.
const MORE: u32 = 9;
const EARLIER_MS: u32 = 3_660_000;

/// One county beside the full city.
pub(crate) fn run() -> Result<(), String> {
    let cluster = Cluster::start(&postgres::find_or_install()?)?;
    compared(&Served::loaded(&cluster, "medium")?, &Served::loaded(&cluster, "full")?)
}

/// The full city beside one with ten times its matters.
pub(crate) fn run_ten() -> Result<(), String> {
    let cluster = Cluster::start(&postgres::find_or_install()?)?;
    let city = Served::loaded(&cluster, "full")?;
    let url = crate::block_on(tenfold(&cluster, &city.url))?;
    compared(&city, &Served::new("full", url)?)
}

/// A city and who serves it.
struct Served {
    product: Product,
    url: String,
    _folder: Scratch,
}

impl Served {
    /// The city of a scale, loaded into a database of its own.
    fn loaded(cluster: &Cluster, scale: &'static str) -> Result<Served, String> {
        let served = Served::new(scale, cluster.database(&format!("city_{scale}"))?)?;
        served.product.load()?;
        Ok(served)
    }

    /// The city of a scale that is in a database.
    fn new(scale: &'static str, url: String) -> Result<Served, String> {
        let folder = Scratch::new("growth")?;
        Ok(Served { product: product(&folder, scale, Some(&url)), url, _folder: folder })
    }

    /// Looked into, and served when it has settled.
    fn serve(&self) -> Result<(Tables, Server), String> {
        crate::block_on(settled(&self.url))?;
        Ok((Tables::open(&self.url)?, self.product.serve()?))
    }
}

/// A copy of a city in which each matter is written again under other keys and numbers; what is asked reads nothing that hangs
/// on them. Its URL.
async fn tenfold(cluster: &Cluster, city: &str) -> Result<String, String> {
    let told = |error: sqlx::Error| error.to_string();
    let (server, name) = city.rsplit_once('/').ok_or("the city's URL has no database")?;
    let copy = format!("CREATE DATABASE tenfold TEMPLATE {name} STRATEGY FILE_COPY");
    let mut connection = PgConnection::connect(cluster.url()).await.map_err(told)?;
    sqlx::raw_sql(AssertSqlSafe(copy)).execute(&mut connection).await.map_err(told)?;
    connection.close().await.map_err(told)?;
    let url = format!("{server}/tenfold");
    let mut connection = PgConnection::connect(&url).await.map_err(told)?;
    for (table, at) in MATTERS {
        let columns = format!(
            "SELECT string_agg(column_name::text, ', ' ORDER BY ordinal_position), string_agg(CASE column_name::text
               WHEN 'id' THEN 'id + (n::bigint << 40)' WHEN 'no' THEN 'no || ''-'' || n'
               WHEN '{at}' THEN '{at} - n * {EARLIER_MS}' ELSE column_name::text END, ', ' ORDER BY ordinal_position)
             FROM information_schema.columns WHERE table_name = '{table}' AND is_generated = 'NEVER'"
        );
        let columns = sqlx::query(AssertSqlSafe(columns)).fetch_one(&mut connection).await.map_err(told)?;
        let part = |at: usize| columns.try_get::<String, usize>(at).map_err(told);
        let (names, values) = (part(0)?, part(1)?);
        let more = format!("INSERT INTO {table} ({names}) SELECT {values} FROM {table}, generate_series(1, {MORE}) n");
        sqlx::raw_sql(AssertSqlSafe(more)).execute(&mut connection).await.map_err(told)?;
    }
    connection.close().await.map_err(told)?;
    Ok(url)
}

/// What a city is asked, and the bytes of an answer.
fn side<'s>(operation: &Operation, bench: &Bench<'s>) -> Result<(Side<'s>, usize), String> {
    let (many, one) = ALIKE;
    let same = |filled: Filled| Sent::Same { token: bench.token.to_owned(), body: filled.body.replace(many, one) };
    let all: Vec<Sent> = filled(operation, bench)?.into_iter().map(same).collect();
    let (mut client, mut bytes) = (Client::connect(bench.server.address())?, 0);
    for sent in &all {
        bytes += sent.send(&mut client, 0)?.ok_or("not now")?.len();
    }
    let each = bytes / all.len();
    Ok((Side { address: bench.server.address(), process: bench.server.id(), sent: Sent::of(all) }, each))
}

fn compared(one: &Served, other: &Served) -> Result<(), String> {
    let ((tables, server), (larger_tables, larger_server)) = (one.serve()?, other.serve()?);
    for (table, _) in MATTERS {
        let rows = |tables: &Tables, condition: &str| {
            tables.number(&format!("SELECT COUNT(*) FROM {table} WHERE {condition}"))
        };
        let (few, many) = (rows(&tables, "TRUE")?, rows(&larger_tables, "TRUE")?);
        let asks = format!("county_code = '{COUNTY}'");
        println!(
            "{table}: {few} rows and {many}, {:.1} times as many; of the county that asks {} and {}",
            many as f64 / few as f64,
            rows(&tables, &asks)?,
            rows(&larger_tables, &asks)?
        );
    }
    let clock = Clock::new(&tables)?;
    let token = server.token(ROLE)?;
    let smaller = Bench { product: &one.product, server: &server, token, clock: &clock, tables: &tables };
    let (product, server, tables) = (&other.product, &larger_server, &larger_tables);
    let larger = Bench { product, server, token: server.token(ROLE)?, clock: &clock, tables };
    println!("{:<53} {:>17} {:>17} {:>6} {:>5}", "", "CPU-ms app+db", "the larger", "ratio", "bar");
    let mut over = vec![];
    for operation in ALL.iter().filter(|one| ASKED.contains(&one.name)) {
        let ((little, bytes), (much, more)) = (side(operation, &smaller)?, side(operation, &larger)?);
        if bytes.abs_diff(more) * DIFFER > bytes {
            over.push(format!("{}: answers of {bytes} bytes and {more} are not the same work", operation.name));
        }
        let sides = by_turns(&much, &little, &clock, Way::at_once(CONNECTIONS))?;
        let (name, ratio) = (operation.name, sides.ratio());
        println!(
            "{name:<4} {:<48} {:>8.3}+{:<8.3} {:>8.3}+{:<8.3} {ratio:>6.2} {BAR:>5.1}  {:.2?}; {bytes} bytes and {more}",
            operation.what.replace(TOLD.0, TOLD.1),
            sides.other.program,
            sides.other.database,
            sides.one.program,
            sides.one.database,
            sides.ratios
        );
        if ratio > BAR {
            over.push(format!("{name} takes {ratio:.2} times as much, at most {BAR}"));
        }
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("; ")) }
}
