//! `crash`: the server is killed (SIGKILL) at random while eight people report hazards and repeat what was not answered.
//! What was acknowledged must be there, once and whole, and the trail and the feed must be sound.

mod check;
#[cfg(test)]
mod planted;
mod storm;

use xtask::postgres::{self, Cluster};
use xtask::product::Product;
use xtask::scratch::Scratch;

use crate::table::Tables;
use crate::{dice, number, only, reporters};

/// People who write at the same time.
const WRITERS: usize = 8;
/// Acknowledged reports that are repeated at the end.
const REPEATED: usize = 2_000;

/// How much is tried.
#[derive(Clone, Copy, Debug)]
struct Plan {
    mutations: usize,
    kills: usize,
    seed: u64,
}

/// A report that was acknowledged.
#[derive(Clone, Debug)]
struct Acknowledged {
    /// Who reported, by their place.
    writer: usize,
    /// The key that the client chose.
    key: String,
    description: String,
    /// Key of the hazard.
    hazard: i64,
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
    println!("| database | mutations | kills | acknowledged | lost | half present | doubled | chain |");
    println!("|---|---|---|---|---|---|---|---|");
    lines.iter().for_each(|line| println!("{line}"));
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

/// The line of a database, and what is wrong.
fn tried(name: &str, product: &Product, plan: Plan) -> Result<(String, Vec<String>), String> {
    product.load()?;
    let tables = Tables::open(&product.database())?;
    let people = reporters::find(product, &tables, WRITERS)?;
    // Keys of rows only grow: what has a higher one was made here.
    let before = tables.number("SELECT MAX(id) FROM hazard")?;
    println!("{name}: {} people report", people.len());
    let acknowledged = storm::run(product, &people, plan)?;
    let mut reasons = check::repeats(product, &people, &tables, &acknowledged, plan.seed)?;
    let found = check::stored(&tables, before, &acknowledged)?;
    // Closed, so that what follows is asked of the files as they lie there.
    drop(tables);
    let chain = check::chain(product);
    let feed = check::feed(product, &acknowledged)?;
    if let Ok(told) = &chain {
        println!("{name}: {told}");
    }
    let line = format!(
        "| {name} | {} | {} | {} | {} | {} | {} | {} |",
        plan.mutations,
        plan.kills,
        acknowledged.len(),
        found.lost.len(),
        found.half.len(),
        found.doubled.len(),
        if chain.is_ok() { "sound" } else { "BROKEN" },
    );
    reasons.extend(chain.err());
    reasons.extend(feed);
    for (what, which) in [("lost", found.lost), ("half present", found.half), ("doubled", found.doubled)] {
        if let Some(first) = which.first() {
            reasons.push(format!("{} {what}, first {first}", which.len()));
        }
    }
    if acknowledged.len() != plan.mutations || found.made != plan.mutations {
        let counts = format!("{} acknowledged, {} hazards made", acknowledged.len(), found.made);
        reasons.push(format!("{} mutations, but {counts}", plan.mutations));
    }
    Ok((line, reasons))
}
