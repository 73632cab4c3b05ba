//! Whole cases through HTTP, every actor with a token of its own, as the sources tell them.

mod border;
mod garage;
mod market;
mod parking;
mod restaurant;
pub(crate) mod roof;
pub(crate) mod story;
mod told;
