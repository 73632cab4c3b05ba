//! One connection for one request: statements in order, rows borrowed, every statement noted.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Database, Decode, Row, Sqlite, Type};

use tracing::Instrument;

use super::bind::{bind_postgres, bind_sqlite, type_of};
use super::flight::Flight;
use super::sql::{Dialect, Statement};
use crate::storage::{Lent, ReadPool};
use crate::traces;

/// Why a statement could not be answered. The text is for the log only.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A sealed value could not be opened.
    #[error("sealed value: {0}")]
    Seal(String),
    /// A stored value is not what its declaration says.
    #[error("stored value: {0}")]
    Value(String),
    /// A row that was written is not as it has to be.
    #[error("a row that was written is not as it has to be")]
    Unfulfilled,
}

impl ReadError {
    /// Whether the database gave up because the statement took too long.
    pub fn is_timeout(&self) -> bool {
        // Of PostgreSQL: query canceled. Of SQLite: interrupted.
        self.is_coded(&["57014", "9"])
    }

    /// Whether all connections were in use for too long.
    pub fn is_exhausted(&self) -> bool {
        matches!(self, ReadError::Database(sqlx::Error::PoolTimedOut))
    }

    /// Whether another writer got in the way, so that the same may go well a moment later.
    pub fn is_contention(&self) -> bool {
        // Of PostgreSQL: serialization failure, deadlock, lock not available. Of SQLite: busy, and busy with a snapshot.
        self.is_coded(&["40001", "40P01", "55P03", "5", "517"])
    }

    /// Whether there is another row with what only one may have.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, ReadError::Database(sqlx::Error::Database(cause)) if cause.is_unique_violation())
    }

    /// Whether it is the statement that the database refuses, or a value that does not fit, so that others may still pass.
    pub fn is_of_content(&self) -> bool {
        let refused = matches!(self, ReadError::Database(sqlx::Error::Database(_)));
        !self.is_timeout() && !self.is_contention() && (refused || matches!(self, ReadError::Value(_)))
    }

    fn is_coded(&self, codes: &[&str]) -> bool {
        match self {
            ReadError::Database(sqlx::Error::Database(cause)) => {
                cause.code().is_some_and(|code| codes.contains(&code.as_ref()))
            }
            _ => false,
        }
    }
}

/// A connection.
pub struct Session {
    /// `None`: there is no database.
    pool: Option<ReadPool>,
    dialect: Dialect,
    connection: Connection,
    statements: Vec<Arc<str>>,
    slowest: Option<Slowest>,
}

/// The statement that took longest.
struct Slowest {
    /// Which one it is.
    at: usize,
    took: Duration,
    /// Types of its values, as PostgreSQL names them.
    types: Vec<&'static str>,
}

enum Connection {
    Postgres(Lent),
    Sqlite(PoolConnection<Sqlite>, Flight),
    /// Given back, until the next statement.
    Rests,
    /// None: every statement finds nothing.
    Absent,
}

impl Connection {
    async fn of(pool: &ReadPool) -> Result<Connection, ReadError> {
        Ok(match pool {
            ReadPool::Postgres(warm) => Connection::Postgres(warm.lend().await?),
            ReadPool::Sqlite(pool, longest) => {
                let mut connection = pool.acquire().await?;
                let flight = Flight::over(&mut connection, *longest).await?;
                Connection::Sqlite(connection, flight)
            }
        })
    }
}

/// Something that runs statements: a connection that reads, or a transaction that writes.
pub trait Runner: Send {
    /// Which database answers.
    fn dialect(&self) -> Dialect;

    /// Runs a statement.
    fn rows(&mut self, statement: Statement) -> impl Future<Output = Result<Rows, ReadError>> + Send;
}

/// Rows of an answer.
pub enum Rows {
    /// Of PostgreSQL.
    Postgres(Vec<sqlx::postgres::PgRow>),
    /// Of SQLite.
    Sqlite(Vec<sqlx::sqlite::SqliteRow>),
}

impl Session {
    /// Takes a connection from the pool.
    pub async fn open(pool: &ReadPool) -> Result<Session, ReadError> {
        let connection = Connection::of(pool).await?;
        let dialect = match pool {
            ReadPool::Postgres(_) => Dialect::Postgres,
            ReadPool::Sqlite(..) => Dialect::Sqlite,
        };
        Ok(Session { pool: Some(pool.clone()), dialect, connection, statements: vec![], slowest: None })
    }

    /// Gives the connection back until the next statement: whoever has something else to wait for keeps it from nobody.
    pub fn rest(&mut self) {
        if self.pool.is_some() {
            self.connection = Connection::Rests;
        }
    }

    /// The connection, taken again if it was given back.
    async fn connection(&mut self) -> Result<&mut Connection, ReadError> {
        if let (Some(pool), Connection::Rests) = (&self.pool, &self.connection) {
            self.connection = Connection::of(pool).await?;
        }
        Ok(&mut self.connection)
    }

    /// A session without a database, which finds nothing: what is left is what goes before it and after it.
    pub fn without_database(dialect: Dialect) -> Session {
        Session { pool: None, dialect, connection: Connection::Absent, statements: vec![], slowest: None }
    }

    /// Texts of the statements run so far.
    pub fn statements(&self) -> &[Arc<str>] {
        &self.statements
    }

