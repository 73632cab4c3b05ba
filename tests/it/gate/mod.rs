//! Proof of the gate: the engine's answers against the oracle's, over the whole small city.

mod afterglow;
mod compare;
mod contacts;
mod coverage;
pub(crate) mod dice;
mod differential;
mod enumerate;
mod everybody;
mod generate;
mod kept_plans;
mod matrix;
mod race;
mod refuted;
mod registry;
mod shrink;
mod two_worlds;
mod ways;
mod world;

/// A number set in the environment; `None`: it is not set.
fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number")))
}
