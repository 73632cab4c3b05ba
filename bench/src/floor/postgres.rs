//! The statements for PostgreSQL.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::{ConnectOptions, PgConnection};

use super::answers::{GRIDS, POINT};
use super::connections::Connections;
use super::write::{Levels, keys};

/// As many as the product reads with.
pub(super) const READERS: u32 = 16;
/// As many as it writes with.
pub(super) const WRITERS: u32 = 4;
/// What those without the highest clearance may not see.
const LABEL: &str = "(sensitive_until IS NULL OR sensitive_until <= '2026-04-01')";

/// So many connections to the database of a URL.
pub(super) async fn open(url: &str, most: u32) -> Result<Connections, String> {
    // As the product has them: a plan for each sending costs more than it saves, and so does compiling one.
    let options = PgConnectOptions::from_str(url).map_err(|error| error.to_string())?;
    let planning = [("plan_cache_mode", "force_generic_plan"), ("jit", "off"), ("random_page_cost", "1.1")];
    let options = options.options(planning).disable_statement_logging();
    // Where the database writes the answer, it writes instants as the product does. Set here, because sqlx asks for UTC at first.
    let pool = PgPoolOptions::new().max_connections(most).test_before_acquire(false).after_connect(|connection, _| {
        let zone = sqlx::query("SET TIME ZONE 'Asia/Shanghai'").execute(connection);
        Box::pin(async { zone.await.map(drop) })
    });
    let pool = pool.connect_with(options).await.map_err(|error| error.to_string())?;
    Ok(Connections::new(pool, most))
}

pub(super) async fn point(connection: &mut PgConnection, no: &str, county: &str) -> Result<PgRow, sqlx::Error> {
    sqlx::query(POINT).bind(no).bind(county).fetch_one(connection).await
}

pub(super) async fn list(connection: &mut PgConnection, county: &str) -> Result<Vec<PgRow>, sqlx::Error> {
    let sql = "SELECT h.no, h.status, h.grade, h.found_at, h.deadline, s.name, g.name FROM (SELECT id, no, status, grade, found_at, deadline, site_id
        FROM hazard WHERE county_code = $1 AND status NOT IN ('WRITTEN_OFF', 'REJECTED')
        ORDER BY found_at DESC, id DESC LIMIT 50) h
        LEFT JOIN key_site s ON s.id = h.site_id LEFT JOIN grid g ON g.id = s.grid_id
        ORDER BY h.found_at DESC, h.id DESC";
    sqlx::query(sql).bind(county).fetch_all(connection).await
}

pub(super) async fn nested(
    connection: &mut PgConnection,
    township: &str,
    county: &str,
) -> Result<Levels<PgRow>, sqlx::Error> {
    let grids = sqlx::query(GRIDS).bind(township).fetch_all(&mut *connection).await?;
    let sql =
        "SELECT p, s.id, s.code, s.name FROM unnest($1::bigint[]) p JOIN LATERAL (SELECT id, code, name FROM key_site
        WHERE grid_id = p AND county_code = $2 ORDER BY code LIMIT 10) s ON TRUE";
    let sites = sqlx::query(sql).bind(keys(&grids, 0)?).bind(county).fetch_all(&mut *connection).await?;
    let sql = "SELECT p, h.no, h.status, h.grade, h.found_at FROM unnest($1::bigint[]) p JOIN LATERAL (SELECT id, no, status,
        grade, found_at FROM hazard WHERE site_id = p AND county_code = $2 ORDER BY found_at DESC, id DESC LIMIT 5) h ON TRUE";
    let hazards = sqlx::query(sql).bind(keys(&sites, 1)?).bind(county).fetch_all(connection).await?;
    Ok(Levels { grids, sites, hazards })
}

pub(super) async fn counts(connection: &mut PgConnection, county: &str, now: i64) -> Result<PgRow, sqlx::Error> {
    let sql =
        "SELECT COUNT(*) FILTER (WHERE found_at <= $2), COUNT(*) FILTER (WHERE found_at <= $2 AND written_off_at <= $2)
        FROM hazard WHERE county_code = $1 AND status <> 'REJECTED'";
    sqlx::query(sql).bind(county).bind(now).fetch_one(connection).await
}

pub(super) async fn page(
    connection: &mut PgConnection,
    county: &str,
    at: i64,
    id: i64,
) -> Result<Vec<PgRow>, sqlx::Error> {
    let sql = format!(
        "SELECT no, title, status, risk_level, accepted_at, due_at FROM dispute WHERE county_code = $1 AND {LABEL}
         AND (accepted_at, id) < ($2, $3) ORDER BY accepted_at DESC, id DESC LIMIT 50"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(county).bind(at).bind(id).fetch_all(connection).await
}

pub(super) async fn thousand(connection: &mut PgConnection, county: &str) -> Result<Vec<PgRow>, sqlx::Error> {
    let sql = format!(
        "SELECT no, title, status, risk_level, channel, scale, people_involved, escalation_risk, enterprise_related,
         accepted_at, due_at, version FROM dispute WHERE county_code = $1 AND {LABEL}
         ORDER BY accepted_at DESC, id DESC LIMIT 1000"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(county).fetch_all(connection).await
}
