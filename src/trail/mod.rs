//! 审计与状态记录. What was done and by whom: status events and evidence of matters, and the audit trail.

pub mod append;
pub mod entry;
pub(crate) mod view;
