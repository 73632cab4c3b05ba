//! 交办单.

pub(crate) mod view;
