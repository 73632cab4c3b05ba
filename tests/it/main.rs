//! The integration tests: one binary, a module a subject. DEVELOPERS.md says how they work.

mod migrations;
mod support;
