//! Declarations for the read engine.

use sea_orm::sea_query::{Expr, ExprTrait, Func};

use crate::access::{Class, Family};
use crate::read::declare::{FILTER, NULL, READ, SORT, Scalar, View};
use crate::read::sql::col;

/// Whole seconds that are left, as of an instant; below 0: since when it is over. Null: it has stopped.
fn remaining(alias: &str, now: Expr) -> Expr {
    let c = |column: &'static str| col(alias, column);
    let until: Expr = Func::coalesce([c("paused_at"), now]).into();
    Expr::case(c("stopped_at").is_null(), c("due_at").sub(until).div(1_000_i64)).into()
}

/// Whether it was due and had not stopped, noted or not.
fn breached(alias: &str, now: Expr) -> Expr {
    let c = |column: &'static str| col(alias, column);
    let over = c("stopped_at").is_null().and(c("paused_at").is_null()).and(c("due_at").lt(now));
    c("breached_at").is_not_null().or(over)
}

/// 时限.
pub fn clock() -> View {
    View::new("Clock", "sla_clock", Family::Dispute, "时限. A clock of a matter: what its lifecycle makes of its events.")
        .levels()
        .owned_by("Hazard", "hazard_id")
        .owned_by("Dispute", "dispute_id")
        .owned_by("GridEvent", "grid_event_id")
        .int("seq", Class::Internal, READ, "序号. Number within the matter, from 1.")
        .code("kind", "ClockKind", Class::Internal, FILTER, "种类. Kind.")
        .code("subject", "AssignmentRole", Class::Internal, NULL, "对象. Whose it is. Null: the matter's.")
        .instant("started_at", Class::Internal, SORT, "开始. When it started.")
        .instant("due_at", Class::Internal, FILTER | SORT, "到期. When it is due.")
        .computed(
            "remaining",
            Scalar::Int,
            remaining,
            Class::Internal,
            "剩余. Whole seconds left, by the server's time; below 0: overdue. Paused: as it was then. Null: it has stopped.",
        )
        .computed(
            "breached",
            Scalar::Boolean,
            breached,
            Class::Internal,
            "超期. Whether it was due and had not stopped. What comes later does not undo it.",
        )
        .instant("breached_at", Class::Internal, NULL, "超期时间. The end that was missed, once noted. Null: none.")
        .instant("paused_at", Class::Internal, NULL, "暂停于. Since when it is paused. Null: it is not.")
        .instant("stopped_at", Class::Internal, NULL, "停止. When it stopped. Null: it runs, or is paused.")
        .int("moved", Class::Internal, READ, "延期次数. How often its end was moved.")
        .code("unit", "ClockUnit", Class::Internal, READ, "单位. Unit of its length; INSTANT: until an instant that was given.")
        .int("length", Class::Internal, NULL, "长度. In units. Null: until an instant.")
        .code("source", "ClockSource", Class::Internal, READ, "来源. Law, article, local rule or default.")
        .text("basis", Class::Internal, READ, "依据. The rule in words.")
}
