//! 纠纷统计. Definitions 10.2, 10.2b, 10.3, 10.15 and 10.17 of the domain model, and 10.16 over agreements.

use crate::read::summary::{Basis, Compute, GroupBy, Summary, Test, and, not, or};

const ACCEPTED: Option<&str> = Some("accepted_at");
const RESOLVED: Option<&str> = Some("resolved_at");
const CONCLUDED: Option<&str> = Some("concluded_at");

fn resolved() -> Test {
    Test::By("resolved_at")
}

/// Taken in; whether somebody waits for triage is known only as it is now.
fn taken() -> Test {
    not(Test::In("status", &["REGISTERED", "NOT_ACCEPTED"]))
}

fn open() -> Test {
    not(Test::By("concluded_at"))
}

fn settled_at(level: &'static [&'static str]) -> (Test, Test) {
    (and([resolved(), Test::In("resolved_level", level)]), resolved())
}

/// 纠纷统计.
pub fn dispute_summary() -> Summary {
    let counted = not(Test::In("status", &["MERGED"]));
    let due = and([taken(), or([Test::By("concluded_at"), Test::By("due_at")])]);
    let mediated = and([Test::By("concluded_at"), not(Test::Null("mediation_started_at"))]);
    Summary::new("DisputeSummary", "Dispute", counted, "纠纷统计. Figures over disputes; merged ones are in no count.")
        .published()
        .count("accepted", taken(), ACCEPTED, "受理数. Disputes accepted in the period, without those that wait for triage or were not accepted.")
        .count("open", open(), ACCEPTED, "未办结数. Disputes of the cohort open as of asOf.")
        .count("concluded", Test::By("concluded_at"), ACCEPTED, "办结数. Disputes of the cohort concluded in any way by asOf.")
        .count("resolved", resolved(), ACCEPTED, "化解数. Disputes of the cohort resolved by asOf.")
        .count("overdue", Test::Overdue { due: "due_at", done: "concluded_at" }, ACCEPTED, "逾期数. Disputes of the cohort past the limit and open.")
        .count("toTriage", Test::In("status", &["REGISTERED"]), ACCEPTED, "待受理数. Disputes waiting for triage.")
        .now()
        .count("toDispatch", Test::In("status", &["ACCEPTED"]), ACCEPTED, "待分流数. Disputes waiting for dispatch.")
        .now()
        .measure("oldestToTriage", Compute::Earliest("accepted_at", Test::In("status", &["REGISTERED"])), ACCEPTED, "最早待受理时间. When the oldest dispute waiting for triage came in. Null: none waits.")
        .now()
        .count("prominent", Test::True("prominent"), ACCEPTED, "突出纠纷数. Prominent disputes.")
        .count("keyField", Test::True("key_field"), ACCEPTED, "重点领域数. Disputes in key fields.")
        .count("escalationRisk", and([open(), Test::True("escalation_risk")]), ACCEPTED, "民转刑风险数. Open disputes that may turn violent.")
        .count("last12Months", Test::WithinDays("accepted_at", 365), None, "近一年受理数. Disputes accepted within 365 days before asOf.")
        .count("resolved90Days", Test::WithinDays("resolved_at", 90), None, "近九十天化解数. Disputes resolved within 90 days before asOf.")
        .count("resolvedInPeriod", resolved(), RESOLVED, "期内化解数. Disputes resolved in the period, whenever accepted.")
        .count("resolvedByCentre", and([resolved(), Test::True("centre_involved")]), RESOLVED, "综治中心化解数. Of these, resolved with a governance centre.")
        .measure("meanDays", Compute::MeanDays { from: "accepted_at", to: "resolved_at", test: resolved() }, RESOLVED, "平均化解天数. Mean days from acceptance to resolution of disputes resolved in the period. Null: none.")
        .measure("sessionsPerCase", Compute::MeanParts { table: "mediation_session", key: "dispute_id", test: mediated.clone() }, CONCLUDED, "案均调解次数. Mean mediation sessions of disputes whose mediation started and ended in the period. Null: none.")
        .rate(
            "resolutionRate",
            (resolved(), due),
            (Basis::Cohort, ACCEPTED),
            "10.2 化解率: disputes of the cohort resolved by asOf / disputes of the cohort concluded or open beyond their limit",
            "化解率. Definition 10.2; read it beside grossResolutionRate.",
        )
        .rate(
            "grossResolutionRate",
            (resolved(), taken()),
            (Basis::Cohort, ACCEPTED),
            "10.2b 化解率(受理口径): disputes of the cohort resolved by asOf / disputes accepted in the period",
            "化解率(受理口径). Definition 10.2b, the stricter reading.",
        )
        .rate(
            "byCentreShare",
            (and([resolved(), Test::True("centre_involved")]), resolved()),
            (Basis::Flow, RESOLVED),
            "10.3 综治中心化解占比: disputes resolved in the period with a governance centre / disputes resolved in the period",
            "综治中心化解占比. Definition 10.3.",
        )
        .rate(
            "mediationSuccessRate",
            (and([Test::In("outcome", &["MEDIATED"]), mediated.clone()]), mediated),
            (Basis::Flow, CONCLUDED),
            "10.15 调解成功率: mediated / mediation started and ended in the period",
            "调解成功率. Definition 10.15.",
        )
        .rate(
            "settledInVillage",
            settled_at(&["VILLAGE"]),
            (Basis::Flow, RESOLVED),
            "10.17 化解层级占比: resolved in the village / resolved in the period",
            "村级化解占比. Definition 10.17.",
        )
        .rate(
            "settledInTownship",
            settled_at(&["TOWNSHIP"]),
            (Basis::Flow, RESOLVED),
            "10.17 化解层级占比: resolved in the township / resolved in the period",
            "镇级化解占比. Definition 10.17.",
        )
        .rate(
            "settledInCounty",
            settled_at(&["COUNTY"]),
            (Basis::Flow, RESOLVED),
            "10.17 化解层级占比: resolved in the county / resolved in the period",
            "县级化解占比. Definition 10.17.",
        )
        .group_now("STATUS", GroupBy::Code { column: "status", codes: "DisputeStatus" }, "状态. By state.")
        .group("TYPE", GroupBy::Code { column: "main_type", codes: "DisputeType" }, "类型. By main type.")
        .group("CHANNEL", GroupBy::Code { column: "channel", codes: "DisputeChannel" }, "渠道. By channel of intake.")
        .group("KEY_FIELD_DOMAIN", GroupBy::Code { column: "key_field_domain", codes: "KeyFieldDomain" }, "重点领域. By key field.")
        .group_now("RISK_LEVEL", GroupBy::Code { column: "risk_level", codes: "RiskColour" }, "风险等级. By risk colour.")
        .group_now("RESOLVED_LEVEL", GroupBy::Code { column: "resolved_level", codes: "ResolvedLevel" }, "化解层级. By level of resolution.")
        .group("SITE_KIND", GroupBy::Code { column: "site_kind", codes: "SiteKind" }, "场所类型. By kind of site.")
        .group("MONTH", GroupBy::Month { column: "accepted_at" }, "月份. By month of acceptance.")
        .group("COUNTY", GroupBy::Division { column: "county_code" }, "县. By county.")
        .group("TOWNSHIP", GroupBy::Division { column: "township_code" }, "乡镇. By township.")
        .group("VILLAGE", GroupBy::Division { column: "village_code" }, "村社. By village.")
}

/// 调解协议统计.
pub fn agreement_summary() -> Summary {
    let due = or([Test::Null("performance_due_at"), Test::By("performance_due_at")]);
    let reached = Some("reached_at");
    Summary::new(
        "AgreementSummary",
        "MediationAgreement",
        Test::All,
        "调解协议统计. Figures over mediation agreements.",
    )
    .count("reached", Test::All, reached, "达成数. Agreements reached.")
    .count("written", Test::In("form", &["WRITTEN"]), reached, "书面协议数. Written agreements.")
    .rate(
        "performanceRate",
        (and([due.clone(), Test::In("performance", &["PERFORMED"])]), due),
        (Basis::Cohort, reached),
        "10.16 协议履行率: agreements performed / agreements due by asOf",
        "协议履行率. Definition 10.16.",
    )
    .now()
    .group_now(
        "PERFORMANCE",
        GroupBy::Code { column: "performance", codes: "Performance" },
        "履行情况. By performance.",
    )
    .group("COUNTY", GroupBy::Division { column: "county_code" }, "县. By county.")
    .group("TOWNSHIP", GroupBy::Division { column: "township_code" }, "乡镇. By township.")
    .group("VILLAGE", GroupBy::Division { column: "village_code" }, "村社. By village.")
}
