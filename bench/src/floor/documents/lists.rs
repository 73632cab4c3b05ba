//! Documents that list: one statement each, with one row more than the page, which tells that there are more.

use std::fmt::Write;

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::{AFTERGLOW_MS, Given, Outcome, Text, found, id, instants, linked, numbers, object, texts};

/// Most rows that a total tells.
const COUNTED: i64 = 10_000;

/// From the court's side: its confirmations are few beside the agreements of a week, which no index has by their instant alone.
/// `OFFSET 0` keeps agreements from being looked through as a whole.
pub(in crate::floor) const AGREEMENTS: &str = "
    WITH mine AS (
        SELECT dispute_id FROM judicial_confirmation WHERE court_id = $1
        UNION SELECT id FROM dispute WHERE handling_organisation_id = $1 AND (closed_at IS NULL OR closed_at > $4)
        UNION SELECT d.id FROM mediation_organisation m JOIN dispute d ON d.mediation_organisation_id = m.id
            WHERE m.organisation_id = $1 AND (d.closed_at IS NULL OR d.closed_at > $4)
    ), found AS MATERIALIZED (
        SELECT a.* FROM mine CROSS JOIN LATERAL (
            SELECT id, form, reached_at, effective_at, window_ends_at, dispute_id FROM mediation_agreement
            WHERE dispute_id = mine.dispute_id AND window_ends_at >= $2 AND window_ends_at < $3 OFFSET 0
        ) a
    )";

const CONFIRMATION_DEADLINES: &str = "
    SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM found LIMIT 10001) n), a.id, a.form, a.reached_at, a.effective_at,
        a.window_ends_at, d.id, d.no, m.id, m.name, c.id, c.requested_at, o.id, o.name, c.decision, c.decided_at
    FROM (SELECT * FROM found ORDER BY window_ends_at, id LIMIT 21) a JOIN dispute d ON d.id = a.dispute_id
    LEFT JOIN mediation_organisation m ON m.id = d.mediation_organisation_id
    LEFT JOIN judicial_confirmation c ON c.id = d.confirmation_id AND c.dispute_id = d.id
    LEFT JOIN organisation o ON o.id = c.court_id
    ORDER BY a.window_ends_at, a.id";

/// A row for each type of a dispute: to repeat the rest costs less than to ask again. Whoever asks sees sensitive ones as well.
pub(in crate::floor) const ESCALATING: &str = "
    WITH found AS MATERIALIZED (
        SELECT id, no, risk_level, status, due_at, grid_id, handling_organisation_id FROM dispute
        WHERE county_code = $1 AND escalation_risk
        AND status IN ('REGISTERED', 'ACCEPTED', 'DISPATCHED', 'MEDIATING')
    )";

const ESCALATION_WATCH: &str = "
    SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM found LIMIT 10001) n), d.id, d.no, d.risk_level, d.status, d.due_at,
        g.id, g.code, g.name, b.id, b.name, o.id, o.name, o.duty_phone, s.id, s.at, s.form, s.result, t.id, t.type_code
    FROM (SELECT * FROM found ORDER BY due_at, id LIMIT 21) d
    LEFT JOIN grid g ON g.id = d.grid_id LEFT JOIN police_beat b ON b.id = g.beat_id
    LEFT JOIN organisation o ON o.id = d.handling_organisation_id
    LEFT JOIN LATERAL (
        SELECT id, at, form, result FROM mediation_session WHERE dispute_id = d.id ORDER BY at DESC, id DESC LIMIT 1
    ) s ON TRUE
    LEFT JOIN dispute_type t ON t.dispute_id = d.id
    ORDER BY d.due_at, d.id, t.rank, t.id";

