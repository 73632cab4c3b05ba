//! The floors of the departments' documents: what somebody would write by hand for each, for whoever asks it. Rows are those that
//! the asker may see, and every list is gone through once, for its page and its total together.

pub(super) mod desks;
mod figures;
pub(super) mod lists;

use fengqiao::read::write::global_id;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Row};

use super::Given;
use super::text::Text;

/// How long whoever was given a matter still sees it when it has ended.
pub(super) const AFTERGLOW_MS: i64 = 90 * 86_400_000;

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

    pub(super) async fn answer(self, connection: &mut PgConnection, given: &Given) -> Outcome {
        match self {
            Document::ConfirmationDeadlines => lists::confirmation_deadlines(connection, given).await,
            Document::EscalationWatch => lists::escalation_watch(connection, given).await,
            Document::MyRegulatedSitesAtRisk => lists::sites_at_risk(connection, given).await,
            Document::EbikeChargingMap => lists::charging_map(connection, given).await,
            Document::FireJointCoverage => figures::joint_coverage(connection, given).await,
            Document::MarketDisputes => figures::market_disputes(connection, given).await,
            Document::CentreWorkbench => desks::centre_workbench(connection, given).await,
            Document::WriteOffQueue => desks::write_off_queue(connection, given).await,
            Document::DualAssignmentInbox => desks::assignment_inbox(connection, given).await,
            Document::PublicSafetyFacts => desks::safety_facts(connection, given).await,
        }
    }
}

/// A statement that goes on from what is found.
fn found(found: &str, rest: &str) -> Query<'static, Postgres, PgArguments> {
    sqlx::query(AssertSqlSafe(format!("{found}{rest}")))
}

/// An id as the API writes it.
fn id(text: &mut Text, view: &str, id: i64) {
    text.string(&global_id(view, id));
}

/// Texts, each after its key.
fn texts(text: &mut Text, row: &PgRow, members: &[(&str, usize)]) -> Result<(), sqlx::Error> {
    for (key, column) in members {
        text.raw(key);
        text.optional(row.try_get_unchecked(*column)?);
    }
    Ok(())
}

/// Instants, each after its key.
fn instants(text: &mut Text, row: &PgRow, members: &[(&str, usize)]) -> Result<(), sqlx::Error> {
    for (key, column) in members {
        text.raw(key);
        text.instant(row.try_get_unchecked(*column)?);
    }
    Ok(())
}

/// Whole numbers that may be null, each after its key.
fn numbers(text: &mut Text, row: &PgRow, members: &[(&str, usize)]) -> Result<(), sqlx::Error> {
    for (key, column) in members {
        text.raw(key);
        match row.try_get_unchecked::<Option<i64>, _>(*column)? {
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
    let Some(key) = row.try_get_unchecked::<Option<i64>, _>(key)? else {
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
