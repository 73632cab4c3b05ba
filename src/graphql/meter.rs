//! 配额. A bucket of points for each account: what an operation costs is taken out, and it fills again with time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A bucket that nobody has used for so long is full again.
const FORGOTTEN: Duration = Duration::from_secs(600);
const MOST_ACCOUNTS: u64 = 100_000;

/// What is left to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Points of a full bucket.
    pub limit: u64,
    /// Points that are left.
    pub remaining: u64,
    /// When the bucket is full again, milliseconds since 1970 UTC.
    pub reset_at: i64,
}

impl Left {
    /// Whether the bucket can be emptied at all.
    pub fn is_metered(&self) -> bool {
        self.limit < u64::MAX
    }
}

/// Too much was asked for; after so many seconds there is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted(pub u32);

/// All buckets.
pub struct Meter {
    limit: u64,
    per_second: u64,
    buckets: moka::sync::Cache<i64, Arc<Mutex<Bucket>>>,
}

/// Thousandths of points, so that a millisecond fills in whole numbers.
struct Bucket {
    thousandths: u64,
    at: i64,
}

impl Meter {
    /// Buckets of so many points that fill at so many a second.
    pub fn new(limit: u64, per_second: u64) -> Meter {
        let buckets = moka::sync::Cache::builder().max_capacity(MOST_ACCOUNTS).time_to_idle(FORGOTTEN).build();
        Meter { limit, per_second: per_second.max(1), buckets }
    }

    /// Takes points out of the bucket of an account.
    pub fn charge(&self, account: i64, points: u64, now: i64) -> Result<Left, Exhausted> {
        let full = self.limit.saturating_mul(1_000);
        let bucket = self.buckets.get_with(account, || Arc::new(Mutex::new(Bucket { thousandths: full, at: now })));
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = u64::try_from(now.saturating_sub(bucket.at)).unwrap_or_default();
        bucket.thousandths = bucket.thousandths.saturating_add(passed.saturating_mul(self.per_second)).min(full);
        bucket.at = bucket.at.max(now);
        let asked = points.saturating_mul(1_000);
        match bucket.thousandths.checked_sub(asked) {
            Some(left) => bucket.thousandths = left,
            None => {
                let missing = asked - bucket.thousandths;
                let seconds = missing.div_ceil(self.per_second.saturating_mul(1_000));
                return Err(Exhausted(u32::try_from(seconds).unwrap_or(u32::MAX)));
            }
        }
        let missing = (full - bucket.thousandths).div_ceil(self.per_second);
        let reset_at = now.saturating_add(i64::try_from(missing).unwrap_or(i64::MAX));
        Ok(Left { limit: self.limit, remaining: bucket.thousandths / 1_000, reset_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_emptied_and_fills_with_time() {
        let meter = Meter::new(100, 10);
        assert_eq!(meter.charge(1, 100, 5_000), Ok(Left { limit: 100, remaining: 0, reset_at: 15_000 }));
        assert_eq!(meter.charge(1, 1, 5_000), Err(Exhausted(1)));
        assert_eq!(meter.charge(1, 25, 5_000), Err(Exhausted(3)), "a second fills ten");
        assert_eq!(meter.charge(2, 0, 5_000).map(|left| left.remaining), Ok(100), "each account has its own");
        assert_eq!(meter.charge(1, 1, 5_100).map(|left| left.remaining), Ok(0));
        assert_eq!(meter.charge(1, 0, 4_000).map(|left| left.remaining), Ok(0), "a clock that goes back fills nothing");
        assert_eq!(meter.charge(1, 0, 60_000).map(|left| left.remaining), Ok(100), "not more than full");
        assert_eq!(meter.charge(1, u64::MAX, 60_000), Err(Exhausted(u32::MAX)));
    }
}
