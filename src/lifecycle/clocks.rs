//! 时限. Clocks as a pure function of a matter's events and the working calendar: replaying gives the same clocks.

use chrono::{Days, NaiveDate};
use serde_json::Value as Json;

use super::calendar::{Calendar, CalendarError};
use super::case::Event;
use super::flow::{Action, ClockRule, End, Flow, Unit};
use crate::kernel::clock;

/// What an event keeps to say for whom a clock stops.
pub const SUBJECT: &str = "subject";

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
    /// Intervals in which it did not run.
    pub pauses: Vec<(i64, i64)>,
    /// Since when it is paused; `None`: it is not.
    pub paused_at: Option<i64>,
    /// When it stopped. `None`: it runs, or is paused.
    pub stopped_at: Option<i64>,
    /// How often it was moved.
    pub moved: i64,
    /// The first end that it missed; `None`: none among the events.
    pub missed: Option<i64>,
}

impl Clock {
    /// The end that it has missed as of an instant. A breach is a fact: what comes later does not undo it.
    pub fn breached_at(&self, now: i64) -> Option<i64> {
        // What stops while it is paused has not run since the pause.
        let ran_until = self.paused_at.or(self.stopped_at).unwrap_or(now);
        self.missed.or((ran_until > self.due_at).then_some(self.due_at))
    }

    fn running(&self) -> bool {
        self.stopped_at.is_none() && self.paused_at.is_none()
    }

    fn set_due(&mut self, due: i64) {
        self.due_at = due;
        self.near_at = self.started_at + (due - self.started_at) / 5 * 4;
    }

    /// Notes a breach before the clock is changed.
    fn look(&mut self, now: i64) {
        if self.running() && now > self.due_at {
            self.missed.get_or_insert(self.due_at);
        }
    }
}

/// All clocks of a matter, in the order in which they were started.
pub fn clocks(flow: &Flow, calendar: &Calendar, events: &[Event]) -> Result<Vec<Clock>, CalendarError> {
    let mut clocks: Vec<Clock> = vec![];
    for event in events {
        let Some(action) = flow.action(&event.action) else { continue };
        let subject = event.input.get(SUBJECT).and_then(Json::as_str);
        for clock in clocks.iter_mut().filter(|c| c.stopped_at.is_none()) {
            let meant = subject.is_none() || clock.subject.is_none() || clock.subject.as_deref() == subject;
            change(clock, meant, action, flow, calendar, event)?;
        }
        let starts = |rule: &&ClockRule| rule.into.is_empty() || rule.into.contains(&event.to);
        for rule in action.starts.iter().filter_map(|kind| flow.clock(kind)).filter(starts) {
            let Some(due_at) = due(rule, calendar, event)? else { continue };
            let subjects: Vec<Option<String>> = match rule.per.is_empty() {
                true => vec![None],
                false => rule.per.iter().cloned().map(Some).collect(),
            };
            for subject in subjects {
                let mut clock = Clock {
                    kind: rule.kind.clone(),
                    subject,
                    started_at: event.at,
                    due_at,
                    near_at: 0,
                    pauses: vec![],
                    paused_at: None,
                    stopped_at: None,
                    moved: 0,
                    missed: None,
                };
                clock.set_due(due_at);
                clocks.push(clock);
            }
        }
    }
    Ok(clocks)
}

/// What an event makes of a clock that has not stopped.
fn change(
    clock: &mut Clock,
    meant: bool,
    action: &Action,
    flow: &Flow,
    calendar: &Calendar,
    event: &Event,
) -> Result<(), CalendarError> {
    clock.look(event.at);
    if action.moves.contains(&clock.kind)
        && let Some(until) = flow.clock(&clock.kind).and_then(|rule| moved_to(rule, event))
    {
        clock.set_due(until);
        clock.moved += 1;
    }
    if action.resumes.contains(&clock.kind)
        && let Some(from) = clock.paused_at.take()
    {
        clock.pauses.push((from, event.at));
        let unit = match flow.clock(&clock.kind).map(|rule| &rule.end) {
            Some(End::After(_, unit)) => *unit,
            _ => Unit::Minute,
        };
        clock.set_due(resumed(clock.due_at, unit, calendar, (from, event.at))?);
    }
    if action.pauses.contains(&clock.kind) && clock.running() {
        clock.paused_at = Some(event.at);
    }
    if meant && action.stops.contains(&clock.kind) {
        clock.stopped_at = Some(event.at);
    }
    Ok(())
}

/// The instant that an event gave for a clock.
fn given(rule: &ClockRule, event: &Event) -> Option<i64> {
    match &rule.end {
        End::At(input) => event.input.get(input)?.as_i64(),
        End::After(..) => None,
    }
}

/// Where an event moves a clock: the instant it gave, whatever the clock ran until before.
fn moved_to(rule: &ClockRule, event: &Event) -> Option<i64> {
    given(rule, event).or_else(|| event.input.get(UNTIL)?.as_i64())
}

