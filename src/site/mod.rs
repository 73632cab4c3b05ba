//! 一单.

pub(crate) mod summary;
pub(crate) mod view;
