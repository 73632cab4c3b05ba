//! 慢操作. The log of operations that took long: which document, what it cost, and how the database goes about the slowest of its
//! statements. Statements and plans are told without a value but the days of a period, because values are of people.

use std::time::{Duration, Instant};

use super::trusted::hash;
use crate::read::session::Session;

/// The same document is told of no more often, because a server with too much to do has many that are slow.
const AGAIN: Duration = Duration::from_secs(60);
const MOST_DOCUMENTS: u64 = 1_000;
const LONGEST_NAME: usize = 64;

/// From when on an operation is slow, and which have been told of.
pub(super) struct Slow {
    after: Option<Duration>,
    told: moka::sync::Cache<String, ()>,
}

/// An operation that has run.
pub(super) struct Ran<'a> {
    pub(super) began: Instant,
    pub(super) operation: &'a str,
    pub(super) document: &'a str,
    pub(super) role: &'a str,
    pub(super) points: Option<u64>,
}

impl Slow {
    /// `None`: nothing is slow.
    pub(super) fn new(after: Option<Duration>) -> Slow {
        Slow { after, told: moka::sync::Cache::builder().max_capacity(MOST_DOCUMENTS).time_to_live(AGAIN).build() }
    }

    /// Tells of an operation if it was slow.
    pub(super) async fn note(&self, session: &mut Session, ran: &Ran<'_>) {
        let took = ran.began.elapsed();
        if self.after.is_none_or(|after| took < after) {
            return;
        }
        let document = hash(ran.document);
        if !self.told.entry(document.clone()).or_insert(()).is_fresh() {
            return;
        }
        let plan = session.plan_of_slowest().await.unwrap_or_else(|error| format!("no plan: {error}"));
        let slowest = session.slowest();
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        tracing::warn!(
            target: "fengqiao::slow",
            operation = ran.operation.get(..LONGEST_NAME).unwrap_or(ran.operation),
            document,
            role = ran.role,
            micros = micros(took),
            points = ran.points,
            statements = session.statements().len(),
            slowest_micros = slowest.map(|(_, took)| micros(took)),
            slowest = slowest.map(|(sql, _)| sql),
            plan,
            "slow operation"
        );
    }
}
