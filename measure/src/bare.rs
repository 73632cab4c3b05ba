//! The floor of a report: the rows of a report, inserted by hand. Prepared statements, no question asked, nothing checked or hashed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::Value as Json;
use sqlx::postgres::PgArguments;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Postgres};

use crate::table::Tables;

type Query<'q> = sqlx::query::Query<'q, Postgres, PgArguments>;

/// Keys from here on are nobody's.
static NEXT: AtomicI64 = AtomicI64::new(1 << 50);

/// What a column is given.
#[derive(Clone, Debug)]
enum Cell {
    /// As the report wrote it.
    Int(i64),
    Text(String),
    Real(f64),
    Bool(bool),
    /// A new key of the row.
    Key,
    /// The new hazard.
    Hazard,
    /// The number of the new hazard.
    No,
    /// A text that nobody else has, so long.
    Unique(usize),
    /// The next number in the chain.
    Seq,
    /// A place before the feed: nobody has to give it one, and nobody is told of it.
    Place,
}

/// A row that is to be inserted.
struct Row {
    table: String,
    names: Vec<String>,
    cells: Vec<Cell>,
}

/// A statement that inserts rows: as one, because a way there and back costs more than most of them.
#[derive(Clone, Debug)]
struct Insert {
    sql: Arc<str>,
    cells: Vec<Cell>,
}

impl Insert {
    fn of(rows: Vec<Row>) -> Insert {
        let (mut inserts, mut cells) = (vec![], vec![]);
        for Row { table, names, cells: of_row } in rows {
            let places: Vec<String> = (1..=of_row.len()).map(|place| format!("${}", cells.len() + place)).collect();
            let insert = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), places.join(", "));
            inserts.push(insert);
            cells.extend(of_row);
        }
        let sql = match inserts.as_slice() {
            [only] => only.clone(),
            all => {
                let all: Vec<String> = all.iter().enumerate().map(|(at, one)| format!("w{at} AS ({one})")).collect();
                format!("WITH {} SELECT 1", all.join(", "))
            }
        };
        Insert { sql: sql.into(), cells }
    }
}

/// The rows of one person's report.
#[derive(Clone, Debug)]
pub struct Template {
    /// What hazards are numbered by.
    counter: String,
    rows: Insert,
    entry: Insert,
    chain: i64,
    hash: String,
    at: i64,
}

/// Tables with rows of a report, the trail apart, and how each is found from the hazard.
const TABLES: [(&str, &str); 7] = [
    ("idempotency", "view = 'Hazard' AND object_id = {id}"),
    ("hazard", "id = {id}"),
    ("status_event", "hazard_id = {id}"),
    ("evidence", "hazard_id = {id}"),
    ("sla_clock", "hazard_id = {id}"),
    ("outbox", "view = 'Hazard' AND matter_id = {id}"),
    ("audit_access", "view = 'Hazard' AND matter_id = {id}"),
];

/// The rows that the last reports have written, each by another person.
pub fn templates(tables: &Tables, most: usize) -> Result<Vec<Template>, String> {
    let sql = "SELECT object_id, account_id FROM idempotency
        WHERE id IN (SELECT MAX(id) FROM idempotency GROUP BY account_id) ORDER BY id";
    let mut templates = vec![];
    for row in tables.rows(sql, 2)?.iter().take(most) {
        let (id, account) = (row[0].as_i64().unwrap_or_default(), row[1].as_i64().unwrap_or_default());
        let number = tables.rows(&format!("SELECT no FROM hazard WHERE id = {id}"), 1)?;
        let number = number.first().and_then(|row| row[0].as_str()?.rsplit_once('-'));
        let (counter, _) = number.ok_or("a hazard without a number")?;
        let mut written = vec![];
        for (table, found) in TABLES {
            written.extend(rows(tables, table, &found.replace("{id}", &id.to_string()))?);
        }
        let named = format!("account_id = {account} AND objects LIKE '%\"Hazard:{id}\"%' AND decision = 'ALLOW'");
        let entry = rows(tables, "audit_entry", &named)?.pop().ok_or("a report without its entry in the trail")?;
        let head = tables.rows(&format!("SELECT chain, hash, at FROM audit_entry WHERE {named}"), 3)?;
        let head = head.first().ok_or("a report without its entry in the trail")?;
        templates.push(Template {
            counter: counter.to_owned(),
            rows: Insert::of(written),
            entry: Insert::of(vec![entry]),
            chain: head[0].as_i64().unwrap_or_default(),
            hash: head[1].as_str().unwrap_or_default().to_owned(),
            at: head[2].as_i64().unwrap_or_default(),
        });
    }
    if templates.is_empty() { Err("nothing was reported".into()) } else { Ok(templates) }
}

