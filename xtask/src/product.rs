//! The product in a release build, as its users start it, and a client of it.

mod client;
mod process;

pub use client::{Answer, Client};
pub use process::{Loaded, Product, Server};
