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
