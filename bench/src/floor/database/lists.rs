//! The documents that list.

use super::json::{counted, exact_instant, instant, linked, list, location, ordered_edges, page_info, paged, rooted};
use crate::floor::documents::lists::{AGREEMENTS, CHARGING, ESCALATING};

/// Hazards of a site that are open, for a county's regulator.
fn open(columns: &str, now: &str, only: &str) -> String {
    format!(
        "CROSS JOIN LATERAL (
            SELECT COUNT(*) AS open{columns} FROM hazard h
            WHERE site_id = s.id AND found_at <= {now} AND (written_off_at IS NULL OR written_off_at > {now})
            AND status <> 'REJECTED'{only} AND (county_code = $1 AND regulator_department = $2
                OR EXISTS (SELECT 1 FROM order_assignment WHERE order_id = h.order_id AND organisation_id = $3))
        ) h"
    )
}

/// A site's grid with its leader.
fn grid() -> String {
    let leader = linked("GridMember", "l", ", 'name', l.name, 'dutyPhone', l.duty_phone");
    format!("'grid', {}", linked("Grid", "g", &format!(", 'name', g.name, 'leader', {leader}")))
}

pub(super) fn confirmation_deadlines() -> String {
    let court = linked("Organisation", "o", ", 'name', o.name");
    let confirmation = format!(
        ", 'requestedAt', {}, 'court', {court}, 'decision', c.decision, 'decidedAt', {}",
        instant("c.requested_at"),
        instant("c.decided_at")
    );
    let dispute = format!(
        ", 'no', d.no, 'mediationOrganisation', {}, 'confirmation', {}",
        linked("MediationOrganisation", "m", ", 'name', m.name"),
        linked("JudicialConfirmation", "c", &confirmation)
    );
    let agreement = format!(
        ", 'form', a.form, 'reachedAt', {}, 'effectiveAt', {}, 'windowEndsAt', {}, 'dispute', {}",
        instant("a.reached_at"),
        instant("a.effective_at"),
        instant("a.window_ends_at"),
        linked("Dispute", "d", &dispute)
    );
    let joins = "JOIN dispute d ON d.id = a.dispute_id
        LEFT JOIN mediation_organisation m ON m.id = d.mediation_organisation_id
        LEFT JOIN judicial_confirmation c ON c.id = d.confirmation_id AND c.dispute_id = d.id
        LEFT JOIN organisation o ON o.id = c.court_id";
    paged(AGREEMENTS, "agreements", ("a", "window_ends_at"), &linked("MediationAgreement", "a", &agreement), joins)
}

pub(super) fn escalation_watch() -> String {
    let types = list(
        &linked("DisputeTypeEntry", "t", ", 'typeCode', t.type_code"),
        "t.rank, t.id",
        "dispute_type t WHERE t.dispute_id = d.id",
    );
    let beat = linked("PoliceBeat", "b", ", 'name', b.name");
    let session = list(
        &linked(
            "MediationSession",
            "s",
            &format!(", 'at', {}, 'form', s.form, 'result', s.result", exact_instant("s.at")),
        ),
        "s.id",
        "(SELECT id, at, form, result FROM mediation_session WHERE dispute_id = d.id ORDER BY at DESC, id DESC LIMIT 1) s",
    );
    let dispute = format!(
        ", 'no', d.no, 'types', {types}, 'riskLevel', d.risk_level, 'status', d.status, 'dueAt', {},
         'grid', {}, 'handlingOrganisation', {}, 'lastSession', {session}",
        instant("d.due_at"),
        linked("Grid", "g", &format!(", 'code', g.code, 'name', g.name, 'beat', {beat}")),
        linked("Organisation", "o", ", 'name', o.name, 'dutyPhone', o.duty_phone")
    );
    let joins = "LEFT JOIN grid g ON g.id = d.grid_id LEFT JOIN police_beat b ON b.id = g.beat_id
        LEFT JOIN organisation o ON o.id = d.handling_organisation_id";
    paged(ESCALATING, "disputes", ("d", "due_at"), &linked("Dispute", "d", &dispute), joins)
}

pub(super) fn sites_at_risk() -> String {
    let site = format!(
        ", 'code', s.code, 'name', s.name, 'kind', s.kind, 'riskLevel', s.risk_level, {}, 'lastSelfInspectedAt', {},
         'nextDueAt', {}, 'openHazards', json_build_object('count', h.open, 'major', h.major), 'unit', {}, {}",
        location("s"),
        instant("s.last_self_inspected_at"),
        instant("s.next_due_at"),
        linked("Organisation", "u", ", 'name', u.name, 'dutyPhone', u.duty_phone"),
        grid()
    );
    let open = open(", COUNT(*) FILTER (WHERE grade = 'MAJOR') AS major", "$5", "");
    let from = format!(
        "(SELECT * FROM shown LIMIT 50) s
         LEFT JOIN organisation u ON u.id = s.unit_id LEFT JOIN grid g ON g.id = s.grid_id
         LEFT JOIN grid_member l ON l.id = g.leader_id {open}"
    );
    let node = ordered_edges(&linked("KeySite", "s", &site), "s.code", &from);
    let answer = rooted("keySites", &format!("{}, 'edges', {node}", page_info(50)));
    format!(
        "WITH shown AS MATERIALIZED (
            SELECT id, code, name, kind, risk_level, lon, lat, last_self_inspected_at, next_due_at, unit_id, grid_id
            FROM key_site WHERE county_code = $1 AND regulator_department = $2 AND risk_level = $4 AND status = 'ACTIVE'
            ORDER BY code LIMIT 51
        ) SELECT {answer}"
    )
}

pub(super) fn charging_map() -> String {
    let site = format!(
        ", 'code', s.code, 'name', s.name, 'address', s.address, {}, 'riskLevel', s.risk_level,
         'attributes', json_build_object('chargers', s.chargers, 'cameras', s.cameras),
         'hazardSummary', json_build_object('openFire', h.open), {}",
        location("s"),
        grid()
    );
    let from = format!(
        "(SELECT * FROM shown LIMIT 100) s
         LEFT JOIN grid g ON g.id = s.grid_id LEFT JOIN grid_member l ON l.id = g.leader_id {}",
        open("", "$4", " AND category = 'FIRE'")
    );
    let members = format!(
        "'totalCountIsExact', (SELECT COUNT(*) <= 10000 FROM (SELECT 1 FROM found LIMIT 10001) n),
         'chargers', (SELECT SUM(chargers) FROM found), {}, 'edges', {}",
        counted(100),
        ordered_edges(&linked("KeySite", "s", &site), "s.code", &from)
    );
    let answer = rooted("keySites", &members);
    format!("{CHARGING}, shown AS MATERIALIZED (SELECT * FROM found ORDER BY code LIMIT 101) SELECT {answer}")
}
