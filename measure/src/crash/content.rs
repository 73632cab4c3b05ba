//! Content of evidence: what a matter shows must be in the store, whole.

use std::collections::HashMap;
use std::path::Path;

use fengqiao::trail::entry::HashAlgorithm;

use super::found::Found;
use crate::table::Tables;

/// Holds the evidence that was attached and the uploads that were answered against a store in a folder; `before`: no row
/// that the storm made has a lower key.
pub(super) fn check(tables: &Tables, store: &Path, before: i64, found: &mut Found) -> Result<(), String> {
    let small = "CAST(CASE WHEN thumbnail THEN 1 ELSE 0 END AS BIGINT)";
    let mut stored: HashMap<String, (i64, bool)> = HashMap::new();
    for row in tables.rows(&format!("SELECT hash, size, {small} FROM stored_file"), 3)? {
        let size = row[1].as_i64().unwrap_or_default();
        stored.insert(row[0].as_str().unwrap_or_default().to_owned(), (size, row[2] == 1));
    }
    let evidence = format!(
        "SELECT e.id, e.hash, e.hazard_id, s.hazard_id FROM evidence e
         LEFT JOIN status_event s ON s.id = e.status_event_id WHERE e.id >= {before}"
    );
    for row in tables.rows(&evidence, 4)? {
        let (what, hash) = (format!("evidence {}", row[0]), row[1].as_str().unwrap_or_default());
        if row[2] != row[3] {
            found.half.push(format!("{what} is of no step of its matter"));
        }
        found.half.extend(wrong(store, hash, &stored).map(|why| format!("{what} {why}")));
    }
    // Of what is told to be done the content is there, also before it is attached.
    for row in tables.rows("SELECT id, hash FROM upload WHERE state = 'DONE'", 2)? {
        let hash = row[1].as_str().unwrap_or_default();
        found.half.extend(wrong(store, hash, &stored).map(|why| format!("upload {} {why}", row[0])));
    }
    Ok(())
}

/// What is wrong with the content of a hash.
fn wrong(store: &Path, hash: &str, stored: &HashMap<String, (i64, bool)>) -> Option<String> {
    let Some((size, small)) = stored.get(hash) else { return Some("has no row of its content".into()) };
    let place = store.join("files").join(hash.get(..2).unwrap_or_default());
    let Ok(content) = std::fs::read(place.join(hash)) else { return Some("has no content".into()) };
    if HashAlgorithm::Sm3.hash(&content) != format!("sm3:{hash}") || content.len() as i64 != *size {
        return Some("has other content than its hash says".into());
    }
    (*small && !place.join(format!("{hash}.small")).exists()).then(|| "has no small copy".into())
}
