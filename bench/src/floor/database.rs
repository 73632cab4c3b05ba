//! The same answers, written by the database: one statement for each, which gives the whole text.

use sqlx::PgConnection;

use super::Given;
use super::answers::Question;
use super::write::Outcome;
use crate::operations::LONG_PAGE;

/// What comes after the name of an operation whose answer the database writes.
pub(crate) const BY_DATABASE: &str = "-by-database";

/// The disputes of a county that those without the highest clearance may see.
const OF_COUNTY: &str =
    "FROM dispute WHERE county_code = $1 AND (sensitive_until IS NULL OR sensitive_until <= '2026-04-01')";
const NEWEST: &str = "ORDER BY accepted_at DESC, id DESC LIMIT";

/// What the product writes of an instant, where the session is in Shanghai.
fn instant(column: &str) -> String {
    format!("to_timestamp({column} / 1000.0)")
}

/// The members of a hazard that three questions share.
fn hazard() -> String {
    format!("'no', h.no, 'status', h.status, 'grade', h.grade, 'foundAt', {}", instant("h.found_at"))
}

/// A list of these nodes, each in its edge; `from` gives the rows in their order.
fn edges(node: &str, from: &str) -> String {
    let edge = format!("json_build_object('node', json_build_object({node}))");
    format!("json_build_object('edges', (SELECT coalesce(json_agg({edge}), '[]') FROM {from}))")
}

fn point() -> String {
    let (hazard, deadline) = (hazard(), instant("h.deadline"));
    format!(
        "SELECT json_build_object('data', json_build_object('hazard', json_build_object({hazard}, 'category', h.category,
           'description', h.description, 'deadline', {deadline}, 'version', h.version,
           'site', json_build_object('code', s.code, 'name', s.name), 'grid', json_build_object('code', g.code, 'name', g.name),
           'division', json_build_object('code', d.code, 'name', d.name))))::text
         FROM hazard h LEFT JOIN key_site s ON s.id = h.site_id LEFT JOIN grid g ON g.id = h.grid_id
         LEFT JOIN division d ON d.code = h.division_code WHERE h.no = $1 AND h.county_code = $2"
    )
}

fn list() -> String {
    let (hazard, deadline) = (hazard(), instant("h.deadline"));
    let node = format!(
        "{hazard}, 'deadline', {deadline}, 'site', CASE WHEN h.site IS NOT NULL
         THEN json_build_object('name', h.site, 'grid', json_build_object('name', h.grid)) END"
    );
    let from = "(SELECT h.*, s.name AS site, g.name AS grid FROM (SELECT id, no, status, grade, found_at, deadline, site_id
        FROM hazard WHERE county_code = $1 AND status IN ('REPORTED', 'GRADED', 'ASSIGNED', 'RECTIFYING', 'RECTIFIED', 'ACCEPTED')
        ORDER BY found_at DESC, id DESC LIMIT 50) h LEFT JOIN key_site s ON s.id = h.site_id
        LEFT JOIN grid g ON g.id = s.grid_id ORDER BY h.found_at DESC, h.id DESC) h";
    format!("SELECT json_build_object('data', json_build_object('hazards', {}))::text", edges(&node, from))
}

fn nested() -> String {
    let hazards = "(SELECT no, status, grade, found_at FROM hazard WHERE site_id = s.id AND county_code = $2
        ORDER BY found_at DESC, id DESC LIMIT 5) h";
    let site = format!("'code', s.code, 'name', s.name, 'hazards', {}", edges(&hazard(), hazards));
    let sites =
        "(SELECT id, code, name FROM key_site WHERE grid_id = g.id AND county_code = $2 ORDER BY code LIMIT 10) s";
    let grid = format!("'code', g.code, 'name', g.name, 'sites', {}", edges(&site, sites));
    let grids = edges(&grid, "(SELECT id, code, name FROM grid WHERE village_code = d.code ORDER BY code LIMIT 10) g");
    format!(
        "SELECT json_build_object('data', json_build_object('centre', json_build_object('name', c.name,
           'division', json_build_object('grids', {grids}))))::text
         FROM governance_centre c JOIN division d ON d.code = c.division_code WHERE c.code = $1"
    )
}

fn page() -> String {
    let (accepted, due) = (instant("h.accepted_at"), instant("h.due_at"));
    let node = format!(
        "'no', h.no, 'title', h.title, 'status', h.status, 'riskLevel', h.risk_level, 'acceptedAt', {accepted}, 'dueAt', {due}"
    );
    let from = format!(
        "(SELECT no, title, status, risk_level, accepted_at, due_at {OF_COUNTY} AND (accepted_at, id) < ($2, $3) {NEWEST} 50) h"
    );
    format!("SELECT json_build_object('data', json_build_object('disputes', {}))::text", edges(&node, &from))
}

fn thousand() -> String {
    let (accepted, due) = (instant("accepted_at"), instant("due_at"));
    format!(
        "SELECT json_build_object('data', json_object_agg('p' || page, json_build_object('edges', nodes)))::text FROM (SELECT page,
           json_agg(json_build_object('node', json_build_object('no', no, 'title', title, 'status', status, 'riskLevel', risk_level,
           'channel', channel, 'scale', scale, 'peopleInvolved', people_involved, 'escalationRisk', escalation_risk,
           'enterpriseRelated', enterprise_related, 'acceptedAt', {accepted}, 'dueAt', {due}, 'version', version))) AS nodes
         FROM (SELECT (row_number() OVER () - 1) / {LONG_PAGE} AS page, h.* FROM (SELECT no, title, status, risk_level, channel,
           scale, people_involved, escalation_risk, enterprise_related, accepted_at, due_at, version {OF_COUNTY} {NEWEST} 1000) h) h
         GROUP BY page ORDER BY page) p"
    )
}

/// A question whose answer the database writes.
pub(super) struct Written {
    question: Question,
    sql: String,
}

impl Written {
    /// That of an operation; `None`: it is not written so.
    pub(super) fn of(name: &str) -> Option<Written> {
        let question = Question::of(name.strip_suffix(BY_DATABASE)?)?;
        let sql = match question {
            Question::Point => point(),
            Question::List => list(),
            Question::Nested => nested(),
            Question::Page => page(),
            Question::Thousand => thousand(),
            // Two numbers.
            Question::Counts => return None,
        };
        Some(Written { question, sql })
    }

    /// The answer. Parameters come with the request, as they do where it is written by hand.
    pub(super) async fn answer(&self, connection: &mut PgConnection, given: &Given) -> Outcome {
        let query = sqlx::query_scalar(sqlx::AssertSqlSafe(self.sql.as_str()));
        let number = |text: &String| text.parse::<i64>().unwrap_or_default();
        match (self.question, given.0.as_slice()) {
            (Question::Page, [county, at, id]) => query.bind(county).bind(number(at)).bind(number(id)),
            (_, given) => given.iter().fold(query, |query, value| query.bind(value)),
        }
        .fetch_one(connection)
        .await
    }
}
