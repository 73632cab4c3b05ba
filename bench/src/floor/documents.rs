//! The floors of the departments' documents: what somebody would write by hand for each, for whoever asks it. Rows are those that
//! the asker may see, and every list is gone through once, for its page and its total together.

mod desks;
mod figures;
mod lists;

use fengqiao::read::write::global_id;
use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row};

use super::text::Text;

/// How long whoever was given a matter still sees it when it has ended.
const AFTERGLOW_MS: i64 = 90 * 86_400_000;

/// Which document is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Document {
    /// Agreements whose time for confirmation runs out, for a court: its organisation, from, to, now.
    ConfirmationDeadlines,
    /// Open disputes that may turn violent, for a county's centre: the county.
    EscalationWatch,
    /// Sites of a colour, for a county's regulator: county, department, its organisation, colour, now.
    MyRegulatedSitesAtRisk,
    /// Charging places, for a county's regulator: county, department, its organisation, now.
    EbikeChargingMap,
    /// What the joint inspection reached, for a county's regulator: county, department, its organisation, now.
    FireJointCoverage,
    /// Where disputes arise and over what, for a township: the township, now.
    MarketDisputes,
    /// What waits at a centre, for its operator: its code, the township, their organisation, now, the day of the week.
    CentreWorkbench,
    /// Rectified hazards that wait for a county's peace office: its organisation, the county.
    WriteOffQueue,
    /// What was given to a county's regulator: its organisation, county, department, now.
    DualAssignmentInbox,
    /// What everybody may know of a township: the township, now.
    PublicSafetyFacts,
}

type Outcome = Result<String, sqlx::Error>;

/// The parameters of a request. One that is missing is empty or 0, and the answer shows it.
struct Given(Vec<String>);

impl Given {
    fn text(&self, at: usize) -> &str {
        self.0.get(at).map(String::as_str).unwrap_or_default()
    }

    fn number(&self, at: usize) -> i64 {
        self.text(at).parse().unwrap_or_default()
    }
}

impl Document {
    /// The document of a name.
    pub(crate) fn of(name: &str) -> Option<Document> {
        Some(match name {
            "ConfirmationDeadlines" => Document::ConfirmationDeadlines,
            "EscalationWatch" => Document::EscalationWatch,
            "MyRegulatedSitesAtRisk" => Document::MyRegulatedSitesAtRisk,
            "EbikeChargingMap" => Document::EbikeChargingMap,
            "FireJointCoverage" => Document::FireJointCoverage,
            "MarketDisputes" => Document::MarketDisputes,
            "CentreWorkbench" => Document::CentreWorkbench,
            "WriteOffQueue" => Document::WriteOffQueue,
            "DualAssignmentInbox" => Document::DualAssignmentInbox,
            "PublicSafetyFacts" => Document::PublicSafetyFacts,
            _ => return None,
        })
    }

    pub(super) async fn answer(self, pool: &PgPool, body: &[u8]) -> Outcome {
        let given = Given(serde_json::from_slice(body).unwrap_or_default());
        match self {
            Document::ConfirmationDeadlines => lists::confirmation_deadlines(pool, &given).await,
            Document::EscalationWatch => lists::escalation_watch(pool, &given).await,
            Document::MyRegulatedSitesAtRisk => lists::sites_at_risk(pool, &given).await,
            Document::EbikeChargingMap => lists::charging_map(pool, &given).await,
            Document::FireJointCoverage => figures::joint_coverage(pool, &given).await,
            Document::MarketDisputes => figures::market_disputes(pool, &given).await,
            Document::CentreWorkbench => desks::centre_workbench(pool, &given).await,
            Document::WriteOffQueue => desks::write_off_queue(pool, &given).await,
            Document::DualAssignmentInbox => desks::assignment_inbox(pool, &given).await,
            Document::PublicSafetyFacts => desks::safety_facts(pool, &given).await,
        }
    }
}

/// An id as the API writes it.
fn id(text: &mut Text, view: &str, id: i64) {
    text.string(&global_id(view, id));
}

/// Texts, each after its key.
fn texts(text: &mut Text, row: &PgRow, members: &[(&str, usize)]) -> Result<(), sqlx::Error> {
    for (key, column) in members {
        text.raw(key);
        text.optional(row.try_get(*column)?);
    }
    Ok(())
}

/// Instants, each after its key.
fn instants(text: &mut Text, row: &PgRow, members: &[(&str, usize)]) -> Result<(), sqlx::Error> {
    for (key, column) in members {
        text.raw(key);
        text.instant(row.try_get(*column)?);
    }
    Ok(())
}

/// Whole numbers that may be null, each after its key.
fn numbers(text: &mut Text, row: &PgRow, members: &[(&str, usize)]) -> Result<(), sqlx::Error> {
    for (key, column) in members {
        text.raw(key);
        match row.try_get::<Option<i64>, _>(*column)? {
            Some(number) => text.number(number),
            None => text.raw("null"),
        }
    }
    Ok(())
}

/// The object that a row is linked to, left open after its id and these texts; `false`: there is none, and null is written.
fn linked(
    text: &mut Text,
    row: &PgRow,
    (view, key): (&str, usize),
    members: &[(&str, usize)],
) -> Result<bool, sqlx::Error> {
    let Some(key) = row.try_get::<Option<i64>, _>(key)? else {
        text.raw("null");
        return Ok(false);
    };
    text.raw("{\"id\":");
    id(text, view, key);
    texts(text, row, members)?;
    Ok(true)
}

/// The same, closed after these texts.
fn object(text: &mut Text, row: &PgRow, of: (&str, usize), members: &[(&str, usize)]) -> Result<(), sqlx::Error> {
    if linked(text, row, of, members)? {
        text.raw("}");
    }
    Ok(())
}
