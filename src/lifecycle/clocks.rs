//! 时限. Clocks as a pure function of a matter's events and the working calendar: replaying gives the same clocks.

use chrono::{Days, NaiveDate};

use super::calendar::{Calendar, CalendarError};
use super::flow::{ClockRule, End, Flow, Unit};
use crate::kernel::clock;

/// What a clock needs to know of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The action.
    pub action: String,
    /// When, in milliseconds.
    pub at: i64,
    /// The state that it led to.
    pub to: String,
    /// Until when a clock runs that the action starts or moves; `None`: the action gave none.
    pub until: Option<i64>,
    /// For whom the action stops a clock; `None`: for all.
    pub subject: Option<String>,
}

/// A clock of a matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Kind.
    pub kind: String,
    /// For whom it runs; `None`: for the matter.
    pub subject: Option<String>,
    /// When it started.
    pub started_at: i64,
    /// When it is due.
    pub due_at: i64,
    /// When it is nearly due: when four fifths of it have run.
    pub near_at: i64,
    /// When it stopped. `None`: it runs.
    pub stopped_at: Option<i64>,
    /// How often it was moved.
    pub moved: i64,
}

impl Clock {
    /// Whether it was due before it stopped, as of an instant. A breach is a fact: stopping later does not undo it.
    pub fn breached(&self, now: i64) -> bool {
        self.stopped_at.unwrap_or(now) > self.due_at
    }

    fn set_due(&mut self, due: i64) {
        self.due_at = due;
        self.near_at = self.started_at + (due - self.started_at) / 5 * 4;
    }
}

/// All clocks of a matter, in the order in which they were started.
pub fn clocks(flow: &Flow, calendar: &Calendar, ticks: &[Tick]) -> Result<Vec<Clock>, CalendarError> {
    let mut clocks: Vec<Clock> = vec![];
    for tick in ticks {
        let Some(action) = flow.action(&tick.action) else { continue };
        for clock in clocks.iter_mut().filter(|c| c.stopped_at.is_none()) {
            let meant = tick.subject.is_none() || clock.subject.is_none() || clock.subject == tick.subject;
            if meant && action.stops.contains(&clock.kind) {
                clock.stopped_at = Some(tick.at);
            }
            if let (true, Some(until)) = (action.moves.contains(&clock.kind), tick.until) {
                clock.set_due(until);
                clock.moved += 1;
            }
        }
        let starts = |rule: &&ClockRule| rule.into.is_empty() || rule.into.contains(&tick.to);
        for rule in action.starts.iter().filter_map(|kind| flow.clock(kind)).filter(starts) {
            let Some(due_at) = due(rule, calendar, tick)? else { continue };
            let subjects: Vec<Option<String>> = match rule.per.is_empty() {
                true => vec![None],
                false => rule.per.iter().cloned().map(Some).collect(),
            };
            for subject in subjects {
                let kind = rule.kind.clone();
                let mut clock =
                    Clock { kind, subject, started_at: tick.at, due_at, near_at: 0, stopped_at: None, moved: 0 };
                clock.set_due(due_at);
                clocks.push(clock);
            }
        }
    }
    Ok(clocks)
}

fn due(rule: &ClockRule, calendar: &Calendar, tick: &Tick) -> Result<Option<i64>, CalendarError> {
    const MINUTE: i64 = 60_000;
    let (length, unit) = match rule.end {
        End::At(_) => return Ok(tick.until),
        End::After(length, unit) => (length, unit),
    };
    let day = || clock::parse_date(&clock::shanghai_date(tick.at)).ok_or(CalendarError::Year(0));
    Ok(match unit {
        Unit::Minute => Some(tick.at + length * MINUTE),
        Unit::Hour => Some(tick.at + length * 60 * MINUTE),
        Unit::CalendarDay => day()?.checked_add_days(Days::new(length.unsigned_abs())).and_then(end_of),
        Unit::WorkingDay => end_of(calendar.after(day()?, length)?),
    })
}

