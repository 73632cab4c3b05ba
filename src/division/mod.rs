//! 行政区划.

pub(crate) mod view;
