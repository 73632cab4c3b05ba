//! 限额. Bounds on what one request and one subject may ask for. Each is a key of `[limits]`, and what is refused for it names it in
//! `extensions.limit`.

use serde::Deserialize;

use super::admission::Places;
use super::error::{Code, Error};

/// Bounds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Bytes of a document.
    pub bytes: usize,
    /// Lexical tokens.
    pub tokens: usize,
    /// Open brackets of any kind at one place.
    pub brackets: usize,
    /// Fields within each other, fragments expanded.
    pub depth: usize,
    /// The same for a document that asks for the schema alone: what tools ask is deep and small.
    pub introspection_depth: usize,
    /// Lists of the schema within each other: types, fields, arguments and the like.
    pub introspection_lists: usize,
    /// Fields, fragments expanded.
    pub fields: usize,
    /// Fields of the root.
    pub roots: usize,
    /// Fragment definitions.
    pub fragments: usize,
    /// Operations.
    pub operations: usize,
    /// Directives in the whole document.
    pub directives: usize,
    /// Directives at one place.
    pub directives_at_once: usize,
    /// Names under which one field is selected at one place.
    pub aliases: u64,
    /// Lists within each other.
    pub lists: u64,
    /// Objects that the answer may hold.
    pub objects: u64,
    /// Points that one operation may cost.
    pub points: u64,
    /// Points of a full bucket.
    pub bucket: u64,
    /// Points that fill it each second.
    pub refill: u64,
    /// Bytes of an answer.
    pub answer_bytes: usize,
    /// Mutations that run at once, and that wait.
    pub writes: Places,
    /// Queries.
    pub reads: Places,
    /// Queries whose answer may be large.
    pub exports: Places,
    /// How long one of them waits at most, in milliseconds.
    pub wait_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            bytes: 16 * 1024,
            tokens: 2_000,
            brackets: 64,
            depth: 12,
            introspection_depth: 20,
            introspection_lists: 3,
            fields: 500,
            roots: 20,
            fragments: 32,
            operations: 20,
            directives: 50,
            directives_at_once: 4,
            aliases: 10,
            lists: 4,
            objects: 50_000,
            points: 50_000,
            bucket: 200_000,
            refill: 2_000,
            answer_bytes: 4 * 1024 * 1024,
            writes: Places { running: 16, waiting: 256 },
            // As many as PostgreSQL has connections to read with: who runs without one only waits where nobody counts.
            reads: Places { running: 16, waiting: 512 },
            exports: Places { running: 4, waiting: 16 },
            wait_ms: 2_000,
        }
    }
}

/// The refusal of what goes beyond a limit: its key, what it counts, and how many there may be.
pub fn beyond(limit: &'static str, what: &str, most: u64) -> Error {
    let error = Error::new(Code::TooComplex, format!("the document has more than {most} {what}"));
    Error { limit: Some(limit), ..error }
}
