//! The statements and the answers. Parameters come with the request, as a JSON list of texts.

use std::collections::HashMap;

use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row};

use super::text::Text;

const OPEN: [&str; 6] = ["REPORTED", "GRADED", "ASSIGNED", "RECTIFYING", "RECTIFIED", "ACCEPTED"];
/// What those without the highest clearance may not see.
const LABEL: &str = "(sensitive_until IS NULL OR sensitive_until <= '2026-04-01')";

/// Which question is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Question {
    /// One hazard.
    Point,
    /// 50 hazards.
    List,
    /// Three levels.
    Nested,
    /// Counts.
    Counts,
    /// A late page.
    Page,
    /// 1,000 disputes.
    Thousand,
}

type Outcome = Result<String, sqlx::Error>;

impl Question {
    /// The question of an operation.
    pub(crate) fn of(name: &str) -> Option<Question> {
        Some(match name {
            "Q1" => Question::Point,
            "Q2" => Question::List,
            "Q3" => Question::Nested,
            "Q4" => Question::Counts,
            "Q5" => Question::Page,
            "Q7" => Question::Thousand,
            _ => return None,
        })
    }

    pub(super) async fn answer(self, pool: &PgPool, body: &[u8]) -> Outcome {
        let given: Vec<String> = serde_json::from_slice(body).unwrap_or_default();
        let text = |at: usize| given.get(at).map(String::as_str).unwrap_or_default();
        let number = |at: usize| text(at).parse::<i64>().unwrap_or_default();
        match self {
            Question::Point => point(pool, text(0), text(1)).await,
            Question::List => list(pool, text(0)).await,
            Question::Nested => nested(pool, text(0), text(1)).await,
            Question::Counts => counts(pool, text(0), number(1)).await,
            Question::Page => page(pool, text(0), number(1), number(2)).await,
            Question::Thousand => thousand(pool, text(0)).await,
        }
    }
}

fn object(text: &mut Text, row: &PgRow, members: &[(&str, usize)]) -> Result<(), sqlx::Error> {
    for (at, (key, column)) in members.iter().enumerate() {
        text.raw(if at == 0 { "{\"" } else { ",\"" });
        text.raw(key);
        text.raw("\":");
        text.optional(row.try_get(*column)?);
    }
    text.raw("}");
    Ok(())
}

/// The first column, whose key is written already, and one for each key after it.
fn texts(text: &mut Text, row: &PgRow, keys: &[&str]) -> Result<(), sqlx::Error> {
    text.optional(row.try_get(0)?);
    for (column, key) in keys.iter().enumerate() {
        text.raw(key);
        text.optional(row.try_get(column + 1)?);
    }
    Ok(())
}

async fn point(pool: &PgPool, no: &str, county: &str) -> Outcome {
    let sql = "SELECT h.no, h.status, h.grade, h.category, h.description, h.found_at, h.deadline, h.version,
        s.code, s.name, g.code, g.name, d.code, d.name FROM hazard h LEFT JOIN key_site s ON s.id = h.site_id
        LEFT JOIN grid g ON g.id = h.grid_id LEFT JOIN division d ON d.code = h.division_code
        WHERE h.no = $1 AND h.county_code = $2";
    let row = sqlx::query(sql).bind(no).bind(county).fetch_one(pool).await?;
    let mut text = Text::default();
    text.raw("{\"data\":{\"hazard\":{\"no\":");
    texts(&mut text, &row, &[",\"status\":", ",\"grade\":", ",\"category\":", ",\"description\":"])?;
    text.raw(",\"foundAt\":");
    text.instant(row.try_get(5)?);
    text.raw(",\"deadline\":");
    text.instant(row.try_get(6)?);
    text.raw(",\"version\":");
    text.number(row.try_get(7)?);
    for (key, column) in [("site", 8), ("grid", 10), ("division", 12)] {
        text.raw(",\"");
        text.raw(key);
        text.raw("\":");
        object(&mut text, &row, &[("code", column), ("name", column + 1)])?;
    }
    text.raw("}}}");
    Ok(text.0)
}

