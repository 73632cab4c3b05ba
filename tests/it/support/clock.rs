//! A clock that a test sets.

use std::sync::atomic::{AtomicI64, Ordering};

use fengqiao::kernel::clock::Clock;

/// A clock that stands where it was set.
#[derive(Debug)]
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    /// A clock that stands at an instant.
    pub(crate) fn at(ms: i64) -> TestClock {
        TestClock(AtomicI64::new(ms))
    }

    /// Sets it.
    pub(crate) fn set(&self, ms: i64) {
        self.0.store(ms, Ordering::SeqCst);
    }

    /// Lets it go on.
    pub(crate) fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}
