//! One transaction on a writing connection: statements in order, all of them or none.

use sea_orm::sea_query::{
    Alias, DeleteStatement, Expr, ExprTrait, InsertStatement, PostgresQueryBuilder, QueryStatementBuilder,
    SelectStatement, SqliteQueryBuilder, UpdateStatement,
};
use sqlx::postgres::PgTransactionManager;
use sqlx::{AssertSqlSafe, PgConnection};
use sqlx_core::transaction::TransactionManager;
use tracing::Instrument;

use super::together::{Sent, Together};
use super::{Lent, ReadPool, Storage};
use crate::read::bind::{bind_postgres, bind_sqlite};
use crate::read::session::{ReadError, Rows, Runner};
use crate::read::sql::{Dialect, Statement, col};
use crate::traces;

/// Connections that write. SQLite: one.
pub type WritePool = ReadPool;

/// A transaction. Dropped without [`commit`](Transaction::commit), nothing of it happens.
pub struct Transaction {
    inner: Inner,
    waiting: Together,
}

enum Inner {
    Postgres(Open),
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
}

/// A transaction over a connection that is lent. The connection goes back as it was when the transaction has ended; dropped before, it
/// takes what was done back on its way.
struct Open(Lent);

impl Open {
    async fn begin(lent: Lent) -> Result<Open, sqlx::Error> {
        let mut open = Open(lent);
        PgTransactionManager::begin(open.connection()?, None).await?;
        Ok(open)
    }

    fn connection(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        self.0.begin()
    }

    async fn commit(&mut self) -> Result<(), sqlx::Error> {
        PgTransactionManager::commit(self.connection()?).await?;
        self.0.end();
        Ok(())
    }

    async fn rollback(&mut self) -> Result<(), sqlx::Error> {
        PgTransactionManager::rollback(self.connection()?).await?;
        self.0.end();
        Ok(())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let Some(connection) = self.0.left() else { return };
        if PgTransactionManager::get_transaction_depth(connection) > 0 {
            PgTransactionManager::start_rollback(connection);
        } else {
            // Broken off while it was begun: nobody knows whether it was.
            connection.close_on_drop();
        }
    }
}

impl Storage {
    /// The connections that write.
    pub fn write_pool(&self) -> WritePool {
        self.writers.clone()
    }
}

impl Transaction {
    /// Begins. On SQLite the lock is taken at once, so that no lock has to be raised later.
    pub async fn begin(pool: &WritePool) -> Result<Transaction, ReadError> {
        let inner = match pool {
            ReadPool::Postgres(warm) => Inner::Postgres(Open::begin(warm.lend().await?).await?),
            ReadPool::Sqlite(pool, _) => Inner::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
        };
        Ok(Transaction { inner, waiting: Together::default() })
    }

    /// Makes it happen.
    pub async fn commit(mut self) -> Result<(), ReadError> {
        self.send_waiting().await?;
        match self.inner {
            Inner::Postgres(mut open) => open.commit().await?,
            Inner::Sqlite(inner) => inner.commit().await?,
        }
        Ok(())
    }

    /// Takes it back.
    pub async fn rollback(self) -> Result<(), ReadError> {
        match self.inner {
            Inner::Postgres(mut open) => open.rollback().await?,
            Inner::Sqlite(inner) => inner.rollback().await?,
        }
        Ok(())
    }

    /// Inserts rows before the next statement at the latest, or the end.
    pub async fn insert_soon(&mut self, insert: &InsertStatement) -> Result<(), ReadError> {
        match self.dialect() {
            Dialect::Postgres => self.wait(insert).await,
            Dialect::Sqlite => self.insert(insert).await.map(drop),
        }
    }

    /// Changes rows before the next statement at the latest, or the end.
    pub async fn update_soon(&mut self, update: &UpdateStatement) -> Result<(), ReadError> {
        match self.dialect() {
            Dialect::Postgres => self.wait(update).await,
            Dialect::Sqlite => self.update(update).await.map(drop),
        }
    }