/// What an event keeps to say where a clock ends that has a length of its own.
pub const UNTIL: &str = "until";

fn due(rule: &ClockRule, calendar: &Calendar, event: &Event) -> Result<Option<i64>, CalendarError> {
    const MINUTE: i64 = 60_000;
    let (length, unit) = match (&rule.end, event.input.get(UNTIL).and_then(Json::as_i64)) {
        (End::At(_), _) => return Ok(given(rule, event)),
        // It goes on to the end that it had.
        (End::After(..), Some(until)) => return Ok(Some(until)),
        (End::After(length, unit), None) => (*length, *unit),
    };
    Ok(match unit {
        Unit::Minute => Some(event.at + length * MINUTE),
        Unit::Hour => Some(event.at + length * 60 * MINUTE),
        Unit::CalendarDay => day_of(event.at)?.checked_add_days(Days::new(length.unsigned_abs())).and_then(end_of),
        Unit::WorkingDay => end_of(calendar.after(day_of(event.at)?, length)?),
    })
}

/// The end of a clock after a pause. What was left when it paused is left when it runs on: minutes and hours to the
/// millisecond, days in days of their kind.
fn resumed(due: i64, unit: Unit, calendar: &Calendar, (from, to): (i64, i64)) -> Result<i64, CalendarError> {
    let (last, paused, resumed) = (day_of(due - 1)?, day_of(from)?, day_of(to)?);
    let moved = match unit {
        Unit::Minute | Unit::Hour => Some(due + (to - from)),
        Unit::CalendarDay => end_of(last + (resumed - paused)),
        Unit::WorkingDay => end_of(calendar.after(resumed, calendar.between(paused, last)?)?),
    };
    Ok(moved.unwrap_or(due))
}

/// The day in Shanghai of an instant.
fn day_of(at: i64) -> Result<NaiveDate, CalendarError> {
    clock::parse_date(&clock::shanghai_date(at)).ok_or(CalendarError::Year(0))
}

