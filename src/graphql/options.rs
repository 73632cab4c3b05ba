//! What an engine is told when it is made.

use std::sync::Arc;
use std::time::Duration;

use super::limits::Limits;
use super::trusted::Application;
use crate::kernel::clock::Clock;
use crate::lifecycle::Lifecycles;
use crate::metrics::Metrics;
use crate::trail::entry::HashAlgorithm;
use crate::trail::recorder::Memory;

/// How long one waits for a place where nobody is to be sent away.
const PATIENCE_MS: u64 = 120_000;

/// What an engine can be told beside what it stands on.
#[derive(Clone)]
pub struct Options {
    /// Hash of the audit trail.
    pub(super) hash: HashAlgorithm,
    /// Where entries are kept by an engine that only reads; `None`: it writes, and the trail is in the database.
    pub(super) memory: Option<Memory>,
    /// Lifecycles; `None`: those of the build.
    pub(super) lifecycles: Option<Arc<Lifecycles>>,
    /// Bounds.
    pub(super) limits: Limits,
    /// Applications with documents of their own.
    pub(super) applications: Vec<Application>,
    /// Where it counts.
    pub(super) metrics: Arc<Metrics>,
    /// From when on an operation is told of as slow; `None`: never.
    pub(super) slow: Option<Duration>,
    /// The clock that buckets fill by; `None`: that of the answers.
    pub(super) meter_clock: Option<Arc<dyn Clock>>,
}

impl Options {
    /// An engine that reads and writes.
    pub fn writing() -> Options {
        Options {
            hash: HashAlgorithm::default(),
            memory: None,
            lifecycles: None,
            limits: Limits::default(),
            applications: vec![],
            metrics: Arc::new(Metrics::new()),
            slow: None,
            meter_clock: None,
        }
    }

    /// The same with another hash of the trail.
    pub fn with_hash(self, hash: HashAlgorithm) -> Options {
        Options { hash, ..self }
    }

    /// The same with applications that have documents of their own.
    pub fn with_applications(self, applications: Vec<Application>) -> Options {
        Options { applications, ..self }
    }

    /// The same, counting into these figures.
    pub fn with_metrics(self, metrics: Arc<Metrics>) -> Options {
        Options { metrics, ..self }
    }

    /// The same telling the log of operations that take so long.
    pub fn telling_slow(self, after: Duration) -> Self {
        Options { slow: Some(after), ..self }
    }

    /// The same with buckets that fill by another clock than that of the answers, which may stand still.
    pub fn metered_by(self, clock: Arc<dyn Clock>) -> Self {
        Options { meter_clock: Some(clock), ..self }
    }

    /// The same with buckets that are never empty, and nobody sent away who waits: for measurements and tests of something
    /// else.
    pub fn unmetered(mut self) -> Options {
        self.limits.bucket = u64::MAX;
        self.limits.wait_ms = PATIENCE_MS;
        self
    }

    /// The same with other bounds.
    pub fn with_limits(self, limits: Limits) -> Options {
        Options { limits, ..self }
    }

    /// The same with other lifecycles than those of the build.
    pub fn with_lifecycles(self, lifecycles: Arc<Lifecycles>) -> Options {
        Options { lifecycles: Some(lifecycles), ..self }
    }

    /// An engine that only reads and keeps its trail in memory: what it answers must not leave the process.
    pub fn reading_with_trail_in_memory(memory: Memory) -> Options {
        Options { memory: Some(memory), ..Options::writing() }
    }
}
