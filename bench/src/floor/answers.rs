//! Which question is answered, and from which database. Parameters come with the request, as a JSON list of texts.

use sqlx::{PgConnection, SqlitePool};

use super::Given;
use super::write::{self, Outcome};
use super::{postgres, sqlite};

/// Q1, and the first level of Q3: the same on both databases.
pub(super) const POINT: &str =
    "SELECT h.no, h.status, h.grade, h.category, h.description, h.found_at, h.deadline, h.version,
    s.code, s.name, g.code, g.name, d.code, d.name FROM hazard h LEFT JOIN key_site s ON s.id = h.site_id
    LEFT JOIN grid g ON g.id = h.grid_id LEFT JOIN division d ON d.code = h.division_code
    WHERE h.no = $1 AND h.county_code = $2";
pub(super) const GRIDS: &str = "SELECT id, code, name FROM grid WHERE township_code = $1 ORDER BY code LIMIT 10";

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

    pub(super) async fn on_postgres(self, connection: &mut PgConnection, given: &Given) -> Outcome {
        let (first, second) = (given.text(0), given.text(1));
        match self {
            Question::Point => write::point(&postgres::point(connection, first, second).await?),
            Question::List => write::list(&postgres::list(connection, first).await?),
            Question::Nested => write::nested(&postgres::nested(connection, first, second).await?),
            Question::Counts => write::counts(&postgres::counts(connection, first, given.number(1)).await?),
            Question::Page => write::page(&postgres::page(connection, first, given.number(1), given.number(2)).await?),
            Question::Thousand => write::thousand(&postgres::thousand(connection, first).await?),
        }
    }

    pub(super) async fn on_sqlite(self, pool: &SqlitePool, given: &Given) -> Outcome {
        let (first, second) = (given.text(0), given.text(1));
        match self {
            Question::Point => write::point(&sqlite::point(pool, first, second).await?),
            Question::List => write::list(&sqlite::list(pool, first).await?),
            Question::Nested => write::nested(&sqlite::nested(pool, first, second).await?),
            Question::Counts | Question::Page | Question::Thousand => {
                Err(sqlx::Error::Configuration("there is no floor of it on SQLite".into()))
            }
        }
    }
}
