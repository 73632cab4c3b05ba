//! What `cargo xtask` and the integration tests share: scratch directories that clean up after themselves, and a
//! throw-away PostgreSQL cluster.
//!
//! Errors are sentences for the person at the terminal, so they are plain strings.

pub mod account;
pub mod postgres;
pub mod scratch;
