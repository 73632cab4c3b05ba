//! The seven questions, but the report.

use super::json::{edges, instant, object, rooted};
use crate::operations::LONG_PAGE;

/// The disputes of a county that those without the highest clearance may see.
const OF_COUNTY: &str =
    "FROM dispute WHERE county_code = $1 AND (sensitive_until IS NULL OR sensitive_until <= '2026-04-01')";
const NEWEST: &str = "ORDER BY accepted_at DESC, id DESC LIMIT";

/// The members of a hazard that three questions share, by a database's word for an instant.
pub(super) fn hazard_by(instant: fn(&str) -> String) -> String {
    format!("'no', h.no, 'status', h.status, 'grade', h.grade, 'foundAt', {}", instant("h.found_at"))
}

fn hazard() -> String {
    hazard_by(instant)
}

pub(super) fn point() -> String {
    point_by("json_build_object", "::text", instant)
}

/// Q1 by a database's words for an object, the text of one, and an instant.
pub(super) fn point_by(object: &str, text: &str, instant: fn(&str) -> String) -> String {
    let (hazard, deadline) = (hazard_by(instant), instant("h.deadline"));
    format!(
        "SELECT {object}('data', {object}('hazard', {object}({hazard}, 'category', h.category,
           'description', h.description, 'deadline', {deadline}, 'version', h.version,
           'site', {object}('code', s.code, 'name', s.name), 'grid', {object}('code', g.code, 'name', g.name),
           'division', {object}('code', d.code, 'name', d.name)))){text}
         FROM hazard h LEFT JOIN key_site s ON s.id = h.site_id LEFT JOIN grid g ON g.id = h.grid_id
         LEFT JOIN division d ON d.code = h.division_code WHERE h.no = $1 AND h.county_code = $2"
    )
}

pub(super) fn list() -> String {
    let (hazard, deadline) = (hazard(), instant("h.deadline"));
    let node = format!(
        "{hazard}, 'deadline', {deadline}, 'site', CASE WHEN h.site IS NOT NULL
         THEN json_build_object('name', h.site, 'grid', json_build_object('name', h.grid)) END"
    );
    let from =
        "(SELECT h.*, s.name AS site, g.name AS grid FROM (SELECT id, no, status, grade, found_at, deadline, site_id
        FROM hazard WHERE county_code = $1 AND status NOT IN ('WRITTEN_OFF', 'REJECTED')
        ORDER BY found_at DESC, id DESC LIMIT 50) h LEFT JOIN key_site s ON s.id = h.site_id
        LEFT JOIN grid g ON g.id = s.grid_id ORDER BY h.found_at DESC, h.id DESC) h";
    format!("SELECT {}", rooted("hazards", &format!("'edges', {}", edges(&object(&node), from))))
}

pub(super) fn nested() -> String {
    let hazards = "(SELECT no, status, grade, found_at FROM hazard WHERE site_id = s.id AND county_code = $2
        ORDER BY found_at DESC, id DESC LIMIT 5) h";
    let site = format!(
        "'code', s.code, 'name', s.name, 'hazards', json_build_object('edges', {})",
        edges(&object(&hazard()), hazards)
    );
    let sites =
        "(SELECT id, code, name FROM key_site WHERE grid_id = g.id AND county_code = $2 ORDER BY code LIMIT 10) s";
    let grid = format!(
        "'code', g.code, 'name', g.name, 'sites', json_build_object('edges', {})",
        edges(&object(&site), sites)
    );
    let grids = "(SELECT id, code, name FROM grid WHERE township_code = $1 ORDER BY code LIMIT 10) g";
    format!("SELECT {}", rooted("grids", &format!("'edges', {}", edges(&object(&grid), grids))))
}

pub(super) fn counts() -> String {
    let figures = "'found', COUNT(*) FILTER (WHERE found_at <= $2),
        'writtenOff', COUNT(*) FILTER (WHERE found_at <= $2 AND written_off_at <= $2)";
    format!(
        "SELECT {} FROM hazard WHERE county_code = $1 AND status <> 'REJECTED'",
        rooted("hazardStatistics", figures)
    )
}

pub(super) fn page() -> String {
    let (accepted, due) = (instant("h.accepted_at"), instant("h.due_at"));
    let node = format!(
        "'no', h.no, 'title', h.title, 'status', h.status, 'riskLevel', h.risk_level, 'acceptedAt', {accepted}, 'dueAt', {due}"
    );
    let from = format!(
        "(SELECT no, title, status, risk_level, accepted_at, due_at {OF_COUNTY} AND (accepted_at, id) < ($2, $3) {NEWEST} 50) h"
    );
    format!("SELECT {}", rooted("disputes", &format!("'edges', {}", edges(&object(&node), &from))))
}

pub(super) fn thousand() -> String {
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
