//! 交办单. The order for the hazards of one find, with its assignments.

use entity::{order_assignment, rectification_order};

use crate::demo::calendar::{self, DAY, HOUR};
use crate::demo::disputes::digest;
use crate::demo::history::Step;
use crate::demo::out::{Out, Stopped};
use crate::demo::random::Random;

/// Hours in which an assignee must acknowledge.
const ACK_HOURS: i64 = 24;
/// Days after the deadline in which acceptance must be done.
const ACCEPT_DAYS: i64 = 3;

/// An order as it is issued.
pub(super) struct Order {
    pub(super) id: i64,
    pub(super) no: String,
    pub(super) division: String,
    pub(super) issuer: i64,
    pub(super) unit: i64,
    pub(super) department: &'static str,
    pub(super) issued: i64,
    pub(super) deadline: i64,
    /// Office of the regulator.
    pub(super) regulator: i64,
    /// Local peace office.
    pub(super) peace: i64,
}

/// What has become of an order's hazards, as of "now".
#[derive(Default)]
pub(super) struct Progress {
    /// When each was written off; none while one is open.
    pub(super) written_off: Vec<Option<i64>>,
    /// The last guidance given.
    pub(super) guided: Option<i64>,
    /// The last acceptance or refusal, and whether it was a pass.
    pub(super) judged: Option<(i64, bool)>,
}

impl Progress {
    /// Takes the transitions of one hazard that have happened.
    pub(super) fn add(&mut self, steps: &[Step]) {
        let last = |action: &str| steps.iter().filter(|step| step.action == action).map(|step| step.at).max();
        self.written_off.push(last("writeOff"));
        self.guided = self.guided.max(last("confirmGuidance"));
        for (action, pass) in [("rejectRectification", false), ("acceptRectification", true)] {
            self.judged = self.judged.max(last(action).map(|at| (at, pass)));
        }
    }

    fn closed(&self) -> Option<i64> {
        self.written_off.iter().copied().collect::<Option<Vec<i64>>>()?.into_iter().max()
    }
}

/// When each assignee acknowledges: nearly all within the limit.
pub(super) fn acknowledged(random: &mut Random, issued: i64) -> [i64; 2] {
    [0, 1].map(|_| {
        let hours = if random.chance(935) { random.range(1, 22) } else { random.range(26, 60) };
        issued + hours * HOUR
    })
}

/// Writes an order and its assignments (双交办): two different organisations, never the unit.
pub(super) fn write(
    out: &mut Out<'_>,
    random: &mut Random,
    order: Order,
    progress: &Progress,
    acknowledged: &[i64; 2],
    as_of: i64,
) -> Result<(), Stopped> {
    let closed = progress.closed();
    let assignments = order.id * 2;
    let acceptance = Half {
        id: assignments,
        role: "LOCAL_ACCEPTANCE",
        organisation: order.peace,
        other: assignments - 1,
        due: order.deadline + ACCEPT_DAYS * DAY,
    };
    let guidance = Half {
        id: assignments - 1,
        role: "REGULATOR_GUIDANCE",
        organisation: order.regulator,
        other: assignments,
        due: order.deadline,
    };
    // Guidance comes with the confirmation, or early on in writing.
    let written = order.issued + random.range(20, 110) * HOUR;
    let opinion = progress.guided.or_else(|| (written <= as_of && random.chance(900)).then_some(written));
    let mut row = guidance.row(&order, acknowledged[0], as_of, closed);
    row.opinion = opinion.map(|_| "请按规范落实整改，完善日常管理。".to_owned());
    row.opinion_at = opinion;
    if opinion.is_some() {
        "DONE".clone_into(&mut row.state);
        row.acknowledged_at = row.acknowledged_at.or(opinion).min(opinion);
    }
    out.put(row)?;
    let mut row = acceptance.row(&order, acknowledged[1], as_of, closed);
    row.result = progress.judged.map(|(_, pass)| if pass { "PASS" } else { "FAIL" }.to_owned());
    row.result_at = progress.judged.map(|(at, _)| at);
    if closed.is_some() {
        "DONE".clone_into(&mut row.state);
    }
    out.put(row)?;
    out.put(rectification_order::Model {
        id: order.id,
        division_code: order.division,
        no: order.no,
        issued_by_id: order.issuer,
        issued_at: order.issued,
        unit_id: order.unit,
        department: order.department.to_owned(),
        deadline: order.deadline,
        dual: true,
        closed_at: closed,
        document_hash: digest("order", order.id),
    })
}

/// One side of an order.
struct Half {
    id: i64,
    role: &'static str,
    organisation: i64,
    other: i64,
    due: i64,
}

impl Half {
    fn row(&self, order: &Order, acknowledged: i64, as_of: i64, closed: Option<i64>) -> order_assignment::Model {
        // What is closed was acknowledged, however fast it went.
        let acknowledged = Some(acknowledged).filter(|at| *at <= as_of);
        let acknowledged = acknowledged.map(|at| closed.map_or(at, |closed| at.min(closed)));
        order_assignment::Model {
            id: self.id,
            division_code: order.division.clone(),
            order_id: order.id,
            role: self.role.to_owned(),
            organisation_id: self.organisation,
            other_id: Some(self.other),
            received_at: order.issued,
            acknowledged_at: acknowledged.or(closed),
            ack_due_at: order.issued + ACK_HOURS * HOUR,
            opinion: None,
            opinion_at: None,
            opinion_due_at: self.due,
            result: None,
            result_at: None,
            state: if acknowledged.is_some() { "ACKNOWLEDGED" } else { "OPEN" }.to_owned(),
        }
    }
}

/// The limit of an order: the end of the last day.
pub(super) fn limit(issued: i64, days: i64) -> i64 {
    calendar::day_start(calendar::day_of(issued) + days + 1)
}
