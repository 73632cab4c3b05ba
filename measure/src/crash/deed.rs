//! What people do to hazards in the storm: they report one, or put one right that they have reported.

use fengqiao::read::write::{global_id, parse_global_id};
use serde_json::json;

use crate::reporters::{self, Answer, Reporter};

const FIX: &str = "mutation($input: FixOnSiteInput!) { fixOnSite(input: $input) {
    hazard { id version status } userErrors { code field message } } }";

/// Something that is done once.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// A hazard is reported.
    Report {
        /// What no other report says.
        description: String,
    },
    /// A hazard is put right on the spot: a step that changes a row, stops a clock and attaches content.
    Fix {
        /// Key of the hazard.
        hazard: i64,
        /// What no other step says.
        measure: String,
        /// Hashes of the photos before and after.
        photos: [String; 2],
    },
}

/// Something that was done and acknowledged.
#[derive(Clone, Debug)]
pub(super) struct Acknowledged {
    /// Who did it, by their place.
    pub(super) writer: usize,
    /// The key that the client chose.
    pub(super) key: String,
    pub(super) deed: Deed,
    /// Key of the hazard.
    pub(super) hazard: i64,
}

impl Deed {
    /// The body of the mutation under a key.
    pub(super) fn body(&self, reporter: &Reporter, key: &str) -> String {
        match self {
            Deed::Report { description } => reporter.body(key, description),
            Deed::Fix { hazard, measure, photos: [before, after] } => {
                let input = json!({
                    "id": global_id("Hazard", *hazard),
                    "expectedVersion": self.version() - 1,
                    "measure": measure,
                    "evidence": [{ "hash": before, "phase": "BEFORE" }, { "hash": after, "phase": "AFTER" }],
                    "clientMutationId": key,
                });
                json!({ "query": FIX, "variables": { "input": input } }).to_string()
            }
        }
    }

    /// What it was answered: the key of the hazard.
    pub(super) fn read(&self, status: &str, text: &str) -> Answer<i64> {
        match self {
            Deed::Report { description } => reporters::read(status, text, description),
            Deed::Fix { hazard, .. } => reporters::answered(status, text, "fixOnSite", |payload| {
                let shown = &payload["hazard"];
                let (_, id) = shown["id"].as_str().and_then(parse_global_id)?;
                let done = shown["version"] == self.version() && shown["status"] == "RECTIFIED";
                (id == *hazard && done).then_some(id)
            }),
        }
    }

    /// The version of the hazard that it leads to.
    pub(super) fn version(&self) -> i64 {
        match self {
            Deed::Report { .. } => 1,
            Deed::Fix { .. } => 2,
        }
    }
}
