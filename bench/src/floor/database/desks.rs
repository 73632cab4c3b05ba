//! The documents of a desk, and what everybody may know.

use super::json::{exact_instant, instant, linked, list, location, ordered_edges, page_info, paged};
use crate::floor::documents::AFTERGLOW_MS;
use crate::floor::documents::desks::{ASSIGNED, RECTIFIED};

pub(super) fn centre_workbench() -> String {
    let theirs = format!(
        "(township_code = $2 OR (handling_organisation_id = $3 OR mediation_organisation_id IN (
        SELECT id FROM mediation_organisation WHERE organisation_id = $3)) AND (closed_at IS NULL OR closed_at > $4 - {AFTERGLOW_MS}))"
    );
    let types = list(
        &linked("DisputeTypeEntry", "t", ", 'typeCode', t.type_code"),
        "t.rank, t.id",
        "dispute_type t WHERE t.dispute_id = d.id",
    );
    let dispute = format!(
        ", 'no', d.no, 'title', d.title, 'types', {types}, 'riskLevel', d.risk_level, 'channel', d.channel,
         'status', d.status, 'acceptedAt', {}, 'dueAt', {}, 'version', d.version",
        instant("d.accepted_at"),
        instant("d.due_at")
    );
    let unit = format!(
        ", 'windowNo', u.window_no, 'presence', u.presence, 'schedule', u.schedule, 'organisation', {}",
        linked("Organisation", "o", ", 'name', o.name, 'dutyPhone', o.duty_phone")
    );
    let units = list(
        &linked("StationedUnit", "u", &unit),
        "u.window_no, u.id",
        "stationed_unit u LEFT JOIN organisation o ON o.id = u.organisation_id
         WHERE u.centre_id = (SELECT id FROM c) AND strpos(u.schedule, $5) > 0",
    );
    let centre = format!(
        ", 'name', c.name, 'level', c.level, 'openHours', c.open_hours, 'todo', json_build_object('asOf', {},
         'triage', w.triage, 'oldest', {}, 'dispatch', w.dispatch, 'open', w.open, 'overdue', w.overdue),
         'disputes', json_build_object({}, 'edges', {}), 'stationedUnits', {units}",
        instant("$4::bigint"),
        instant("w.oldest"),
        page_info(50),
        ordered_edges(&linked("Dispute", "d", &dispute), "d.due_at, d.id", "(SELECT * FROM shown LIMIT 50) d")
    );
    format!(
        "WITH c AS MATERIALIZED (SELECT id, name, level, open_hours FROM governance_centre WHERE code = $1),
         shown AS MATERIALIZED (
            SELECT id, no, title, risk_level, channel, status, accepted_at, due_at, version FROM dispute
            WHERE accepted_centre_id = (SELECT id FROM c) AND status IN ('REGISTERED', 'ACCEPTED') AND {theirs}
            ORDER BY due_at, id LIMIT 51
        ), w AS MATERIALIZED (
            SELECT COUNT(*) FILTER (WHERE status = 'REGISTERED') AS triage, MIN(accepted_at) FILTER (WHERE status = 'REGISTERED') AS oldest,
                COUNT(*) FILTER (WHERE status = 'ACCEPTED') AS dispatch, COUNT(*) FILTER (WHERE concluded_at IS NULL OR concluded_at > $4) AS open,
                COUNT(*) FILTER (WHERE due_at < $4 AND (concluded_at IS NULL OR concluded_at > $4)) AS overdue
            FROM dispute WHERE accepted_centre_id = (SELECT id FROM c) AND status <> 'MERGED' AND accepted_at <= $4 AND {theirs}
        ) SELECT json_build_object('data', json_build_object('centre', {}))::text FROM c, w",
        linked("GovernanceCentre", "c", &centre)
    )
}

pub(super) fn write_off_queue() -> String {
    let photo = format!(", 'hash', e.hash, 'mime', e.mime, 'takenAt', {}", exact_instant("e.taken_at"));
    let photos = |phase: &str| {
        let from = format!(
            "(SELECT id, hash, mime, taken_at FROM evidence WHERE hazard_id = h.id AND phase = '{phase}'
              ORDER BY taken_at, id LIMIT 5) e"
        );
        list(&linked("Evidence", "e", &photo), "e.taken_at, e.id", &from)
    };
    let half = |role: &str, members: &str| {
        let from = format!(
            "order_assignment a LEFT JOIN organisation o ON o.id = a.organisation_id
             WHERE a.order_id = r.id AND a.role = '{role}'"
        );
        list(&linked("OrderAssignment", "a", members), "a.id", &from)
    };
    let guidance = format!(
        ", 'organisation', {}, 'opinion', a.opinion, 'opinionAt', {}",
        linked("Organisation", "o", ", 'name', o.name"),
        exact_instant("a.opinion_at")
    );
    let acceptance = format!(", 'dueAt', {}, 'result', a.result", instant("a.opinion_due_at"));
    let order = format!(
        ", 'no', r.no, 'deadline', {}, 'guidance', {}, 'acceptance', {}",
        instant("r.deadline"),
        half("REGULATOR_GUIDANCE", &guidance),
        half("LOCAL_ACCEPTANCE", &acceptance)
    );
    let hazard = format!(
        ", 'no', h.no, 'grade', h.grade, 'category', h.category, 'description', h.description, 'foundAt', {},
         'rectifiedAt', {}, 'roundNo', h.round_no, 'version', h.version, 'site', {}, 'before', {}, 'after', {}, 'order', {}",
        instant("h.found_at"),
        exact_instant("h.rectified_at"),
        linked("KeySite", "s", ", 'name', s.name, 'address', s.address"),
        photos("BEFORE"),
        photos("AFTER"),
        linked("RectificationOrder", "r", &order)
    );
    let joins = "JOIN hazard h ON h.id = f.id
        LEFT JOIN key_site s ON s.id = h.site_id LEFT JOIN rectification_order r ON r.id = h.order_id";
    paged(RECTIFIED, "hazards", ("f", "rectified_at"), &linked("Hazard", "h", &hazard), joins)
}

