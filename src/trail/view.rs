//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Direction, FILTER, NULL, READ, SORT, View};

/// 状态记录.
pub fn status_event() -> View {
    View::new("StatusEvent", "status_event", Family::Dispute, "状态记录. One transition of a matter; never changed.")
        .levels()
        .owned_by("Hazard", "hazard_id")
        .owned_by("Dispute", "dispute_id")
        .owned_by("GridEvent", "grid_event_id")
        .owned_by("Inspection", "inspection_id")
        .owned_by("SelfInspection", "self_inspection_id")
        .int("seq", Class::Internal, READ, "序号. Number within the matter, from 1.")
        .text("from_state", Class::Internal, NULL, "原状态. State before. Null: it came into being.")
        .text("to_state", Class::Internal, READ, "新状态. State after.")
        .text("action", Class::Internal, READ, "动作. Action taken.")
        .instant("at", Class::Internal, SORT, "时间. When.")
        .text("note", Class::Internal, NULL, "说明. Note. Null: none.")
        .one("by", "Posting", "by_id", Class::Internal, "经办岗位. The posting that acted. Null: the system.")
        .one(
            "hazard",
            "Hazard",
            "hazard_id",
            Class::Internal,
            "隐患. The hazard it belongs to. Null: of another matter.",
        )
        .one(
            "dispute",
            "Dispute",
            "dispute_id",
            Class::Internal,
            "纠纷. The dispute it belongs to. Null: of another matter.",
        )
        .one(
            "grid_event",
            "GridEvent",
            "grid_event_id",
            Class::Internal,
            "网格事件. The grid event it belongs to. Null: of another matter.",
        )
        .one(
            "inspection",
            "Inspection",
            "inspection_id",
            Class::Internal,
            "检查. The inspection it belongs to. Null: of another matter.",
        )
        .one(
            "self_inspection",
            "SelfInspection",
            "self_inspection_id",
            Class::Internal,
            "自查. The self-inspection it belongs to. Null: of another matter.",
        )
        .list(
            "evidence",
            "Evidence",
            "status_event_id",
            &[("taken_at", Direction::Asc)],
            "证据. Evidence attached to this step.",
        )
}

/// 证据.
pub fn evidence() -> View {
    View::new("Evidence", "evidence", Family::Dispute, "证据. A photo or document, stored by its hash.")
        .levels()
        .owned_by("Hazard", "hazard_id")
        .owned_by("Dispute", "dispute_id")
        .owned_by("GridEvent", "grid_event_id")
        .owned_by("Inspection", "inspection_id")
        .owned_by("SelfInspection", "self_inspection_id")
        .code("phase", "EvidencePhase", Class::Internal, FILTER, "阶段. Before, after or document.")
        .text("hash", Class::Internal, READ, "摘要. SM3 of the content, 64 hexadecimal digits.")
        .text("mime", Class::Internal, READ, "类型. Media type.")
        .int("size", Class::Internal, READ, "大小. Bytes.")
        .instant("taken_at", Class::Internal, SORT, "拍摄时间. When taken.")
        .boolean(
            "watermark",
            Class::Internal,
            NULL,
            "水印. Whether time and place are written into the picture. Null: not recorded.",
        )
        .code("class", "DataClass", Class::Internal, NULL, "数据分级. Class of what it shows. Null: not classified.")
        .link(
            "url",
            false,
            Class::Internal,
            "内容. Path of the content, below the address of the API, for ten minutes and with your rights: pass it on to nobody. Null: the content is \
             not kept here, or not yours to see: of persons it is personal.",
        )
        .personal_in_dwellings()
        .link(
            "thumbnailUrl",
            true,
            Class::Internal,
            "缩略图. Path of a small copy of the picture, likewise. Null: there is none, or it is not yours to see.",
        )
        .personal_in_dwellings()
        .point(Class::Personal, NULL, "拍摄位置. Where taken, in CGCS2000 (EPSG:4490). Null: not recorded.")
        .one(
            "taken_by",
            "Posting",
            "taken_by_id",
            Class::Internal,
            "拍摄岗位. The posting that took it. Null: not recorded.",
        )
        .one(
            "hazard",
            "Hazard",
            "hazard_id",
            Class::Internal,
            "隐患. The hazard it belongs to. Null: of another matter.",
        )
        .one(
            "dispute",
            "Dispute",
            "dispute_id",
            Class::Internal,
            "纠纷. The dispute it belongs to. Null: of another matter.",
        )
        .one(
            "grid_event",
            "GridEvent",
            "grid_event_id",
            Class::Internal,
            "网格事件. The grid event it belongs to. Null: of another matter.",
        )
        .one(
            "inspection",
            "Inspection",
            "inspection_id",
            Class::Internal,
            "检查. The inspection it belongs to. Null: of another matter.",
        )
        .one(
            "self_inspection",
            "SelfInspection",
            "self_inspection_id",
            Class::Internal,
            "自查. The self-inspection it belongs to. Null: of another matter.",
        )
}

/// 审计记录.
pub fn audit_record() -> View {
    View::new("AuditRecord", "audit_entry", Family::Audit, "审计记录. One entry of the audit trail; never changed.")
        .order("at", Direction::Desc)
        .int("chain", Class::Internal, FILTER, "链号. Which of the chains it belongs to.")
        .int("seq", Class::Internal, FILTER, "序号. Number in its chain, from 1.")
        .instant("at", Class::Internal, FILTER | SORT, "时间. When.")
        .text("role", Class::Internal, FILTER, "角色. Role of the posting; SYSTEM: the program itself.")
        .text("purpose", Class::Internal, FILTER, "目的. Purpose of the request.")
        .text(
            "operation",
            Class::Internal,
            FILTER,
            "操作. What was asked for: operation and action, or fields of the root.",
        )
        .text(
            "object_no",
            Class::Internal,
            FILTER | NULL,
            "事项编号. Number of the matter that was written. Null: several, or none.",
        )
        .texts("objects", Class::Internal, READ, "对象. The objects, such as Hazard:17.")
        .text(
            "fields",
            Class::Internal,
            READ,
            "字段. JSON object: fields of personal class, and of which objects they were read or written.",
        )
        .code(
            "class",
            "DataClass",
            Class::Internal,
            FILTER | NULL,
            "数据分级. Highest class touched. Null: none above internal.",
        )
        .code("decision", "AuditDecision", Class::Internal, FILTER, "结论. Whether it was done or shown, or refused.")
        .text("rule", Class::Internal, READ, "规则. Which rule decided.")
        .text(
            "prev_hash",
            Class::Internal,
            READ,
            "前一摘要. Hash of the entry before it in its chain, with the name of the algorithm.",
        )
        .text("hash", Class::Internal, READ, "摘要. Hash of this entry.")
        .one("posting", "Posting", "posting_id", Class::Internal, "岗位. Who acted. Null: the program itself.")
        .one(
            "organisation",
            "Organisation",
            "organisation_id",
            Class::Internal,
            "单位. The organisation acted for. Null: the program itself.",
        )
}

/// 查阅记录.
pub fn access_record() -> View {
    View::new(
        "AccessRecord",
        "audit_access",
        Family::Access,
        "查阅记录. That somebody read or wrote personal data of one of your disputes in full.",
    )
    .order("at", Direction::Desc)
    .instant("at", Class::Internal, FILTER | SORT, "时间. When.")
    .text("purpose", Class::Internal, FILTER, "目的. What it was for.")
    .one("organisation", "Organisation", "organisation_id", Class::Internal, "单位. Who. Null: the program itself.")
    .one("dispute", "Dispute", "dispute_id", Class::Internal, "纠纷. Your dispute.")
}
