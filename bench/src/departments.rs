//! `documents`: documents of the departments, each beside a floor of its own, asked by whom `docs/operations.md` says.

use measure::cpu::Clock;
use measure::table::Tables;
use serde_json::json;

use crate::documents::{Document, token};
use crate::load::Sent;
use crate::loaded::Loaded;
use crate::operations::{COUNTY, Operation};
use crate::table::{Bench, heading, measured};

/// At most so many times the floor, and for so many of them at least.
const BAR: f64 = 2.0;
const WITHIN: usize = 5;

/// Of which township some of them ask.
const TOWNSHIP: &str = "330603001";

/// A document: its name, what its floor wants to know, and the statements of that.
type Asked = (&'static str, &'static [Given], u32);

const ASKED: [Asked; 10] = [
    (
        "ConfirmationDeadlines",
        &[Given::Organisation, Given::Text("1774972800000"), Given::Text("1775577600000"), Given::Now],
        1,
    ),
    ("EscalationWatch", &[Given::Text(COUNTY)], 1),
    (
        "MyRegulatedSitesAtRisk",
        &[Given::Text(COUNTY), Given::Text("MARKET"), Given::Organisation, Given::Text("ORANGE"), Given::Now],
        1,
    ),
    ("EbikeChargingMap", &[Given::Text(COUNTY), Given::Text("FIRE"), Given::Organisation, Given::Now], 1),
    ("FireJointCoverage", &[Given::Text(COUNTY), Given::Text("FIRE"), Given::Organisation, Given::Now], 2),
    ("MarketDisputes", &[Given::Text(TOWNSHIP), Given::Now], 1),
    (
        "CentreWorkbench",
        // The day of the demo's clock is a Wednesday.
        &[Given::Text("ZZ-330603001"), Given::Text(TOWNSHIP), Given::Organisation, Given::Now, Given::Text("3")],
        4,
    ),
    ("WriteOffQueue", &[Given::Organisation, Given::Text(COUNTY)], 3),
    ("DualAssignmentInbox", &[Given::Organisation, Given::Text(COUNTY), Given::Text("EMERG"), Given::Now], 2),
    ("PublicSafetyFacts", &[Given::Text(TOWNSHIP), Given::Now], 4),
];

/// What a floor wants to know.
#[derive(Clone, Copy)]
enum Given {
    /// What the variables of the document say.
    Text(&'static str),
    /// The organisation of whoever asks.
    Organisation,
    /// The moment.
    Now,
}

impl Given {
    fn text(self, posting: i64, tables: &Tables) -> Result<String, String> {
        Ok(match self {
            Given::Text(text) => text.to_owned(),
            Given::Now => fengqiao::demo::AS_OF_MS.to_string(),
            Given::Organisation => {
                tables.number(&format!("SELECT organisation_id FROM posting WHERE id = {posting}"))?.to_string()
            }
        })
    }
}

/// The documents.
pub(crate) fn names() -> [&'static str; 10] {
    ASKED.map(|(name, ..)| name)
}

/// Measures one document and prints.
pub(crate) fn run_one(name: &str, scale: &'static str) -> Result<(), String> {
    let loaded = Loaded::to_read(scale)?;
    let within = compared(&loaded, &[name])?;
    if within == 1 { Ok(()) } else { Err(format!("it takes more than {BAR} times its floor")) }
}

/// Measures all of them and prints.
pub(crate) fn run(scale: &'static str) -> Result<(), String> {
    let loaded = Loaded::to_read(scale)?;
    let within = compared(&loaded, &names())?;
    if within >= WITHIN { Ok(()) } else { Err(format!("{within} are within {BAR} times their floor, not {WITHIN}")) }
}

/// How many of these are within the bar.
fn compared(loaded: &Loaded, names: &[&str]) -> Result<usize, String> {
    let Loaded { product, tables, url, .. } = loaded;
    let (server, clock) = (product.serve()?, Clock::new(tables)?);
    let mut within = 0;
    heading();
    for (name, given, statements) in ASKED.into_iter().filter(|(name, ..)| names.contains(name)) {
        let document = Document::of(name)?;
        let posting = document.posting(url)?;
        let token = token(product, posting)?;
        let given: Result<Vec<String>, String> = given.iter().map(|one| one.text(posting, tables)).collect();
        let same = |body: String| Sent::Same { token: token.clone(), body };
        let sent = [same(document.body()), same(json!(given?).to_string())];
        let operation = Operation { name, what: "", bar: BAR, document: "", statements: Some(statements) };
        let bench = Bench { product, server: &server, token: &token, clock: &clock, tables };
        within += usize::from(measured(&operation, sent, &bench)? <= BAR);
    }
    println!("{} MB resident", server.resident_mb()?);
    Ok(within)
}