/// 24:00 of a day in Shanghai.
fn end_of(day: NaiveDate) -> Option<i64> {
    clock::day_start_ms(&day.succ_opt()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::flow::tests::anything;
    use super::super::flow::{Flows, Unit};
    use super::*;

    fn at(text: &str) -> i64 {
        clock::parse_rfc3339(text).unwrap()
    }

    fn tick(action: &str, when: &str) -> Tick {
        Tick { action: action.into(), at: at(when), to: String::new(), until: None, subject: None }
    }

    fn rule(length: i64, unit: Unit) -> ClockRule {
        ClockRule {
            kind: "K".into(),
            end: End::After(length, unit),
            source: "LAW".into(),
            basis: String::new(),
            per: vec![],
            into: vec![],
        }
    }

    #[test]
    fn days_end_at_midnight_in_shanghai_and_begin_the_day_after() {
        let calendar = Calendar::built_in().unwrap();
        for (start, length, unit, end) in [
            ("2026-04-01T23:59:59+08:00", 3, Unit::Minute, "2026-04-02T00:02:59+08:00"),
            ("2026-04-01T10:00:00+08:00", 24, Unit::Hour, "2026-04-02T10:00:00+08:00"),
            ("2026-04-01T00:00:00+08:00", 1, Unit::CalendarDay, "2026-04-03T00:00:00+08:00"),
            ("2026-04-01T23:59:59+08:00", 1, Unit::CalendarDay, "2026-04-03T00:00:00+08:00"),
            ("2026-01-31T12:00:00+08:00", 30, Unit::CalendarDay, "2026-03-03T00:00:00+08:00"),
            ("2024-01-30T12:00:00+08:00", 30, Unit::CalendarDay, "2024-03-01T00:00:00+08:00"),
            ("2026-04-02T16:30:00Z", 1, Unit::WorkingDay, "2026-04-08T00:00:00+08:00"),
            ("2026-04-02T15:30:00Z", 1, Unit::WorkingDay, "2026-04-04T00:00:00+08:00"),
        ] {
            let due = due(&rule(length, unit), &calendar, &tick("x", start)).unwrap();
            assert_eq!(due, Some(at(end)), "{start} + {length} {unit:?}");
        }
    }

    #[test]
    fn a_hazard_runs_its_clocks() {
        let flows = Flows::built_in(&anything()).unwrap();
        let (flow, calendar) = (flows.newest("Hazard").unwrap(), Calendar::built_in().unwrap());
        let guidance = Some("REGULATOR_GUIDANCE".to_owned());
        let deadline = at("2026-04-10T00:00:00+08:00");
        let ticks = [
            tick("reportHazard", "2026-04-01T09:00:00+08:00"),
            tick("gradeHazard", "2026-04-02T09:00:01+08:00"),
            Tick { until: Some(deadline), ..tick("issueOrder", "2026-04-02T10:00:00+08:00") },
            Tick { subject: guidance.clone(), ..tick("acknowledgeAssignment", "2026-04-02T11:00:00+08:00") },
            tick("startRectification", "2026-04-03T11:00:00+08:00"),
            Tick { until: Some(deadline + 86_400_000), ..tick("decideExtension", "2026-04-08T11:00:00+08:00") },
            tick("submitRectification", "2026-04-10T11:00:00+08:00"),
        ];
        let clocks = clocks(flow, &calendar, &ticks).unwrap();
        let now = at("2026-04-12T00:00:00+08:00");
        let told: Vec<(&str, Option<&str>, bool, bool)> = clocks
            .iter()
            .map(|c| (c.kind.as_str(), c.subject.as_deref(), c.stopped_at.is_some(), c.breached(now)))
            .collect();
        assert_eq!(
            told,
            [
                ("HAZARD_GRADE", None, true, true),
                ("HAZARD_RECTIFY", None, true, false),
                ("HAZARD_ACK", guidance.as_deref(), true, false),
                ("HAZARD_ACK", Some("LOCAL_ACCEPTANCE"), false, true),
                ("HAZARD_ACCEPT", None, false, false),
            ]
        );
        assert_eq!((clocks[1].due_at, clocks[1].moved), (deadline + 86_400_000, 1));
    }

    #[test]
    fn a_clock_starts_only_into_its_states() {
        let flows = Flows::built_in(&anything()).unwrap();
        let (flow, calendar) = (flows.newest("Dispute").unwrap(), Calendar::built_in().unwrap());
        let kinds = |decision: &str| -> Vec<String> {
            let triage = Tick { to: decision.into(), ..tick("triageDispute", "2026-04-02T10:00:00+08:00") };
            let ticks = [tick("registerDispute", "2026-04-01T10:00:00+08:00"), triage];
            clocks(flow, &calendar, &ticks).unwrap().into_iter().map(|c| c.kind).collect()
        };
        assert_eq!(kinds("ACCEPTED"), ["DISPUTE_TRIAGE", "DISPUTE_RESOLVE"]);
        assert_eq!(kinds("ROUTED"), ["DISPUTE_TRIAGE"]);
    }

    #[test]
    fn a_clock_beyond_the_calendar_is_refused() {
        let refused =
            due(&rule(3, Unit::WorkingDay), &Calendar::built_in().unwrap(), &tick("x", "2026-12-30T09:00:00+08:00"));
        assert_eq!(refused, Err(CalendarError::Year(2027)));
    }
}
