//! 综治中心统计. Definition 10.22 of the domain model, and the state of standard items.

use crate::read::summary::{Basis, GroupBy, Summary, Test, and, not};

/// 综治中心统计.
pub fn centre_summary() -> Summary {
    let of_five = |state: Test| and([Test::In("namespace", &["CENTRE_FIVE_HAVES"]), state]);
    let claimed =
        Test::Some { table: "standard_status", key: "centre_id", test: Box::new(of_five(Test::All)), period: None };
    let unmet = Test::Some {
        table: "standard_status",
        key: "centre_id",
        test: Box::new(of_five(not(Test::In("state", &["VERIFIED"])))),
        period: None,
    };
    Summary::new("CentreSummary", "GovernanceCentre", Test::All, "综治中心统计. Figures over governance centres.")
        .count("count", Test::All, None, "中心数. Governance centres.")
        .rate(
            "standardRate",
            (and([claimed, not(unmet)]), Test::All),
            (Basis::AsOf, None),
            "10.22 规范化达标率: centres with every item of CENTRE_FIVE_HAVES verified / centres",
            "规范化达标率. Definition 10.22; a centre has a state for every item.",
        )
        .now()
        .group("LEVEL", GroupBy::Code { column: "level", codes: "CentreLevel" }, "类别. By class.")
        .group("COUNTY", GroupBy::Division { column: "county_code" }, "县. By county.")
        .group("TOWNSHIP", GroupBy::Division { column: "township_code" }, "乡镇. By township.")
        .group("VILLAGE", GroupBy::Division { column: "village_code" }, "村社. By village.")
}

/// 规范化统计.
pub fn standard_summary() -> Summary {
    Summary::new("StandardSummary", "StandardStatus", Test::All, "规范化统计. State of the standard items.")
        .count("total", Test::All, None, "项目数. Items.")
        .count("verified", Test::In("state", &["VERIFIED"]), None, "已核验数. Items verified.")
        .now()
        .count("claimed", Test::In("state", &["CLAIMED"]), None, "已申报数. Items claimed.")
        .now()
        .group(
            "NAMESPACE",
            GroupBy::Code { column: "namespace", codes: "StandardNamespace" },
            "命名空间. By programme.",
        )
}
