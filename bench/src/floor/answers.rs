//! Which question is answered, and from which database. Parameters come with the request, as a JSON list of texts.

use sqlx::{PgPool, SqlitePool};

use super::write::{self, Outcome};
use super::{postgres, sqlite};

/// What is open.
pub(super) const OPEN: [&str; 6] = ["REPORTED", "GRADED", "ASSIGNED", "RECTIFYING", "RECTIFIED", "ACCEPTED"];
/// Q1, and the first two levels of Q3: the same on both databases.
pub(super) const POINT: &str =
    "SELECT h.no, h.status, h.grade, h.category, h.description, h.found_at, h.deadline, h.version,
    s.code, s.name, g.code, g.name, d.code, d.name FROM hazard h LEFT JOIN key_site s ON s.id = h.site_id
    LEFT JOIN grid g ON g.id = h.grid_id LEFT JOIN division d ON d.code = h.division_code
    WHERE h.no = $1 AND h.county_code = $2";
pub(super) const CENTRE: &str = "SELECT c.name, d.name, d.code FROM governance_centre c JOIN division d ON d.code = c.division_code WHERE c.code = $1";
pub(super) const GRIDS: &str = "SELECT id, code, name FROM grid WHERE village_code = $1 ORDER BY code LIMIT 10";

/// Which question is answered.
#[derive(Clone, Copy, Debug)]
pub(super) enum Question {
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

/// Where the rows are.
pub(super) enum Source {
    /// On a server.
    Postgres(PgPool),
    /// In a file.
    Sqlite(SqlitePool),
}

impl Source {
    /// Opens the database of a URL to read.
    pub(super) async fn open(url: &str) -> Result<Source, String> {
        Ok(match url.strip_prefix("sqlite:") {
            Some(file) => Source::Sqlite(sqlite::open(file).await?),
            None => Source::Postgres(postgres::open(url, postgres::READERS).await?),
        })
    }
}

impl Question {
    /// The question of an operation.
    pub(super) fn of(name: &str) -> Option<Question> {
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

    pub(super) async fn answer(self, source: &Source, body: &[u8]) -> Outcome {
        let given: Vec<String> = serde_json::from_slice(body).unwrap_or_default();
        let text = |at: usize| given.get(at).map(String::as_str).unwrap_or_default();
        let number = |at: usize| text(at).parse::<i64>().unwrap_or_default();
        match (self, source) {
            (Question::Point, Source::Postgres(pool)) => write::point(&postgres::point(pool, text(0), text(1)).await?),
            (Question::Point, Source::Sqlite(pool)) => write::point(&sqlite::point(pool, text(0), text(1)).await?),
            (Question::List, Source::Postgres(pool)) => write::list(&postgres::list(pool, text(0)).await?),
            (Question::List, Source::Sqlite(pool)) => write::list(&sqlite::list(pool, text(0)).await?),
            (Question::Nested, Source::Postgres(pool)) => {
                write::nested(&postgres::nested(pool, text(0), text(1)).await?)
            }
            (Question::Nested, Source::Sqlite(pool)) => write::nested(&sqlite::nested(pool, text(0), text(1)).await?),
            (Question::Counts, Source::Postgres(pool)) => {
                write::counts(&postgres::counts(pool, text(0), number(1)).await?)
            }
            (Question::Page, Source::Postgres(pool)) => {
                write::page(&postgres::page(pool, text(0), number(1), number(2)).await?)
            }
            (Question::Thousand, Source::Postgres(pool)) => write::thousand(&postgres::thousand(pool, text(0)).await?),
            (Question::Counts | Question::Page | Question::Thousand, Source::Sqlite(_)) => {
                Err(sqlx::Error::Configuration("there is no floor of it on SQLite".into()))
            }
        }
    }
}