pub(super) fn assignment_inbox() -> String {
    let site = linked("KeySite", "s", ", 'name', s.name");
    let hazards = list(
        &linked(
            "Hazard",
            "h",
            &format!(", 'no', h.no, 'grade', h.grade, 'category', h.category, 'status', h.status, 'site', {site}"),
        ),
        "h.found_at, h.id",
        "(SELECT id, no, grade, category, status, site_id, found_at FROM hazard WHERE order_id = r.id
          AND (county_code = $2 AND regulator_department = $3 OR written_off_at IS NULL OR written_off_at > $4)
          ORDER BY found_at, id LIMIT 20) h LEFT JOIN key_site s ON s.id = h.site_id",
    );
    let order = format!(
        ", 'no', r.no, 'issuedAt', {}, 'deadline', {}, 'issuedBy', {}, 'unit', {}",
        instant("r.issued_at"),
        instant("r.deadline"),
        linked("Organisation", "i", ", 'name', i.name"),
        linked("Organisation", "u", ", 'name', u.name, 'dutyPhone', u.duty_phone")
    );
    let other = linked(
        "OrderAssignment",
        "b",
        &format!(
            ", 'role', b.role, 'state', b.state, 'organisation', {}",
            linked("Organisation", "o", ", 'name', o.name")
        ),
    );
    let assignment = format!(
        ", 'role', a.role, 'state', a.state, 'receivedAt', {}, 'acknowledgedAt', {}, 'ackDueAt', {}, 'opinionDueAt', {},
         'order', {}, 'hazards', {hazards}, 'otherAssignee', {other}",
        instant("a.received_at"),
        instant("a.acknowledged_at"),
        instant("a.ack_due_at"),
        instant("a.opinion_due_at"),
        linked("RectificationOrder", "r", &order)
    );
    let joins = "JOIN rectification_order r ON r.id = a.order_id
        LEFT JOIN organisation i ON i.id = r.issued_by_id LEFT JOIN organisation u ON u.id = r.unit_id
        LEFT JOIN order_assignment b ON b.id = a.other_id LEFT JOIN organisation o ON o.id = b.organisation_id";
    paged(ASSIGNED, "myAssignments", ("a", "opinion_due_at"), &linked("OrderAssignment", "a", &assignment), joins)
}

pub(super) fn safety_facts() -> String {
    let centre = format!(
        ", 'name', c.name, 'level', c.level, 'address', c.address, 'openHours', c.open_hours, 'servicePhone', c.service_phone, {}",
        location("c")
    );
    let centres = ordered_edges(
        &linked("GovernanceCentre", "c", &centre),
        "c.code",
        "(SELECT * FROM governance_centre WHERE township_code = $1 ORDER BY code LIMIT 20) c",
    );
    let leader = linked("GridMember", "l", ", 'name', l.name, 'dutyPhone', l.duty_phone");
    let grids = ordered_edges(
        &linked("Grid", "g", &format!(", 'code', g.code, 'name', g.name, 'leader', {leader}")),
        "g.code",
        "(SELECT id, code, name, leader_id FROM grid WHERE township_code = $1 ORDER BY code LIMIT 20) g
         LEFT JOIN grid_member l ON l.id = g.leader_id",
    );
    format!(
        "SELECT json_build_object('data', json_build_object(
            'division', (SELECT {} FROM division d WHERE d.code = $1),
            'governanceCentres', json_build_object('edges', {centres}), 'grids', json_build_object('edges', {grids}),
            'hazardStatistics', json_build_object('asOf', {}, 'definitionVersion', '2026-1', 'writtenOff', (
                SELECT CASE WHEN n = 0 OR n >= 10 THEN (n + 2) / 5 * 5 END FROM (
                    SELECT COUNT(*) FILTER (WHERE written_off_at <= $2) AS n FROM hazard
                    WHERE township_code = $1 AND status <> 'REJECTED' AND found_at <= $2
                ) h))))::text",
        linked("Division", "d", ", 'code', d.code, 'name', d.name"),
        instant("$2::bigint")
    )
}
