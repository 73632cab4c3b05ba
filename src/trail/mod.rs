//! 状态记录.

pub(crate) mod view;
