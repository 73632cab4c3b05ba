//! Questions whose answer SQLite writes, which has other words for JSON.

use super::questions::{hazard_by, point_by};

/// What the product writes of an instant that is a whole second.
fn instant(column: &str) -> String {
    format!("strftime('%Y-%m-%dT%H:%M:%S+08:00', {column} / 1000, 'unixepoch', '+8 hours')")
}

fn hazard() -> String {
    hazard_by(instant)
}

/// The edges of what is found under an alias.
fn edges(node: &str, alias: &str, found: &str) -> String {
    format!("(SELECT json_group_array(json_object('node', json_object({node}))) FROM ({found}) {alias})")
}

/// The answer: a list at the root by its edges.
fn listed(root: &str, edges: &str) -> String {
    format!("SELECT json_object('data', json_object('{root}', json_object('edges', {edges})))")
}

pub(super) fn point() -> String {
    point_by("json_object", "", instant)
}

pub(super) fn list() -> String {
    let (hazard, deadline) = (hazard(), instant("h.deadline"));
    let node = format!(
        "{hazard}, 'deadline', {deadline}, 'site', CASE WHEN h.site IS NOT NULL
         THEN json_object('name', h.site, 'grid', json_object('name', h.grid)) END"
    );
    let found = "SELECT h.no, h.status, h.grade, h.found_at, h.deadline, s.name AS site, g.name AS grid
        FROM hazard h INDEXED BY ix_hazard_county_code_found_at_id
        LEFT JOIN key_site s ON s.id = h.site_id LEFT JOIN grid g ON g.id = s.grid_id
        WHERE h.county_code = $1 AND h.status NOT IN ('WRITTEN_OFF', 'REJECTED')
        ORDER BY h.found_at DESC, h.id DESC LIMIT 50";
    listed("hazards", &edges(&node, "h", found))
}

pub(super) fn nested() -> String {
    let hazards = "SELECT no, status, grade, found_at FROM hazard WHERE site_id = s.id AND county_code = $2
        ORDER BY found_at DESC, id DESC LIMIT 5";
    let below = format!("json_object('edges', {})", edges(&hazard(), "h", hazards));
    let sites = "SELECT id, code, name FROM key_site WHERE grid_id = g.id AND county_code = $2 ORDER BY code LIMIT 10";
    let below = edges(&format!("'code', s.code, 'name', s.name, 'hazards', {below}"), "s", sites);
    let grids = "SELECT id, code, name FROM grid WHERE township_code = $1 ORDER BY code LIMIT 10";
    let node = format!("'code', g.code, 'name', g.name, 'sites', json_object('edges', {below})");
    listed("grids", &edges(&node, "g", grids))
}
