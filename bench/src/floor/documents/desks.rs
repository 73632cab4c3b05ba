//! Documents of several statements: what a desk has before it, and what everybody may know.

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::super::write::by_parent;
use super::lists::{counted, page, page_info, point};
use super::{AFTERGLOW_MS, Given, Outcome, Text, found, id, instants, linked, numbers, object, texts};

/// Open disputes of a centre, which whoever asks sees as the township's, or as those that they handle.
const CASELOAD: &str = "
    SELECT COUNT(*) FILTER (WHERE status = 'REGISTERED'), MIN(accepted_at) FILTER (WHERE status = 'REGISTERED'),
        COUNT(*) FILTER (WHERE status = 'ACCEPTED'), COUNT(*) FILTER (WHERE concluded_at IS NULL OR concluded_at > $5),
        COUNT(*) FILTER (WHERE due_at < $5 AND (concluded_at IS NULL OR concluded_at > $5))
    FROM dispute WHERE accepted_centre_id = $1 AND status <> 'MERGED' AND accepted_at <= $5 AND (township_code = $2
        OR (handling_organisation_id = $3 OR mediation_organisation_id IN (
            SELECT id FROM mediation_organisation WHERE organisation_id = $3)) AND (closed_at IS NULL OR closed_at > $4))";

/// A row for each type of a dispute.
const WAITING: &str = "
    SELECT d.id, d.no, d.title, t.id, t.type_code, d.risk_level, d.channel, d.status, d.accepted_at, d.due_at, d.version
    FROM (
        SELECT id, no, title, risk_level, channel, status, accepted_at, due_at, version FROM dispute
        WHERE accepted_centre_id = $1 AND status IN ('REGISTERED', 'ACCEPTED') AND (township_code = $2
            OR (handling_organisation_id = $3 OR mediation_organisation_id IN (
                SELECT id FROM mediation_organisation WHERE organisation_id = $3)) AND (closed_at IS NULL OR closed_at > $4))
        ORDER BY due_at, id LIMIT 51
    ) d
    LEFT JOIN dispute_type t ON t.dispute_id = d.id ORDER BY d.due_at, d.id, t.rank, t.id";

const UNITS: &str = "
    SELECT u.id, u.window_no, u.presence, u.schedule, o.id, o.name, o.duty_phone
    FROM stationed_unit u LEFT JOIN organisation o ON o.id = u.organisation_id
    WHERE u.centre_id = $1 AND strpos(u.schedule, $2) > 0 ORDER BY u.window_no, u.id";

/// What is not written off is seen by whoever was given its order.
pub(in crate::floor) const RECTIFIED: &str = "
    WITH found AS MATERIALIZED (
        SELECT id, rectified_at FROM hazard WHERE county_code = $2 AND status = 'RECTIFIED' AND acceptor_id = $1
        UNION SELECT h.id, h.rectified_at FROM order_assignment a JOIN hazard h ON h.order_id = a.order_id
            WHERE a.organisation_id = $1 AND h.status = 'RECTIFIED' AND h.acceptor_id = $1
    )";

const WRITE_OFF_QUEUE: &str = "
    SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM found LIMIT 10001) n), h.id, h.no, h.grade, h.category, h.description,
        h.found_at, h.rectified_at, h.round_no, h.version, s.id, s.name, s.address, r.id, r.no, r.deadline
    FROM (SELECT * FROM found ORDER BY rectified_at, id LIMIT 21) f JOIN hazard h ON h.id = f.id
    LEFT JOIN key_site s ON s.id = h.site_id LEFT JOIN rectification_order r ON r.id = h.order_id
    ORDER BY h.rectified_at, h.id";

const PHOTOS: &str = "
    SELECT hazard_id, phase, id, hash, mime, taken_at FROM evidence
    WHERE hazard_id = ANY($1) AND phase IN ('BEFORE', 'AFTER') ORDER BY taken_at, id";

