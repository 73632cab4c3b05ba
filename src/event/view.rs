//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Direction, FILTER, Mask, NULL, READ, SEARCH, SORT, UNIQUE, View};

/// 网格事件.
pub fn grid_event() -> View {
    View::new("GridEvent", "grid_event", Family::Event, "网格事件. What a grid reports.")
        .levels()
        .order("reported_at", Direction::Desc)
        .text(
            "no",
            Class::Internal,
            FILTER | SORT | SEARCH | UNIQUE,
            "编号. Human number SJ-county-date-sequence; never changes.",
        )
        .code("kind", "GridEventKind", Class::Internal, FILTER, "种类. What kind of event.")
        .code(
            "category",
            "HazardCategory",
            Class::Internal,
            FILTER | NULL,
            "类别. Category of hazard. Null: of another kind.",
        )
        .text("text", Class::Personal, READ, "内容. What happened.")
        .masked(Mask::Text)
        .code("urgency", "EventUrgency", Class::Internal, FILTER, "紧急程度. Urgency.")
        .code("channel", "EventChannel", Class::Internal, FILTER, "渠道. How it came.")
        .instant("reported_at", Class::Internal, FILTER | SORT, "报送时间. When reported.")
        .point(Class::Personal, NULL, "位置. Point in CGCS2000 (EPSG:4490). Null: not recorded.")
        .text(
            "outside_reason",
            Class::Internal,
            NULL,
            "位置不符说明. Why it lies elsewhere than its site or grid. Null: it does not.",
        )
        .boolean("high_frequency", Class::Internal, FILTER, "高频. Whether the same comes again and again.")
        .boolean("mass_event", Class::Internal, FILTER, "群体性. Whether many people are in it.")
        .boolean("settled_on_spot", Class::Internal, FILTER, "现场办结. Whether it was settled on the spot.")
        .instant(
            "due_at",
            Class::Internal,
            FILTER | SORT | NULL,
            "处置期限. By when it is handled. Null: not assigned.",
        )
        .instant("handled_at", Class::Internal, FILTER | SORT | NULL, "处置时间. When handled. Null: not yet.")
        .instant("fed_back_at", Class::Internal, FILTER | SORT | NULL, "反馈时间. When told back. Null: not yet.")
        .boolean(
            "satisfied",
            Class::Internal,
            FILTER | NULL,
            "满意. Whether the reporter is satisfied. Null: not asked.",
        )
        .instant(
            "tracking_until",
            Class::Internal,
            FILTER | SORT | NULL,
            "跟踪至. Until when it is watched. Null: not yet.",
        )
        .int("recurrence", Class::Internal, FILTER, "复发次数. How often it came again.")
        .instant(
            "concluded_at",
            Class::Internal,
            FILTER | SORT | NULL,
            "办结时间. When closed or found void. Null: open.",
        )
        .code("status", "GridEventStatus", Class::Internal, FILTER, "状态. State of its lifecycle.")
        .int("version", Class::Internal, READ, "版本. Version for expectedVersion.")
        .one("reported_by", "Posting", "reported_by_id", Class::Internal, "报送岗位. The posting that reported it.")
        .one_by("division", "Division", "division_code", "code", Class::Public, "所在村社. The village or community.")
        .one("grid", "Grid", "grid_id", Class::Public, "网格. The grid. Null: not located.")
        .one("zone", "FunctionalZone", "zone_id", Class::Public, "功能区. The zone. Null: in none.")
        .one("site", "KeySite", "site_id", Class::Public, "场所. The site. Null: not at a key site.")
        .one("handler", "Organisation", "handler_id", Class::Public, "承办单位. Who handles it. Null: not assigned.")
        .one(
            "duplicate_of",
            "GridEvent",
            "duplicate_of_id",
            Class::Internal,
            "重复于. The older event. Null: it is none.",
        )
        .one("dispute", "Dispute", "dispute_id", Class::Internal, "转纠纷. The dispute that it became. Null: none.")
        .one("hazard", "Hazard", "hazard_id", Class::Internal, "转隐患. The hazard that it became. Null: none.")
        .list(
            "consultations",
            "EventConsultation",
            "grid_event_id",
            &[("at", Direction::Asc)],
            "会商. Where it was talked over, oldest first.",
        )
        .list(
            "tasks",
            "EventTask",
            "grid_event_id",
            &[("assigned_at", Direction::Asc)],
            "处置任务. What was to be done, oldest first.",
        )
        .list(
            "status_events",
            "StatusEvent",
            "grid_event_id",
            &[("seq", Direction::Asc)],
            "状态记录. Its transitions, oldest first.",
        )
        .list("evidence", "Evidence", "grid_event_id", &[("taken_at", Direction::Asc)], "证据. Photos and documents.")
        .list(
            "reviews",
            "RetrospectiveReview",
            "grid_event_id",
            &[("at", Direction::Asc)],
            "微复盘. Reviews of why it came again, oldest first.",
        )
        .list(
            "clocks",
            "Clock",
            "grid_event_id",
            &[("seq", Direction::Asc)],
            "时限. Its clocks, in the order in which they started.",
        )
        .actions()
}

/// 会商.
pub fn event_consultation() -> View {
    View::new("EventConsultation", "event_consultation", Family::Event, "会商. A consultation over a grid event.")
        .levels()
        .owned_by("GridEvent", "grid_event_id")
        .instant("at", Class::Internal, SORT, "时间. When.")
        .code(
            "kind",
            "ConsultationKind",
            Class::Internal,
            FILTER,
            "方式. At a meeting of the grid, or at one of its own.",
        )
        .text("conclusion", Class::Internal, READ, "结论. What was agreed; no personal data.")
        .one(
            "meeting",
            "GridMeeting",
            "meeting_id",
            Class::Internal,
            "工作例会. The meeting of the grid. Null: one of its own.",
        )
        .one("convened_by", "Posting", "convened_by_id", Class::Internal, "召集岗位. The posting that convened it.")
        .linked(
            "attendees",
            "Organisation",
            ("consultation_attendee", "consultation_id", "organisation_id"),
            "id",
            "参会单位. Organisations that took part.",
        )
}

/// 处置任务.
pub fn event_task() -> View {
    View::new("EventTask", "event_task", Family::Event, "处置任务. What an organisation is to do about a grid event.")
        .levels()
        .owned_by("GridEvent", "grid_event_id")
        .text("task", Class::Internal, READ, "任务. What is to be done; no personal data.")
        .instant("assigned_at", Class::Internal, SORT, "交办时间. When assigned.")
        .instant("due_at", Class::Internal, SORT, "期限. By when.")
        .instant("done_at", Class::Internal, NULL, "完成时间. When done. Null: not yet.")
        .text("result", Class::Internal, NULL, "结果. What was done; no personal data. Null: not yet.")
        .instant("returned_at", Class::Internal, NULL, "退回时间. When given back. Null: it was not.")
        .one("organisation", "Organisation", "organisation_id", Class::Public, "承办单位. Who is to do it.")
}
