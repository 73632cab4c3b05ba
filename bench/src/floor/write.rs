//! The answers, written from the rows of either database.

use ahash::HashMap;
use sqlx::{ColumnIndex, Decode, Row};

use super::text::Text;

/// An answer, or why there is none.
pub(super) type Outcome = Result<String, sqlx::Error>;

/// A row of either database.
pub(super) trait Cells {
    /// A text; `None`: null.
    fn text(&self, column: usize) -> Result<Option<&str>, sqlx::Error>;
    /// A whole number; `None`: null.
    fn int(&self, column: usize) -> Result<Option<i64>, sqlx::Error>;
    /// A truth value.
    fn boolean(&self, column: usize) -> Result<bool, sqlx::Error>;

    /// A whole number that is never null; if it is, the answer shows 0 and is found to differ.
    fn number(&self, column: usize) -> Result<i64, sqlx::Error> {
        Ok(self.int(column)?.unwrap_or_default())
    }
}

impl<R> Cells for R
where
    R: Row,
    usize: ColumnIndex<R>,
    for<'r> &'r str: Decode<'r, R::Database>,
    for<'r> i64: Decode<'r, R::Database>,
    for<'r> bool: Decode<'r, R::Database>,
{
    fn text(&self, column: usize) -> Result<Option<&str>, sqlx::Error> {
        self.try_get_unchecked(column)
    }

    fn int(&self, column: usize) -> Result<Option<i64>, sqlx::Error> {
        self.try_get_unchecked(column)
    }

    fn boolean(&self, column: usize) -> Result<bool, sqlx::Error> {
        self.try_get_unchecked(column)
    }
}

/// The rows of Q3. The first column of a site is the key of its grid, that of a hazard the key of its site.
pub(super) struct Levels<R> {
    pub(super) grids: Vec<R>,
    pub(super) sites: Vec<R>,
    pub(super) hazards: Vec<R>,
}

/// The keys in a column.
pub(super) fn keys<R: Cells>(rows: &[R], column: usize) -> Result<Vec<i64>, sqlx::Error> {
    rows.iter().map(|row| row.number(column)).collect()
}

fn object<R: Cells>(text: &mut Text, row: &R, members: &[(&str, usize)]) -> Result<(), sqlx::Error> {
    for (at, (key, column)) in members.iter().enumerate() {
        text.raw(if at == 0 { "{\"" } else { ",\"" });
        text.raw(key);
        text.raw("\":");
        text.optional(row.text(*column)?);
    }
    text.raw("}");
    Ok(())
}

/// The first column, whose key is written already, and one for each key after it.
fn texts<R: Cells>(text: &mut Text, row: &R, keys: &[&str]) -> Result<(), sqlx::Error> {
    text.optional(row.text(0)?);
    for (column, key) in keys.iter().enumerate() {
        text.raw(key);
        text.optional(row.text(column + 1)?);
    }
    Ok(())
}

/// Q1.
pub(super) fn point<R: Cells>(row: &R) -> Outcome {
    let mut text = Text::default();
    text.raw("{\"data\":{\"hazard\":{\"no\":");
    texts(&mut text, row, &[",\"status\":", ",\"grade\":", ",\"category\":", ",\"description\":"])?;
    text.raw(",\"foundAt\":");
    text.instant(row.int(5)?);
    text.raw(",\"deadline\":");
    text.instant(row.int(6)?);
    text.raw(",\"version\":");
    text.number(row.number(7)?);
    for (key, column) in [("site", 8), ("grid", 10), ("division", 12)] {
        text.raw(",\"");
        text.raw(key);
        text.raw("\":");
        object(&mut text, row, &[("code", column), ("name", column + 1)])?;
    }
    text.raw("}}}");
    Ok(text.0)
}

