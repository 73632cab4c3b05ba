//! What the questions want of the city: numbers, codes, cursors.

use serde_json::{Value as Json, json};
use xtask::product::Client;

use crate::operations::{COUNTY, LONG_PAGE, Operation, PAGE, PAGES, TWELVE};
use crate::table::Bench;

/// The pages of Q5: around the four hundredth.
const LATE: std::ops::Range<usize> = 351..451;

/// What both sides are asked.
pub(crate) struct Filled {
    /// The body for the product.
    pub(crate) body: String,
    /// Parameters of the floor.
    pub(crate) parameters: Vec<String>,
}

impl Filled {
    /// With a variable, and what the floor is given.
    fn with(operation: &Operation, variable: &str, value: &Json, parameters: Vec<String>) -> Filled {
        let body = json!({ "query": operation.document, "variables": { variable: value } }).to_string();
        Filled { body, parameters }
    }
}

/// What is asked with what was found in the city: always the same, or one after the other.
pub(crate) fn filled(operation: &Operation, bench: &Bench<'_>) -> Result<Vec<Filled>, String> {
    let all = match operation.name {
        "Q1" => points(operation, bench)?,
        "Q3" => townships(operation, bench)?,
        "Q5" => late(operation, bench)?,
        _ => {
            let (document, parameters) = same(operation, bench)?;
            vec![Filled { body: json!({ "query": document }).to_string(), parameters }]
        }
    };
    if all.is_empty() { Err(format!("{}: the county has nothing", operation.name)) } else { Ok(all) }
}

/// All hazards of the county that lie at a site: who opens one after the other seldom asks the same again.
fn points(operation: &Operation, bench: &Bench<'_>) -> Result<Vec<Filled>, String> {
    let sql = format!("SELECT no FROM hazard WHERE county_code = '{COUNTY}' AND site_id IS NOT NULL ORDER BY id");
    named(operation, bench, &sql, "no")
}

/// All townships of the county that have grids.
fn townships(operation: &Operation, bench: &Bench<'_>) -> Result<Vec<Filled>, String> {
    let sql = format!("SELECT DISTINCT township_code FROM grid WHERE county_code = '{COUNTY}' ORDER BY township_code");
    named(operation, bench, &sql, "division")
}

/// What a statement finds, each by its name.
fn named(operation: &Operation, bench: &Bench<'_>, sql: &str, variable: &str) -> Result<Vec<Filled>, String> {
    let rows = bench.tables.rows(sql, 1)?;
    let names = rows.iter().filter_map(|row| Some((&row[0], row[0].as_str()?)));
    let one = |(value, name): (&Json, &str)| {
        Filled::with(operation, variable, value, vec![name.to_owned(), COUNTY.to_owned()])
    };
    Ok(names.map(one).collect())
}

/// Pages far down, each by the cursor before it, and by the row that this stands at.
fn late(operation: &Operation, bench: &Bench<'_>) -> Result<Vec<Filled>, String> {
    let (first, pages) = (LATE.start, LATE.len());
    let rows = bench.tables.rows(
        &format!(
            "SELECT accepted_at, id FROM (SELECT accepted_at, id, row_number() OVER (ORDER BY accepted_at DESC, id DESC) AS n
               FROM dispute WHERE county_code = '{COUNTY}' AND (sensitive_until IS NULL OR sensitive_until <= '2026-04-01')) d
             WHERE n % {PAGE} = 0 ORDER BY n LIMIT {pages} OFFSET {}",
            first - 2
        ),
        2,
    )?;
    let (mut all, mut after) = (vec![], Json::Null);
    for page in 1..LATE.end {
        if let Some([at, id]) = page.checked_sub(first).and_then(|at| rows.get(at)).map(Vec::as_slice) {
            let parameters = vec![COUNTY.to_owned(), at.to_string(), id.to_string()];
            all.push(Filled::with(operation, "after", &after, parameters));
        }
        let cursor = format!(
            "query ($after: String) {{ disputes(first: {PAGE}, after: $after, filter: {{ division: [\"{COUNTY}\"] }}) {{ pageInfo {{ endCursor }} }} }}"
        );
        let answer = ask(bench, &cursor, json!({ "after": after }))?;
        after = answer["data"]["disputes"]["pageInfo"]["endCursor"].clone();
    }
    if all.len() == pages { Ok(all) } else { Err("too few disputes".into()) }
}

/// The document with what was found in the city, and the parameters of the floor.
fn same(operation: &Operation, bench: &Bench<'_>) -> Result<(String, Vec<String>), String> {
    let county = COUNTY.to_owned();
    Ok(match operation.name {
        "Q4" => (operation.document.to_owned(), vec![county, fengqiao_now(bench)?.to_string()]),
        "Q7" => (operation.document.replace("$PAGES", &pages(bench)?), vec![county]),
        _ => (operation.document.to_owned(), vec![county]),
    })
}

fn ask(bench: &Bench<'_>, document: &str, variables: Json) -> Result<Json, String> {
    let body = json!({ "query": document, "variables": variables }).to_string();
    let text = Client::connect(bench.server.address())?.ask(bench.token, &body)?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

/// The instant of the demo's clock.
fn fengqiao_now(bench: &Bench<'_>) -> Result<i64, String> {
    let answer = ask(bench, "{ serverTime }", json!({}))?;
    let text = answer["data"]["serverTime"].as_str().unwrap_or_default().to_owned();
    fengqiao::kernel::clock::parse_rfc3339(&text).ok_or_else(|| format!("no instant: {text}"))
}

/// Ten pages, one after the other, as ten fields of one request.
fn pages(bench: &Bench<'_>) -> Result<String, String> {
    let (mut fields, mut after) = (vec![], String::new());
    for page in 0..PAGES {
        let list = format!("disputes(first: {LONG_PAGE}{after}, filter: {{ division: [\"{COUNTY}\"] }})");
        fields.push(format!("p{page}: {list} {{ edges {{ node {{ {TWELVE} }} }} }}"));
        let answer = ask(bench, &format!("{{ {list} {{ pageInfo {{ endCursor }} }} }}"), json!({}))?;
        let cursor = answer["data"]["disputes"]["pageInfo"]["endCursor"].as_str().ok_or("too few disputes")?;
        after = format!(", after: \"{cursor}\"");
    }
    Ok(fields.join(" "))
}
