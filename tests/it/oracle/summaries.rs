//! What the figures are: the definitions of the domain model (part 10), as conditions on one row.

use super::Oracle;
use super::value::{Row, Val};
use super::viewer::Viewer;

const DAY: i64 = 86_400_000;

/// Figures over internal data of a family that shows its rows to everybody: they count only rows in scope.
pub(crate) const INTERNAL_OF_OPEN: [(&str, &str); 3] =
    [("CentreSummary", "standardRate"), ("StandardSummary", "verified"), ("StandardSummary", "claimed")];

/// Figures over states that are kept only as they are now.
pub(crate) const NOW_ONLY: [(&str, &str); 16] = [
    ("SiteSummary", "fireJointCoverage"),
    ("DisputeSummary", "toTriage"),
    ("DisputeSummary", "toDispatch"),
    ("DisputeSummary", "oldestToTriage"),
    ("AgreementSummary", "performanceRate"),
    ("SiteSummary", "active"),
    ("SiteSummary", "red"),
    ("SiteSummary", "orange"),
    ("SiteSummary", "selfInspectionOverdue"),
    ("SelfInspectionSummary", "done"),
    ("SelfInspectionSummary", "late"),
    ("SelfInspectionSummary", "missed"),
    ("SelfInspectionSummary", "siteRate"),
    ("StandardSummary", "verified"),
    ("StandardSummary", "claimed"),
    ("CentreSummary", "standardRate"),
];

/// Groups by such states.
pub(crate) const NOW_GROUPS: [(&str, &str); 8] = [
    ("SiteSummary", "RISK_LEVEL"),
    ("SiteSummary", "STATUS"),
    ("SelfInspectionSummary", "STATE"),
    ("HazardSummary", "STATUS"),
    ("DisputeSummary", "STATUS"),
    ("DisputeSummary", "RISK_LEVEL"),
    ("DisputeSummary", "RESOLVED_LEVEL"),
    ("AgreementSummary", "PERFORMANCE"),
];

/// What a figure is asked for.
pub(crate) struct Ask<'a> {
    /// All rows.
    pub(crate) oracle: &'a Oracle,
    /// Who asks.
    pub(crate) viewer: &'a Viewer<'a>,
    /// State as of this instant.
    pub(crate) as_of: i64,
    /// Whether states that are not kept are not told.
    pub(crate) past: bool,
    /// Half-open period; `None`: all time.
    pub(crate) period: Option<(i64, i64)>,
}

type Test = fn(&Ask<'_>, &Row<'_>) -> bool;

