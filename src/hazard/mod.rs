//! 隐患.

pub(crate) mod summary;
pub(crate) mod view;
