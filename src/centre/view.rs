//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Direction, FILTER, NULL, READ, SEARCH, SORT, UNIQUE, View};

/// 综治中心.
pub fn governance_centre() -> View {
    View::new(
        "GovernanceCentre",
        "governance_centre",
        Family::Place,
        "综治中心. A governance centre of one of the five classes.",
    )
    .levels()
    .order("code", Direction::Asc)
    .text("code", Class::Public, FILTER | SORT | UNIQUE, "编号. Our own key of the centre.")
    .text("name", Class::Public, FILTER | SORT | SEARCH, "名称. Name on the sign.")
    .code("level", "CentreLevel", Class::Public, FILTER, "类别. Class of centre.")
    .text("address", Class::Public, SEARCH, "地址. Address.")
    .point(Class::Public, FILTER, "位置. Point in CGCS2000 (EPSG:4490).")
    .text("open_hours", Class::Public, READ, "开放时间. Opening hours.")
    .text("service_phone", Class::Public, READ, "服务电话. Service telephone.")
    .int("staff_count", Class::Internal, SORT, "工作人员数. Number of staff.")
    .one_by("division", "Division", "division_code", "code", Class::Public, "所在区划. The division it serves.")
    .one(
        "zone",
        "FunctionalZone",
        "zone_id",
        Class::Public,
        "功能区. The zone it serves. Null unless a key-area centre.",
    )
    .one("parent", "GovernanceCentre", "parent_id", Class::Public, "上级中心. The centre above. Null at the city.")
    .one("organisation", "Organisation", "organisation_id", Class::Public, "单位. The organisation that the centre is.")
    .one("built_by", "Organisation", "built_by_id", Class::Internal, "建设单位. Who built it. Null: not recorded.")
    .list(
        "stationed_units",
        "StationedUnit",
        "centre_id",
        &[("window_no", Direction::Asc)],
        "入驻单位. Units stationed in the centre, by window.",
    )
    .connection(
        "studios",
        "MediationOrganisation",
        "centre_id",
        &[("code", Direction::Asc)],
        "调解工作室. Mediation organisations seated in the centre.",
    )
    .list(
        "standard_statuses",
        "StandardStatus",
        "centre_id",
        &[("item_id", Direction::Asc)],
        "规范化状态. State of each standard item.",
    )
    .connection(
        "disputes",
        "Dispute",
        "accepted_centre_id",
        &[("accepted_at", Direction::Desc)],
        "受理纠纷. Disputes accepted by the centre.",
    )
    .connection(
        "children",
        "GovernanceCentre",
        "parent_id",
        &[("code", Direction::Asc)],
        "下级中心. The centres directly below.",
    )
    .linked(
        "shared_with",
        "Organisation",
        ("centre_sharing", "centre_id", "organisation_id"),
        "id",
        "共用单位. Who shares it (区建，市区共用).",
    )
    .class(Class::Internal)
    .summary("caseload", "DisputeSummary", "accepted_centre_id", "受理纠纷统计. Disputes accepted by the centre.")
    .summary("standard_summary", "StandardSummary", "centre_id", "规范化统计. State of its standard items.")
}

/// 入驻单位.
pub fn stationed_unit() -> View {
    View::new("StationedUnit", "stationed_unit", Family::Place, "入驻单位. A unit stationed in a governance centre.")
        .levels()
        .code("presence", "Presence", Class::Public, FILTER, "入驻方式. Resident, rotating or on call.")
        .text("window_no", Class::Public, SORT, "窗口. Window number.")
        .text("schedule", Class::Public, READ, "值班安排. Days of the week, 1 is Monday.")
        .one("organisation", "Organisation", "organisation_id", Class::Public, "单位. The unit.")
        .one("centre", "GovernanceCentre", "centre_id", Class::Public, "综治中心. The centre.")
}

/// 规范化项目.
pub fn standard_item() -> View {
    View::new(
        "StandardItem",
        "standard_item",
        Family::Place,
        "规范化项目. An item of a standardisation programme, namespaced.",
    )
    .code("namespace", "StandardNamespace", Class::Public, FILTER, "命名空间. Programme the item belongs to.")
    .text("version", Class::Public, READ, "版本. Edition of the programme.")
    .int("item_order", Class::Public, SORT, "序号. Order within the programme.")
    .text("text", Class::Public, READ, "内容. Text of the item.")
}

/// 规范化状态.
pub fn standard_status() -> View {
    View::new(
        "StandardStatus",
        "standard_status",
        Family::Place,
        "规范化状态. State of one standard item at one centre or mediation organisation.",
    )
    .levels()
    .code("namespace", "StandardNamespace", Class::Public, FILTER, "命名空间. Programme the item belongs to.")
    .code("state", "StandardState", Class::Internal, FILTER, "状态. Unmet, claimed or verified.")
    .text(
        "evidence_hash",
        Class::Internal,
        NULL,
        "证据摘要. SM3 of the evidence handed in, 64 hexadecimal digits. Null: none handed in.",
    )
    .instant("verified_at", Class::Internal, NULL, "核验时间. When verified. Null: not verified.")
    .one("item", "StandardItem", "item_id", Class::Public, "项目. The item.")
    .one(
        "centre",
        "GovernanceCentre",
        "centre_id",
        Class::Public,
        "综治中心. The centre. Null: of a mediation organisation.",
    )
    .one(
        "mediation_organisation",
        "MediationOrganisation",
        "mediation_organisation_id",
        Class::Public,
        "调解组织. The mediation organisation. Null: of a centre.",
    )
    .one(
        "verified_by",
        "Organisation",
        "verified_by_id",
        Class::Internal,
        "核验单位. Who verified. Null: not verified.",
    )
}
