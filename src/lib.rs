//! Fengqiao: one role-secured GraphQL API over a city's grassroots-governance data.
pub mod kernel;
pub mod storage;
