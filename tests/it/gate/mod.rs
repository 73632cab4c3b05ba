//! Proof of the gate: the engine's answers against the oracle's, over the whole small city.

mod compare;
mod dice;
mod differential;
mod generate;
mod shrink;
mod world;
