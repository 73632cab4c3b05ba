//! Whether an answer is the expected one.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::oracle::answer::{CURSOR, Expected};
use crate::oracle::figures::PERHAPS;

/// The first difference between an answer and what is expected; `None`: there is none.
pub(crate) fn difference(expected: &Expected, body: &[u8]) -> Option<String> {
    let answer: Json = match serde_json::from_slice(body) {
        Ok(answer) => answer,
        Err(error) => return Some(format!("the answer is not JSON: {error}")),
    };
    let codes: BTreeSet<&str> = answer["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|error| error["extensions"]["code"].as_str().unwrap_or("no code"))
        .collect();
    let wanted: BTreeSet<&str> = if expected.forbidden { ["FORBIDDEN_FIELD"].into() } else { BTreeSet::new() };
    if codes != wanted {
        return Some(format!("errors {}, expected {wanted:?}", answer["errors"]));
    }
    if expected.forbidden {
        return None;
    }
    values("data", &expected.data, &answer["data"]).or_else(|| redactions(expected, &answer))
}

/// Every value that was withheld is told of.
fn redactions(expected: &Expected, answer: &Json) -> Option<String> {
    let told: BTreeSet<Vec<String>> = answer["extensions"]["redactions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|r| r["path"].as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect())
        .collect();
    let silent = expected.redacted.iter().find(|path| !told.contains(*path))?;
    Some(format!("nothing is told of what was withheld at {}", silent.join(".")))
}

fn values(path: &str, expected: &Json, found: &Json) -> Option<String> {
    match (expected, found) {
        (Json::Object(wanted), _) if wanted.contains_key(PERHAPS) => perhaps(path, &wanted[PERHAPS], found),
        (Json::Object(wanted), Json::Object(has)) => {
            let names: BTreeSet<&String> = wanted.keys().chain(has.keys()).collect();
            names.into_iter().find_map(|name| match (wanted.get(name), has.get(name)) {
                (Some(w), Some(h)) => values(&format!("{path}.{name}"), w, h),
                (w, _) => Some(format!("{path}.{name} is {}", if w.is_some() { "missing" } else { "too much" })),
            })
        }
        (Json::Array(wanted), Json::Array(has)) if wanted.len() == has.len() => {
            let pairs = wanted.iter().zip(has).enumerate();
            pairs.into_iter().find_map(|(n, (w, h))| values(&format!("{path}[{n}]"), w, h))
        }
        (Json::Array(wanted), Json::Array(has)) => {
            Some(format!("{path} has {} rows, expected {}", has.len(), wanted.len()))
        }
        (Json::Number(w), Json::Number(h)) if w.as_f64() == h.as_f64() => None,
        (Json::String(w), Json::String(h)) if w == CURSOR && !h.is_empty() => None,
        (w, h) if w == h => None,
        (w, h) => Some(format!("{path} is {h}, expected {w}")),
    }
}

/// A figure that is suppressed when small: the value or nothing, and never a small count.
fn perhaps(path: &str, expected: &Json, found: &Json) -> Option<String> {
    if found.is_null() {
        return None;
    }
    if let (Json::Object(wanted), Json::Object(has)) = (expected, found) {
        return has.iter().find_map(|(name, h)| perhaps(&format!("{path}.{name}"), &wanted[name], h));
    }
    if found.as_i64().is_some_and(|n| (1..10).contains(&n)) {
        return Some(format!("{path} tells a small count, {found}"));
    }
    values(path, expected, found)
}
