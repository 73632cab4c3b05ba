//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Direction, FILTER, NULL, READ, SEARCH, SORT, UNIQUE, View};

/// 调解组织.
pub fn mediation_organisation() -> View {
    View::new(
        "MediationOrganisation",
        "mediation_organisation",
        Family::Place,
        "调解组织. A mediation committee, brand studio, shared court or gold-medal room.",
    )
    .levels()
    .order("code", Direction::Asc)
    .text("code", Class::Public, FILTER | SORT | UNIQUE, "编号. Our own key.")
    .text("name", Class::Public, FILTER | SORT | SEARCH, "名称. Name.")
    .code("kind", "MediationOrganisationKind", Class::Public, FILTER, "类型. Kind of mediation organisation.")
    .text("honour", Class::Public, NULL, "荣誉. Honour awarded. Null: none.")
    .texts("methods", Class::Public, READ, "工作法. Methods it practises.")
    .one_by("division", "Division", "division_code", "code", Class::Public, "所在区划. The division it serves.")
    .one("organisation", "Organisation", "organisation_id", Class::Public, "单位. The organisation it is.")
    .one(
        "centre",
        "GovernanceCentre",
        "centre_id",
        Class::Public,
        "综治中心. The centre it is seated in. Null: elsewhere.",
    )
    .one("host_site", "KeySite", "host_site_id", Class::Public, "所在场所. The site it is seated in. Null: elsewhere.")
    .list("mediators", "Mediator", "mediation_organisation_id", &[], "调解员. Its mediators.")
    .connection(
        "disputes",
        "Dispute",
        "mediation_organisation_id",
        &[("accepted_at", Direction::Desc)],
        "纠纷. Disputes it mediates or mediated.",
    )
    .list(
        "standard_statuses",
        "StandardStatus",
        "mediation_organisation_id",
        &[("item_id", Direction::Asc)],
        "规范化状态. State of each standard item.",
    )
    .summary(
        "caseload",
        "DisputeSummary",
        "mediation_organisation_id",
        "调解纠纷统计. Disputes it mediates or mediated.",
    )
    .summary(
        "standard_summary",
        "StandardSummary",
        "mediation_organisation_id",
        "规范化统计. State of its standard items.",
    )
}

/// 调解员.
pub fn mediator() -> View {
    View::new(
        "Mediator",
        "mediator",
        Family::Place,
        "调解员. A people's mediator (names on the notice board are public).",
    )
    .levels()
    .text("name", Class::Public, READ, "姓名. Name on the notice board.")
    .texts("skills", Class::Public, READ, "专长. Skills: LANGUAGE_xx, LAW, PSYCHOLOGY, MARKET.")
    .one(
        "mediation_organisation",
        "MediationOrganisation",
        "mediation_organisation_id",
        Class::Public,
        "调解组织. Where the mediator works.",
    )
}

/// 联动机制.
pub fn joint_mechanism() -> View {
    View::new(
        "JointMechanism",
        "joint_mechanism",
        Family::Place,
        "联动机制. A standing mechanism between two divisions, often of two provinces.",
    )
    .order("code", Direction::Asc)
    .text("code", Class::Public, FILTER, "编号. Our own key.")
    .text("name", Class::Public, READ, "名称. Name.")
    .date("since", Class::Public, READ, "建立日期. Since when.")
    .texts("kinds", Class::Public, NULL, "联动方式. Codes of JointKind. Null: not recorded.")
    .one_by("side_a", "Division", "side_a_code", "code", Class::Public, "一方. One side.")
    .one_by("side_b", "Division", "side_b_code", "code", Class::Public, "另一方. The other side.")
    .linked(
        "partners",
        "Organisation",
        ("joint_mechanism_partner", "mechanism_id", "organisation_id"),
        "id",
        "成员单位. Organisations of both sides that take part.",
    )
    .connection(
        "disputes",
        "Dispute",
        "mechanism_id",
        &[("accepted_at", Direction::Desc)],
        "联动纠纷. Joint disputes of the mechanism.",
    )
}
