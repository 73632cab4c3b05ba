//! What the questions want of the city: numbers, codes, cursors.

use serde_json::{Value as Json, json};
use xtask::product::Client;

use crate::operations::{COUNTY, LONG_PAGE, Operation, PAGE, PAGES, TWELVE};
use crate::table::Bench;

/// The page of Q5.
const LATE: usize = 400;

/// What both sides are asked.
pub(crate) struct Filled {
    /// The body for the product.
    pub(crate) body: String,
    /// Parameters of the floor.
    pub(crate) parameters: Vec<String>,
}

/// What is asked with what was found in the city: always the same, or one after the other.
pub(crate) fn filled(operation: &Operation, bench: &Bench<'_>) -> Result<Vec<Filled>, String> {
    if operation.name == "Q1" {
        return points(operation, bench);
    }
    let (document, parameters) = same(operation, bench)?;
    Ok(vec![Filled { body: json!({ "query": document }).to_string(), parameters }])
}

/// All hazards of the county that lie at a site: who opens one after the other seldom asks the same again.
fn points(operation: &Operation, bench: &Bench<'_>) -> Result<Vec<Filled>, String> {
    let sql = format!("SELECT no FROM hazard WHERE county_code = '{COUNTY}' AND site_id IS NOT NULL ORDER BY id");
    let filled = |row: &Vec<Json>| {
        let no = row[0].as_str()?;
        let body = json!({ "query": operation.document, "variables": { "no": no } }).to_string();
        Some(Filled { body, parameters: vec![no.to_owned(), COUNTY.to_owned()] })
    };
    let all: Vec<Filled> = bench.tables.rows(&sql, 1)?.iter().filter_map(filled).collect();
    if all.is_empty() { Err("the county has no hazard".into()) } else { Ok(all) }
}

/// The document with what was found in the city, and the parameters of the floor.
fn same(operation: &Operation, bench: &Bench<'_>) -> Result<(String, Vec<String>), String> {
    let text = |sql: &str| {
        let rows = bench.tables.rows(sql, 1)?;
        rows.first().and_then(|row| row[0].as_str().map(str::to_owned)).ok_or_else(|| format!("{sql}: nothing"))
    };
    let county = COUNTY.to_owned();
    Ok(match operation.name {
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
             ORDER BY accepted_at DESC, id DESC LIMIT 1 OFFSET {}",
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
