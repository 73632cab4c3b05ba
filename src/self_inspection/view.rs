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
    .boolean("complete", Class::Internal, FILTER, "完整. Whether every item of the checklist was answered.")
    .code("status", "SelfInspectionStatus", Class::Internal, FILTER, "状态. State of its lifecycle.")
    .int("version", Class::Internal, READ, "版本. Version for expectedVersion.")
    .json_list("answers", Class::Internal, answer())
    .one(
        "checklist",
        "SiteChecklist",
        "checklist_id",
        Class::Internal,
        "检查清单. The checklist, in the version that was answered. Null: not recorded.",
    )
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
    .list(
        "status_events",
        "StatusEvent",
        "self_inspection_id",
        &[("seq", Direction::Asc)],
        "状态记录. Its transitions, oldest first.",
    )
    .list("evidence", "Evidence", "self_inspection_id", &[("taken_at", Direction::Asc)], "证据. Photos and documents.")
    .actions()
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
