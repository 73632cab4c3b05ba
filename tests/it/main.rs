//! The integration tests: one binary, a module a subject. DEVELOPERS.md says how they work.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod bad_input;
mod city;
mod clocks;
mod edge;
mod evidence;
mod gate;
mod graphql_semantics;
mod invariants;
mod lifecycle;
mod limits;
mod lists;
mod live;
mod migrations;
mod operations;
mod oracle;
mod over_http;
mod revocation;
mod slow;
mod statements;
mod stories;
mod support;
mod traces;
mod trail;
mod writing;