/// Hazards that are open are seen by whoever was ever given one: the time that is left after the end has not begun.
const SITES_AT_RISK: &str = "
    SELECT s.id, s.code, s.name, s.kind, s.risk_level, s.lon, s.lat, s.last_self_inspected_at, s.next_due_at,
        u.id, u.name, u.duty_phone, g.id, g.name, l.id, l.name, l.duty_phone, h.open, h.major
    FROM (
        SELECT id, code, name, kind, risk_level, lon, lat, last_self_inspected_at, next_due_at, unit_id, grid_id
        FROM key_site WHERE county_code = $1 AND regulator_department = $2 AND risk_level = $4 AND status = 'ACTIVE'
        ORDER BY code LIMIT 51
    ) s
    LEFT JOIN organisation u ON u.id = s.unit_id LEFT JOIN grid g ON g.id = s.grid_id
    LEFT JOIN grid_member l ON l.id = g.leader_id
    CROSS JOIN LATERAL (
        SELECT COUNT(*) AS open, COUNT(*) FILTER (WHERE grade = 'MAJOR') AS major FROM hazard h
        WHERE site_id = s.id AND found_at <= $5 AND (written_off_at IS NULL OR written_off_at > $5)
        AND status <> 'REJECTED' AND (county_code = $1 AND regulator_department = $2
            OR EXISTS (SELECT 1 FROM order_assignment WHERE order_id = h.order_id AND organisation_id = $3))
    ) h
    ORDER BY s.code";

pub(in crate::floor) const CHARGING: &str = "
    WITH found AS MATERIALIZED (
        SELECT id, code, name, address, lon, lat, risk_level, chargers, cameras, grid_id FROM key_site
        WHERE county_code = $1 AND kind = 'EBIKE_PARKING' AND regulator_department = $2
    )";

const CHARGING_MAP: &str = "
    SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM found LIMIT 10001) n), (SELECT SUM(chargers)::bigint FROM found),
        s.id, s.code, s.name, s.address, s.lon, s.lat, s.risk_level, s.chargers, s.cameras, g.id, g.name,
        l.id, l.name, l.duty_phone, h.open
    FROM (SELECT * FROM found ORDER BY code LIMIT 101) s
    LEFT JOIN grid g ON g.id = s.grid_id LEFT JOIN grid_member l ON l.id = g.leader_id
    CROSS JOIN LATERAL (
        SELECT COUNT(*) AS open FROM hazard h
        WHERE site_id = s.id AND found_at <= $4 AND (written_off_at IS NULL OR written_off_at > $4)
        AND status <> 'REJECTED' AND category = 'FIRE' AND (county_code = $1 AND regulator_department = $2
            OR EXISTS (SELECT 1 FROM order_assignment WHERE order_id = h.order_id AND organisation_id = $3))
    ) h
    ORDER BY s.code";

/// Those of the page, and whether there are more.
pub(super) fn page<T>(found: &[T], most: usize) -> (&[T], bool) {
    (found.get(..most).unwrap_or(found), found.len() > most)
}

/// The total beside every row; without a row it is 0.
fn total(rows: &[PgRow]) -> Result<i64, sqlx::Error> {
    rows.first().map_or(Ok(0), |row| row.try_get_unchecked(0))
}

/// The cursor is not one: what it costs to seal one is part of the price of the product.
pub(super) fn page_info(text: &mut Text, any: bool, more: bool) {
    text.raw("\"pageInfo\":{\"hasNextPage\":");
    text.boolean(more);
    text.raw(if any { ",\"endCursor\":\"x\"},\"edges\":[" } else { ",\"endCursor\":null},\"edges\":[" });
}

/// The beginning of a list at the root, up to its edges.
pub(super) fn counted(root: &str, rows: &[PgRow], any: bool, more: bool) -> Result<Text, sqlx::Error> {
    let mut text = Text::default();
    text.raw("{\"data\":{\"");
    text.raw(root);
    text.raw("\":{\"totalCount\":");
    text.number(total(rows)?.min(COUNTED));
    text.raw(",");
    page_info(&mut text, any, more);
    Ok(text)
}

/// A point, from the column of its longitude on.
pub(super) fn point(text: &mut Text, row: &PgRow, first: usize) -> Result<(), sqlx::Error> {
    let (lon, lat): (f64, f64) = (row.try_get_unchecked(first)?, row.try_get_unchecked(first + 1)?);
    // With a decimal point, also where there is nothing behind it.
    let _ = write!(text.0, ",\"location\":{{\"lon\":{lon:?},\"lat\":{lat:?},\"crs\":\"CGCS2000\"}}");
    Ok(())
}

