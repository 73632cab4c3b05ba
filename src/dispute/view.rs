//! Declarations for the read engine.

use sea_orm::sea_query::{Expr, ExprTrait};

use crate::access::{Class, Family};
use crate::read::declare::{Direction, FILTER, Mask, NULL, READ, SEALED, SEARCH, SORT, Scalar, UNIQUE, View};
use crate::read::sql::col;

/// What comes next in each state, in words for the parties.
const NEXT: [(&str, &str); 13] = [
    ("REGISTERED", "等待综治中心受理，一般一个工作日内答复"),
    ("ACCEPTED", "等待分派调解组织或承办单位"),
    ("DISPATCHED", "等待调解员联系您"),
    ("MEDIATING", "按约定参加调解"),
    ("AGREED", "按协议履行；可在协议生效后三十日内共同申请司法确认"),
    ("CONFIRMATION", "等待法院审查司法确认申请"),
    ("FOLLOWED_UP", "等待综治中心结案"),
    ("TERMINATED", "可按告知的途径另行解决，如仲裁、诉讼"),
    ("ROUTED", "请按告知的途径办理"),
    ("NOT_ACCEPTED", "如有新情况可重新申请"),
    ("WITHDRAWN", "已撤回，如有需要可重新申请"),
    ("MERGED", "已并入在先的同一纠纷，请关注该纠纷"),
    ("CLOSED", "已结案；六个月内因同一事由再起纠纷可申请重新受理"),
];

fn next_step(alias: &str, _: Expr) -> Expr {
    let mut next = Expr::case(col(alias, "status").eq(NEXT[0].0), NEXT[0].1);
    for (state, step) in &NEXT[1..] {
        next = next.case(col(alias, "status").eq(*state), *step);
    }
    next.into()
}