    /// Inserts the row of a matter before the next statement at the latest:
    /// [`require_inserted`](Transaction::require_inserted) asks something of it.
    pub async fn insert_row_soon(&mut self, row: (&str, i64), insert: &InsertStatement) -> Result<(), ReadError> {
        if self.waiting.asks() {
            self.send_waiting().await?;
        }
        match self.dialect() {
            Dialect::Postgres if self.waiting.push_row(row, insert) => self.send_waiting().await,
            Dialect::Postgres => Ok(()),
            Dialect::Sqlite => self.insert(insert).await.map(drop),
        }
    }

    /// The row of a matter that was inserted must fulfil a condition (on `t0`): asked with the next statement at the latest,
    /// which gives [`ReadError::Unfulfilled`] if it does not. What waits beside it is not seen by that.
    pub async fn require_inserted(&mut self, table: &str, id: i64, condition: &Expr) -> Result<(), ReadError> {
        if self.waiting.ask((table, id), condition) { Ok(()) } else { self.require(table, id, condition).await }
    }

    /// A row must fulfil a condition (on `t0`), with all that was written before; otherwise it is [`ReadError::Unfulfilled`].
    pub async fn require(&mut self, table: &str, id: i64, condition: &Expr) -> Result<(), ReadError> {
        let mut select = SelectStatement::new();
        select.expr(Expr::cust("1")).from_as(Alias::new(table), Alias::new("t0"));
        select.and_where(col("t0", "id").eq(id).and(condition.clone()));
        fulfilled(self.select(&select).await?).map(drop)
    }

    async fn wait(&mut self, write: &impl QueryStatementBuilder) -> Result<(), ReadError> {
        if self.waiting.push(write) { self.send_waiting().await } else { Ok(()) }
    }

    /// Sends what waits.
    async fn send_waiting(&mut self) -> Result<(), ReadError> {
        match self.waiting.take() {
            Some(sent @ Sent { asked: true, .. }) => self.found_beside(sent).await.map(drop),
            Some(Sent { statement, asked: false }) => self.executed(statement).await.map(drop),
            None => Ok(()),
        }
    }

    /// Reads rows that nothing that waits writes to, in one way there and back with it.
    pub async fn select_beside(&mut self, select: &SelectStatement) -> Result<Rows, ReadError> {
        match self.waiting.take_beside(select) {
            Some(sent) => self.found_beside(sent).await,
            None => self.select(select).await,
        }
    }

    async fn found_beside(&mut self, Sent { statement, asked }: Sent) -> Result<Rows, ReadError> {
        let rows = self.found(statement).await?;
        if asked { fulfilled(rows) } else { Ok(rows) }
    }

    /// Runs a statement that gives no rows; tells how many it touched.
    pub async fn execute(&mut self, statement: Statement) -> Result<u64, ReadError> {
        self.send_waiting().await?;
        self.executed(statement).await
    }

    async fn executed(&mut self, statement: Statement) -> Result<u64, ReadError> {
        let span = traces::statement(&statement.sql);
        let text = AssertSqlSafe(statement.sql.clone());
        Ok(match &mut self.inner {
            Inner::Postgres(open) => {
                let query = statement.values().fold(sqlx::query(text), bind_postgres);
                query.execute(open.connection()?).instrument(span).await?.rows_affected()
            }
            Inner::Sqlite(inner) => {
                let query = statement.values().fold(sqlx::query(text), bind_sqlite);
                query.execute(&mut **inner).instrument(span).await?.rows_affected()
            }
        })
    }

    /// Inserts rows.
    pub async fn insert(&mut self, insert: &InsertStatement) -> Result<u64, ReadError> {
        let statement = built!(self, insert);
        self.execute(statement).await
    }

    /// Inserts rows and gives back what it returns.
    pub async fn insert_returning(&mut self, insert: &InsertStatement) -> Result<Rows, ReadError> {
        let statement = built!(self, insert);
        self.rows(statement).await
    }

    /// Changes rows.
    pub async fn update(&mut self, update: &UpdateStatement) -> Result<u64, ReadError> {
        let statement = built!(self, update);
        self.execute(statement).await
    }

