//! 代码.

pub(crate) mod view;