const HALVES: &str = "
    SELECT a.order_id, a.role, a.id, o.id, o.name, a.opinion, a.opinion_at, a.opinion_due_at, a.result
    FROM order_assignment a LEFT JOIN organisation o ON o.id = a.organisation_id
    WHERE a.order_id = ANY($1) AND a.role IN ('REGULATOR_GUIDANCE', 'LOCAL_ACCEPTANCE') ORDER BY a.id";

/// Whoever was given an order sees it until some time after its end, and the department's orders always.
pub(in crate::floor) const ASSIGNED: &str = "
    WITH found AS MATERIALIZED (
        SELECT a.* FROM order_assignment a JOIN rectification_order r ON r.id = a.order_id
        WHERE a.organisation_id = $1 AND a.role = 'REGULATOR_GUIDANCE' AND a.state IN ('OPEN', 'ACKNOWLEDGED', 'DONE')
        AND (r.county_code = $2 AND r.department = $3 OR r.closed_at IS NULL OR r.closed_at > $4)
    )";

const INBOX: &str = "
    SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM found LIMIT 10001) n), a.id, a.role, a.state, a.received_at,
        a.acknowledged_at, a.ack_due_at, a.opinion_due_at, r.id, r.no, r.issued_at, r.deadline, i.id, i.name,
        u.id, u.name, u.duty_phone, b.id, b.role, b.state, o.id, o.name
    FROM (SELECT * FROM found ORDER BY opinion_due_at, id LIMIT 21) a JOIN rectification_order r ON r.id = a.order_id
    LEFT JOIN organisation i ON i.id = r.issued_by_id LEFT JOIN organisation u ON u.id = r.unit_id
    LEFT JOIN order_assignment b ON b.id = a.other_id LEFT JOIN organisation o ON o.id = b.organisation_id
    ORDER BY a.opinion_due_at, a.id";

const OF_ORDERS: &str = "
    SELECT p, h.id, h.no, h.grade, h.category, h.status, s.id, s.name FROM unnest($1::bigint[]) p JOIN LATERAL (
        SELECT id, no, grade, category, status, site_id, found_at FROM hazard
        WHERE order_id = p AND (county_code = $2 AND regulator_department = $3 OR written_off_at IS NULL OR written_off_at > $4)
        ORDER BY found_at, id LIMIT 20
    ) h ON TRUE
    LEFT JOIN key_site s ON s.id = h.site_id ORDER BY h.found_at, h.id";

const CENTRES: &str = "
    SELECT id, name, level, address, open_hours, service_phone, lon, lat FROM governance_centre
    WHERE township_code = $1 ORDER BY code LIMIT 20";

const GRIDS: &str = "
    SELECT g.id, g.code, g.name, l.id, l.name, l.duty_phone
    FROM (SELECT id, code, name, leader_id FROM grid WHERE township_code = $1 ORDER BY code LIMIT 20) g
    LEFT JOIN grid_member l ON l.id = g.leader_id ORDER BY g.code";

/// Published: below ten nothing, the rest to the nearest five.
const PUT_RIGHT: &str = "
    SELECT CASE WHEN n = 0 OR n >= 10 THEN (n + 2) / 5 * 5 END FROM (
        SELECT COUNT(*) FILTER (WHERE written_off_at <= $2) AS n FROM hazard
        WHERE township_code = $1 AND status <> 'REJECTED' AND found_at <= $2
    ) h";

/// The rows of a page that are shown, an object each, between brackets.
fn list<'r>(
    text: &mut Text,
    rows: impl IntoIterator<Item = &'r PgRow>,
    each: impl Fn(&mut Text, &'r PgRow) -> Result<(), sqlx::Error>,
) -> Result<(), sqlx::Error> {
    text.raw("[");
    for (at, row) in rows.into_iter().enumerate() {
        text.between(at);
        each(text, row)?;
    }
    text.raw("]");
    Ok(())
}

/// Rows of a statement that wants keys alone.
async fn of_keys(connection: &mut PgConnection, sql: &'static str, keys: Vec<i64>) -> Result<Vec<PgRow>, sqlx::Error> {
    sqlx::query(sql).bind(keys).fetch_all(connection).await
}

