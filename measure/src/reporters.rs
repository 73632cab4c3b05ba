//! People who report hazards: grid members with tokens of their own, and what they send and are answered.

use fengqiao::read::write::{global_id, parse_global_id};
use serde_json::{Value, json};
use xtask::product::Product;
use xtask::run;

use crate::table::Tables;

const DOCUMENT: &str = "mutation($input: ReportHazardInput!) { reportHazard(input: $input) {
    hazard { id version description } userErrors { code field message } } }";

/// Somebody who reports.
#[derive(Clone, Debug)]
pub struct Reporter {
    /// The token.
    pub token: String,
    /// Global id of the own grid.
    grid: String,
}

/// What a mutation was answered.
pub enum Answer<T> {
    /// It is done, and this came of it.
    Done(T),
    /// Not now: the same may go well later.
    Later(String),
    /// No.
    Refused(String),
}

/// Grid members of a city, each with a token: so many, or as many as there are.
pub fn find(product: &Product, tables: &Tables, most: usize) -> Result<Vec<Reporter>, String> {
    let sql = "SELECT MIN(id), grid_codes, account_id FROM posting WHERE role = 'GRID_MEMBER' AND valid_to IS NULL
        AND revoked_at IS NULL AND grid_codes IS NOT NULL GROUP BY grid_codes, account_id ORDER BY 1";
    let mut reporters = vec![];
    for row in tables.rows(sql, 3)?.iter().take(most) {
        let grids: Vec<String> = serde_json::from_str(row[1].as_str().unwrap_or_default()).unwrap_or_default();
        let grid = grids.first().and_then(|grid| grid.parse().ok()).ok_or("a grid member without a grid")?;
        let posting = row[0].to_string();
        let token = run::output(&mut product.command(&["token", "--posting", &posting]), "`fengqiao token`")?;
        reporters.push(Reporter { token: token.trim().to_owned(), grid: global_id("Grid", grid) });
    }
    if reporters.is_empty() { Err("the city has no grid member".into()) } else { Ok(reporters) }
}

impl Reporter {
    /// The body of a report under a key.
    pub fn body(&self, key: &str, description: &str) -> String {
        let input = json!({
            "grid": self.grid,
            "category": "ELECTRICITY",
            "source": "GRID",
            "description": description,
            "noPhotoReason": "夜间光线不足",
            "clientMutationId": key,
        });
        json!({ "query": DOCUMENT, "variables": { "input": input } }).to_string()
    }
}

/// What a report was answered: the key of the hazard, of which the description must be the one that was sent.
pub fn read(status: &str, text: &str, description: &str) -> Answer<i64> {
    answered(status, text, "reportHazard", |payload| {
        let hazard = &payload["hazard"];
        let (_, id) = hazard["id"].as_str().and_then(parse_global_id)?;
        (hazard["description"] == description).then_some(id)
    })
}

/// What a mutation was answered; `done`: what came of it, as the payload shows it, where it is what was asked for.
pub fn answered<T>(status: &str, text: &str, mutation: &str, done: impl FnOnce(&Value) -> Option<T>) -> Answer<T> {
    let json: Value = serde_json::from_str(text).unwrap_or_default();
    let payload = &json["data"][mutation];
    match payload["userErrors"].as_array().map(|errors| errors.is_empty().then(|| done(payload)).flatten()) {
        Some(Some(done)) => Answer::Done(done),
        Some(None) => Answer::Refused(text.to_owned()),
        None => Answer::Later(format!("{status}: {text}")),
    }
}