/// A grid with its leader, from the column of its id on.
fn grid(text: &mut Text, row: &PgRow, first: usize) -> Result<(), sqlx::Error> {
    text.raw(",\"grid\":");
    if linked(text, row, ("Grid", first), &[(",\"name\":", first + 1)])? {
        text.raw(",\"leader\":");
        let members = [(",\"name\":", first + 3), (",\"dutyPhone\":", first + 4)];
        object(text, row, ("GridMember", first + 2), &members)?;
        text.raw("}");
    }
    Ok(())
}

pub(super) async fn confirmation_deadlines(connection: &mut PgConnection, given: &Given) -> Outcome {
    let query =
        found(AGREEMENTS, CONFIRMATION_DEADLINES).bind(given.number(0)).bind(given.number(1)).bind(given.number(2));
    let rows = query.bind(given.number(3) - AFTERGLOW_MS).fetch_all(connection).await?;
    let (shown, more) = page(&rows, 20);
    let mut text = counted("agreements", &rows, !shown.is_empty(), more)?;
    for (at, row) in shown.iter().enumerate() {
        text.between(at);
        text.raw("{\"node\":{\"id\":");
        id(&mut text, "MediationAgreement", row.try_get_unchecked(1)?);
        texts(&mut text, row, &[(",\"form\":", 2)])?;
        let members = [(",\"reachedAt\":", 3), (",\"effectiveAt\":", 4), (",\"windowEndsAt\":", 5)];
        instants(&mut text, row, &members)?;
        text.raw(",\"dispute\":{\"id\":");
        id(&mut text, "Dispute", row.try_get_unchecked(6)?);
        texts(&mut text, row, &[(",\"no\":", 7)])?;
        text.raw(",\"mediationOrganisation\":");
        object(&mut text, row, ("MediationOrganisation", 8), &[(",\"name\":", 9)])?;
        text.raw(",\"confirmation\":");
        if linked(&mut text, row, ("JudicialConfirmation", 10), &[])? {
            instants(&mut text, row, &[(",\"requestedAt\":", 11)])?;
            text.raw(",\"court\":");
            object(&mut text, row, ("Organisation", 12), &[(",\"name\":", 13)])?;
            texts(&mut text, row, &[(",\"decision\":", 14)])?;
            instants(&mut text, row, &[(",\"decidedAt\":", 15)])?;
            text.raw("}");
        }
        text.raw("}}}");
    }
    text.raw("]}}}");
    Ok(text.0)
}

pub(super) async fn escalation_watch(connection: &mut PgConnection, given: &Given) -> Outcome {
    let rows = found(ESCALATING, ESCALATION_WATCH).bind(given.text(0)).fetch_all(connection).await?;
    let key = |row: &PgRow| row.try_get_unchecked::<i64, _>(1).ok();
    let disputes: Vec<&[PgRow]> = rows.chunk_by(|one, other| key(one) == key(other)).collect();
    let (shown, more) = page(&disputes, 20);
    let mut text = counted("disputes", &rows, !shown.is_empty(), more)?;
    for (at, dispute) in shown.iter().enumerate() {
        let [row, ..] = dispute else { continue };
        text.between(at);
        text.raw("{\"node\":{\"id\":");
        id(&mut text, "Dispute", row.try_get_unchecked(1)?);
        texts(&mut text, row, &[(",\"no\":", 2)])?;
        text.raw(",\"types\":[");
        types(&mut text, dispute)?;
        text.raw("]");
        texts(&mut text, row, &[(",\"riskLevel\":", 3), (",\"status\":", 4)])?;
        instants(&mut text, row, &[(",\"dueAt\":", 5)])?;
        text.raw(",\"grid\":");
        if linked(&mut text, row, ("Grid", 6), &[(",\"code\":", 7), (",\"name\":", 8)])? {
            text.raw(",\"beat\":");
            object(&mut text, row, ("PoliceBeat", 9), &[(",\"name\":", 10)])?;
            text.raw("}");
        }
        text.raw(",\"handlingOrganisation\":");
        object(&mut text, row, ("Organisation", 11), &[(",\"name\":", 12), (",\"dutyPhone\":", 13)])?;
        text.raw(",\"lastSession\":[");
        if row.try_get_unchecked::<Option<i64>, _>(14)?.is_some() {
            linked(&mut text, row, ("MediationSession", 14), &[])?;
            instants(&mut text, row, &[(",\"at\":", 15)])?;
            texts(&mut text, row, &[(",\"form\":", 16), (",\"result\":", 17)])?;
            text.raw("}");
        }
        text.raw("]}}");
    }
    text.raw("]}}}");
    Ok(text.0)
}

