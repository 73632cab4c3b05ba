//! The closed loop: random walks through the API against tables written a second time.

mod dispute;
mod dispute_table;
mod event;
mod event_table;
mod hazard;
mod hazard_table;
pub(crate) mod place;
pub(crate) mod replay;
mod visits;
mod walk;
