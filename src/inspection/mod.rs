//! 自查.

pub(crate) mod view;
