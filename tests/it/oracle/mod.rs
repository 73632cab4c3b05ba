//! The oracle: who sees what, in plain Rust over the whole city in memory.
//!
//! Written from `docs/decisions/0004-policy-as-data.md`, the policy files and the table specification. It knows neither
//! the read engine nor SQL; of the product it uses the entities, the clock's formats and the sealer.

pub(crate) mod answer;
pub(crate) mod chosen;
pub(crate) mod city;
pub(crate) mod condition;
pub(crate) mod figures;
pub(crate) mod listing;
pub(crate) mod mask;
pub(crate) mod policy;
pub(crate) mod query;
pub(crate) mod reach;
pub(crate) mod spec;
pub(crate) mod summaries;
pub(crate) mod value;
pub(crate) mod verdict;
pub(crate) mod viewer;

use city::City;
use policy::Policies;
use spec::Spec;

/// Everything the oracle knows.
pub(crate) struct Oracle {
    /// Types and tables.
    pub(crate) spec: Spec,
    /// Roles and purposes.
    pub(crate) policies: Policies,
    /// All rows.
    pub(crate) city: City,
    /// The instant of the question, in milliseconds.
    pub(crate) now: i64,
    /// Its day.
    pub(crate) today: String,
}

impl Oracle {
    /// An oracle over a city at an instant.
    pub(crate) fn new(city: City, now: i64) -> Self {
        let today = fengqiao::kernel::clock::shanghai_date(now);
        Self { spec: Spec::read(), policies: Policies::read(), city, now, today }
    }
}
