//! The invariants of the domain model (part 11) that concern living matters, each by its number. Those of places, rates
//! and limits are proved where places, rates and limits are tested.

mod apart;
pub(crate) mod duties;
mod history;
mod sight;