/// 矛盾纠纷.
pub fn dispute() -> View {
    View::new("Dispute", "dispute", Family::Dispute, "矛盾纠纷. A dispute; its number never changes (一案一码).")
        .levels()
        .order("accepted_at", Direction::Desc)
        .text("no", Class::Internal, FILTER | SORT | SEARCH | UNIQUE, "编号. Human number MD-county-date-sequence.")
        .text("title", Class::Internal, SEARCH, "标题. Title without names.")
        .code("edition", "DisputeEdition", Class::Internal, FILTER, "版本. Rural, urban, online or industry edition.")
        .boolean("key_field", Class::Internal, FILTER, "重点领域. Whether in a key field.")
        .code(
            "key_field_domain",
            "KeyFieldDomain",
            Class::Internal,
            FILTER | NULL,
            "重点领域类别. Which key field. Null: not in one.",
        )
        .boolean("prominent", Class::Internal, FILTER, "突出. Whether prominent.")
        .boolean(
            "centre_involved",
            Class::Internal,
            FILTER,
            "综治中心参与. Whether a governance centre accepted or handled it, or the mediation organisation sits in one.",
        )
        .code("scale", "DisputeScale", Class::Internal, FILTER, "规模. Scale of the event (GB/T 31000 values).")
        .int("people_involved", Class::Internal, FILTER | SORT, "涉及人数. People involved.")
        .decimal("amount_claimed", Class::Internal, FILTER | SORT | NULL, "涉及金额. CNY. Null: no claim of money.")
        .code("origin", "DisputeOrigin", Class::Internal, FILTER, "来源方式. Proactive, applied or entrusted.")
        .code("channel", "DisputeChannel", Class::Internal, FILTER, "渠道. Channel of intake.")
        .text("place", Class::Personal, NULL, "发生地点. Where it happened. Null: not recorded.")
        .masked(Mask::Address)
        .point(Class::Personal, FILTER | NULL, "位置. Point in CGCS2000 (EPSG:4490). Null: not recorded.")
        .code(
            "site_kind",
            "SiteKind",
            Class::Internal,
            FILTER | NULL,
            "场所类型. Kind of the site. Null: not at a key site.",
        )
        .text("summary", Class::Personal, READ, "简述. Summary.")
        .masked(Mask::Text)
        .code("risk_level", "RiskColour", Class::Internal, FILTER, "风险等级. Risk colour.")
        .boolean("escalation_risk", Class::Internal, FILTER, "民转刑风险. Whether it may turn violent.")
        .boolean("enterprise_related", Class::Internal, FILTER, "涉企. Whether a party is an enterprise.")
        .instant("accepted_at", Class::Internal, FILTER | SORT, "受理时间. When accepted.")
        .instant("due_at", Class::Internal, FILTER | SORT, "应办结时间. Limit for resolving.")
        .instant("mediation_started_at", Class::Internal, NULL, "调解开始. When mediation started. Null: it did not.")
        .code("outcome", "DisputeOutcome", Class::Internal, FILTER | NULL, "结果. Outcome. Null: open.")
        .instant("resolved_at", Class::Internal, FILTER | SORT | NULL, "化解时间. When resolved. Null: not resolved.")
        .instant("concluded_at", Class::Internal, FILTER | SORT | NULL, "办结时间. When concluded in any way. Null: open.")
        .instant("closed_at", Class::Internal, FILTER | SORT | NULL, "结案时间. When its file was closed. Null: it is not.")
        .code(
            "resolved_level",
            "ResolvedLevel",
            Class::Internal,
            FILTER | NULL,
            "化解层级. Level at which resolved. Null: not resolved.",
        )
        .code(
            "handling_level",
            "ResolvedLevel",
            Class::Internal,
            FILTER | NULL,
            "办理层级. Level that it was lifted to. Null: it was not.",
        )
        .int("recurrence", Class::Internal, FILTER, "复发次数. How often it was accepted again.")
        .code("status", "DisputeStatus", Class::Internal, FILTER, "状态. State of its lifecycle.")
        .computed("nextStep", Scalar::Text, next_step, Class::Internal, "下一步. What comes next, in words for the parties.")
        .int("version", Class::Internal, READ, "版本. Version for expectedVersion.")
        .one_by("division", "Division", "division_code", "code", Class::Public, "区划. Where.")
        .one("grid", "Grid", "grid_id", Class::Public, "网格. The grid. Null: not located.")
        .one("zone", "FunctionalZone", "zone_id", Class::Public, "功能区. The zone. Null: in none.")
        .one("site", "KeySite", "site_id", Class::Public, "场所. The site. Null: not at a key site.")
        .one(
            "accepted_by",
            "GovernanceCentre",
            "accepted_centre_id",
            Class::Public,
            "受理中心. The centre that accepted it.",
        )
        .one(
            "handling_organisation",
            "Organisation",
            "handling_organisation_id",
            Class::Public,
            "承办单位. Who handles it.",
        )
        .one(
            "mediation_organisation",
            "MediationOrganisation",
            "mediation_organisation_id",
            Class::Public,
            "调解组织. Who mediates. Null: not dispatched to one.",
        )
        .one(
            "joint_mechanism",
            "JointMechanism",
            "mechanism_id",
            Class::Internal,
            "联动机制. The mechanism of a joint dispute. Null: not joint.",
        )
        .one(
            "agreement",
            "MediationAgreement",
            "agreement_id",
            Class::Internal,
            "调解协议. The latest agreement. Null: none reached.",
        )
        .one(
            "confirmation",
            "JudicialConfirmation",
            "confirmation_id",
            Class::Internal,
            "司法确认. The latest judicial confirmation. Null: not requested.",
        )
        .one("merged_into", "Dispute", "merged_into_id", Class::Internal, "并入. The older dispute it was joined to. Null: none.")
        .one(
            "registered_by",
            "Posting",
            "registered_by_id",
            Class::Internal,
            "登记岗位. The posting that registered it. Null: not recorded.",
        )
        .one_by(
            "petition",
            "PetitionLink",
            "id",
            "dispute_id",
            Class::Internal,
            "信访事项. The petition matter. Null: none.",
        )
        .list(
            "types",
            "DisputeTypeEntry",
            "dispute_id",
            &[("rank", Direction::Asc)],
            "类型. Types of the dispute, main one first.",
        )
        .list("parties", "Party", "dispute_id", &[], "当事人. The parties.")
        .list(
            "agreements",
            "MediationAgreement",
            "dispute_id",
            &[("reached_at", Direction::Asc)],
            "历次调解协议. All agreements, oldest first: after a reopening there may be another.",
        )
        .list(
            "confirmations",
            "JudicialConfirmation",
            "dispute_id",
            &[("requested_at", Direction::Asc)],
            "历次司法确认. All requests for confirmation, oldest first.",
        )
        .list(
            "sessions",
            "MediationSession",
            "dispute_id",
            &[("session_no", Direction::Asc)],
            "调解记录. Mediation sessions.",
        )
        .list("follow_ups", "FollowUp", "dispute_id", &[("at", Direction::Asc)], "回访. Follow-up visits.")
        .list(
            "status_events",
            "StatusEvent",
            "dispute_id",
            &[("seq", Direction::Asc)],
            "状态记录. Its transitions, oldest first.",
        )
        .list(
            "reviews",
            "RetrospectiveReview",
            "dispute_id",
            &[("at", Direction::Asc)],
            "事后倒查. Reviews of what went wrong, oldest first.",
        )
        .list(
            "police_reports",
            "PoliceReport",
            "dispute_id",
            &[("reported_at", Direction::Asc)],
            "公安上报. Reports to the police that it may turn violent, oldest first.",
        )
        .list("evidence", "Evidence", "dispute_id", &[("taken_at", Direction::Asc)], "证据. Photos and documents.")
        .connection(
            "hazards",
            "Hazard",
            "related_dispute_id",
            &[("found_at", Direction::Desc)],
            "相关隐患. Hazards that belong to it.",
        )
        .list(
            "clocks",
            "Clock",
            "dispute_id",
            &[("seq", Direction::Asc)],
            "时限. Its clocks, in the order in which they started.",
        )
        .actions()
}

