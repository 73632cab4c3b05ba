//! The history of a matter: its status events, and the clocks that its lifecycle makes of them.

use entity::{sla_clock, status_event};
use serde_json::Value as Json;

use super::out::{Out, Stopped};
use crate::lifecycle::case::{Event, Values, number, text};
use crate::lifecycle::clocks;
use crate::lifecycle::write::clock_rows;

/// Version of the lifecycles that matters of the demo are on.
pub(crate) const FLOW_VERSION: i64 = 1;

/// One transition.
pub(crate) struct Step {
    pub(crate) at: i64,
    /// Name of the action.
    pub(crate) action: &'static str,
    /// State that it leads to; empty: it stays.
    pub(crate) to: &'static str,
    /// Posting that acts; none: not known.
    pub(crate) by: Option<i64>,
    pub(crate) note: Option<&'static str>,
    /// What rules and clocks need of the input.
    pub(crate) input: Json,
}

impl Step {
    /// A transition without a note that keeps nothing.
    pub(crate) fn new(at: i64, action: &'static str, to: &'static str, by: Option<i64>) -> Step {
        Step { at, action, to, by, note: None, input: Json::Null }
    }

    /// The same with a note.
    pub(crate) fn noted(self, note: &'static str) -> Step {
        Step { note: Some(note), ..self }
    }

    /// The same with what is kept of its input.
    pub(crate) fn keeping(self, input: Json) -> Step {
        Step { input, ..self }
    }

    /// Sets the states of transitions that stay, and sorts them by time; those of one instant keep their order.
    pub(crate) fn settle(steps: &mut [Step]) {
        steps.sort_by_key(|step| step.at);
        let mut state = "";
        for step in steps {
            if step.to.is_empty() {
                step.to = state;
            }
            state = step.to;
        }
    }
}

/// The matter that a history is of.
#[derive(Clone, Copy)]
pub(crate) enum Matter {
    Hazard(i64),
    Dispute(i64),
    GridEvent(i64),
    Inspection(i64),
    SelfInspection(i64),
}

impl Matter {
    fn object(self) -> &'static str {
        match self {
            Matter::Hazard(_) => "Hazard",
            Matter::Dispute(_) => "Dispute",
            Matter::GridEvent(_) => "GridEvent",
            Matter::Inspection(_) => "Inspection",
            Matter::SelfInspection(_) => "SelfInspection",
        }
    }

    /// Keys of hazard, dispute, grid event, inspection and self-inspection.
    fn keys(self) -> [Option<i64>; 5] {
        match self {
            Matter::Hazard(id) => [Some(id), None, None, None, None],
            Matter::Dispute(id) => [None, Some(id), None, None, None],
            Matter::GridEvent(id) => [None, None, Some(id), None, None],
            Matter::Inspection(id) => [None, None, None, Some(id), None],
            Matter::SelfInspection(id) => [None, None, None, None, Some(id)],
        }
    }
}

/// Writes the history as of an instant, and gives the keys of the status events.
pub(crate) fn write(
    out: &mut Out<'_>,
    matter: Matter,
    division: &str,
    steps: &[Step],
    as_of: i64,
) -> Result<Vec<i64>, Stopped> {
    let [hazard_id, dispute_id, grid_event_id, inspection_id, self_inspection_id] = matter.keys();
    let mut keys = Vec::with_capacity(steps.len());
    let mut events = Vec::with_capacity(steps.len());
    let mut from = None;
    for (seq, step) in (1..).zip(steps) {
        let id = out.id("status_event");
        keys.push(id);
        let input = step.input.as_object().cloned().unwrap_or_default();
        out.put(status_event::Model {
            id,
            division_code: division.to_owned(),
            hazard_id,
            dispute_id,
            grid_event_id,
            inspection_id,
            self_inspection_id,
            seq,
            from_state: from.replace(step.to).map(str::to_owned),
            to_state: step.to.to_owned(),
            action: step.action.to_owned(),
            by_id: step.by,
            at: step.at,
            note: step.note.map(str::to_owned),
            input: (!input.is_empty()).then(|| step.input.to_string()),
        })?;
        let (action, to) = (step.action.to_owned(), step.to.to_owned());
        events.push(Event { action, to, at: step.at, input, ..Event::default() });
    }
    for row in rows(out, matter.object(), &events, as_of) {
        let id = out.id("sla_clock");
        out.put(clock(id, division, (hazard_id, dispute_id, grid_event_id), &row))?;
    }
    Ok(keys)
}

/// The clocks of the history as columns; a lifecycle without clocks has none.
fn rows(out: &Out<'_>, object: &str, events: &[Event], as_of: i64) -> Vec<Values> {
    let lifecycles = out.lifecycles();
    let flow = lifecycles.flows.version(object, FLOW_VERSION);
    let Some(flow) = flow.filter(|flow| !flow.clocks.is_empty()) else { return vec![] };
    // The plan's days lie within the calendar; a clock beyond it would be refused by the product as well.
    let clocks = clocks::clocks(flow, &lifecycles.calendar, events).unwrap_or_default();
    let raised = |near: i64| (near <= as_of).then_some(near);
    let numbered = (1..).zip(&clocks);
    numbered.map(|(no, clock)| clock_rows::columns(flow, clock, no, as_of, raised(clock.near_at))).collect()
}

fn clock(
    id: i64,
    division: &str,
    (hazard_id, dispute_id, grid_event_id): (Option<i64>, Option<i64>, Option<i64>),
    row: &Values,
) -> sla_clock::Model {
    let own = |column: &str| text(row, column).map(str::to_owned);
    let whole = |column: &str| number(row, column).unwrap_or_default();
    sla_clock::Model {
        id,
        division_code: division.to_owned(),
        hazard_id,
        dispute_id,
        grid_event_id,
        seq: whole("seq"),
        kind: own("kind").unwrap_or_default(),
        subject: own("subject"),
        started_at: whole("started_at"),
        unit: own("unit").unwrap_or_default(),
        length: number(row, "length"),
        due_at: whole("due_at"),
        near_at: whole("near_at"),
        pauses: own("pauses"),
        paused_at: number(row, "paused_at"),
        moved: whole("moved"),
        stopped_at: number(row, "stopped_at"),
        breached_at: number(row, "breached_at"),
        near_raised_at: number(row, "near_raised_at"),
        next_alarm_at: number(row, "next_alarm_at"),
        source: own("source").unwrap_or_default(),
        basis: own("basis").unwrap_or_default(),
    }
}