/// Keys in a column, those that there are.
fn keys(rows: &[PgRow], column: usize) -> Vec<i64> {
    rows.iter().filter_map(|row| row.try_get_unchecked(column).ok()).collect()
}

pub(super) async fn centre_workbench(connection: &mut PgConnection, given: &Given) -> Outcome {
    let (township, organisation, now) = (given.text(1), given.number(2), given.number(3));
    let centre = sqlx::query("SELECT id, name, level, open_hours FROM governance_centre WHERE code = $1");
    let centre = centre.bind(given.text(0)).fetch_one(&mut *connection).await?;
    let key: i64 = centre.try_get_unchecked(0)?;
    let seen =
        |sql: &'static str| sqlx::query(sql).bind(key).bind(township).bind(organisation).bind(now - AFTERGLOW_MS);
    let load = seen(CASELOAD).bind(now).fetch_one(&mut *connection).await?;
    let rows = seen(WAITING).fetch_all(&mut *connection).await?;
    let units = sqlx::query(UNITS).bind(key).bind(given.text(4)).fetch_all(connection).await?;
    let of = |row: &PgRow| row.try_get_unchecked::<i64, _>(0).ok();
    let disputes: Vec<&[PgRow]> = rows.chunk_by(|one, other| of(one) == of(other)).collect();
    let (shown, more) = page(&disputes, 50);
    let mut text = Text::default();
    text.raw("{\"data\":{\"centre\":{\"id\":");
    id(&mut text, "GovernanceCentre", key);
    texts(&mut text, &centre, &[(",\"name\":", 1), (",\"level\":", 2), (",\"openHours\":", 3)])?;
    text.raw(",\"todo\":{\"asOf\":");
    text.instant(Some(now));
    numbers(&mut text, &load, &[(",\"triage\":", 0)])?;
    instants(&mut text, &load, &[(",\"oldest\":", 1)])?;
    numbers(&mut text, &load, &[(",\"dispatch\":", 2), (",\"open\":", 3), (",\"overdue\":", 4)])?;
    text.raw("},\"disputes\":{");
    page_info(&mut text, !shown.is_empty(), more);
    for (at, dispute) in shown.iter().enumerate() {
        let [row, ..] = dispute else { continue };
        text.between(at);
        text.raw("{\"node\":{\"id\":");
        id(&mut text, "Dispute", row.try_get_unchecked(0)?);
        texts(&mut text, row, &[(",\"no\":", 1), (",\"title\":", 2)])?;
        text.raw(",\"types\":");
        let typed = dispute.iter().filter(|row| matches!(row.try_get_unchecked::<Option<i64>, _>(3), Ok(Some(_))));
        list(&mut text, typed, |text, row| object(text, row, ("DisputeTypeEntry", 3), &[(",\"typeCode\":", 4)]))?;
        texts(&mut text, row, &[(",\"riskLevel\":", 5), (",\"channel\":", 6), (",\"status\":", 7)])?;
        instants(&mut text, row, &[(",\"acceptedAt\":", 8), (",\"dueAt\":", 9)])?;
        numbers(&mut text, row, &[(",\"version\":", 10)])?;
        text.raw("}}");
    }
    text.raw("]},\"stationedUnits\":");
    list(&mut text, &units, |text, row| {
        linked(
            text,
            row,
            ("StationedUnit", 0),
            &[(",\"windowNo\":", 1), (",\"presence\":", 2), (",\"schedule\":", 3)],
        )?;
        text.raw(",\"organisation\":");
        object(text, row, ("Organisation", 4), &[(",\"name\":", 5), (",\"dutyPhone\":", 6)])?;
        text.raw("}");
        Ok(())
    })?;
    text.raw("}}}");
    Ok(text.0)
}

