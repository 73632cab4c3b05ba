//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Child, Direction, FILTER, Mask, NULL, SEALED, SEARCH, SORT, UNIQUE, View};

/// 单位.
pub fn organisation() -> View {
    View::new(
        "Organisation",
        "organisation",
        Family::Place,
        "单位. A government body, unit, company, institution or committee.",
    )
    .levels()
    .order("code", Direction::Asc)
    .text("code", Class::Public, FILTER | SORT | UNIQUE, "编号. Our own key.")
    .text("name", Class::Public, FILTER | SORT | SEARCH, "名称. Name of the organisation.")
    .code("kind", "OrganisationKind", Class::Public, FILTER, "性质. Kind of organisation.")
    .code(
        "department",
        "Department",
        Class::Public,
        FILTER | NULL,
        "部门. Department code. Null: not a government body.",
    )
    .text(
        "uscc",
        Class::Public,
        FILTER | NULL,
        "统一社会信用代码. 18 characters, checked by GB 32100-2015. Null: none issued.",
    )
    .code(
        "responsible_level",
        "ResponsibilityLevel",
        Class::Public,
        FILTER | NULL,
        "责任层级. Its place in the five-level responsibility. Null: none.",
    )
    .text("responsible_post", Class::Public, NULL, "负责岗位. Title of the person in charge. Null: not recorded.")
    .text("responsible_person", Class::Personal, NULL, "负责人. Name of the person in charge. Null: not recorded.")
    .masked(Mask::Name)
    .text("duty_phone", Class::Public, NULL, "值班电话. Duty telephone. Null: none.")
    .text(
        "mobile",
        Class::PersonalKey,
        SEALED | NULL,
        "手机. Mobile of the person in charge, encrypted at rest. Null: not recorded.",
    )
    .masked(Mask::Phone)
    .boolean("foreign_related", Class::Internal, FILTER, "涉外. Whether the enterprise is foreign-related.")
    .one_by("division", "Division", "division_code", "code", Class::Public, "所在区划. The division where it sits.")
    .connection(
        "sites",
        "KeySite",
        "unit_id",
        &[("code", Direction::Asc)],
        "重点场所. The key sites it is responsible for.",
    )
    .connection(
        "orders",
        "RectificationOrder",
        "unit_id",
        &[("issued_at", Direction::Desc)],
        "交办单. Rectification orders addressed to it.",
    )
    .connection(
        "issued_orders",
        "RectificationOrder",
        "issued_by_id",
        &[("issued_at", Direction::Desc)],
        "签发交办单. Rectification orders that it issued.",
    )
    .connection(
        "inspections",
        "Inspection",
        "team_id",
        &[("started_at", Direction::Desc)],
        "检查. Inspections that it leads.",
    )
    .connection(
        "hazards",
        "Hazard",
        "unit_id",
        &[("found_at", Direction::Desc)],
        "隐患. Hazards that it is responsible for.",
    )
    .connection(
        "hazards_to_accept",
        "Hazard",
        "acceptor_id",
        &[("found_at", Direction::Desc)],
        "验收隐患. Hazards whose rectification it accepts or accepted.",
    )
    .connection(
        "disputes",
        "Dispute",
        "handling_organisation_id",
        &[("accepted_at", Direction::Desc)],
        "承办纠纷. Disputes that it handles or handled.",
    )
    .connection(
        "assignments",
        "OrderAssignment",
        "organisation_id",
        &[("received_at", Direction::Desc)],
        "交办任务. Assignments of rectification orders to it.",
    )
    .connection(
        "centres",
        "GovernanceCentre",
        "organisation_id",
        &[("code", Direction::Asc)],
        "综治中心. The governance centres that it is.",
    )
    .connection(
        "mediation_organisations",
        "MediationOrganisation",
        "organisation_id",
        &[("code", Direction::Asc)],
        "调解组织. The mediation organisations that belong to it.",
    )
    .connection(
        "stationed_units",
        "StationedUnit",
        "organisation_id",
        &[("window_no", Direction::Asc)],
        "入驻. Where it is stationed in governance centres.",
    )
    .linked(
        "parents",
        "Organisation",
        ("organisation_parent", "organisation_id", "parent_id"),
        "id",
        "上级单位. Whom it answers to; a team may have two (双线管理).",
    )
    .summary("hazard_summary", "HazardSummary", "unit_id", "隐患统计. Hazards it is responsible for.")
    .summary_of(
        "dispute_summary",
        "DisputeSummary",
        "id",
        Child::Through { table: "party", parent: "organisation_id", child: "dispute_id", to: "id" },
        "涉及纠纷统计. Disputes to which it is a party.",
    )
}
