//! 警格.

pub(crate) mod view;
