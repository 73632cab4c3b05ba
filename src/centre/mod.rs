//! 综治中心.

pub(crate) mod summary;
pub(crate) mod view;
