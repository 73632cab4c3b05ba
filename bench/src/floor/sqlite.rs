//! The statements for SQLite.

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteRow};
use sqlx::{ConnectOptions, SqlitePool};

use super::answers::{GRIDS, POINT};
use super::write::{Levels, keys};

/// As many as the product reads with.
const READERS: u32 = 4;

/// Readers of a file, with those settings of the product's that they read by.
pub(super) async fn open(file: &str) -> Result<SqlitePool, String> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .pragma("cache_size", "-8192")
        .pragma("temp_store", "memory")
        .disable_statement_logging();
    let pool = SqlitePoolOptions::new().max_connections(READERS).test_before_acquire(false);
    let pool = pool.idle_timeout(None).max_lifetime(None);
    pool.connect_with(options).await.map_err(|error| error.to_string())
}

pub(super) async fn point(pool: &SqlitePool, no: &str, county: &str) -> Result<SqliteRow, sqlx::Error> {
    sqlx::query(POINT).bind(no).bind(county).fetch_one(pool).await
}

pub(super) async fn list(pool: &SqlitePool, county: &str) -> Result<Vec<SqliteRow>, sqlx::Error> {
    // The index is named, so that SQLite takes the one that has the order.
    let sql = "SELECT h.no, h.status, h.grade, h.found_at, h.deadline, s.name, g.name
        FROM hazard h INDEXED BY ix_hazard_county_code_found_at_id
        LEFT JOIN key_site s ON s.id = h.site_id LEFT JOIN grid g ON g.id = s.grid_id
        WHERE h.county_code = $1 AND h.status NOT IN ('WRITTEN_OFF', 'REJECTED')
        ORDER BY h.found_at DESC, h.id DESC LIMIT 50";
    sqlx::query(sql).bind(county).fetch_all(pool).await
}

/// One statement a level: each sending has to reach the thread of its connection and come back, which takes longer than most of
/// these statements run.
pub(super) async fn nested(pool: &SqlitePool, township: &str, county: &str) -> Result<Levels<SqliteRow>, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let grids = sqlx::query(GRIDS).bind(township).fetch_all(&mut *connection).await?;
    let sql = "SELECT p.value, s.id, s.code, s.name FROM json_each($1) p CROSS JOIN key_site s WHERE s.id IN (SELECT id
        FROM key_site WHERE grid_id = p.value AND county_code = $2 ORDER BY code LIMIT 10) ORDER BY s.code";
    let sites = sqlx::query(sql).bind(list_of(&keys(&grids, 0)?)).bind(county).fetch_all(&mut *connection).await?;
    let sql =
        "SELECT p.value, h.no, h.status, h.grade, h.found_at FROM json_each($1) p CROSS JOIN hazard h WHERE h.id IN
        (SELECT id FROM hazard WHERE site_id = p.value AND county_code = $2 ORDER BY found_at DESC, id DESC LIMIT 5)
        ORDER BY h.found_at DESC, h.id DESC";
    let hazards = sqlx::query(sql).bind(list_of(&keys(&sites, 1)?)).bind(county).fetch_all(&mut *connection).await?;
    Ok(Levels { grids, sites, hazards })
}

/// Keys as one parameter: JSON.
fn list_of(keys: &[i64]) -> String {
    serde_json::json!(keys).to_string()
}
