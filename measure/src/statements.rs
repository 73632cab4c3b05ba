//! Which statements something runs that is asked, by the database's own log.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use xtask::product::{Client, Product};

use crate::table::Tables;

/// So often it is asked: so many that what the server does beside it does not count.
const ASKED: usize = 100;
/// Shown of a statement.
const SHOWN: usize = 110;

/// How often each statement is run when this is asked once, in the order in which they are first run.
pub fn of_each(
    product: &Product,
    tables: &Tables,
    ask: impl Fn(&mut Client, &str) -> Result<(), String>,
) -> Result<Vec<(usize, String)>, String> {
    let server = product.serve()?;
    let mut client = Client::connect(server.address())?;
    (0..ASKED).try_for_each(|n| ask(&mut client, &format!("warm-{n}")))?;
    let data = tables.rows("SHOW data_directory", 1)?;
    let data = data.first().and_then(|row| row[0].as_str()).ok_or("no data directory")?.to_owned();
    let log = Path::new(&data).with_file_name("server.log");
    logged(tables, "all")?;
    let read = || std::fs::read_to_string(&log).map_err(|error| format!("the database's log: {error}"));
    let before = read()?.len();
    (0..ASKED).try_for_each(|n| ask(&mut client, &format!("counted-{n}")))?;
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
    let often = |statement: &&str| times[statement] >= ASKED;
    let shown = |text: &str| text.chars().take(SHOWN).collect::<String>();
    Ok(order.into_iter().filter(often).map(|text| (times[text] / ASKED, shown(text))).collect())
}

/// Sets what the database logs, and lets its processes hear of it.
fn logged(tables: &Tables, what: &str) -> Result<(), String> {
    tables.rows(&format!("ALTER SYSTEM SET log_statement = '{what}'"), 0)?;
    tables.rows("SELECT pg_reload_conf()", 0)?;
    std::thread::sleep(Duration::from_millis(500));
    Ok(())
}
