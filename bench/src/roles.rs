//! `roles`: how soon the first page and the figures are there for each role, one request at a time. A list whose rule has a way
//! without an index goes through whole tables, which nobody sees who asks as one role alone.

use std::time::{Duration, Instant};

use serde_json::json;
use xtask::product::Client;

use crate::load::{middle_by, ms};
use crate::loaded::Loaded;

/// What is asked: its heading, and the document.
const ASKED: [(&str, &str); 6] = [
    ("hazards", "{ hazards(first: 20) { edges { node { no status site { code name } } } } }"),
    (
        "open hazards, total",
        "{ hazards(first: 20, filter: { status: [REPORTED, GRADED, ASSIGNED, RECTIFYING, RECTIFIED] }) { totalCount edges { node { no status } } } }",
    ),
    ("hazard figures", "{ hazardStatistics { found writtenOff } }"),
    ("disputes", "{ disputes(first: 20) { edges { node { no status } } } }"),
    (
        "open disputes, total",
        "{ disputes(first: 20, filter: { status: [REGISTERED, ACCEPTED, DISPATCHED, MEDIATING] }) { totalCount edges { node { no status } } } }",
    ),
    ("dispute figures", "{ disputeStatistics { accepted open } }"),
];

/// Asked so often; the middle one counts.
const TIMES: usize = 9;

/// Measures and prints.
pub(crate) fn run(scale: &'static str) -> Result<(), String> {
    let loaded = Loaded::to_read(scale)?;
    let server = loaded.product.serve()?;
    let mut client = Client::connect(server.address())?;
    print!("{:<24}", "ms until the answer");
    ASKED.iter().for_each(|(heading, _)| print!("{heading:>22}"));
    println!();
    for (role, token) in server.tokens() {
        print!("{role:<24}");
        for (_, document) in ASKED {
            let body = json!({ "query": document }).to_string();
            let mut took = vec![];
            let mut hidden = false;
            for _ in 0..TIMES {
                let began = Instant::now();
                hidden = client.ask(token, &body)?.contains("FAMILY_NOT_IN_ROLE");
                took.push(began.elapsed());
            }
            print!(
                "{:>22}",
                if hidden {
                    "not in the role".to_owned()
                } else {
                    format!("{:.1}", ms(middle_by(took, Duration::cmp)))
                }
            );
        }
        println!();
    }
    Ok(())
}
