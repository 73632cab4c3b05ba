//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Direction, FILTER, SEARCH, SORT, UNIQUE, View};

/// 功能区.
pub fn functional_zone() -> View {
    View::new("FunctionalZone", "functional_zone", Family::Place, "功能区. A place that matters to governance and has no statistical code: a new area, a university park, a trade park.")
    .levels()
    .order("code", Direction::Asc)
    .text("code", Class::Public, FILTER | SORT | UNIQUE, "编号. Our own key of the zone (never a statistical code).")
    .text("name", Class::Public, FILTER | SORT | SEARCH, "名称. Name of the zone.")
    .code("kind", "ZoneKind", Class::Public, FILTER, "类型. Kind of zone.")
    .one_by("host_division", "Division", "division_code", "code", Class::Public, "所在区划. The division that hosts the zone.")
    .linked("covered_divisions", "Division", ("zone_division", "zone_id", "division_code"), "code", "覆盖区划. The divisions it covers.")
    .connection("sites", "KeySite", "zone_id", &[("code", Direction::Asc)], "重点场所. Its key sites.")
    .connection("centres", "GovernanceCentre", "zone_id", &[("code", Direction::Asc)], "综治中心. Its governance centres.")
    .connection("grids", "Grid", "zone_id", &[("code", Direction::Asc)], "网格. Its special grids.")
    .connection("hazards", "Hazard", "zone_id", &[("found_at", Direction::Desc)], "隐患. Hazards found in it.")
    .connection("disputes", "Dispute", "zone_id", &[("accepted_at", Direction::Desc)], "矛盾纠纷. Disputes that arose in it.")
    .summary("site_summary", "SiteSummary", "zone_id", "场所统计. Key sites of the zone.")
    .summary("hazard_summary", "HazardSummary", "zone_id", "隐患统计. Hazards found in it.")
    .summary("dispute_summary", "DisputeSummary", "zone_id", "纠纷统计. Disputes that arose in it.")
}
