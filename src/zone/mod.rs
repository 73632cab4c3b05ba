//! 功能区.

pub(crate) mod view;
