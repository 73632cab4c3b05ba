//! 事后倒查.

pub(crate) mod view;
