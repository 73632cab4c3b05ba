//! 单位.

pub(crate) mod view;
