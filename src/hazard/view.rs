//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Direction, FILTER, NULL, READ, SEARCH, SORT, UNIQUE, View};

/// 隐患.
pub fn hazard() -> View {
    View::new("Hazard", "hazard", Family::Hazard, "隐患. A safety hazard.")
        .levels()
        .order("found_at", Direction::Desc)
        .text(
            "no",
            Class::Internal,
            FILTER | SORT | SEARCH | UNIQUE,
            "编号. Human number YH-county-date-sequence; never changes.",
        )
        .code(
            "regulator_department",
            "Department",
            Class::Internal,
            FILTER,
            "主管部门. Department competent for the category.",
        )
        .code(
            "site_kind",
            "SiteKind",
            Class::Internal,
            FILTER | NULL,
            "场所类型. Kind of the site when found. Null: not at a site.",
        )
        .point(Class::Public, FILTER | NULL, "位置. Point in CGCS2000 (EPSG:4490). Null: not recorded.")
        .personal_in_dwellings()
        .code("category", "HazardCategory", Class::Public, FILTER, "类别. Category.")
        .code("grade", "HazardGrade", Class::Public, FILTER | NULL, "等级. General or major. Null: not graded yet.")
        .code("risk_colour", "RiskColour", Class::Internal, FILTER, "风险等级. Risk colour.")
        .code("source", "HazardSource", Class::Internal, FILTER, "来源. How it was found.")
        .text("description", Class::Internal, SEARCH, "描述. What was found; no personal data.")
        .instant("found_at", Class::Internal, FILTER | SORT, "发现时间. When found.")
        .boolean("rectified_on_site", Class::Internal, FILTER, "现场整改. Whether fixed on the spot.")
        .instant(
            "deadline",
            Class::Internal,
            FILTER | SORT | NULL,
            "整改期限. Limit for rectification. Null: no order yet.",
        )
        .instant(
            "rectified_at",
            Class::Internal,
            FILTER | SORT | NULL,
            "整改时间. When submitted as rectified. Null: not yet.",
        )
        .instant("written_off_at", Class::Internal, FILTER | SORT | NULL, "销号时间. When written off. Null: not yet.")
        .int("round_no", Class::Internal, READ, "整改轮次. Round of rectification, from 1.")
        .int("recurrence", Class::Internal, FILTER, "复发次数. How often it was opened again.")
        .boolean("suspended", Class::Internal, FILTER, "停业整改. Whether work is suspended until it is put right.")
        .instant("escalated_at", Class::Internal, FILTER | SORT | NULL, "升级时间. When escalated. Null: it was not.")
        .text(
            "outside_reason",
            Class::Internal,
            NULL,
            "位置不符说明. Why it lies elsewhere than its site or grid. Null: it does not.",
        )
        .text("no_photo_reason", Class::Internal, NULL, "无照片说明. Why there is no photo. Null: none given.")
        .code("status", "HazardStatus", Class::Internal, FILTER, "状态. State of its lifecycle.")
        .int("version", Class::Internal, READ, "版本. Version for expectedVersion.")
        .one_by("division", "Division", "division_code", "code", Class::Public, "所在村社. The village or community.")
        .one("site", "KeySite", "site_id", Class::Public, "场所. The site. Null: not at a key site.")
        .one("grid", "Grid", "grid_id", Class::Public, "网格. The grid.")
        .one("zone", "FunctionalZone", "zone_id", Class::Public, "功能区. The zone. Null: in none.")
        .one("unit", "Organisation", "unit_id", Class::Public, "责任单位. The unit responsible. Null: none known.")
        .one("found_by", "Posting", "found_by_id", Class::Internal, "发现岗位. The posting that reported it.")
        .one("order", "RectificationOrder", "order_id", Class::Internal, "交办单. The order. Null: none issued.")
        .one(
            "inspection",
            "Inspection",
            "inspection_id",
            Class::Internal,
            "检查. The inspection that found it. Null: found otherwise.",
        )
        .one(
            "self_inspection",
            "SelfInspection",
            "self_inspection_id",
            Class::Internal,
            "自查. The self-inspection that it belongs to. Null: found otherwise.",
        )
        .one(
            "acceptor",
            "Organisation",
            "acceptor_id",
            Class::Internal,
            "验收单位. Who accepts the rectification. Null: not decided.",
        )
        .one(
            "reopened_from",
            "Hazard",
            "reopened_from_id",
            Class::Internal,
            "复发自. The hazard that recurred. Null: none.",
        )
        .one(
            "related_dispute",
            "Dispute",
            "related_dispute_id",
            Class::Internal,
            "相关纠纷. A dispute it belongs to. Null: none.",
        )
        .list(
            "status_events",
            "StatusEvent",
            "hazard_id",
            &[("seq", Direction::Asc)],
            "状态记录. Its transitions, oldest first.",
        )
        .list("evidence", "Evidence", "hazard_id", &[("taken_at", Direction::Asc)], "证据. Photos and documents.")
        .list(
            "reviews",
            "RetrospectiveReview",
            "hazard_id",
            &[("at", Direction::Asc)],
            "事后倒查. Reviews of what went wrong, oldest first.",
        )
        .list(
            "plans",
            "RectificationPlan",
            "hazard_id",
            &[("round_no", Direction::Asc)],
            "整改方案. The unit's plan for each round.",
        )
        .list(
            "clocks",
            "Clock",
            "hazard_id",
            &[("seq", Direction::Asc)],
            "时限. Its clocks, in the order in which they started.",
        )
        .actions()
}

/// 整改方案.
pub fn rectification_plan() -> View {
    View::new(
        "RectificationPlan",
        "rectification_plan",
        Family::Hazard,
        "整改方案. The plan of a unit for one round of rectification (措施、资金、责任人、时限、预案).",
    )
    .levels()
    .owned_by("Hazard", "hazard_id")
    .int("round_no", Class::Internal, READ, "轮次. Round of rectification.")
    .instant("at", Class::Internal, SORT, "时间. When submitted.")
    .text("measure", Class::Internal, READ, "措施. What is done.")
    .text("money", Class::Internal, NULL, "资金. Money set aside. Null: not said.")
    .text("person", Class::Internal, NULL, "责任人. The post that answers for it; no name. Null: not said.")
    .text("time_limit", Class::Internal, NULL, "时限. By when. Null: not said.")
    .text("emergency_plan", Class::Internal, NULL, "预案. What is done in an emergency. Null: not said.")
    .boolean("suspended", Class::Internal, READ, "停业. Whether work is suspended.")
}
