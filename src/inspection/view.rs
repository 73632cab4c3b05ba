//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Direction, FILTER, NULL, READ, SORT, View};

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
    .code("status", "InspectionStatus", Class::Internal, FILTER, "状态. State of its lifecycle.")
    .int("version", Class::Internal, READ, "版本. Version for expectedVersion.")
    .code("unit_signature", "UnitSignature", Class::Internal, NULL, "单位签字. Signed or refused. Null: not yet asked.")
    .one("team", "Organisation", "team_id", Class::Public, "检查组. The leading team.")
    .linked("teams", "Organisation", ("inspection_team", "inspection_id", "organisation_id"), "id", "参检单位. All who inspect, the leading team among them.")
    .one("round", "SupervisionRound", "round_id", Class::Internal, "督导轮次. The round. Null: outside a round.")
    .one("checklist", "SiteChecklist", "checklist_id", Class::Internal, "检查清单. The checklist used. Null: none.")
    .one_by("division", "Division", "division_code", "code", Class::Public, "区划. Where.")
    .list("sites", "InspectionSite", "inspection_id", &[], "场所. The sites visited.")
    .connection("findings", "Hazard", "inspection_id", &[("found_at", Direction::Desc)], "发现隐患. Hazards found.")
        .list(
        "status_events",
        "StatusEvent",
        "inspection_id",
        &[("seq", Direction::Asc)],
        "状态记录. Its transitions, oldest first.",
    )
    .list("evidence", "Evidence", "inspection_id", &[("taken_at", Direction::Asc)], "证据. Photos and documents.")
    .actions()
}

/// 受检场所.
pub fn inspection_site() -> View {
    View::new("InspectionSite", "inspection_site", Family::Inspection, "受检场所. A site visited by an inspection.")
        .levels()
        .owned_by("Inspection", "inspection_id")
        .one("inspection", "Inspection", "inspection_id", Class::Internal, "检查. The inspection.")
        .one("site", "KeySite", "site_id", Class::Public, "场所. The site.")
}