/// How a figure is made of rows.
pub(crate) enum Make {
    /// Their number.
    Count(Test),
    /// Distinct values of a column.
    Distinct(&'static str, Test),
    /// Sum of a column.
    Sum(&'static str),
    /// Smallest instant of a column.
    Earliest(&'static str, Test),
    /// Mean days between two instants.
    MeanDays(&'static str, &'static str),
    /// Mean number of rows of a table that hold the row's id in a column, among rows that pass.
    MeanParts(&'static str, &'static str, Test),
    /// Rows that pass both, by rows that pass the second.
    Rate(Test, Test),
}

/// A figure: name, the column that places a row in the period, how it is made.
pub(crate) struct Figure(pub(crate) &'static str, pub(crate) Option<&'static str>, pub(crate) Make);

/// By what rows are grouped.
pub(crate) enum By {
    /// A column.
    Column(&'static str),
    /// The month of an instant.
    Month(&'static str),
    /// The division of a level: the length of its code.
    Level(usize),
    /// The type of the part with rank 1.
    MainType,
}

/// A summary.
pub(crate) struct Summary {
    /// Name.
    pub(crate) name: &'static str,
    /// The type of its rows.
    pub(crate) of: &'static str,
    /// Its root field; empty: none.
    pub(crate) root: &'static str,
    /// Whether everybody may have its figures.
    pub(crate) published: bool,
    /// Rows that count at all.
    pub(crate) base: Test,
    /// Figures.
    pub(crate) figures: Vec<Figure>,
    /// Groupings.
    pub(crate) groups: Vec<(&'static str, By)>,
}

fn by(ask: &Ask<'_>, row: &Row<'_>, column: &str) -> bool {
    row.get(column).int().is_some_and(|at| at <= ask.as_of)
}

fn is(row: &Row<'_>, column: &str, codes: &[&str]) -> bool {
    row.get(column).text().is_some_and(|code| codes.contains(&code))
}

fn past(ask: &Ask<'_>, row: &Row<'_>, due: &str, done: &str) -> bool {
    row.get(due).int().is_some_and(|due| due < ask.as_of) && !by(ask, row, done)
}

fn within(ask: &Ask<'_>, row: &Row<'_>, column: &str, days: i64) -> bool {
    row.get(column).int().is_some_and(|at| at <= ask.as_of && at > ask.as_of - days * DAY)
}

fn every(_: &Ask<'_>, _: &Row<'_>) -> bool {
    true
}

fn hazard_open(ask: &Ask<'_>, row: &Row<'_>) -> bool {
    !by(ask, row, "written_off_at")
}

fn hazards() -> Summary {
    use Make::{Count, Distinct, Rate};
    let found = Some("found_at");
    Summary {
        name: "HazardSummary",
        of: "Hazard",
        root: "hazardStatistics",
        published: true,
        base: |_, r| !is(r, "status", &["REJECTED"]),
        figures: vec![
            Figure("found", found, Count(every)),
            Figure("open", found, Count(hazard_open)),
            Figure("major", found, Count(|_, r| is(r, "grade", &["MAJOR"]))),
            Figure("openMajor", found, Count(|a, r| hazard_open(a, r) && is(r, "grade", &["MAJOR"]))),
            Figure("openFire", found, Count(|a, r| hazard_open(a, r) && is(r, "category", &["FIRE"]))),
            Figure("rectified", found, Count(|a, r| by(a, r, "rectified_at"))),
            Figure("writtenOff", found, Count(|a, r| by(a, r, "written_off_at"))),
            Figure("overdue", found, Count(|a, r| past(a, r, "deadline", "rectified_at"))),
            Figure("sites", found, Distinct("site_id", |_, r| !r.get("site_id").is_null())),
            Figure("writeOffRate", found, Rate(|a, r| by(a, r, "written_off_at"), every)),
            Figure("rectificationRate", found, Rate(|a, r| by(a, r, "rectified_at"), every)),
            Figure("selfFoundRate", found, Rate(|_, r| is(r, "source", &["SELF"]), |_, r| !r.get("site_id").is_null())),
        ],
        groups: vec![
            ("STATUS", By::Column("status")),
            ("CATEGORY", By::Column("category")),
            ("GRADE", By::Column("grade")),
            ("SOURCE", By::Column("source")),
            ("SITE_KIND", By::Column("site_kind")),
            ("MONTH", By::Month("found_at")),
            ("COUNTY", By::Level(6)),
            ("TOWNSHIP", By::Level(9)),
            ("VILLAGE", By::Level(12)),
        ],
    }
}

fn resolved(ask: &Ask<'_>, row: &Row<'_>) -> bool {
    by(ask, row, "resolved_at")
}

fn dispute_open(ask: &Ask<'_>, row: &Row<'_>) -> bool {
    !by(ask, row, "concluded_at")
}

fn taken(_: &Ask<'_>, row: &Row<'_>) -> bool {
    !is(row, "status", &["REGISTERED", "NOT_ACCEPTED"])
}

fn ripe(ask: &Ask<'_>, row: &Row<'_>) -> bool {
    taken(ask, row) && (by(ask, row, "concluded_at") || by(ask, row, "due_at"))
}

fn mediated(ask: &Ask<'_>, row: &Row<'_>) -> bool {
    by(ask, row, "concluded_at") && !row.get("mediation_started_at").is_null()
}

fn disputes() -> Summary {
    use Make::{Count, Earliest, MeanDays, MeanParts, Rate};
    let (accepted, ended, concluded) = (Some("accepted_at"), Some("resolved_at"), Some("concluded_at"));
    Summary {
        name: "DisputeSummary",
        of: "Dispute",
        root: "disputeStatistics",
        published: true,
        base: |_, r| !is(r, "status", &["MERGED"]),
        figures: vec![
            Figure("accepted", accepted, Count(taken)),
            Figure("open", accepted, Count(dispute_open)),
            Figure("concluded", accepted, Count(|a, r| by(a, r, "concluded_at"))),
            Figure("resolved", accepted, Count(resolved)),
            Figure("overdue", accepted, Count(|a, r| past(a, r, "due_at", "concluded_at"))),
            Figure("toTriage", accepted, Count(|_, r| is(r, "status", &["REGISTERED"]))),
            Figure("toDispatch", accepted, Count(|_, r| is(r, "status", &["ACCEPTED"]))),
            Figure("oldestToTriage", accepted, Earliest("accepted_at", |_, r| is(r, "status", &["REGISTERED"]))),
            Figure("prominent", accepted, Count(|_, r| r.get("prominent").is_true())),
            Figure("keyField", accepted, Count(|_, r| r.get("key_field").is_true())),
            Figure("escalationRisk", accepted, Count(|a, r| dispute_open(a, r) && r.get("escalation_risk").is_true())),
            Figure("last12Months", None, Count(|a, r| within(a, r, "accepted_at", 365))),
            Figure("resolved90Days", None, Count(|a, r| within(a, r, "resolved_at", 90))),
            Figure("resolvedInPeriod", ended, Count(resolved)),
            Figure("resolvedByCentre", ended, Count(|a, r| resolved(a, r) && r.get("centre_involved").is_true())),
            Figure("meanDays", ended, MeanDays("accepted_at", "resolved_at")),
            Figure("sessionsPerCase", concluded, MeanParts("mediation_session", "dispute_id", mediated)),
            Figure("resolutionRate", accepted, Rate(resolved, ripe)),
            Figure("grossResolutionRate", accepted, Rate(resolved, taken)),
            Figure("byCentreShare", ended, Rate(|_, r| r.get("centre_involved").is_true(), resolved)),
            Figure("mediationSuccessRate", concluded, Rate(|_, r| is(r, "outcome", &["MEDIATED"]), mediated)),
            Figure("settledInVillage", ended, Rate(|_, r| is(r, "resolved_level", &["VILLAGE"]), resolved)),
            Figure("settledInTownship", ended, Rate(|_, r| is(r, "resolved_level", &["TOWNSHIP"]), resolved)),
            Figure("settledInCounty", ended, Rate(|_, r| is(r, "resolved_level", &["COUNTY"]), resolved)),
        ],
        groups: vec![
            ("STATUS", By::Column("status")),
            ("TYPE", By::MainType),
            ("CHANNEL", By::Column("channel")),
            ("KEY_FIELD_DOMAIN", By::Column("key_field_domain")),
            ("RISK_LEVEL", By::Column("risk_level")),
            ("RESOLVED_LEVEL", By::Column("resolved_level")),
            ("SITE_KIND", By::Column("site_kind")),
            ("MONTH", By::Month("accepted_at")),
            ("COUNTY", By::Level(6)),
            ("TOWNSHIP", By::Level(9)),
            ("VILLAGE", By::Level(12)),
        ],
    }
}

fn agreement_due(ask: &Ask<'_>, row: &Row<'_>) -> bool {
    row.get("performance_due_at").is_null() || by(ask, row, "performance_due_at")
}

fn agreements() -> Summary {
    let reached = Some("reached_at");
    Summary {
        name: "AgreementSummary",
        of: "MediationAgreement",
        root: "agreementStatistics",
        published: false,
        base: every,
        figures: vec![
            Figure("reached", reached, Make::Count(every)),
            Figure("written", reached, Make::Count(|_, r| is(r, "form", &["WRITTEN"]))),
            Figure("performanceRate", reached, Make::Rate(|_, r| is(r, "performance", &["PERFORMED"]), agreement_due)),
        ],
        groups: vec![
            ("PERFORMANCE", By::Column("performance")),
            ("COUNTY", By::Level(6)),
            ("TOWNSHIP", By::Level(9)),
            ("VILLAGE", By::Level(12)),
        ],
    }
}

fn active(_: &Ask<'_>, row: &Row<'_>) -> bool {
    is(row, "status", &["ACTIVE"])
}

/// A finding of the joint fire inspection in the period; only findings that the viewer may list.
fn covered(ask: &Ask<'_>, site: &Row<'_>) -> bool {
    let hazards = ask.oracle.city.table("hazard").with("site_id", site.get("id"));
    hazards.iter().any(|h| {
        let at = h.get("found_at").int();
        is(h, "source", &["FIRE_JOINT"])
            && at.is_some_and(|at| at <= ask.as_of)
            && ask.period.is_none_or(|(from, to)| at.is_some_and(|at| from <= at && at < to))
            && ask.oracle.listed(ask.viewer, h)
    })
}

fn sites() -> Summary {
    use Make::{Count, Rate, Sum};
    Summary {
        name: "SiteSummary",
        of: "KeySite",
        root: "siteStatistics",
        published: false,
        base: every,
        figures: vec![
            Figure("count", None, Count(every)),
            Figure("active", None, Count(active)),
            Figure("red", None, Count(|_, r| is(r, "risk_level", &["RED"]))),
            Figure("orange", None, Count(|_, r| is(r, "risk_level", &["ORANGE"]))),
            Figure("selfInspectionOverdue", None, Count(|a, r| active(a, r) && by(a, r, "next_due_at"))),
            Figure("chargers", None, Sum("chargers")),
            Figure("rooms", None, Sum("rooms")),
            Figure("residents", None, Sum("resident_count")),
            Figure("fireJointCoverage", None, Rate(covered, active)),
        ],
        groups: vec![
            ("KIND", By::Column("kind")),
            ("RISK_LEVEL", By::Column("risk_level")),
            ("STATUS", By::Column("status")),
            ("COUNTY", By::Level(6)),
            ("TOWNSHIP", By::Level(9)),
            ("VILLAGE", By::Level(12)),
        ],
    }
}

fn cycles() -> Summary {
    use Make::{Count, Rate};
    let due = Some("due_at");
    Summary {
        name: "SelfInspectionSummary",
        of: "SelfInspectionDue",
        root: "selfInspectionStatistics",
        published: false,
        base: every,
        figures: vec![
            Figure("dueSites", due, Count(every)),
            Figure("done", due, Count(|_, r| is(r, "state", &["DONE_ON_TIME", "DONE_LATE"]))),
            Figure("late", due, Count(|_, r| is(r, "state", &["DONE_LATE"]))),
            Figure("missed", due, Count(|_, r| is(r, "state", &["MISSED"]))),
            Figure("siteRate", due, Rate(|_, r| is(r, "state", &["DONE_ON_TIME"]), every)),
        ],
        groups: vec![
            ("SITE_KIND", By::Column("site_kind")),
            ("STATE", By::Column("state")),
            ("COUNTY", By::Level(6)),
            ("TOWNSHIP", By::Level(9)),
            ("VILLAGE", By::Level(12)),
        ],
    }
}

/// Every item of the five haves that the viewer reads is verified, and there is one.
fn standard(ask: &Ask<'_>, centre: &Row<'_>) -> bool {
    let all = ask.oracle.city.table("standard_status").with("centre_id", centre.get("id"));
    let mut five =
        all.iter().filter(|s| is(s, "namespace", &["CENTRE_FIVE_HAVES"]) && ask.oracle.found(ask.viewer, s)).peekable();
    five.peek().is_some() && five.all(|s| is(s, "state", &["VERIFIED"]))
}

fn centres() -> Summary {
    Summary {
        name: "CentreSummary",
        of: "GovernanceCentre",
        root: "centreStatistics",
        published: false,
        base: every,
        figures: vec![
            Figure("count", None, Make::Count(every)),
            Figure("standardRate", None, Make::Rate(standard, every)),
        ],
        groups: vec![
            ("LEVEL", By::Column("level")),
            ("COUNTY", By::Level(6)),
            ("TOWNSHIP", By::Level(9)),
            ("VILLAGE", By::Level(12)),
        ],
    }
}

fn standards() -> Summary {
    Summary {
        name: "StandardSummary",
        of: "StandardStatus",
        root: "",
        published: false,
        base: every,
        figures: vec![
            Figure("total", None, Make::Count(every)),
            Figure("verified", None, Make::Count(|_, r| is(r, "state", &["VERIFIED"]))),
            Figure("claimed", None, Make::Count(|_, r| is(r, "state", &["CLAIMED"]))),
        ],
        groups: vec![("NAMESPACE", By::Column("namespace"))],
    }
}

/// All summaries.
pub(crate) fn all() -> Vec<Summary> {
    vec![sites(), cycles(), centres(), standards(), hazards(), disputes(), agreements()]
}

impl Summary {
    /// The count that shares are made of when none is named.
    pub(crate) fn first_count(&self) -> Option<&Figure> {
        self.figures.iter().find(|figure| matches!(figure.2, Make::Count(_)))
    }
}

/// Whether a figure is a rate.
pub(crate) fn is_rate(summary: &str, name: &str) -> bool {
    let summary = all().into_iter().find(|s| s.name == summary).expect("a summary");
    summary.figures.iter().any(|f| f.0 == name && matches!(f.2, Make::Rate(..)))
}

impl By {
    /// The group of a row; `None`: the rows have none.
    pub(crate) fn key(&self, oracle: &Oracle, row: &Row<'_>, division: Option<&str>) -> Option<String> {
        match self {
            By::Column(column) => row.get(column).text().map(str::to_owned),
            By::Month(column) => {
                let at = row.get(column).int()?;
                Some(fengqiao::kernel::clock::shanghai_date(at).chars().take(7).collect())
            }
            By::Level(length) => row.get(division?).text()?.get(..*length).map(str::to_owned),
            By::MainType => {
                let types = oracle.city.table("dispute_type").with("dispute_id", row.get("id"));
                let main = types.iter().find(|t| *t.get("rank") == Val::Int(1))?;
                main.get("type_code").text().map(str::to_owned)
            }
        }
    }
}
