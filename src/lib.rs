//! Fengqiao: one role-secured GraphQL API over a city's grassroots-governance data.

pub mod access;
pub mod cli;
pub mod config;
pub mod demo;
pub mod files;
pub mod graphql;
pub mod http;
pub mod identity;
pub mod kernel;
pub mod lifecycle;
pub mod outbox;
pub mod read;
pub mod storage;

mod centre;
mod code;
mod dispute;
mod division;
mod event;
mod grid;
mod hazard;
mod inspection;
mod mediation;
pub mod metrics;
mod order;
mod organisation;
mod posting;
mod review;
pub mod self_inspection;
mod site;
pub mod traces;
pub mod trail;
mod zone;