pub(super) async fn write_off_queue(connection: &mut PgConnection, given: &Given) -> Outcome {
    let query = found(RECTIFIED, WRITE_OFF_QUEUE).bind(given.number(0)).bind(given.text(1));
    let rows = query.fetch_all(&mut *connection).await?;
    let (shown, more) = page(&rows, 20);
    let photos = of_keys(&mut *connection, PHOTOS, keys(shown, 1)).await?;
    let halves = of_keys(connection, HALVES, keys(shown, 13)).await?;
    let (photos, halves) = (by_parent(&photos)?, by_parent(&halves)?);
    let mut text = counted("hazards", &rows, !shown.is_empty(), more)?;
    for (at, row) in shown.iter().enumerate() {
        let hazard: i64 = row.try_get_unchecked(1)?;
        text.between(at);
        text.raw("{\"node\":{\"id\":");
        id(&mut text, "Hazard", hazard);
        texts(&mut text, row, &[(",\"no\":", 2), (",\"grade\":", 3), (",\"category\":", 4), (",\"description\":", 5)])?;
        instants(&mut text, row, &[(",\"foundAt\":", 6), (",\"rectifiedAt\":", 7)])?;
        numbers(&mut text, row, &[(",\"roundNo\":", 8), (",\"version\":", 9)])?;
        text.raw(",\"site\":");
        object(&mut text, row, ("KeySite", 10), &[(",\"name\":", 11), (",\"address\":", 12)])?;
        for (key, phase) in [(",\"before\":", "BEFORE"), (",\"after\":", "AFTER")] {
            text.raw(key);
            let of = photos.get(&hazard).into_iter().flatten().copied();
            let of_phase =
                of.filter(|row| row.try_get_unchecked::<&str, _>(1).is_ok_and(|known| known == phase)).take(5);
            list(&mut text, of_phase, |text, row| {
                linked(text, row, ("Evidence", 2), &[(",\"hash\":", 3), (",\"mime\":", 4)])?;
                instants(text, row, &[(",\"takenAt\":", 5)])?;
                text.raw("}");
                Ok(())
            })?;
        }
        text.raw(",\"order\":");
        if linked(&mut text, row, ("RectificationOrder", 13), &[(",\"no\":", 14)])? {
            instants(&mut text, row, &[(",\"deadline\":", 15)])?;
            let order: i64 = row.try_get_unchecked(13)?;
            let half = |role: &'static str| {
                let of = halves.get(&order).into_iter().flatten().copied();
                of.filter(move |row| row.try_get_unchecked::<&str, _>(1).is_ok_and(|known| known == role))
            };
            text.raw(",\"guidance\":");
            list(&mut text, half("REGULATOR_GUIDANCE"), |text, row| {
                linked(text, row, ("OrderAssignment", 2), &[])?;
                text.raw(",\"organisation\":");
                object(text, row, ("Organisation", 3), &[(",\"name\":", 4)])?;
                texts(text, row, &[(",\"opinion\":", 5)])?;
                instants(text, row, &[(",\"opinionAt\":", 6)])?;
                text.raw("}");
                Ok(())
            })?;
            text.raw(",\"acceptance\":");
            list(&mut text, half("LOCAL_ACCEPTANCE"), |text, row| {
                linked(text, row, ("OrderAssignment", 2), &[])?;
                instants(text, row, &[(",\"dueAt\":", 7)])?;
                texts(text, row, &[(",\"result\":", 8)])?;
                text.raw("}");
                Ok(())
            })?;
            text.raw("}");
        }
        text.raw("}}");
    }
    text.raw("]}}}");
    Ok(text.0)
}