/// The types of a dispute, of which each of its rows has one; a dispute without any has one row.
fn types(text: &mut Text, rows: &[PgRow]) -> Result<(), sqlx::Error> {
    for (at, row) in rows.iter().enumerate() {
        if row.try_get_unchecked::<Option<i64>, _>(18)?.is_some() {
            text.between(at);
            object(text, row, ("DisputeTypeEntry", 18), &[(",\"typeCode\":", 19)])?;
        }
    }
    Ok(())
}

pub(super) async fn sites_at_risk(connection: &mut PgConnection, given: &Given) -> Outcome {
    let query = sqlx::query(SITES_AT_RISK).bind(given.text(0)).bind(given.text(1)).bind(given.number(2));
    let rows = query.bind(given.text(3)).bind(given.number(4)).fetch_all(connection).await?;
    let (shown, more) = page(&rows, 50);
    let mut text = Text::default();
    text.raw("{\"data\":{\"keySites\":{");
    page_info(&mut text, !shown.is_empty(), more);
    for (at, row) in shown.iter().enumerate() {
        text.between(at);
        text.raw("{\"node\":{\"id\":");
        id(&mut text, "KeySite", row.try_get_unchecked(0)?);
        texts(&mut text, row, &[(",\"code\":", 1), (",\"name\":", 2), (",\"kind\":", 3), (",\"riskLevel\":", 4)])?;
        point(&mut text, row, 5)?;
        instants(&mut text, row, &[(",\"lastSelfInspectedAt\":", 7), (",\"nextDueAt\":", 8)])?;
        numbers(&mut text, row, &[(",\"openHazards\":{\"count\":", 17), (",\"major\":", 18)])?;
        text.raw("},\"unit\":");
        object(&mut text, row, ("Organisation", 9), &[(",\"name\":", 10), (",\"dutyPhone\":", 11)])?;
        grid(&mut text, row, 12)?;
        text.raw("}}");
    }
    text.raw("]}}}");
    Ok(text.0)
}

pub(super) async fn charging_map(connection: &mut PgConnection, given: &Given) -> Outcome {
    let query = found(CHARGING, CHARGING_MAP).bind(given.text(0)).bind(given.text(1)).bind(given.number(2));
    let rows = query.bind(given.number(3)).fetch_all(connection).await?;
    let (shown, more) = page(&rows, 100);
    let total = total(&rows)?;
    let mut text = Text::default();
    text.raw("{\"data\":{\"keySites\":{\"totalCount\":");
    text.number(total.min(COUNTED));
    text.raw(",\"totalCountIsExact\":");
    text.boolean(total <= COUNTED);
    match rows.first() {
        Some(row) => numbers(&mut text, row, &[(",\"chargers\":", 1)])?,
        None => text.raw(",\"chargers\":null"),
    }
    text.raw(",");
    page_info(&mut text, !shown.is_empty(), more);
    for (at, row) in shown.iter().enumerate() {
        text.between(at);
        text.raw("{\"node\":{\"id\":");
        id(&mut text, "KeySite", row.try_get_unchecked(2)?);
        texts(&mut text, row, &[(",\"code\":", 3), (",\"name\":", 4), (",\"address\":", 5)])?;
        point(&mut text, row, 6)?;
        texts(&mut text, row, &[(",\"riskLevel\":", 8)])?;
        numbers(&mut text, row, &[(",\"attributes\":{\"chargers\":", 9), (",\"cameras\":", 10)])?;
        numbers(&mut text, row, &[("},\"hazardSummary\":{\"openFire\":", 16)])?;
        text.raw("}");
        grid(&mut text, row, 11)?;
        text.raw("}}");
    }
    text.raw("]}}}");
    Ok(text.0)
}
