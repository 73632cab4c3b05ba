//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Direction, FILTER, Mask, NULL, READ, SEALED, SEARCH, SORT, UNIQUE, View};

/// 警格.
pub fn police_beat() -> View {
    View::new("PoliceBeat", "police_beat", Family::Place, "警格. A police beat: grids, officers and auxiliaries.")
        .levels()
        .order("code", Direction::Asc)
        .text("code", Class::Public, FILTER | SORT | UNIQUE, "编号. Our own key.")
        .text("name", Class::Public, FILTER | SEARCH, "名称. Name of the beat.")
        .int("officers", Class::Internal, SORT, "民警数. Number of officers (standard: one or more a community).")
        .int("auxiliaries", Class::Internal, READ, "辅警数. Number of auxiliaries (standard: two or more a community).")
        .int("days_present", Class::Internal, READ, "月驻村天数. Days present a month.")
        .one("station", "Organisation", "station_id", Class::Public, "派出所. The police station.")
        .one_by("division", "Division", "division_code", "code", Class::Public, "所在区划. The township.")
        .connection("grids", "Grid", "beat_id", &[("code", Direction::Asc)], "网格. The grids of the beat.")
}

/// 网格.
pub fn grid() -> View {
    View::new(
        "Grid",
        "grid",
        Family::Place,
        "网格. A grid of a village: 15 digits, 001-899 basic, 900-999 special. No conformity to GB/T 34300 is claimed.",
    )
    .levels()
    .order("code", Direction::Asc)
    .text("code", Class::Public, FILTER | SORT | UNIQUE, "编码. 15 digits: village code and three more.")
    .text("name", Class::Public, FILTER | SORT | SEARCH, "名称. Name of the grid.")
    .code("kind", "GridKind", Class::Public, FILTER, "类型. Basic or special.")
    .point(Class::Public, FILTER, "位置. Point in CGCS2000 (EPSG:4490).")
    .text("polygon", Class::Public, NULL, "网格边界. Outline as a GeoJSON polygon in CGCS2000. Null: not drawn.")
    .int("households", Class::Internal, FILTER | SORT, "户数. Households.")
    .int("residents", Class::Internal, FILTER | SORT, "人口数. Residents.")
    .date("founded_at", Class::Public, READ, "设立日期. First day.")
    .date("abolished_at", Class::Public, FILTER | NULL, "撤销日期. Last day. Null: in force.")
    .one_by("village", "Division", "division_code", "code", Class::Public, "所属村社. The village or community.")
    .one("zone", "FunctionalZone", "zone_id", Class::Public, "功能区. The zone of a special grid. Null: none.")
    .one("beat", "PoliceBeat", "beat_id", Class::Public, "警格. The police beat. Null: none assigned.")
    .one("leader", "GridMember", "leader_id", Class::Public, "网格长. The grid leader. Null: vacant.")
    .list("members", "GridMember", "grid_id", &[], "网格员. Its members in office.")
    .list("micro_grids", "MicroGrid", "grid_id", &[("code", Direction::Asc)], "微网格. Its micro-grids.")
    .connection("sites", "KeySite", "grid_id", &[("code", Direction::Asc)], "重点场所. Its key sites.")
    .connection("hazards", "Hazard", "grid_id", &[("found_at", Direction::Desc)], "隐患. Hazards found in it.")
    .connection(
        "disputes",
        "Dispute",
        "grid_id",
        &[("accepted_at", Direction::Desc)],
        "矛盾纠纷. Disputes that arose in it.",
    )
    .connection(
        "meetings",
        "GridMeeting",
        "grid_id",
        &[("held_at", Direction::Desc)],
        "工作例会. Its regular meetings.",
    )
    .connection(
        "events",
        "GridEvent",
        "grid_id",
        &[("reported_at", Direction::Desc)],
        "网格事件. Events reported in it.",
    )
    .summary("site_summary", "SiteSummary", "grid_id", "场所统计. Its key sites.")
    .summary("hazard_summary", "HazardSummary", "grid_id", "隐患统计. Hazards found in it.")
    .summary("dispute_summary", "DisputeSummary", "grid_id", "纠纷统计. Disputes that arose in it.")
}

/// 微网格.
pub fn micro_grid() -> View {
    View::new("MicroGrid", "micro_grid", Family::Place, "微网格. A part of a grid: 17 digits.")
        .levels()
        .order("code", Direction::Asc)
        .text("code", Class::Public, SORT, "编码. 17 digits: grid code and two more.")
        .text("name", Class::Public, READ, "名称. Name.")
        .int("households", Class::Internal, READ, "户数. Households.")
        .one("grid", "Grid", "grid_id", Class::Public, "网格. The grid.")
}

/// 网格员.
pub fn grid_member() -> View {
    View::new(
        "GridMember",
        "grid_member",
        Family::Staff,
        "网格员. A person who serves a grid. Name and duty phone are on the public notice board.",
    )
    .levels()
    .text("name", Class::Public, READ, "姓名. Name on the notice board.")
    .code("kind", "GridMemberKind", Class::Public, FILTER, "类别. Kind of member.")
    .text("duty_phone", Class::Public, READ, "值班电话. Duty telephone.")
    .text(
        "private_mobile",
        Class::PersonalKey,
        SEALED | NULL,
        "私人手机. Private mobile, encrypted at rest. Null: not recorded.",
    )
    .masked(Mask::Phone)
    .text(
        "id_number",
        Class::PersonalKey,
        SEALED | NULL,
        "身份证号. Citizen identity number, encrypted at rest. Null: not recorded.",
    )
    .masked(Mask::CitizenId)
    .date("since", Class::Internal, READ, "任职起. In office since.")
    .date("until", Class::Internal, NULL, "任职止. In office until. Null: still in office.")
    .decimal("monthly_score", Class::Personal, NULL, "月度评分. Score of the month, two places. Null: not scored.")
    .texts(
        "status_history",
        Class::Personal,
        NULL,
        "晋升淘汰记录. PROMOTED, KEPT, WARNED or DISMISSED with a date. Null: none.",
    )
    .one("grid", "Grid", "grid_id", Class::Public, "网格. The grid.")
}

/// 工作例会.
pub fn grid_meeting() -> View {
    View::new("GridMeeting", "grid_meeting", Family::Grid, "工作例会. A regular meeting of a grid.")
        .levels()
        .instant("held_at", Class::Internal, FILTER | SORT, "召开时间. When held.")
        .text("chair", Class::Internal, READ, "主持人岗位. Post of the chair.")
        .int("attendee_count", Class::Internal, NULL, "参会人数. How many attended. Null: not recorded.")
        .texts("matters", Class::Internal, NULL, "议题. Matters on the agenda. Null: not recorded.")
        .texts("decisions", Class::Internal, READ, "议定事项. Tasks decided.")
        .text("minutes", Class::Internal, READ, "会议纪要. Minutes.")
        .one_by("village", "Division", "division_code", "code", Class::Public, "所属村社. The village or community.")
        .one("grid", "Grid", "grid_id", Class::Public, "网格. The grid.")
        .linked(
            "attendees",
            "Organisation",
            ("grid_meeting_attendee", "meeting_id", "organisation_id"),
            "id",
            "参会单位. Organisations that attended.",
        )
}
