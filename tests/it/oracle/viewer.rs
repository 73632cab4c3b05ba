//! Who asks, as the oracle reads it from the posting.

use super::Oracle;
use super::policy::{Purpose, Role};
use super::value::Val;

/// Who asks.
pub(crate) struct Viewer<'o> {
    /// The posting.
    pub(crate) posting: i64,
    /// Its account.
    pub(crate) account: i64,
    /// Its organisation.
    pub(crate) organisation: i64,
    /// The organisation's department.
    pub(crate) department: Val,
    /// Its division.
    pub(crate) division: String,
    /// Its grids.
    pub(crate) grids: Vec<i64>,
    /// Its zone.
    pub(crate) zone: Val,
    /// Its joint mechanism.
    pub(crate) mechanism: Val,
    /// Whether it may see rows raised to sensitive.
    pub(crate) sensitive: bool,
    /// Its role.
    pub(crate) role: &'o Role,
    /// What the request is for.
    pub(crate) purpose: &'o Purpose,
}

impl Oracle {
    /// The viewer of a posting for a purpose.
    pub(crate) fn viewer(&self, posting: i64, purpose: &str) -> Viewer<'_> {
        let row = self.city.table("posting").by_id(posting).expect("the posting is there");
        let number = |column: &str| row.get(column).int().expect("a key");
        let words = |column: &str| row.get(column).text().unwrap_or_default().to_owned();
        let organisation = number("organisation_id");
        let department =
            self.city.table("organisation").by_id(organisation).expect("an organisation").get("department");
        let grids: Vec<String> =
            row.get("grid_codes").text().map_or(vec![], |t| serde_json::from_str(t).expect("codes"));
        Viewer {
            posting,
            account: number("account_id"),
            organisation,
            department: department.clone(),
            division: words("division_code"),
            grids: grids.iter().map(|code| code.parse().expect("digits")).collect(),
            zone: row.get("zone_id").clone(),
            mechanism: row.get("mechanism_id").clone(),
            sensitive: words("clearance") == "SENSITIVE",
            role: &self.policies.roles[&words("role")],
            purpose: &self.policies.purposes[purpose],
        }
    }

    /// Postings that are valid now, with their roles.
    pub(crate) fn valid_postings(&self) -> Vec<(i64, String)> {
        let ended = |value: &Val| value.int().is_some_and(|end| end <= self.now);
        let accounts = self.city.table("account");
        self.city
            .table("posting")
            .all()
            .filter(|p| p.get("valid_from").int().is_some_and(|from| from <= self.now))
            .filter(|p| !ended(p.get("valid_to")) && !ended(p.get("revoked_at")))
            .filter(|p| accounts.with("id", p.get("account_id")).iter().any(|a| !a.get("disabled").is_true()))
            .map(|p| (p.id(), p.get("role").text().unwrap_or_default().to_owned()))
            .collect()
    }
}