/// Rows like those that are there; columns without a value are left out.
fn rows(tables: &Tables, table: &str, condition: &str) -> Result<Vec<Row>, String> {
    let columns = tables.rows(
        &format!(
            "SELECT column_name::text, data_type::text FROM information_schema.columns
             WHERE table_name = '{table}' AND is_generated = 'NEVER' ORDER BY ordinal_position"
        ),
        2,
    )?;
    let columns: Vec<(&str, &str)> =
        columns.iter().filter_map(|column| Some((column[0].as_str()?, column[1].as_str()?))).collect();
    let list: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"::text")).collect();
    let sql = format!("SELECT {} FROM {table} WHERE {condition}", list.join(", "));
    let like = |row: &Vec<Json>| {
        let (mut names, mut cells) = (vec![], vec![]);
        for ((name, kind), value) in columns.iter().zip(row) {
            let value = if *name == "position" { Some("") } else { value.as_str() };
            if let Some(value) = value {
                names.push(format!("\"{name}\""));
                cells.push(cell(table, name, kind, value)?);
            }
        }
        Ok(Row { table: table.to_owned(), names, cells })
    };
    tables.rows(&sql, columns.len())?.iter().map(like).collect()
}

fn cell(table: &str, name: &str, kind: &str, value: &str) -> Result<Cell, String> {
    let wrong = || format!("{table}.{name} is {value}");
    Ok(match (table, name, kind) {
        ("hazard", "id", _) | (_, "hazard_id" | "object_id" | "matter_id", _) => Cell::Hazard,
        (_, "id", _) => Cell::Key,
        ("hazard", "no", _) => Cell::No,
        ("idempotency", "key", _) => Cell::Unique(value.len()),
        ("audit_entry", "seq", _) => Cell::Seq,
        ("outbox", "position", _) => Cell::Place,
        (_, _, "bigint" | "integer" | "smallint") => Cell::Int(value.parse().map_err(|_| wrong())?),
        (_, _, "double precision") => Cell::Real(value.parse().map_err(|_| wrong())?),
        (_, _, "boolean") => Cell::Bool(value == "t" || value == "true"),
        _ => Cell::Text(value.to_owned()),
    })
}

impl Insert {
    fn query(&self, hazard: i64, no: &str, seq: i64) -> Query<'_> {
        let query = sqlx::query(AssertSqlSafe(self.sql.clone()));
        self.cells.iter().fold(query, |query, cell| match cell {
            Cell::Int(value) => query.bind(*value),
            Cell::Text(value) => query.bind(value.as_str()),
            Cell::Real(value) => query.bind(*value),
            Cell::Bool(value) => query.bind(*value),
            Cell::Key => query.bind(NEXT.fetch_add(1, Ordering::Relaxed)),
            Cell::Hazard => query.bind(hazard),
            Cell::No => query.bind(no.to_owned()),
            Cell::Unique(length) => query.bind(format!("{hazard:0>width$}", width = *length)),
            Cell::Seq => query.bind(seq),
            Cell::Place => query.bind(-hazard),
        })
    }
}

impl Template {
    /// Statements of the transaction, its beginning and end among them.
    pub fn statements(&self) -> usize {
        // Beginning, number, rows, place in the chain, entry, end.
        6
    }

    /// Writes them once more, as those of a new hazard, whose key it tells.
    pub async fn write(&self, connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
        let hazard = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut transaction = connection.begin().await?;
        let next = "UPDATE counter SET next = next + 1 WHERE name = $1 RETURNING next - 1";
        let next = sqlx::query_scalar(next).bind(self.counter.as_str());
        let number: i64 = next.fetch_one(&mut *transaction).await?;
        let no = format!("{}-{number:06}", self.counter);
        self.rows.query(hazard, &no, 0).execute(&mut *transaction).await?;
        let moved = "UPDATE audit_head SET seq = seq + 1, hash = $2, at = $3 WHERE chain = $1 RETURNING seq";
        let moved = sqlx::query_scalar(moved).bind(self.chain).bind(self.hash.as_str()).bind(self.at);
        let seq: i64 = moved.fetch_one(&mut *transaction).await?;
        self.entry.query(hazard, &no, seq).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(hazard)
    }
}
