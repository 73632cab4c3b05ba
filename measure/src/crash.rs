//! `crash`: the server is killed (SIGKILL) at random while eight people report hazards and put some of them right, with
//! photos that they upload, and repeat what was not answered; meanwhile clocks of the city ring. What was acknowledged must
//! be there, once and whole, every matter must fit its events, and the trail, the feed and the store must be sound.

mod alarms;
mod check;
mod content;
mod deed;
mod found;
mod matters;
mod photo;
#[cfg(test)]
mod planted;
mod stored;
mod storm;

use xtask::postgres::{self, Cluster};
use xtask::product::Product;
use xtask::scratch::Scratch;

use self::alarms::Alarms;
use self::deed::Acknowledged;
use self::found::Found;
use crate::reporters::{self, Reporter};
use crate::table::Tables;
use crate::{dice, number, only};

/// People who write at the same time.
const WRITERS: usize = 8;
/// Acknowledged mutations that are repeated at the end.
const REPEATED: usize = 2_000;

/// How much is tried.
#[derive(Clone, Copy, Debug)]
struct Plan {
    mutations: usize,
    kills: usize,
    seed: u64,
}

/// What is known before the storm.
struct Storm<'s> {
    plan: Plan,
    people: &'s [Reporter],
    /// No row that is made here has a lower key.
    before: i64,
    alarms: Alarms,
}

/// Tries both databases and prints a line of each.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    only(arguments, &["--mutations", "--kills", "--seed"])?;
    let plan = Plan {
        mutations: number(arguments, "--mutations", 10_000)?,
        kills: number(arguments, "--kills", 20)?,
        seed: number(arguments, "--seed", dice::seed())?,
    };
    println!("{} mutations, {WRITERS} writers, {} kills, --seed {}", plan.mutations, plan.kills, plan.seed);
    let cluster = Cluster::start(&postgres::find_or_install()?)?;
    let url = cluster.database("crash")?;
    let mut lines = vec![];
    let mut failed = vec![];
    for (name, url) in [("SQLite", None), ("PostgreSQL", Some(url.as_str()))] {
        let folder = Scratch::new("crash")?;
        // Sealed every second, so that kills fall into that as well.
        let product = Product::new(folder.path(), "small", url).with("FENGQIAO_AUDIT__SEAL_SECONDS", "1");
        match tried(name, &product, plan) {
            Ok((line, reasons)) => {
                lines.push(line);
                failed.extend(reasons.into_iter().map(|reason| format!("{name}: {reason}")));
            }
            Err(why) => failed.push(format!("{name}: {why}\nthe server's log ends with\n{}", product.log())),
        }
    }
    println!(
        "| database | mutations | of them steps | alarms | kills | acknowledged | lost | half present | doubled | chain |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    lines.iter().for_each(|line| println!("{line}"));
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

/// The line of a database, and what is wrong.
fn tried(name: &str, product: &Product, plan: Plan) -> Result<(String, Vec<String>), String> {
    product.load()?;
    let tables = Tables::open(&product.database())?;
    let people = reporters::find(product, &tables, WRITERS)?;
    let before = tables.number("SELECT MAX(next) FROM counter WHERE name = 'row'")?;
    let alarms = Alarms::hold(&tables, plan.kills + 1)?;
    let storm = Storm { plan, people: &people, before, alarms };
    println!("{name}: {} people write", people.len());
    let acknowledged = storm::run(product, &tables, &storm)?;
    let mut reasons = check::repeats(product, &tables, &storm, &acknowledged)?;
    let found = left(product, &tables, &storm, &acknowledged)?;
    // Closed, so that what follows is asked of the files as they lie there.
    drop(tables);
    let chain = check::chain(product);
    let feed = check::feed(product, &acknowledged)?;
    if let Ok(told) = &chain {
        println!("{name}: {told}");
    }
    let line = format!(
        "| {name} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        plan.mutations,
        found.steps,
        found.over,
        plan.kills,
        acknowledged.len(),
        found.lost.len(),
        found.half.len(),
        found.doubled.len(),
        if chain.is_ok() { "sound" } else { "BROKEN" },
    );
    reasons.extend(chain.err());
    reasons.extend(feed);
    reasons.extend(found.reasons(&acknowledged));
    if acknowledged.len() != plan.mutations {
        reasons.push(format!("{} mutations, but {} acknowledged", plan.mutations, acknowledged.len()));
    }
    Ok((line, reasons))
}

/// What is wrong with what the storm has left.
fn left(product: &Product, tables: &Tables, storm: &Storm<'_>, acknowledged: &[Acknowledged]) -> Result<Found, String> {
    let mut found = Found::default();
    stored::check(tables, storm.before, acknowledged, &mut found)?;
    matters::check(tables, storm.before, &mut found)?;
    content::check(tables, &product.file("files"), storm.before, &mut found)?;
    alarms::check(tables, &storm.alarms, &mut found)?;
    Ok(found)
}
