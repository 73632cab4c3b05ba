//! 矛盾纠纷.

pub(crate) mod rules;
pub(crate) mod summary;
pub(crate) mod view;
