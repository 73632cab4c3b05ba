//! The read engine: declarations, planning, keyset pages, aggregates, writing JSON.

pub mod catalog;
pub mod declare;
pub mod summary;
