//! 审计与状态记录. What was done and by whom: status events and evidence of matters, and the audit trail.

mod access;
pub mod append;
pub mod entry;
pub mod export;
pub mod recorder;
pub mod seal;
pub mod seal_file;
pub mod sign;
pub mod verify;
pub(crate) mod view;