/// Q2.
pub(super) fn list<R: Cells>(rows: &[R]) -> Outcome {
    let mut text = Text::default();
    text.raw("{\"data\":{\"hazards\":{\"edges\":[");
    for (at, row) in rows.iter().enumerate() {
        text.between(at);
        text.raw("{\"node\":{\"no\":");
        hazard(&mut text, row, 0)?;
        text.raw(",\"deadline\":");
        text.instant(row.int(4)?);
        match row.text(5)? {
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
fn hazard<R: Cells>(text: &mut Text, row: &R, first: usize) -> Result<(), sqlx::Error> {
    text.optional(row.text(first)?);
    text.raw(",\"status\":");
    text.optional(row.text(first + 1)?);
    text.raw(",\"grade\":");
    text.optional(row.text(first + 2)?);
    text.raw(",\"foundAt\":");
    text.instant(row.int(first + 3)?);
    Ok(())
}

/// Q3.
pub(super) fn nested<R: Cells>(levels: &Levels<R>) -> Outcome {
    let (sites_of, hazards_of) = (by_parent(&levels.sites)?, by_parent(&levels.hazards)?);
    let mut text = Text::default();
    text.raw("{\"data\":{\"grids\":{\"edges\":[");
    for (at, grid) in levels.grids.iter().enumerate() {
        text.between(at);
        named(&mut text, grid, 1, "sites")?;
        for (at, site) in sites_of.get(&grid.number(0)?).into_iter().flatten().enumerate() {
            text.between(at);
            named(&mut text, *site, 2, "hazards")?;
            for (at, row) in hazards_of.get(&site.number(1)?).into_iter().flatten().enumerate() {
                text.between(at);
                text.raw("{\"node\":{\"no\":");
                hazard(&mut text, *row, 1)?;
                text.raw("}}");
            }
            text.raw("]}}}");
        }
        text.raw("]}}}");
    }
    text.raw("]}}}");
    Ok(text.0)
}

/// The beginning of a node with code and name, up to the edges of a list below it.
fn named<R: Cells>(text: &mut Text, row: &R, first: usize, below: &str) -> Result<(), sqlx::Error> {
    text.raw("{\"node\":{\"code\":");
    text.optional(row.text(first)?);
    text.raw(",\"name\":");
    text.optional(row.text(first + 1)?);
    text.raw(",\"");
    text.raw(below);
    text.raw("\":{\"edges\":[");
    Ok(())
}

/// Rows by the key in their first column.
pub(super) fn by_parent<R: Cells>(rows: &[R]) -> Result<HashMap<i64, Vec<&R>>, sqlx::Error> {
    let mut of: HashMap<i64, Vec<&R>> = HashMap::default();
    for row in rows {
        of.entry(row.number(0)?).or_default().push(row);
    }
    Ok(of)
}

/// Q4.
pub(super) fn counts<R: Cells>(row: &R) -> Outcome {
    let (found, written_off) = (row.number(0)?, row.number(1)?);
    Ok(format!("{{\"data\":{{\"hazardStatistics\":{{\"found\":{found},\"writtenOff\":{written_off}}}}}}}"))
}

/// Q5.
pub(super) fn page<R: Cells>(rows: &[R]) -> Outcome {
    let mut text = Text::default();
    text.raw("{\"data\":{\"disputes\":{\"edges\":[");
    for (at, row) in rows.iter().enumerate() {
        text.between(at);
        text.raw("{\"node\":{\"no\":");
        texts(&mut text, row, &[",\"title\":", ",\"status\":", ",\"riskLevel\":"])?;
        text.raw(",\"acceptedAt\":");
        text.instant(row.int(4)?);
        text.raw(",\"dueAt\":");
        text.instant(row.int(5)?);
        text.raw("}}");
    }
    text.raw("]}}}");
    Ok(text.0)
}

/// Q7.
pub(super) fn thousand<R: Cells>(rows: &[R]) -> Outcome {
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
            text.number(row.number(6)?);
            text.raw(",\"escalationRisk\":");
            text.boolean(row.boolean(7)?);
            text.raw(",\"enterpriseRelated\":");
            text.boolean(row.boolean(8)?);
            text.raw(",\"acceptedAt\":");
            text.instant(row.int(9)?);
            text.raw(",\"dueAt\":");
            text.instant(row.int(10)?);
            text.raw(",\"version\":");
            text.number(row.number(11)?);
            text.raw("}}");
        }
        text.raw("]}");
    }
    text.raw("}}");
    Ok(text.0)
}
