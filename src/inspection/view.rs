//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Direction, FILTER, NULL, READ, SORT, View};

/// 自查.
pub fn self_inspection() -> View {
    View::new(
        "SelfInspection",
        "self_inspection",
        Family::SelfInspection,
        "自查. One self-inspection by the site's own staff.",
    )
    .levels()
    .instant("started_at", Class::Internal, READ, "开始时间. When begun.")
    .instant("submitted_at", Class::Internal, FILTER | SORT | NULL, "提交时间. When submitted. Null: not submitted.")
    .code("via", "InspectionChannel", Class::Internal, FILTER, "途径. Scan, app or web.")
    .boolean("geo_match", Class::Internal, FILTER, "位置相符. Whether the phone was within 200 m of the site.")
    .boolean("complete", Class::Internal, FILTER, "完整. Whether every mandatory item was answered.")
    .json_list("answers", Class::Internal, answer())
    .one("site", "KeySite", "site_id", Class::Public, "场所. The site.")
    .one(
        "account",
        "Account",
        "by_account_id",
        Class::Internal,
        "自查账号. The account that made it. Null: not recorded.",
    )
    .connection(
        "hazards",
        "Hazard",
        "self_inspection_id",
        &[("found_at", Direction::Desc)],
        "自查隐患. Hazards that belong to it.",
    )
}

/// 督导轮次.
pub fn supervision_round() -> View {
    View::new("SupervisionRound", "supervision_round", Family::Round, "督导轮次. A round of supervision by city teams.")
        .int("year", Class::Internal, FILTER | SORT, "年份. Year.")
        .int("round_no", Class::Internal, FILTER | SORT, "轮次. Number of the round in the year.")
        .instant("period_from", Class::Internal, READ, "开始. First moment.")
        .instant("period_to", Class::Internal, READ, "结束. First moment after the end.")
        .int("problems_assigned", Class::Internal, READ, "交办问题数. Problems assigned.")
        .int("teams", Class::Internal, READ, "督导组数. Number of teams.")
        .connection(
            "inspections",
            "Inspection",
            "round_id",
            &[("started_at", Direction::Desc)],
            "检查. Inspections of the round.",
        )
        .list("exposures", "Exposure", "round_id", &[("published_at", Direction::Asc)], "曝光. Exposures in the media.")
}

/// 曝光.
pub fn exposure() -> View {
    View::new("Exposure", "exposure", Family::Round, "曝光. An exposure of problems in the media.")
        .text("media", Class::Internal, READ, "媒体. Medium.")
        .instant("published_at", Class::Internal, READ, "发布时间. When published.")
        .text("url", Class::Internal, NULL, "网址. Address. Null: not on line.")
        .one("round", "SupervisionRound", "round_id", Class::Internal, "督导轮次. The round.")
}

/// 检查.
pub fn inspection() -> View {
    View::new("Inspection", "inspection", Family::Inspection, "检查. An inspection of one or several sites.")
    .levels()
    .text("no", Class::Internal, FILTER, "编号. Human number.")
    .code("kind", "InspectionKind", Class::Internal, FILTER, "种类. Kind of inspection.")
    .code("mode", "InspectionMode", Class::Internal, FILTER, "方式. Open, covert or unannounced. Covert and unannounced ones are invisible to the inspected side until they start.")
    .instant("planned_at", Class::Internal, SORT, "计划时间. When planned.")
    .instant("started_at", Class::Internal, FILTER | SORT | NULL, "开始时间. When it started. Null: not yet.")
    .text("record", Class::Internal, NULL, "检查记录. Record. Null: not written yet.")
    .code("unit_signature", "UnitSignature", Class::Internal, NULL, "单位签字. Signed or refused. Null: not yet asked.")
    .one("team", "Organisation", "team_id", Class::Public, "检查组. The leading team.")
    .linked("teams", "Organisation", ("inspection_team", "inspection_id", "organisation_id"), "id", "参检单位. All who inspect, the leading team among them.")
    .one("round", "SupervisionRound", "round_id", Class::Internal, "督导轮次. The round. Null: outside a round.")
    .one("checklist", "SiteChecklist", "checklist_id", Class::Internal, "检查清单. The checklist used. Null: none.")
    .one_by("division", "Division", "division_code", "code", Class::Public, "区划. Where.")
    .list("sites", "InspectionSite", "inspection_id", &[], "场所. The sites visited.")
    .connection("findings", "Hazard", "inspection_id", &[("found_at", Direction::Desc)], "发现隐患. Hazards found.")
}

/// 受检场所.
pub fn inspection_site() -> View {
    View::new("InspectionSite", "inspection_site", Family::Inspection, "受检场所. A site visited by an inspection.")
        .levels()
        .owned_by("Inspection", "inspection_id")
        .one("inspection", "Inspection", "inspection_id", Class::Internal, "检查. The inspection.")
        .one("site", "KeySite", "site_id", Class::Public, "场所. The site.")
}

fn answer() -> View {
    View::new("SelfInspectionAnswer", "", Family::SelfInspection, "自查结果. The answer to one item of the checklist.")
        .text("item", Class::Internal, NULL, "检查项. Code of the checklist item.")
        .text("answer", Class::Internal, NULL, "结果. OK, NOT_OK or NA.")
        .text("note", Class::Internal, NULL, "说明. Note. Null: none.")
        .text("photo", Class::Internal, NULL, "照片. SM3 of the photo attached, 64 hexadecimal digits. Null: none.")
}

/// 自查周期.
pub fn self_inspection_due() -> View {
    View::new(
        "SelfInspectionDue",
        "self_inspection_due",
        Family::SelfInspection,
        "自查周期. What a cycle asked of a site.",
    )
    .levels()
    .code("site_kind", "SiteKind", Class::Public, FILTER, "场所类型. Kind of site.")
    .text("cycle", Class::Internal, FILTER, "周期. Such as 2025-Q1.")
    .instant("due_at", Class::Internal, FILTER | SORT, "截止时间. By when.")
    .code("state", "SelfInspectionState", Class::Internal, FILTER, "状态. What came of it.")
    .one("site", "KeySite", "site_id", Class::Public, "场所. The site.")
}
