//! The read engine: declarations, planning, keyset pages, aggregates, writing JSON.

pub mod actions;
mod around;
pub mod catalog;
pub mod compile;
mod connection;
pub mod declare;
pub mod divisions;
pub mod explain;
pub mod fetch;
pub mod figures;
pub mod filter;
mod flight;
mod gate;
pub mod notes;
pub mod page;
pub mod plan;
pub mod predicate;
mod published;
mod refute;
pub mod session;
pub mod sql;
pub mod summary;
pub mod template;
mod when;
pub mod write;
mod write_figures;
mod write_lists;
