//! Declarations for the read engine.

use crate::access::{Class, Family};
use crate::read::declare::{Child, Direction, FILTER, NULL, READ, SEARCH, SORT, Shape, UNIQUE, View};

/// 行政区划.
pub fn division() -> View {
    View::new("Division", "division", Family::Place, "行政区划. A statutory administrative division: province, city, county, township or village.")
    .levels()
    .order("code", Direction::Asc)
    .text("code", Class::Public, FILTER | SORT | UNIQUE, "代码. Prefix form of the statistical code: 2, 4, 6, 9 or 12 digits. Unique. Source: divisions.csv, 2023 edition.")
    .text("name", Class::Public, FILTER | SORT | SEARCH, "名称. Name as registered. A name is not a key: two townships may share one.")
    .code("level", "DivisionLevel", Class::Public, FILTER, "层级. Administrative level.")
    .code("kind", "DivisionKind", Class::Public, FILTER | NULL, "类型. Kind read from the code's ranges (街道, 镇, 乡, 居委会, 村委会). Null above the township.")
    .text("urban_rural", Class::Public, NULL, "城乡分类代码. Urban/rural class code (111..220). Null: not in public data.")
    .date("valid_from", Class::Public, READ, "生效日期. First day on which the code is valid.")
    .date("valid_to", Class::Public, FILTER | NULL, "失效日期. Last day on which the code is valid. Null: still valid.")
    .point(Class::Public, FILTER | NULL, "位置. Point in CGCS2000 (EPSG:4490). Null: not recorded.")
    .one_by("parent", "Division", "parent_code", "code", Class::Public, "上级区划. The division above. Null for a province.")
    .one_by("successor", "Division", "successor_code", "code", Class::Public, "继任区划. The division that took over. Null: none.")
    .many("children", "Division", "code", Child::Column("parent_code"), &[("code", Direction::Asc)], Shape::Connection, "下级区划. The divisions directly below, by code.")
    .many("grids", "Grid", "code", Child::Column("village_code"), &[("code", Direction::Asc)], Shape::Connection, "网格. The grids of this village; empty for other levels.")
    .many("centres", "GovernanceCentre", "code", Child::Column("division_code"), &[("code", Direction::Asc)], Shape::Connection, "综治中心. The governance centres of this very division.")
    .many("zones", "FunctionalZone", "code", Child::Through { table: "zone_division", parent: "division_code", child: "zone_id", to: "id" }, &[], Shape::List, "功能区. The functional zones that cover this very division.")
    .many("sites", "KeySite", "code", Child::Subtree, &[("code", Direction::Asc)], Shape::Connection, "重点场所. The key sites of the subtree.")
    .many("hazards", "Hazard", "code", Child::Subtree, &[("found_at", Direction::Desc)], Shape::Connection, "隐患. The hazards of the subtree.")
    .many("disputes", "Dispute", "code", Child::Subtree, &[("accepted_at", Direction::Desc)], Shape::Connection, "矛盾纠纷. The disputes of the subtree.")
    .many("mediation_organisations", "MediationOrganisation", "code", Child::Subtree, &[("code", Direction::Asc)], Shape::Connection, "调解组织. The mediation organisations of the subtree.")
    .many("police_beats", "PoliceBeat", "code", Child::Subtree, &[("code", Direction::Asc)], Shape::Connection, "警格. The police beats of the subtree.")
    .summary_of("site_summary", "SiteSummary", "code", Child::Subtree, "场所统计. Key sites of the subtree.")
    .summary_of("hazard_summary", "HazardSummary", "code", Child::Subtree, "隐患统计. Hazards of the subtree.")
    .summary_of("dispute_summary", "DisputeSummary", "code", Child::Subtree, "纠纷统计. Disputes of the subtree.")
    .summary_of("centre_summary", "CentreSummary", "code", Child::Subtree, "综治中心统计. Governance centres of the subtree.")
}
