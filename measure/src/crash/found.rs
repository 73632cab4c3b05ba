//! What is wrong with what a storm has left.

use std::fmt::Display;

use super::deed::{Acknowledged, Deed};

/// What was found; each with the number or key of what it holds for.
#[derive(Default)]
pub(super) struct Found {
    /// Hazards that were made.
    pub(super) made: usize,
    /// Steps on them that were taken.
    pub(super) steps: usize,
    /// Clocks that were breached and cycles that were missed.
    pub(super) over: usize,
    /// Acknowledged and not there as it was sent.
    pub(super) lost: Vec<String>,
    /// There without all that belongs to it, or the other way round.
    pub(super) half: Vec<String>,
    /// There more than once.
    pub(super) doubled: Vec<String>,
}

impl Found {
    /// Holds how often something is there against how often it must be there.
    pub(super) fn times(&mut self, what: impl Display, there: usize, must: usize) {
        if there > must {
            self.doubled.push(format!("{what}: {there} and not {must}"));
        } else if there < must {
            self.half.push(format!("{what}: {there} and not {must}"));
        }
    }

    /// What is wrong, a line of each kind.
    pub(super) fn reasons(&self, acknowledged: &[Acknowledged]) -> Vec<String> {
        let mut reasons = vec![];
        for (what, which) in [("lost", &self.lost), ("half present", &self.half), ("doubled", &self.doubled)] {
            if let Some(first) = which.first() {
                reasons.push(format!("{} {what}, first {first}", which.len()));
            }
        }
        let steps = acknowledged.iter().filter(|done| matches!(done.deed, Deed::Fix { .. })).count();
        let reports = acknowledged.len() - steps;
        if (self.made, self.steps) != (reports, steps) {
            let there = format!("{} hazards and {} steps are there", self.made, self.steps);
            reasons.push(format!("{reports} reports and {steps} steps were acknowledged, and {there}"));
        }
        if self.over == 0 {
            reasons.push("nothing was over, so that nothing is known of alarms".into());
        }
        reasons
    }
}
