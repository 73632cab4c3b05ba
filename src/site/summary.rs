//! 场所统计. Figures over key sites and their self-inspection; definitions 10.8 and 10.25 of the domain model.

use crate::read::summary::{Basis, Compute, GroupBy, Summary, Test, and, or};

fn active() -> Test {
    Test::In("status", &["ACTIVE"])
}

fn covered() -> Test {
    let joint = Test::In("source", &["FIRE_JOINT"]);
    and([active(), Test::Some { table: "hazard", key: "site_id", test: Box::new(joint), period: Some("found_at") }])
}

/// 场所统计.
pub fn site_summary() -> Summary {
    Summary::new("SiteSummary", "KeySite", Test::All, "场所统计. Figures over key sites.")
        .count("count", Test::All, None, "场所数. Key sites.")
        .count("active", active(), None, "在用场所数. Active key sites.")
        .now()
        .count("red", Test::In("risk_level", &["RED"]), None, "重大风险场所数. Sites of red risk.")
        .now()
        .count("orange", Test::In("risk_level", &["ORANGE"]), None, "较大风险场所数. Sites of orange risk.")
        .now()
        .count(
            "selfInspectionOverdue",
            and([active(), Test::By("next_due_at")]),
            None,
            "自查逾期场所数. Active sites whose self-inspection is due by asOf.",
        )
        .now()
        .measure("chargers", Compute::Sum("chargers", Test::All), None, "充电端口数. Chargers.")
        .measure("rooms", Compute::Sum("rooms", Test::All), None, "房间数. Rooms.")
        .measure("residents", Compute::Sum("resident_count", Test::All), None, "居住人数. Residents.")
        .rate(
            "fireJointCoverage",
            (covered(), active()),
            (Basis::Flow, None),
            "10.25 覆盖率: active sites with a finding of the joint fire inspection in the period / active sites",
            "消防联合检查覆盖率. Definition 10.25.",
        )
        .now()
        .group("KIND", GroupBy::Code { column: "kind", codes: "SiteKind" }, "类型. By kind.")
        .group_now(
            "RISK_LEVEL",
            GroupBy::Code { column: "risk_level", codes: "RiskColour" },
            "风险等级. By risk colour.",
        )
        .group_now("STATUS", GroupBy::Code { column: "status", codes: "SiteStatus" }, "状态. By status.")
        .group("COUNTY", GroupBy::Division { column: "county_code" }, "县. By county.")
        .group("TOWNSHIP", GroupBy::Division { column: "township_code" }, "乡镇. By township.")
        .group("VILLAGE", GroupBy::Division { column: "village_code" }, "村社. By village.")
}

/// 自查周期统计.
pub fn self_inspection_summary() -> Summary {
    let on_time = || Test::In("state", &["DONE_ON_TIME"]);
    let done = or([on_time(), Test::In("state", &["DONE_LATE"])]);
    let period = Some("due_at");
    Summary::new(
        "SelfInspectionSummary",
        "SelfInspectionDue",
        Test::All,
        "自查周期统计. What the cycles asked of sites, and what came of it.",
    )
    .count("dueSites", Test::All, period, "应查场次. What was due: one a site and cycle.")
    .count("done", done, period, "已查场次. Done, on time or late.")
    .now()
    .count("late", Test::In("state", &["DONE_LATE"]), period, "迟查场次. Done late.")
    .now()
    .count("missed", Test::In("state", &["MISSED"]), period, "漏查场次. Missed.")
    .now()
    .rate(
        "siteRate",
        (on_time(), Test::All),
        (Basis::Cohort, period),
        "10.8 场所自查率: sites with a complete self-inspection on time in the cycle / active sites due in the cycle, each cycle of the period counted",
        "场所自查率. Definition 10.8.",
    )
    .now()
    .group("SITE_KIND", GroupBy::Code { column: "site_kind", codes: "SiteKind" }, "场所类型. By kind of site.")
    .group_now("STATE", GroupBy::Code { column: "state", codes: "SelfInspectionState" }, "状态. By state.")
    .group("COUNTY", GroupBy::Division { column: "county_code" }, "县. By county.")
    .group("TOWNSHIP", GroupBy::Division { column: "township_code" }, "乡镇. By township.")
    .group("VILLAGE", GroupBy::Division { column: "village_code" }, "村社. By village.")
}