async fn list(pool: &PgPool, county: &str) -> Outcome {
    let sql = "SELECT h.no, h.status, h.grade, h.found_at, h.deadline, s.name, g.name FROM (SELECT id, no, status, grade, found_at, deadline, site_id
        FROM hazard WHERE county_code = $1 AND status IN ($2, $3, $4, $5, $6, $7) ORDER BY found_at DESC, id DESC LIMIT 50) h
        LEFT JOIN key_site s ON s.id = h.site_id LEFT JOIN grid g ON g.id = s.grid_id
        ORDER BY h.found_at DESC, h.id DESC";
    let query = OPEN.iter().fold(sqlx::query(sql).bind(county), |query, status| query.bind(*status));
    let rows = query.fetch_all(pool).await?;
    let mut text = Text::default();
    text.raw("{\"data\":{\"hazards\":{\"edges\":[");
    for (at, row) in rows.iter().enumerate() {
        text.between(at);
        text.raw("{\"node\":{\"no\":");
        hazard(&mut text, row, 0)?;
        text.raw(",\"deadline\":");
        text.instant(row.try_get(4)?);
        match row.try_get::<Option<&str>, _>(5)? {
            Some(site) => {
                text.raw(",\"site\":{\"name\":");
                text.string(site);
                text.raw(",\"grid\":");
                object(&mut text, row, &[("name", 6)])?;
                text.raw("}}}");
            }
            None => text.raw(",\"site\":null}}"),
        }
    }
    text.raw("]}}}");
    Ok(text.0)
}

/// Number, status, grade and instant of a hazard, from a column on, without its beginning.
fn hazard(text: &mut Text, row: &PgRow, first: usize) -> Result<(), sqlx::Error> {
    text.optional(row.try_get(first)?);
    text.raw(",\"status\":");
    text.optional(row.try_get(first + 1)?);
    text.raw(",\"grade\":");
    text.optional(row.try_get(first + 2)?);
    text.raw(",\"foundAt\":");
    text.instant(row.try_get(first + 3)?);
    Ok(())
}

async fn nested(pool: &PgPool, centre: &str, county: &str) -> Outcome {
    let sql = "SELECT c.name, d.name, d.code FROM governance_centre c JOIN division d ON d.code = c.division_code
        WHERE c.code = $1";
    let centre = sqlx::query(sql).bind(centre).fetch_one(pool).await?;
    let sql = "SELECT id, code, name FROM grid WHERE village_code = $1 ORDER BY code LIMIT 10";
    let grids = sqlx::query(sql).bind(centre.try_get::<&str, _>(2)?).fetch_all(pool).await?;
    let sql =
        "SELECT p, s.id, s.code, s.name FROM unnest($1::bigint[]) p JOIN LATERAL (SELECT id, code, name FROM key_site
        WHERE grid_id = p AND county_code = $2 ORDER BY code LIMIT 10) s ON TRUE";
    let sites = sqlx::query(sql).bind(keys(&grids, 0)?).bind(county).fetch_all(pool).await?;
    let sql = "SELECT p, h.no, h.status, h.grade, h.found_at FROM unnest($1::bigint[]) p JOIN LATERAL (SELECT id, no, status,
        grade, found_at FROM hazard WHERE site_id = p AND county_code = $2 ORDER BY found_at DESC, id DESC LIMIT 5) h ON TRUE";
    let hazards = sqlx::query(sql).bind(keys(&sites, 1)?).bind(county).fetch_all(pool).await?;
    let (sites_of, hazards_of) = (by_parent(&sites)?, by_parent(&hazards)?);
    let mut text = Text::default();
    text.raw("{\"data\":{\"centre\":{\"name\":");
    text.optional(centre.try_get(0)?);
    text.raw(",\"division\":{\"grids\":{\"edges\":[");
    for (at, grid) in grids.iter().enumerate() {
        text.between(at);
        named(&mut text, grid, 1, "sites")?;
        for (at, site) in sites_of.get(&grid.try_get(0)?).into_iter().flatten().enumerate() {
            text.between(at);
            named(&mut text, site, 2, "hazards")?;
            for (at, row) in hazards_of.get(&site.try_get(1)?).into_iter().flatten().enumerate() {
                text.between(at);
                text.raw("{\"node\":{\"no\":");
                hazard(&mut text, row, 1)?;
                text.raw("}}");
            }
            text.raw("]}}}");
        }
        text.raw("]}}}");
    }
    text.raw("]}}}}}");
    Ok(text.0)
}

