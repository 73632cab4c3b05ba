//! What the tests stand on: databases that come and go, and tests that run on both of them.

pub(crate) mod app;
pub(crate) mod backend;
pub(crate) mod city;
pub(crate) mod client;
pub(crate) mod clock;
pub(crate) mod database;
pub(crate) mod introspect;
pub(crate) mod rows;
mod server;
mod template;
