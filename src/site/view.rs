//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Direction, FILTER, Mask, NULL, READ, SEARCH, SORT, Scalar, UNIQUE, View};

/// 一单.
pub fn site_checklist() -> View {
    View::new("SiteChecklist", "site_checklist", Family::Place, "一单. The checklist of a kind of site, versioned.")
        .code("site_kind", "SiteKind", Class::Public, FILTER, "场所类型. Kind of site it serves.")
        .int("version", Class::Public, SORT, "版本. Version, from 1.")
        .list(
            "items",
            "ChecklistItem",
            "checklist_id",
            &[("item_order", Direction::Asc)],
            "检查项. Its items in order.",
        )
}

/// 检查项.
pub fn checklist_item() -> View {
    View::new("ChecklistItem", "checklist_item", Family::Place, "检查项. One item of a checklist.")
        .order("code", Direction::Asc)
        .int("item_order", Class::Public, READ, "序号. Order.")
        .text("code", Class::Public, READ, "编号. Code of the item.")
        .text("text", Class::Public, READ, "内容. What to check.")
        .code("category", "HazardCategory", Class::Public, READ, "隐患类别. Category of the hazard when it fails.")
        .text("legal_basis", Class::Public, NULL, "依据. Legal basis. Null: none recorded.")
        .boolean("major_if_failed", Class::Public, READ, "不合格即重大. Whether failure makes a major hazard.")
        .boolean("photo_required", Class::Public, READ, "需拍照. Whether a photo is required.")
        .one("checklist", "SiteChecklist", "checklist_id", Class::Public, "一单. The checklist it is on.")
}

/// 重点场所.
pub fn key_site() -> View {
    View::new("KeySite", "key_site", Family::Site, "重点场所. A key site: one code, one checklist.")
        .levels()
        .order("code", Direction::Asc)
        .text("code", Class::Public, FILTER | SORT | UNIQUE, "编码. One site, one code.")
        .text("name", Class::Public, FILTER | SORT | SEARCH, "名称. Name.")
        .code("kind", "SiteKind", Class::Public, FILTER, "类型. Kind of site.")
        .code(
            "regulator_department",
            "Department",
            Class::Public,
            FILTER,
            "主管部门. Department that regulates this kind of site.",
        )
        .text(
            "address",
            Class::Public,
            SEARCH,
            "地址. Address; personal for a private dwelling, then shown to the village only.",
        )
        .personal_in_dwellings()
        .masked(Mask::Address)
        .point(Class::Public, FILTER, "位置. Point in CGCS2000 (EPSG:4490).")
        .personal_in_dwellings()
        .code("risk_level", "RiskColour", Class::Internal, FILTER, "风险等级. Risk colour of the last assessment.")
        .instant("risk_assessed_at", Class::Internal, SORT | NULL, "评定时间. When assessed. Null: never.")
        .text("qr_token", Class::Internal, READ, "一码令牌. Opaque token of the code at the door; rotates.")
        .int("self_inspection_cycle_days", Class::Internal, READ, "自查周期. Days between self-inspections.")
        .instant(
            "last_self_inspected_at",
            Class::Internal,
            FILTER | SORT | NULL,
            "最近自查. Last complete self-inspection. Null: never.",
        )
        .instant(
            "next_due_at",
            Class::Internal,
            FILTER | SORT | NULL,
            "下次应查. When the next one is due. Null: no cycle.",
        )
        .code("status", "SiteStatus", Class::Public, FILTER, "状态. Active, suspended or closed.")
        .one_by("division", "Division", "division_code", "code", Class::Public, "所在村社. The village or community.")
        .one("unit", "Organisation", "unit_id", Class::Public, "责任单位. The unit responsible. Null: a household.")
        .one("grid", "Grid", "grid_id", Class::Public, "网格. The grid.")
        .one("zone", "FunctionalZone", "zone_id", Class::Public, "功能区. The zone. Null: in none.")
        .one(
            "regulator",
            "Organisation",
            "regulator_id",
            Class::Public,
            "主管单位. The regulator of this kind of site.",
        )
        .one("checklist", "SiteChecklist", "checklist_id", Class::Public, "检查清单. The checklist in force.")
        .connection(
            "hazards",
            "Hazard",
            "site_id",
            &[("found_at", Direction::Desc)],
            "隐患. Hazards found at the site.",
        )
        .connection(
            "disputes",
            "Dispute",
            "site_id",
            &[("accepted_at", Direction::Desc)],
            "矛盾纠纷. Disputes at the site.",
        )
        .connection(
            "self_inspections",
            "SelfInspection",
            "site_id",
            &[("submitted_at", Direction::Desc)],
            "自查. Self-inspections.",
        )
        .list("inspections", "InspectionSite", "site_id", &[], "检查. Inspections that visited the site.")
        .connection(
            "events",
            "GridEvent",
            "site_id",
            &[("reported_at", Direction::Desc)],
            "网格事件. Events at the site.",
        )
        .connection(
            "studios",
            "MediationOrganisation",
            "host_site_id",
            &[("code", Direction::Asc)],
            "场内调解组织. Mediation organisations seated here.",
        )
        .summary("hazard_summary", "HazardSummary", "site_id", "隐患统计. Hazards found at it.")
        .summary("dispute_summary", "DisputeSummary", "site_id", "纠纷统计. Disputes at it.")
        .embed("chain", rental_chain())
        .embed("attributes", attributes())
}

fn rental_chain() -> View {
    View::new("RentalChain", "key_site", Family::Site, "租赁链条. Who owns, lets and rents a rental building.")
        .column("chain_owner", Scalar::Text, Class::Personal, NULL, "产权人. Owner. Null: not recorded.")
        .masked(Mask::Name)
        .column(
            "chain_lessor",
            Scalar::Text,
            Class::Internal,
            NULL,
            "出租方. The lessor, usually the village company. Null: not recorded.",
        )
        .column(
            "chain_tenant",
            Scalar::Text,
            Class::Internal,
            NULL,
            "承租企业. The enterprise whose staff live there. Null: none.",
        )
        .column("resident_count", Scalar::Int, Class::Internal, NULL, "居住人数. Residents. Null: not recorded.")
}

fn attributes() -> View {
    View::new("SiteAttributes", "key_site", Family::Site, "场所属性. Figures by kind of site.")
        .int(
            "chargers",
            Class::Internal,
            NULL,
            "充电端口数. Chargers of an e-bike parking place. Null: not of that kind.",
        )
        .int("rooms", Class::Internal, NULL, "房间数. Rooms. Null: not recorded.")
        .int("cameras", Class::Internal, NULL, "摄像头数. Cameras. Null: not recorded.")
        .int("screens", Class::Internal, NULL, "显示屏数. Screens. Null: not recorded.")
        .int("students", Class::Internal, NULL, "学生数. Students. Null: not a school.")
}