/// The beginning of a node with code and name, up to the edges of a list below it.
fn named(text: &mut Text, row: &PgRow, first: usize, below: &str) -> Result<(), sqlx::Error> {
    text.raw("{\"node\":{\"code\":");
    text.optional(row.try_get(first)?);
    text.raw(",\"name\":");
    text.optional(row.try_get(first + 1)?);
    text.raw(",\"");
    text.raw(below);
    text.raw("\":{\"edges\":[");
    Ok(())
}

fn keys(rows: &[PgRow], column: usize) -> Result<Vec<i64>, sqlx::Error> {
    rows.iter().map(|row| row.try_get(column)).collect()
}

fn by_parent(rows: &[PgRow]) -> Result<HashMap<i64, Vec<&PgRow>>, sqlx::Error> {
    let mut of: HashMap<i64, Vec<&PgRow>> = HashMap::new();
    for row in rows {
        of.entry(row.try_get(0)?).or_default().push(row);
    }
    Ok(of)
}

async fn counts(pool: &PgPool, county: &str, now: i64) -> Outcome {
    let sql =
        "SELECT COUNT(*) FILTER (WHERE found_at <= $2), COUNT(*) FILTER (WHERE found_at <= $2 AND written_off_at <= $2)
        FROM hazard WHERE county_code = $1 AND status <> 'REJECTED'";
    let row = sqlx::query(sql).bind(county).bind(now).fetch_one(pool).await?;
    let (found, written_off): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    Ok(format!("{{\"data\":{{\"hazardStatistics\":{{\"found\":{found},\"writtenOff\":{written_off}}}}}}}"))
}

async fn page(pool: &PgPool, county: &str, at: i64, id: i64) -> Outcome {
    let sql = format!(
        "SELECT no, title, status, risk_level, accepted_at, due_at FROM dispute WHERE county_code = $1 AND {LABEL}
         AND (accepted_at, id) < ($2, $3) ORDER BY accepted_at DESC, id DESC LIMIT 50"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(county).bind(at).bind(id);
    let rows = query.fetch_all(pool).await?;
    let mut text = Text::default();
    text.raw("{\"data\":{\"disputes\":{\"edges\":[");
    for (at, row) in rows.iter().enumerate() {
        text.between(at);
        text.raw("{\"node\":{\"no\":");
        texts(&mut text, row, &[",\"title\":", ",\"status\":", ",\"riskLevel\":"])?;
        text.raw(",\"acceptedAt\":");
        text.instant(row.try_get(4)?);
        text.raw(",\"dueAt\":");
        text.instant(row.try_get(5)?);
        text.raw("}}");
    }
    text.raw("]}}}");
    Ok(text.0)
}

async fn thousand(pool: &PgPool, county: &str) -> Outcome {
    let sql = format!(
        "SELECT no, title, status, risk_level, channel, scale, people_involved, escalation_risk, enterprise_related,
         accepted_at, due_at, version FROM dispute WHERE county_code = $1 AND {LABEL}
         ORDER BY accepted_at DESC, id DESC LIMIT 1000"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(county).fetch_all(pool).await?;
    let mut text = Text::default();
    text.raw("{\"data\":{");
    for (page, rows) in rows.chunks(crate::operations::LONG_PAGE).enumerate() {
        text.between(page);
        text.raw("\"p");
        text.number(page as i64);
        text.raw("\":{\"edges\":[");
        for (at, row) in rows.iter().enumerate() {
            text.between(at);
            text.raw("{\"node\":{\"no\":");
            let keys = [",\"title\":", ",\"status\":", ",\"riskLevel\":", ",\"channel\":", ",\"scale\":"];
            texts(&mut text, row, &keys)?;
            text.raw(",\"peopleInvolved\":");
            text.number(row.try_get(6)?);
            text.raw(",\"escalationRisk\":");
            text.boolean(row.try_get(7)?);
            text.raw(",\"enterpriseRelated\":");
            text.boolean(row.try_get(8)?);
            text.raw(",\"acceptedAt\":");
            text.instant(row.try_get(9)?);
            text.raw(",\"dueAt\":");
            text.instant(row.try_get(10)?);
            text.raw(",\"version\":");
            text.number(row.try_get(11)?);
            text.raw("}}");
        }
        text.raw("]}");
    }
    text.raw("}}");
    Ok(text.0)
}