/// 纠纷类型.
pub fn dispute_type() -> View {
    View::new("DisputeTypeEntry", "dispute_type", Family::Dispute, "纠纷类型. One type of a dispute.")
        .levels()
        .owned_by("Dispute", "dispute_id")
        .int("rank", Class::Internal, READ, "次序. 1 is the main type.")
        .code(
            "type_code",
            "DisputeType",
            Class::Internal,
            FILTER,
            "类型. Type of dispute (15 kinds of justice statistics).",
        )
}

/// 当事人.
pub fn party() -> View {
    View::new("Party", "party", Family::Dispute, "当事人. A party to a dispute. Reached only from a dispute: no register of persons exists.")
    .levels()
    .owned_by("Dispute", "dispute_id")
    .text("name", Class::Personal, FILTER, "姓名. Name.")
    .masked(Mask::Name)
    .code("kind", "PartyKind", Class::Internal, FILTER, "性质. Person or organisation.")
    .text("contact", Class::PersonalKey, SEALED | NULL, "联系电话. Telephone, encrypted at rest. Null: not recorded.")
    .masked(Mask::Phone)
    .text("id_number", Class::PersonalKey, SEALED | NULL, "身份证号. Citizen identity number, encrypted at rest. Null: not recorded.")
    .masked(Mask::CitizenId)
    .code("consent", "Consent", Class::Internal, READ, "调解意愿. Whether the party consents to mediation.")
    .boolean("representative", Class::Personal, READ, "代表人. Whether the party represents a group (at most five).")
    .code("side", "PartySide", Class::Internal, READ | NULL, "一方. The side that the party is on. Null: not recorded; then it speaks for itself alone.")
    .date("retain_until", Class::Internal, READ, "保存期限. Personal data is erased after this day.")
    .one("organisation", "Organisation", "organisation_id", Class::Public, "单位. The organisation. Null: a person.")
    .one("dispute", "Dispute", "dispute_id", Class::Internal, "纠纷. The dispute.")
    .younger_than("under14", "birth_date", 14, Class::Sensitive, "未满十四周岁. Whether the party is under 14 today; the whole record is then sensitive. Null: birth date not recorded, or hidden.")
}

