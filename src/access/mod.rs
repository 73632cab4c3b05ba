//! 权限. The gate: who may see which rows, which fields, in which form.
//!
//! Pure Rust over the policy data in `schema/policy/`; no database. Everything that reads asks here: a row rule per
//! family ([`Access::rows`]) and a verdict per class and relation ([`Access::verdict`]). Nothing else decides.

mod class;
mod facts;
mod family;
mod policy;

pub use class::{Class, Verdict};
pub use facts::{Access, Clearance, Facts, Relation, Rows};
pub use family::{Atom, Branch, Exposure, Family};
pub use policy::{Policy, PolicyError, Purpose, Role};