    /// Changes rows that nothing that waits writes to, in one way there and back with it, and gives back what it returns.
    pub async fn update_returning(&mut self, update: &UpdateStatement) -> Result<Rows, ReadError> {
        // That it finds no row must not look as if the row of a matter did not fulfil what was asked of it.
        if self.waiting.asks() {
            self.send_waiting().await?;
        }
        if let Some(sent) = self.waiting.take_beside(update) {
            return self.found_beside(sent).await;
        }
        let statement = built!(self, update);
        self.rows(statement).await
    }

    /// Removes rows.
    pub async fn delete(&mut self, delete: &DeleteStatement) -> Result<u64, ReadError> {
        let statement = built!(self, delete);
        self.execute(statement).await
    }

    /// Reads rows.
    pub async fn select(&mut self, select: &SelectStatement) -> Result<Rows, ReadError> {
        let statement = self.dialect().render(select);
        self.rows(statement).await
    }
}

impl Runner for Transaction {
    fn dialect(&self) -> Dialect {
        match self.inner {
            Inner::Postgres(_) => Dialect::Postgres,
            Inner::Sqlite(_) => Dialect::Sqlite,
        }
    }

    async fn rows(&mut self, statement: Statement) -> Result<Rows, ReadError> {
        self.send_waiting().await?;
        self.found(statement).await
    }
}

impl Transaction {
    async fn found(&mut self, statement: Statement) -> Result<Rows, ReadError> {
        let span = traces::statement(&statement.sql);
        let text = AssertSqlSafe(statement.sql.clone());
        Ok(match &mut self.inner {
            Inner::Postgres(open) => {
                let query = statement.values().fold(sqlx::query(text), bind_postgres);
                Rows::Postgres(query.fetch_all(open.connection()?).instrument(span).await?)
            }
            Inner::Sqlite(inner) => {
                let query = statement.values().fold(sqlx::query(text), bind_sqlite);
                Rows::Sqlite(query.fetch_all(&mut **inner).instrument(span).await?)
            }
        })
    }
}

/// The row that something was asked of, if it fulfils it.
fn fulfilled(rows: Rows) -> Result<Rows, ReadError> {
    if rows.is_empty() { Err(ReadError::Unfulfilled) } else { Ok(rows) }
}

/// Renders a statement for the transaction's database.
macro_rules! built {
    ($transaction:expr, $statement:expr) => {{
        let (sql, values) = match $transaction.dialect() {
            Dialect::Postgres => $statement.build(PostgresQueryBuilder),
            Dialect::Sqlite => $statement.build(SqliteQueryBuilder),
        };
        Statement::once(sql, values.0)
    }};
}
use built;

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::Query;

    use super::super::check::tests::{Scratch, UTF8};
    use super::*;

    #[tokio::test]
    async fn an_update_of_nothing_is_no_answer_to_what_was_asked_of_a_row() {
        let scratch = Scratch::create(UTF8).await;
        let storage = Storage::open(&scratch.config()).await.unwrap();
        let mut transaction = Transaction::begin(&storage.write_pool()).await.unwrap();
        let table = Statement::once("CREATE TABLE a (id bigint, x bigint)".to_owned(), vec![]);
        transaction.execute(table).await.unwrap();
        let mut update = UpdateStatement::new();
        update.table(Alias::new("a")).value(Alias::new("x"), 3_i64).and_where(Expr::col(Alias::new("id")).eq(9_i64));
        update.returning(Query::returning().column(Alias::new("x")));
        for (id, x, fulfils) in [(1_i64, 2_i64, true), (2, 5, false)] {
            let mut insert = InsertStatement::new();
            insert.into_table(Alias::new("a")).columns([Alias::new("id"), Alias::new("x")]);
            insert.values_panic([id.into(), x.into()]);
            transaction.insert_row_soon(("a", id), &insert).await.unwrap();
            transaction.require_inserted("a", id, &col("t0", "x").eq(2_i64)).await.unwrap();
            match transaction.update_returning(&update).await {
                Ok(rows) => assert!(fulfils && rows.is_empty()),
                Err(error) => assert!(!fulfils && matches!(error, ReadError::Unfulfilled), "{error}"),
            }
        }
        transaction.rollback().await.unwrap();
        storage.close().await.unwrap();
        scratch.drop().await;
    }
}
