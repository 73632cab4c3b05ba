//! Tokens for many people at once, made with the secret of the demo issuer as the product itself does.

use std::path::Path;

use fengqiao::identity::DemoIssuer;
use fengqiao::kernel::clock::{Clock, SystemClock};
use serde_json::Value as Json;
use xtask::product::Product;

use crate::table::Tables;

const TOKEN_SECONDS: i64 = 3_600;

/// Somebody with a token.
#[derive(Clone, Debug)]
pub struct Person {
    /// Key of the posting.
    pub posting: i64,
    /// The token.
    pub token: String,
}

/// The secret of a demo issuer, from its file.
pub fn secret(file: &Path) -> Result<Vec<u8>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("the demo secret: {error}"))?;
    let digits = text.trim();
    let byte = |at: usize| digits.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    let secret: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
    secret.ok_or_else(|| "the demo secret is not hexadecimal".to_owned())
}

/// So many people of a condition on postings, in the order of their postings, or as many as there are.
pub fn of(product: &Product, tables: &Tables, condition: &str, most: usize) -> Result<Vec<Person>, String> {
    let issuer = DemoIssuer::new(secret(&product.file("demo-secret"))?.into()).map_err(|error| error.to_string())?;
    let now = SystemClock.now_ms();
    let mut people = vec![];
    for (posting, subject) in postings(tables, condition, most)? {
        let token = issuer.issue(&subject, posting, None, now, TOKEN_SECONDS).map_err(|error| error.to_string())?;
        people.push(Person { posting, token });
    }
    Ok(people)
}

/// The keys of so many postings of a condition and the subjects of their holders, or as many as there are; at least one.
pub fn postings(tables: &Tables, condition: &str, most: usize) -> Result<Vec<(i64, String)>, String> {
    let sql = format!(
        "SELECT p.id, a.subject FROM posting p JOIN account a ON a.id = p.account_id
         WHERE {condition} AND p.valid_to IS NULL AND p.revoked_at IS NULL AND NOT a.disabled ORDER BY p.id"
    );
    let rows = tables.rows(&sql, 2)?;
    let of = |row: &Vec<Json>| (row[0].as_i64().unwrap_or_default(), row[1].as_str().unwrap_or_default().to_owned());
    let found: Vec<(i64, String)> = rows.iter().take(most).map(of).collect();
    if found.is_empty() { Err(format!("the city has nobody with {condition}")) } else { Ok(found) }
}