    /// The same, at the end.
    pub fn into_statements(self) -> Vec<Arc<str>> {
        self.statements
    }

    /// The statement that took longest. `None`: none has run.
    pub fn slowest(&self) -> Option<(&str, Duration)> {
        let slowest = self.slowest.as_ref()?;
        Some((self.statements.get(slowest.at)?, slowest.took))
    }

    /// How the database goes about the statement that took longest, whatever its values.
    pub async fn plan_of_slowest(&mut self) -> Result<String, ReadError> {
        let Some((sql, types)) =
            self.slowest.as_ref().and_then(|s| Some((self.statements.get(s.at)?.clone(), s.types.clone())))
        else {
            return Ok(String::new());
        };
        // Every text comes from sea-query; of values the days of a period are part of it and nothing else.
        let lines: Vec<String> = match self.connection().await? {
            Connection::Postgres(connection) => {
                let listed = |items: &[&str]| match items {
                    [] => String::new(),
                    items => format!("({})", items.join(", ")),
                };
                let values = listed(&vec!["NULL"; types.len()]);
                let prepare = format!("PREPARE slow{} AS {sql}", listed(&types));
                let open = connection.begin()?;
                // Whoever gave up before the end left it behind.
                let _ = sqlx::raw_sql("DEALLOCATE slow").execute(&mut *open).await;
                sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut *open).await?;
                let explain = format!("EXPLAIN EXECUTE slow{values}");
                let plan = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_all(&mut *open).await;
                sqlx::raw_sql("DEALLOCATE slow").execute(open).await?;
                connection.end();
                plan?.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?
            }
            Connection::Sqlite(connection, _) => {
                let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
                let plan = sqlx::query(explain).fetch_all(&mut **connection).await?;
                plan.iter().map(|row| row.try_get(3)).collect::<Result<_, _>>()?
            }
            Connection::Rests | Connection::Absent => vec![],
        };
        Ok(lines.join("\n"))
    }
}

impl Runner for Session {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    async fn rows(&mut self, statement: Statement) -> Result<Rows, ReadError> {
        let span = traces::statement(&statement.sql);
        // Boxed, so that whatever waits for a statement is small: it is copied as a whole when it is boxed itself.
        Box::pin(self.run(statement)).instrument(span).await
    }
}

impl Session {
    async fn run(&mut self, statement: Statement) -> Result<Rows, ReadError> {
        // Every text comes from sea-query; values are parameters, but for the days of a period.
        let text = AssertSqlSafe(statement.sql.clone());
        let connection = self.connection().await?;
        let began = Instant::now();
        let rows = match connection {
            Connection::Postgres(connection) => {
                let query = statement.values().fold(sqlx::query(text), bind_postgres);
                let rows = query.fetch_all(connection.begin()?).await;
                // After an error the pool looks whether the connection can still be used.
                if rows.is_ok() {
                    connection.end();
                }
                rows.map(Rows::Postgres)
            }
            Connection::Sqlite(connection, flight) => {
                let query = statement.values().fold(sqlx::query(text), bind_sqlite);
                flight.begin();
                let rows = query.fetch_all(&mut **connection).await;
                flight.end();
                rows.map(Rows::Sqlite)
            }
            Connection::Rests | Connection::Absent => Ok(Rows::Sqlite(vec![])),
        };
        // Also of one that was broken off: it is the one that one wants to know of.
        let took = began.elapsed();
        if self.slowest.as_ref().is_none_or(|slowest| took > slowest.took) {
            let types = statement.values().map(type_of).collect();
            self.slowest = Some(Slowest { at: self.statements.len(), took, types });
        }
        self.statements.push(statement.sql);
        Ok(rows?)
    }
}

fn cell<'r, R, T>(rows: &'r [R], row: usize, column: usize) -> Result<Option<T>, ReadError>
where
    R: Row,
    usize: sqlx::ColumnIndex<R>,
    T: Decode<'r, R::Database> + Type<R::Database>,
    R::Database: Database,
{
    match rows.get(row) {
        Some(found) => Ok(found.try_get_unchecked::<Option<T>, usize>(column)?),
        None => Err(ReadError::Value(format!("no row {row}"))),
    }
}

impl Rows {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Rows::Postgres(rows) => rows.len(),
            Rows::Sqlite(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A text, borrowed.
    pub fn text(&self, row: usize, column: usize) -> Result<Option<&str>, ReadError> {
        match self {
            Rows::Postgres(rows) => cell(rows, row, column),
            Rows::Sqlite(rows) => cell(rows, row, column),
        }
    }

    /// A whole number.
    pub fn int(&self, row: usize, column: usize) -> Result<Option<i64>, ReadError> {
        match self {
            Rows::Postgres(rows) => cell(rows, row, column),
            Rows::Sqlite(rows) => cell(rows, row, column),
        }
    }

    /// A coordinate.
    pub fn real(&self, row: usize, column: usize) -> Result<Option<f64>, ReadError> {
        match self {
            Rows::Postgres(rows) => cell(rows, row, column),
            Rows::Sqlite(rows) => cell(rows, row, column),
        }
    }

    /// A truth value.
    pub fn boolean(&self, row: usize, column: usize) -> Result<Option<bool>, ReadError> {
        match self {
            Rows::Postgres(rows) => cell(rows, row, column),
            Rows::Sqlite(rows) => cell(rows, row, column),
        }
    }
}