pub(super) async fn assignment_inbox(connection: &mut PgConnection, given: &Given) -> Outcome {
    let (county, department) = (given.text(1), given.text(2));
    let since = given.number(3) - AFTERGLOW_MS;
    let query = found(ASSIGNED, INBOX).bind(given.number(0)).bind(county).bind(department).bind(since);
    let rows = query.fetch_all(&mut *connection).await?;
    let (shown, more) = page(&rows, 20);
    let query = sqlx::query(OF_ORDERS).bind(keys(shown, 8)).bind(county).bind(department).bind(since);
    let hazards = query.fetch_all(connection).await?;
    let hazards = by_parent(&hazards)?;
    let mut text = counted("myAssignments", &rows, !shown.is_empty(), more)?;
    for (at, row) in shown.iter().enumerate() {
        text.between(at);
        text.raw("{\"node\":{\"id\":");
        id(&mut text, "OrderAssignment", row.try_get_unchecked(1)?);
        texts(&mut text, row, &[(",\"role\":", 2), (",\"state\":", 3)])?;
        instants(&mut text, row, &[(",\"receivedAt\":", 4), (",\"acknowledgedAt\":", 5), (",\"ackDueAt\":", 6)])?;
        instants(&mut text, row, &[(",\"opinionDueAt\":", 7)])?;
        text.raw(",\"order\":");
        linked(&mut text, row, ("RectificationOrder", 8), &[(",\"no\":", 9)])?;
        instants(&mut text, row, &[(",\"issuedAt\":", 10), (",\"deadline\":", 11)])?;
        text.raw(",\"issuedBy\":");
        object(&mut text, row, ("Organisation", 12), &[(",\"name\":", 13)])?;
        text.raw(",\"unit\":");
        object(&mut text, row, ("Organisation", 14), &[(",\"name\":", 15), (",\"dutyPhone\":", 16)])?;
        text.raw("},\"hazards\":");
        let of = hazards.get(&row.try_get_unchecked::<i64, _>(8)?).into_iter().flatten().copied();
        list(&mut text, of, |text, row| {
            let members = [(",\"no\":", 2), (",\"grade\":", 3), (",\"category\":", 4), (",\"status\":", 5)];
            linked(text, row, ("Hazard", 1), &members)?;
            text.raw(",\"site\":");
            object(text, row, ("KeySite", 6), &[(",\"name\":", 7)])?;
            text.raw("}");
            Ok(())
        })?;
        text.raw(",\"otherAssignee\":");
        if linked(&mut text, row, ("OrderAssignment", 17), &[(",\"role\":", 18), (",\"state\":", 19)])? {
            text.raw(",\"organisation\":");
            object(&mut text, row, ("Organisation", 20), &[(",\"name\":", 21)])?;
            text.raw("}");
        }
        text.raw("}}");
    }
    text.raw("]}}}");
    Ok(text.0)
}

pub(super) async fn safety_facts(connection: &mut PgConnection, given: &Given) -> Outcome {
    let (code, now) = (given.text(0), given.number(1));
    let division = sqlx::query("SELECT id, code, name FROM division WHERE code = $1");
    let division = division.bind(code).fetch_one(&mut *connection).await?;
    let centres = sqlx::query(CENTRES).bind(code).fetch_all(&mut *connection).await?;
    let grids = sqlx::query(GRIDS).bind(code).fetch_all(&mut *connection).await?;
    let put_right = sqlx::query(PUT_RIGHT).bind(code).bind(now).fetch_one(connection).await?;
    let mut text = Text::default();
    text.raw("{\"data\":{\"division\":");
    object(&mut text, &division, ("Division", 0), &[(",\"code\":", 1), (",\"name\":", 2)])?;
    text.raw(",\"governanceCentres\":{\"edges\":");
    list(&mut text, &centres, |text, row| {
        text.raw("{\"node\":");
        let members = [(",\"name\":", 1), (",\"level\":", 2), (",\"address\":", 3), (",\"openHours\":", 4)];
        linked(text, row, ("GovernanceCentre", 0), &members)?;
        texts(text, row, &[(",\"servicePhone\":", 5)])?;
        point(text, row, 6)?;
        text.raw("}}");
        Ok(())
    })?;
    text.raw("},\"grids\":{\"edges\":");
    list(&mut text, &grids, |text, row| {
        text.raw("{\"node\":");
        linked(text, row, ("Grid", 0), &[(",\"code\":", 1), (",\"name\":", 2)])?;
        text.raw(",\"leader\":");
        object(text, row, ("GridMember", 3), &[(",\"name\":", 4), (",\"dutyPhone\":", 5)])?;
        text.raw("}}");
        Ok(())
    })?;
    text.raw("},\"hazardStatistics\":{\"asOf\":");
    text.instant(Some(now));
    numbers(&mut text, &put_right, &[(",\"definitionVersion\":\"2026-1\",\"writtenOff\":", 0)])?;
    text.raw("}}}");
    Ok(text.0)
}
