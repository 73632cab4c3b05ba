//! The same answers, written by the database: one statement for each, which gives the whole text.

mod desks;
mod embedded;
mod json;
mod lists;
mod questions;

use sqlx::{PgConnection, SqlitePool};

use super::Given;
use super::documents::AFTERGLOW_MS;
use super::write::Outcome;

/// What comes after the name of an operation whose answer the database writes.
pub(crate) const BY_DATABASE: &str = "-by-database";

/// What a parameter is.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    /// The moment; what ended before a while ago is no longer seen.
    Since,
}

/// What SQLite answers so.
fn of_sqlite(name: &str) -> Option<(String, &'static [Kind])> {
    use Kind::Text;
    Some(match name {
        "Q1" => (embedded::point(), &[Text, Text]),
        "Q2" => (embedded::list(), &[Text]),
        "Q3" => (embedded::nested(), &[Text, Text]),
        _ => return None,
    })
}

/// What PostgreSQL answers so. Figures by group are a few numbers beside labels that no table has, and of a report there is nothing to
/// read: they are written by hand alone.
fn of_postgres(name: &str) -> Option<(String, &'static [Kind])> {
    use Kind::{Number, Since, Text};
    Some(match name {
        "Q1" => (questions::point(), &[Text, Text]),
        "Q2" => (questions::list(), &[Text]),
        "Q3" => (questions::nested(), &[Text, Text]),
        "Q4" => (questions::counts(), &[Text, Number]),
        "Q5" => (questions::page(), &[Text, Number, Number]),
        "Q7" => (questions::thousand(), &[Text]),
        "ConfirmationDeadlines" => (lists::confirmation_deadlines(), &[Number, Number, Number, Since]),
        "EscalationWatch" => (lists::escalation_watch(), &[Text]),
        "MyRegulatedSitesAtRisk" => (lists::sites_at_risk(), &[Text, Text, Number, Text, Number]),
        "EbikeChargingMap" => (lists::charging_map(), &[Text, Text, Number, Number]),
        "CentreWorkbench" => (desks::centre_workbench(), &[Text, Text, Number, Number, Text]),
        "WriteOffQueue" => (desks::write_off_queue(), &[Number, Text]),
        "DualAssignmentInbox" => (desks::assignment_inbox(), &[Number, Text, Text, Since]),
        "PublicSafetyFacts" => (desks::safety_facts(), &[Text, Number]),
        _ => return None,
    })
}

/// Whether the database of a URL can write the answer of an operation.
pub(crate) fn writes(name: &str, url: &str) -> bool {
    statement(name, url).is_some()
}

fn statement(name: &str, url: &str) -> Option<(String, &'static [Kind])> {
    if url.starts_with("sqlite:") { of_sqlite(name) } else { of_postgres(name) }
}

/// An operation whose answer the database writes.
pub(super) struct Written {
    sql: String,
    parameters: &'static [Kind],
}

impl Written {
    /// That of a name; `None`: the database of the URL does not write it.
    pub(super) fn of(name: &str, url: &str) -> Option<Written> {
        let (sql, parameters) = statement(name.strip_suffix(BY_DATABASE)?, url)?;
        Some(Written { sql, parameters })
    }

    /// The answer. Parameters come with the request, as they do where it is written by hand.
    pub(super) async fn on_postgres(&self, connection: &mut PgConnection, given: &Given) -> Outcome {
        let query = sqlx::query_scalar(sqlx::AssertSqlSafe(self.sql.as_str()));
        let query = self.parameters.iter().enumerate().fold(query, |query, (at, kind)| match kind {
            Kind::Text => query.bind(given.text(at)),
            Kind::Number => query.bind(given.number(at)),
            Kind::Since => query.bind(given.number(at) - AFTERGLOW_MS),
        });
        query.fetch_one(connection).await
    }

    /// The same of SQLite, whose questions have texts alone.
    pub(super) async fn on_sqlite(&self, pool: &SqlitePool, given: &Given) -> Outcome {
        let query = sqlx::query_scalar(sqlx::AssertSqlSafe(self.sql.as_str()));
        (0..self.parameters.len()).fold(query, |query, at| query.bind(given.text(at))).fetch_one(pool).await
    }
}
