//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Child, Direction, FILTER, NULL, READ, SORT, Shape, UNIQUE, View};

/// 交办单.
pub fn rectification_order() -> View {
    View::new("RectificationOrder", "rectification_order", Family::Order, "交办单. A written order to rectify hazards.")
        .levels()
        .order("issued_at", Direction::Desc)
        .text("no", Class::Internal, FILTER | SORT | UNIQUE, "编号. Human number JB-county-date-sequence.")
        .instant("issued_at", Class::Internal, FILTER | SORT, "签发时间. When issued.")
        .instant("deadline", Class::Internal, FILTER | SORT, "期限. Limit.")
        .boolean("dual", Class::Internal, FILTER, "双交办. Whether assigned to two organisations.")
        .instant(
            "closed_at",
            Class::Internal,
            FILTER | NULL,
            "办结时间. When every finding was written off. Null: open.",
        )
        .text("document_hash", Class::Internal, READ, "文书摘要. SM3 of the signed document.")
        .one("issued_by", "Organisation", "issued_by_id", Class::Public, "签发单位. Who issued it.")
        .one("unit", "Organisation", "unit_id", Class::Public, "责任单位. The unit responsible.")
        .one_by("division", "Division", "division_code", "code", Class::Public, "区划. Where.")
        .list(
            "findings",
            "Hazard",
            "order_id",
            &[("found_at", Direction::Asc)],
            "隐患. The hazards ordered to be rectified.",
        )
        .list("assignments", "OrderAssignment", "order_id", &[], "交办对象. Exactly two when dual.")
}

/// 交办对象.
pub fn order_assignment() -> View {
    View::new("OrderAssignment", "order_assignment", Family::Order, "交办对象. One assignee of a rectification order.")
        .levels()
        .owned_by("RectificationOrder", "order_id")
        .code(
            "role",
            "AssignmentRole",
            Class::Internal,
            FILTER,
            "职责. Guidance by the regulator, or acceptance by the local office.",
        )
        .instant("received_at", Class::Internal, SORT, "收到时间. When received.")
        .instant("acknowledged_at", Class::Internal, FILTER | NULL, "签收时间. When acknowledged. Null: not yet.")
        .instant("ack_due_at", Class::Internal, SORT, "应签收时间. Limit for acknowledging.")
        .text("opinion", Class::Internal, NULL, "指导意见. Written opinion. Null: none.")
        .instant("opinion_at", Class::Internal, NULL, "意见时间. When. Null: none.")
        .instant("opinion_due_at", Class::Internal, SORT, "应反馈时间. Limit for the opinion or the acceptance.")
        .code(
            "result",
            "AcceptanceResult",
            Class::Internal,
            FILTER | NULL,
            "验收结果. Result of acceptance. Null: not yet.",
        )
        .instant("result_at", Class::Internal, NULL, "验收时间. When. Null: not yet.")
        .code("state", "AssignmentState", Class::Internal, FILTER, "状态. Open, acknowledged or done.")
        .one("order", "RectificationOrder", "order_id", Class::Internal, "交办单. The order.")
        .one("organisation", "Organisation", "organisation_id", Class::Public, "单位. The assignee.")
        .one(
            "other_assignee",
            "OrderAssignment",
            "other_id",
            Class::Internal,
            "另一交办对象. The other half of a dual order. Null: not dual.",
        )
        .many(
            "hazards",
            "Hazard",
            "order_id",
            Child::Column("order_id"),
            &[("found_at", Direction::Asc)],
            Shape::List,
            "隐患. The hazards of the order.",
        )
}
