//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Mask, READ, SORT, View};

/// 事后倒查.
pub fn retrospective_review() -> View {
    View::new(
        "RetrospectiveReview",
        "retrospective_review",
        Family::Review,
        "事后倒查. A review of what went wrong in a closed matter.",
    )
    .levels()
    .text("missed_step", Class::Internal, READ, "缺失环节. Step that was missed.")
    .text("finding", Class::Personal, READ, "认定. Finding.")
    .masked(Mask::Text)
    .text("measure", Class::Internal, READ, "措施. Measure.")
    .instant("at", Class::Internal, SORT, "时间. When.")
    .one("responsible", "Organisation", "responsible_id", Class::Public, "责任单位. Organisation responsible.")
    .one("hazard", "Hazard", "hazard_id", Class::Internal, "隐患. The hazard. Null: about another matter.")
    .one("dispute", "Dispute", "dispute_id", Class::Internal, "纠纷. The dispute. Null: about another matter.")
    .one(
        "grid_event",
        "GridEvent",
        "grid_event_id",
        Class::Internal,
        "网格事件. The grid event. Null: about another matter.",
    )
}