/// 24:00 of a day in Shanghai.
fn end_of(day: NaiveDate) -> Option<i64> {
    clock::day_start_ms(&day.succ_opt()?.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::flow::tests::anything;
    use super::super::flow::{Flows, Unit};
    use super::*;

    fn at(text: &str) -> i64 {
        clock::parse_rfc3339(text).unwrap()
    }

    fn event(action: &str, when: &str, input: Json) -> Event {
        let Json::Object(input) = input else { panic!("an object") };
        Event { action: action.into(), at: at(when), input, ..Event::default() }
    }

    fn rule(length: i64, unit: Unit) -> ClockRule {
        ClockRule {
            kind: "K".into(),
            end: End::After(length, unit),
            source: "LAW".into(),
            basis: String::new(),
            per: vec![],
            into: vec![],
            breach: None,
            tells: vec![],
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
            let due = due(&rule(length, unit), &calendar, &event("x", start, json!({}))).unwrap();
            assert_eq!(due, Some(at(end)), "{start} + {length} {unit:?}");
        }
    }

    #[test]
    fn what_stops_while_it_is_paused_was_not_missed_meanwhile() {
        let flows = Flows::built_in(&anything()).unwrap();
        let (flow, calendar) = (flows.newest("GridEvent").unwrap(), Calendar::built_in().unwrap());
        let deadline = at("2026-04-03T10:00:00+08:00");
        for (paused, breached) in [("2026-04-02T10:00:00+08:00", None), ("2026-04-03T10:00:01+08:00", Some(deadline))] {
            let events = [
                event("assignEvent", "2026-04-01T10:00:00+08:00", json!({ "deadline": deadline })),
                event("handOverToHazard", paused, json!({})),
                event("concludeEvent", "2026-04-11T10:00:00+08:00", json!({})),
            ];
            let clocks = clocks(flow, &calendar, &events).unwrap();
            let handling = clocks.iter().find(|clock| clock.kind == "EVENT_HANDLE").unwrap();
            let later = at("2026-05-01T10:00:00+08:00");
            assert_eq!((handling.stopped_at.is_some(), handling.breached_at(later)), (true, breached), "{paused}");
        }
    }

    #[test]
    fn what_was_left_at_a_pause_is_left_after_it() {
        let calendar = Calendar::built_in().unwrap();
        for (due, unit, from, to, expected) in [
            (
                "2026-04-01T10:00:00+08:00",
                Unit::Hour,
                "2026-04-01T09:00:00+08:00",
                "2026-05-01T09:30:00+08:00",
                "2026-05-01T10:30:00+08:00",
            ),
            // Two days were left: the 2nd and the 3rd.
            (
                "2026-04-04T00:00:00+08:00",
                Unit::CalendarDay,
                "2026-04-01T23:00:00+08:00",
                "2026-04-30T01:00:00+08:00",
                "2026-05-03T00:00:00+08:00",
            ),
            // One working day was left; after Friday the 3rd the next one is Tuesday the 7th.
            (
                "2026-04-03T00:00:00+08:00",
                Unit::WorkingDay,
                "2026-04-01T09:00:00+08:00",
                "2026-04-03T09:00:00+08:00",
                "2026-04-08T00:00:00+08:00",
            ),
            // A leap day counts.
            (
                "2024-02-29T00:00:00+08:00",
                Unit::CalendarDay,
                "2024-02-27T09:00:00+08:00",
                "2024-02-28T09:00:00+08:00",
                "2024-03-01T00:00:00+08:00",
            ),
        ] {
            let moved = resumed(at(due), unit, &calendar, (at(from), at(to))).unwrap();
            assert_eq!(clock::rfc3339(moved), expected, "{unit:?}");
        }
    }

    #[test]
    fn a_hazard_runs_its_clocks() {
        let flows = Flows::built_in(&anything()).unwrap();
        let (flow, calendar) = (flows.newest("Hazard").unwrap(), Calendar::built_in().unwrap());
        let guidance = "REGULATOR_GUIDANCE";
        let deadline = at("2026-04-10T00:00:00+08:00");
        let events = [
            event("reportHazard", "2026-04-01T09:00:00+08:00", json!({})),
            event("gradeHazard", "2026-04-02T09:00:01+08:00", json!({})),
            event("issueOrder", "2026-04-02T10:00:00+08:00", json!({ "deadline": deadline })),
            event("acknowledgeAssignment", "2026-04-02T11:00:00+08:00", json!({ "subject": guidance })),
            event("startRectification", "2026-04-03T11:00:00+08:00", json!({})),
            event("decideExtension", "2026-04-08T11:00:00+08:00", json!({ "deadline": deadline + 86_400_000 })),
            event("submitRectification", "2026-04-10T11:00:00+08:00", json!({})),
        ];
        let clocks = clocks(flow, &calendar, &events).unwrap();
        let now = at("2026-04-12T00:00:00+08:00");
        let told: Vec<(&str, Option<&str>, bool, bool)> = clocks
            .iter()
            .map(|c| (c.kind.as_str(), c.subject.as_deref(), c.stopped_at.is_some(), c.breached_at(now).is_some()))
            .collect();
        assert_eq!(
            told,
            [
                ("HAZARD_GRADE", None, true, true),
                ("HAZARD_RECTIFY", None, true, false),
                ("HAZARD_ACK", Some(guidance), true, false),
                ("HAZARD_ACK", Some("LOCAL_ACCEPTANCE"), false, true),
                ("HAZARD_ACCEPT", None, false, false),
            ]
        );
        assert_eq!((clocks[1].due_at, clocks[1].moved), (deadline + 86_400_000, 1));
        assert_eq!(clocks[0].breached_at(now), Some(at("2026-04-02T09:00:00+08:00")));
    }

    #[test]
    fn a_clock_starts_only_into_its_states() {
        let flows = Flows::built_in(&anything()).unwrap();
        let (flow, calendar) = (flows.newest("Dispute").unwrap(), Calendar::built_in().unwrap());
        let kinds = |decision: &str| -> Vec<String> {
            let triage = event("triageDispute", "2026-04-02T10:00:00+08:00", json!({}));
            let triage = Event { to: decision.into(), ..triage };
            let events = [event("registerDispute", "2026-04-01T10:00:00+08:00", json!({})), triage];
            clocks(flow, &calendar, &events).unwrap().into_iter().map(|c| c.kind).collect()
        };
        assert_eq!(kinds("ACCEPTED"), ["DISPUTE_TRIAGE", "DISPUTE_RESOLVE"]);
        assert_eq!(kinds("ROUTED"), ["DISPUTE_TRIAGE"]);
    }

    #[test]
    fn a_missed_end_is_not_undone_by_a_later_one() {
        let flows = Flows::built_in(&anything()).unwrap();
        let (flow, calendar) = (flows.newest("Dispute").unwrap(), Calendar::built_in().unwrap());
        let mut events = vec![
            event("registerDispute", "2026-03-01T10:00:00+08:00", json!({})),
            Event { to: "ACCEPTED".into(), ..event("triageDispute", "2026-03-01T11:00:00+08:00", json!({})) },
        ];
        let until = at("2026-05-01T00:00:00+08:00");
        events.push(event("extendMediation", "2026-04-02T10:00:00+08:00", json!({ "until": until })));
        let resolve = clocks(flow, &calendar, &events).unwrap().remove(1);
        assert_eq!((resolve.due_at, resolve.moved), (until, 1));
        assert_eq!(resolve.breached_at(events[2].at), Some(at("2026-04-01T00:00:00+08:00")));
    }

    #[test]
    fn a_clock_beyond_the_calendar_is_refused() {
        let start = event("x", "2026-12-30T09:00:00+08:00", json!({}));
        let refused = due(&rule(3, Unit::WorkingDay), &Calendar::built_in().unwrap(), &start);
        assert_eq!(refused, Err(CalendarError::Year(2027)));
    }
}
