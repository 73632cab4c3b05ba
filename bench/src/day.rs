//! `day`: a mixed day. Of twenty requests fourteen come from phones, four from desks, one from a dashboard, and one is a report.
//! It is asked five times as fast as it can and five times at half of that.

use std::time::Duration;

use measure::cpu::Clock;
use measure::reporters;
use measure::table::Tables;
use serde_json::{Value as Json, json};
use xtask::product::Product;

use crate::documents::{self, Document, token};
use crate::load::{ROUNDS, Sent, Side, Turn, Way, middle_by, ms, turn, turns};
use crate::loaded::{Loaded, settled};

const WAY: Way = Way::at_once(32);
/// How long each turn at half of that lasts: an answer of a hundred counts.
const HALF: Duration = Duration::from_secs(20);
/// Grid members whose phones ask, each of whom asks twice, and how many of their requests come with the others once.
const PHONES: usize = 70;
const OF_TWENTY: usize = 14;
/// What a desk asks, and what a dashboard does.
const DESKS: [&str; 4] = ["ConfirmationDeadlines", "MyRegulatedSitesAtRisk", "EscalationWatch", "MarketDisputes"];
const DASHBOARD: &str = "FireJointCoverage";
/// What a phone shows first: what is open in the own grids.
const OPEN: &str = "{ hazards(first: 20, filter: { status: [REPORTED, GRADED, ASSIGNED, RECTIFYING, RECTIFIED] }) { edges { node { id no status grade category foundAt deadline version site { code name } } } pageInfo { hasNextPage endCursor } } }";
/// The slowest of a hundred at half of what the server can.
const BAR_MS: f64 = 50.0;

/// Measures and prints.
pub(crate) fn run(scale: &'static str) -> Result<(), String> {
    let loaded = Loaded::new(scale)?;
    let Loaded { product, tables, url, .. } = &loaded;
    let server = product.serve()?;
    let clock = Clock::new(tables)?;
    let sent = Sent::Turns(requests(product, tables, url)?);
    let side = Side { address: server.address(), process: server.id(), sent };
    let rounds = |what: &str, way: Way, key: fn(&Turn) -> f64| {
        let turns = turns(&side, &clock, way)?;
        turns.iter().for_each(|turn| told(what, turn));
        Ok::<Turn, String>(middle_by(turns, |one, other| key(one).total_cmp(&key(other))))
    };
    // What was planned before the first report was written goes on as if nothing had been.
    turn(&side, &clock, WAY)?;
    crate::block_on(settled(url))?;
    let full = rounds("as fast as it can", WAY, |turn| turn.per_second)?;
    let half = rounds("at half of that", WAY.paced(full.per_second / 2.0, HALF), |turn| ms(turn.p99))?;
    println!("{} MB resident", server.resident_mb()?);
    let p99 = ms(half.p99);
    println!("the middle of {ROUNDS}: {:.0} requests/s, p99 {p99:.1} ms at half, bar {BAR_MS}", full.per_second);
    if p99 <= BAR_MS { Ok(()) } else { Err(format!("p99 is {p99:.1} ms at half of what it can")) }
}

fn told(what: &str, turn: &Turn) {
    println!(
        "the mixed day over {} connections, {what}: {:.0} requests/s, p50 {:.1} ms, p99 {:.1} ms of {}; CPU of a request {:.2} ms, and {:.2} of the database",
        WAY.connections,
        turn.per_second,
        ms(turn.p50),
        ms(turn.p99),
        turn.answers,
        turn.program,
        turn.database
    );
}

/// Requests by twenties, those of a kind not all at once: phones of other people each time, and the same others.
fn requests(product: &Product, tables: &Tables, url: &str) -> Result<Vec<Sent>, String> {
    let same = |token: &str, body: Json| Sent::Same { token: token.to_owned(), body: body.to_string() };
    let mut phones = vec![];
    let lifecycle = documents::read("schema/operations/site/HazardLifecycle.graphql")?;
    for (posting, no) in phones_of(tables)? {
        let token = token(product, posting)?;
        phones.push(same(&token, json!({ "query": OPEN })));
        phones.push(same(&token, json!({ "query": lifecycle, "variables": { "no": no } })));
    }
    let mut others = vec![Sent::Reports(reporters::find(product, tables, WAY.connections)?)];
    for name in DESKS.iter().chain([&DASHBOARD]) {
        let document = Document::of(name)?;
        let token = token(product, document.posting(url)?)?;
        others.push(Sent::Same { token, body: document.body() });
    }
    let mut all = vec![];
    for phones in phones.chunks(OF_TWENTY) {
        let mut others = others.iter();
        for two in phones.chunks(2) {
            all.extend_from_slice(two);
            all.extend(others.next().cloned());
        }
    }
    Ok(all)
}

/// Grid members, each with the number of a hazard of an own grid.
fn phones_of(tables: &Tables) -> Result<Vec<(i64, String)>, String> {
    let rows = tables.rows(
        &format!(
            "SELECT p.id, h.no FROM (SELECT MIN(id) AS id, grid_codes FROM posting WHERE role = 'GRID_MEMBER'
               AND valid_to IS NULL AND revoked_at IS NULL AND grid_codes LIKE '[\"%' GROUP BY grid_codes) p
             JOIN LATERAL (SELECT no FROM hazard WHERE grid_id = ((p.grid_codes::json)->>0)::bigint
               ORDER BY id DESC LIMIT 1) h ON TRUE ORDER BY p.id LIMIT {PHONES}"
        ),
        2,
    )?;
    let phone = |row: &Vec<Json>| Some((row[0].as_i64()?, row[1].as_str()?.to_owned()));
    let phones: Vec<(i64, String)> = rows.iter().filter_map(phone).collect();
    if phones.len() == PHONES { Ok(phones) } else { Err(format!("{} grid members have a hazard", phones.len())) }
}
