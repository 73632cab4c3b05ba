//! 账号.

pub(crate) mod view;
