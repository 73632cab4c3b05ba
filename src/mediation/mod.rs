//! 调解组织.

pub(crate) mod view;
