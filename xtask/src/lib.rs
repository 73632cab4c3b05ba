//! What `cargo xtask`, the crate `measure` and the integration tests share: scratch directories that clean up after
//! themselves, a throw-away PostgreSQL cluster, and the product as its users start it.
//!
//! Errors are sentences for the person at the terminal, so they are plain strings.

pub mod account;
pub mod postgres;
pub mod product;
pub mod run;
pub mod scratch;
