//! `postings`: a list of open hazards, asked by one posting, by many and by very many in turn, each of its own division. What is
//! kept for each that asks must not make the answers of all slower, nor the server grow without end.

use std::collections::HashMap;

use measure::cpu::Clock;
use measure::people::{self, Person};
use measure::table::Tables;
use serde_json::{Value as Json, json};
use xtask::product::Client;

use crate::load::{Sent, Side, Turn, Way, middle, ms, turns};
use crate::loaded::Loaded;
use crate::table::CONNECTIONS;

/// So many ask.
const ACTIVE: [usize; 3] = [1, 100, 10_000];
/// Who: those that read hazards of their grids, villages, townships and counties.
const WHO: &str = "p.role IN ('GRID_MEMBER', 'GRID_LEADER', 'VILLAGE_CADRE', 'TOWN_CENTRE_OPERATOR', 'TOWN_LEADER',
    'COUNTY_CENTRE_OPERATOR', 'COUNTY_PEACE_OFFICER')";
/// Q2, of a division that is told with it.
const DOCUMENT: &str = "query($division: [String!]) { hazards(first: 50, filter: { division: $division, status: [REPORTED, GRADED, ASSIGNED, RECTIFYING, RECTIFIED, ACCEPTED] }) { edges { node { no status grade foundAt deadline site { name grid { name } } } } } }";

/// Measures and prints.
pub(crate) fn run(scale: &'static str) -> Result<(), String> {
    let loaded = Loaded::to_read(scale)?;
    let Loaded { product, tables, .. } = &loaded;
    let (server, clock) = (product.serve()?, Clock::new(tables)?);
    let people = people::of(product, tables, WHO, usize::MAX)?;
    let bodies = bodies(&people, tables)?;
    println!("the {scale} city has {} postings that may ask; {CONNECTIONS} connections", people.len());
    for active in ACTIVE.map(|active| active.min(people.len())) {
        // From all over them, so that a hundred are not of one kind or one county.
        let each = people.len() / active;
        let some = people.iter().zip(&bodies).step_by(each).take(active);
        let some = some.map(|(person, body)| Sent::Same { token: person.token.clone(), body: body.clone() });
        let sent = Sent::Turns(some.collect());
        let side = Side { address: server.address(), process: server.id(), sent };
        everybody_once(&side, active)?;
        let turns = turns(&side, &clock, Way::at_once(CONNECTIONS))?;
        let spread: Vec<f64> = turns.iter().map(Turn::cpu).collect();
        let turn = middle(turns);
        println!(
            "{active:>6} postings: {:>6.0} requests/s, p50 {:.2} ms, p99 {:.2} ms; CPU of a request {:.3} ms, and {:.3} of the database, both in turn {spread:.3?}; {} MB resident",
            turn.per_second,
            ms(turn.p50),
            ms(turn.p99),
            turn.program,
            turn.database,
            server.resident_mb()?
        );
    }
    Ok(())
}

/// What each of them sends.
fn bodies(people: &[Person], tables: &Tables) -> Result<Vec<String>, String> {
    let rows = tables.rows("SELECT id, division_code FROM posting", 2)?;
    let divisions: HashMap<Option<i64>, &Json> = rows.iter().map(|row| (row[0].as_i64(), &row[1])).collect();
    let body = |person: &Person| {
        let division = divisions.get(&Some(person.posting)).ok_or("a posting without a division")?;
        Ok::<String, String>(json!({ "query": DOCUMENT, "variables": { "division": [division] } }).to_string())
    };
    people.iter().map(body).collect()
}

/// Asks as each of so many, so that nobody is new when it counts.
fn everybody_once(side: &Side<'_>, active: usize) -> Result<(), String> {
    let ask = |worker: usize| {
        let mut client = Client::connect(side.address)?;
        for _ in 0..active.div_ceil(CONNECTIONS) {
            side.sent.send(&mut client, worker)?;
        }
        Ok::<(), String>(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS).map(|worker| scope.spawn(move || ask(worker))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a client panicked".to_owned())?)
    })
}
