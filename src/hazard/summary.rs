//! 隐患统计. Definitions 10.6, 10.7, 10.9 and 10.25 of the domain model.

use crate::read::summary::{Basis, Compute, GroupBy, Summary, Test, and, not};

const FOUND: Option<&str> = Some("found_at");

fn open() -> Test {
    not(Test::By("written_off_at"))
}

/// 隐患统计.
pub fn hazard_summary() -> Summary {
    let counted = not(Test::In("status", &["REJECTED"]));
    let at_site = not(Test::Null("site_id"));
    Summary::new("HazardSummary", "Hazard", counted, "隐患统计. Figures over hazards; reports that were rejected, whenever, are in no count.")
        .published()
        .count("found", Test::All, FOUND, "发现数. Hazards found.")
        .count("open", open(), FOUND, "未销号数. Hazards not yet written off.")
        .count("major", Test::In("grade", &["MAJOR"]), FOUND, "重大隐患数. Major hazards.")
        .count("openMajor", and([open(), Test::In("grade", &["MAJOR"])]), FOUND, "未销号重大隐患数. Major hazards not yet written off.")
        .count("openFire", and([open(), Test::In("category", &["FIRE"])]), FOUND, "未销号消防隐患数. Fire hazards not yet written off.")
        .count("rectified", Test::By("rectified_at"), FOUND, "整改数. Hazards rectified by asOf.")
        .count("writtenOff", Test::By("written_off_at"), FOUND, "销号数. Hazards written off by asOf.")
        .count("overdue", Test::Overdue { due: "deadline", done: "rectified_at" }, FOUND, "逾期数. Hazards past the limit and not rectified by asOf.")
        .measure("sites", Compute::Distinct("site_id", at_site.clone()), FOUND, "涉及场所数. Distinct sites with a hazard.")
        .rate(
            "writeOffRate",
            (Test::By("written_off_at"), Test::All),
            (Basis::Cohort, FOUND),
            "10.6 销号率: hazards written off by asOf / hazards found in the period, without rejected reports",
            "销号率. Definition 10.6.",
        )
        .rate(
            "rectificationRate",
            (Test::By("rectified_at"), Test::All),
            (Basis::Cohort, FOUND),
            "10.7 整改率: hazards rectified, accepted or written off by asOf / hazards found in the period, without rejected reports",
            "整改率. Definition 10.7; never below 10.6.",
        )
        .rate(
            "selfFoundRate",
            (Test::In("source", &["SELF"]), at_site),
            (Basis::Flow, FOUND),
            "10.9 隐患自查率: hazards at key sites found by self-inspection / hazards at key sites found in the period",
            "隐患自查率. Definition 10.9.",
        )
        .group_now("STATUS", GroupBy::Code { column: "status", codes: "HazardStatus" }, "状态. By state.")
        .group("CATEGORY", GroupBy::Code { column: "category", codes: "HazardCategory" }, "类别. By category.")
        .group("GRADE", GroupBy::Code { column: "grade", codes: "HazardGrade" }, "等级. By grade.")
        .group("SOURCE", GroupBy::Code { column: "source", codes: "HazardSource" }, "来源. By source.")
        .group("SITE_KIND", GroupBy::Code { column: "site_kind", codes: "SiteKind" }, "场所类型. By kind of site.")
        .group("MONTH", GroupBy::Month { column: "found_at" }, "月份. By month of finding.")
        .group("COUNTY", GroupBy::Division { column: "county_code" }, "县. By county.")
        .group("TOWNSHIP", GroupBy::Division { column: "township_code" }, "乡镇. By township.")
        .group("VILLAGE", GroupBy::Division { column: "village_code" }, "村社. By village.")
}