/// 调解记录.
pub fn mediation_session() -> View {
    View::new("MediationSession", "mediation_session", Family::Dispute, "调解记录. One session of mediation.")
        .levels()
        .owned_by("Dispute", "dispute_id")
        .int("session_no", Class::Internal, READ, "次序. Number of the session, from 1.")
        .instant("at", Class::Internal, SORT, "时间. When.")
        .text("place", Class::Internal, READ, "地点. Where.")
        .code("form", "SessionForm", Class::Internal, FILTER, "形式. Face to face, online or visit.")
        .int("parties_present", Class::Internal, READ, "到场人数. Parties present.")
        .text("progress", Class::Personal, READ, "进展. What was said.")
        .masked(Mask::Text)
        .code("result", "SessionResult", Class::Internal, FILTER, "结果. Result of the session.")
        .one("mediator", "Mediator", "mediator_id", Class::Public, "调解员. Who led it. Null: not recorded.")
        .linked(
            "mediators",
            "Mediator",
            ("session_mediator", "session_id", "mediator_id"),
            "id",
            "参与调解员. All who mediated, the one who led among them. Empty: not recorded.",
        )
        .one("dispute", "Dispute", "dispute_id", Class::Internal, "纠纷. The dispute.")
}

/// 调解协议.
pub fn mediation_agreement() -> View {
    View::new("MediationAgreement", "mediation_agreement", Family::Dispute, "调解协议. A mediation agreement.")
        .levels()
        .owned_by("Dispute", "dispute_id")
        .order("reached_at", Direction::Desc)
        .code("form", "AgreementForm", Class::Internal, FILTER, "形式. Written or oral.")
        .instant("reached_at", Class::Internal, FILTER | SORT, "达成时间. When reached.")
        .instant(
            "parties_signed_at",
            Class::Internal,
            NULL,
            "当事人签字. When the last party signed (人民调解法 art. 29). Null: not yet, or oral.",
        )
        .instant(
            "mediator_signed_at",
            Class::Internal,
            NULL,
            "调解员签字. When the mediator signed. Null: not yet, or oral.",
        )
        .instant(
            "committee_sealed_at",
            Class::Internal,
            NULL,
            "调委会盖章. When the committee set its seal. Null: not yet, or oral.",
        )
        .instant(
            "effective_at",
            Class::Internal,
            FILTER | SORT | NULL,
            "生效时间. Last of signatures and seal, oral: when reached (人民调解法 art. 29-30). Null: one is missing.",
        )
        .instant(
            "window_ends_at",
            Class::Internal,
            FILTER | SORT | NULL,
            "确认期限. Last moment for judicial confirmation: 30 days from effect (art. 33). Null: not effective.",
        )
        .text("terms", Class::Personal, READ, "协议内容. Terms.")
        .masked(Mask::Text)
        .decimal("amount", Class::Personal, NULL, "金额. CNY. Null: no money.")
        .masked(Mask::None)
        .code("performance", "Performance", Class::Internal, FILTER, "履行情况. State of performance.")
        .instant("performance_due_at", Class::Internal, SORT | NULL, "履行期限. When due. Null: at once.")
        .one("dispute", "Dispute", "dispute_id", Class::Internal, "纠纷. The dispute.")
        .list(
            "signatures",
            "AgreementSignature",
            "agreement_id",
            &[("signed_at", Direction::Asc)],
            "当事人逐一签字. Signature of each party that has signed, first one first. Empty: none has, or oral.",
        )
}

