//! 合并写入. Writes that nothing in their transaction reads again before its end: on PostgreSQL they are sent as one statement, because a
//! way there and back costs more than most of them. What such a statement asks of the tables is answered as they were before it.

use std::fmt::Write;

use sea_orm::sea_query::{Alias, Expr, PostgresQueryBuilder, QueryStatementBuilder, SelectStatement};

use crate::read::sql::{Statement, Text};

/// Values of one statement, far below the 65,535 that PostgreSQL takes.
const MOST_VALUES: usize = 16_384;

/// Writes that wait.
#[derive(Default)]
pub(super) struct Together {
    text: Text,
    writes: usize,
    /// The row of a matter among them: its table and key, and its name here.
    row: Option<(String, i64, String)>,
}

impl Together {
    /// One more; tells whether they are many.
    pub(super) fn push(&mut self, write: &impl QueryStatementBuilder) -> bool {
        let start = if self.writes == 0 { "WITH " } else { ", " };
        // A text in memory takes all that is written.
        let _ = write!(self.text.sql, "{start}w{} AS (", self.writes);
        write.build_collect_any_into(&PostgresQueryBuilder, &mut self.text);
        self.text.sql.push(')');
        self.writes += 1;
        self.text.values.len() > MOST_VALUES
    }

    /// One more, the row of a matter, of which something is going to be asked.
    pub(super) fn push_row(&mut self, (table, id): (&str, i64), insert: &impl QueryStatementBuilder) -> bool {
        self.row = Some((table.to_owned(), id, format!("w{}", self.writes)));
        let many = self.push(insert);
        self.text.sql.truncate(self.text.sql.len() - 1);
        self.text.sql.push_str(" RETURNING *)");
        many
    }

    /// All of them as one statement, which finds the row of the matter if it fulfils a condition (on `t0`); `None`: it does not
    /// wait.
    pub(super) fn take_and_ask(&mut self, (table, id): (&str, i64), condition: &Expr) -> Option<Statement> {
        let (.., name) = self.row.take_if(|(of, key, _)| of == table && *key == id)?;
        let Together { mut text, .. } = std::mem::take(self);
        let mut select = SelectStatement::new();
        select.expr(Expr::cust("1")).from_as(Alias::new(name), Alias::new("t0")).and_where(condition.clone());
        text.sql.push(' ');
        select.build_collect_any_into(&PostgresQueryBuilder, &mut text);
        Some(Statement::once(text.sql, text.values))
    }

    /// All of them as one statement; `None`: there is none.
    pub(super) fn take(&mut self) -> Option<Statement> {
        let Together { text, writes, .. } = std::mem::take(self);
        (writes > 0).then(|| Statement::once(text.sql + " SELECT 1", text.values))
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::{Alias, Expr, ExprTrait, InsertStatement, UpdateStatement, Value};

    use super::Together;
    use crate::read::bind::Sent;

    #[test]
    fn writes_become_one_statement_in_their_order() {
        let mut together = Together::default();
        assert!(together.take().is_none());
        let mut insert = InsertStatement::new();
        insert.into_table(Alias::new("a")).columns([Alias::new("x")]).values_panic([1_i64.into()]);
        let mut update = UpdateStatement::new();
        update.table(Alias::new("b")).value(Alias::new("y"), "t").and_where(Expr::col(Alias::new("x")).eq(2_i64));
        assert!(!together.push(&insert) && !together.push(&update));
        let statement = together.take().unwrap();
        assert_eq!(
            &*statement.sql,
            "WITH w0 AS (INSERT INTO \"a\" (\"x\") VALUES ($1)), w1 AS (UPDATE \"b\" SET \"y\" = $2 WHERE \"x\" = $3) SELECT 1"
        );
        let expected = [Value::from(1_i64), Value::from("t"), Value::from(2_i64)];
        assert!(statement.values().eq(expected.iter().map(Sent::Value)));
        assert!(together.take().is_none(), "each is sent once");
    }

    #[test]
    fn of_the_row_of_a_matter_something_is_asked() {
        let mut together = Together::default();
        let mut insert = InsertStatement::new();
        insert.into_table(Alias::new("a")).columns([Alias::new("x")]).values_panic([1_i64.into()]);
        together.push(&insert);
        together.push_row(("a", 7), &insert);
        let condition = Expr::col((Alias::new("t0"), Alias::new("x"))).eq(2_i64);
        for other in [("b", 7), ("a", 8)] {
            assert!(together.take_and_ask(other, &condition).is_none());
        }
        let statement = together.take_and_ask(("a", 7), &condition).unwrap();
        assert!(
            statement.sql.ends_with("VALUES ($2) RETURNING *) SELECT 1 FROM \"w1\" AS \"t0\" WHERE \"t0\".\"x\" = $3"),
            "{}",
            statement.sql
        );
        assert!(together.take().is_none());
    }
}
