//! Which statements a report runs, by the database's own log.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use xtask::product::{Client, Product};

use super::report;
use crate::reporters::Reporter;
use crate::table::Tables;

/// Reports whose statements are counted: so many that what the server does beside them does not count.
const REPORTS: usize = 100;
/// Shown of a statement.
const SHOWN: usize = 110;

/// How often a report runs each statement, in the order in which they are first run.
pub(super) fn of_a_report(
    product: &Product,
    tables: &Tables,
    reporter: &Reporter,
) -> Result<Vec<(usize, String)>, String> {
    let server = product.serve()?;
    let mut client = Client::connect(server.address())?;
    (0..REPORTS).try_for_each(|n| report(&mut client, reporter, &format!("warm-{n}")))?;
    let data = tables.rows("SHOW data_directory", 1)?;
    let data = data.first().and_then(|row| row[0].as_str()).ok_or("no data directory")?.to_owned();
    let log = Path::new(&data).with_file_name("server.log");
    logged(tables, "all")?;
    let read = || std::fs::read_to_string(&log).map_err(|error| format!("the database's log: {error}"));
    let before = read()?.len();
    (0..REPORTS).try_for_each(|n| report(&mut client, reporter, &format!("counted-{n}")))?;
    let text = read()?.split_off(before);
    logged(tables, "none")?;
    let mut times: HashMap<&str, usize> = HashMap::new();
    let mut order = vec![];
    for line in text.lines() {
        let Some((_, statement)) = line.split_once("LOG:  ").and_then(|(_, told)| told.split_once(": ")) else {
            continue;
        };
        let seen = times.entry(statement).or_default();
        *seen += 1;
        if *seen == 1 {
            order.push(statement);
        }
    }
    let often = |statement: &&str| times[statement] >= REPORTS;
    let shown = |text: &str| text.chars().take(SHOWN).collect::<String>();
    Ok(order.into_iter().filter(often).map(|text| (times[text] / REPORTS, shown(text))).collect())
}

/// Sets what the database logs, and lets its processes hear of it.
fn logged(tables: &Tables, what: &str) -> Result<(), String> {
    tables.rows(&format!("ALTER SYSTEM SET log_statement = '{what}'"), 0)?;
    tables.rows("SELECT pg_reload_conf()", 0)?;
    std::thread::sleep(Duration::from_millis(500));
    Ok(())
}