/// 协议签字.
pub fn agreement_signature() -> View {
    View::new(
        "AgreementSignature",
        "agreement_signature",
        Family::Dispute,
        "协议签字. The signature of one party under a mediation agreement.",
    )
    .levels()
    .owned_by("Dispute", "dispute_id")
    .instant("signed_at", Class::Internal, READ, "签字时间. When the party signed.")
    .one("party", "Party", "party_id", Class::Internal, "当事人. Who signed.")
}

/// 司法确认.
pub fn judicial_confirmation() -> View {
    View::new(
        "JudicialConfirmation",
        "judicial_confirmation",
        Family::Dispute,
        "司法确认. Judicial confirmation of an agreement.",
    )
    .levels()
    .owned_by("Dispute", "dispute_id")
    .instant("requested_at", Class::Internal, SORT, "申请时间. When requested.")
    .instant("accepted_at", Class::Internal, NULL, "受理时间. When the court accepted. Null: not yet.")
    .code("decision", "ConfirmationDecision", Class::Internal, FILTER | NULL, "裁定. Decision. Null: pending.")
    .instant("decided_at", Class::Internal, NULL, "裁定时间. When decided. Null: pending.")
    .text("case_no", Class::Internal, NULL, "案号. Court's case number. Null: none yet.")
    .instant("withdrawn_at", Class::Internal, NULL, "撤回时间. When the request was taken back. Null: it was not.")
    .one("court", "Organisation", "court_id", Class::Public, "法院. The court.")
    .one("dispute", "Dispute", "dispute_id", Class::Internal, "纠纷. The dispute.")
}

/// 回访.
pub fn follow_up() -> View {
    View::new("FollowUp", "follow_up", Family::Dispute, "回访. A follow-up visit.")
        .levels()
        .owned_by("Dispute", "dispute_id")
        .instant("at", Class::Internal, SORT, "时间. When.")
        .code("performance", "Performance", Class::Internal, FILTER, "履行情况. What was found.")
        .boolean("satisfied", Class::Internal, NULL, "满意. Whether satisfied. Null: not asked.")
        .one("dispute", "Dispute", "dispute_id", Class::Internal, "纠纷. The dispute.")
}

/// 信访事项.
pub fn petition_link() -> View {
    View::new(
        "PetitionLink",
        "petition_link",
        Family::Petition,
        "信访事项. The petition matter of a dispute; category only, no text.",
    )
    .levels()
    .owned_by("Dispute", "dispute_id")
    .text("petition_no", Class::Internal, READ, "信访编号. Number of the petition.")
    .code("category", "PetitionCategory", Class::Internal, FILTER, "类别. Category.")
    .int("route", Class::Internal, READ, "路径. Route of art. 31 (1)-(6) of the petition regulations.")
    .instant("registered_at", Class::Internal, READ, "登记时间. When registered.")
    .text("result", Class::Internal, NULL, "结果. Result. Null: pending.")
    .one("dispute", "Dispute", "dispute_id", Class::Internal, "纠纷. The dispute.")
}

/// 公安上报.
pub fn police_report() -> View {
    View::new(
        "PoliceReport",
        "police_report",
        Family::Dispute,
        "公安上报. A report to the police that a dispute may turn violent.",
    )
    .levels()
    .owned_by("Dispute", "dispute_id")
    .instant("reported_at", Class::Internal, SORT, "上报时间. When reported.")
    .text("reason", Class::Personal, READ, "理由. What points to violence.")
    .masked(Mask::Text)
    .instant("acknowledged_at", Class::Internal, NULL, "签收时间. When the police took it over. Null: not yet.")
    .one("reported_by", "Posting", "reported_by_id", Class::Internal, "上报岗位. The posting that reported.")
    .one(
        "acknowledged_by",
        "Posting",
        "acknowledged_by_id",
        Class::Internal,
        "签收岗位. The posting that took it over. Null: nobody yet.",
    )
}
