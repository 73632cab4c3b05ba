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
    /// What that row has to fulfil (on `t0`).
    asked: Option<Expr>,
}

/// Writes that waited, as one statement.
pub(super) struct Sent {
    /// The statement.
    pub(super) statement: Statement,
    /// Whether something was asked of the row of a matter: then no rows come back if it does not fulfil it.
    pub(super) asked: bool,
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

    /// Asks a condition (on `t0`) of the row of a matter; whether it waits.
    pub(super) fn ask(&mut self, (table, id): (&str, i64), condition: &Expr) -> bool {
        let waits = self.row.as_ref().is_some_and(|(of, key, _)| of == table && *key == id);
        if waits {
            self.asked = Some(condition.clone());
        }
        waits
    }

    /// Whether something was asked of a row that waits.
    pub(super) fn asks(&self) -> bool {
        self.asked.is_some()
    }

    /// All of them as one statement; `None`: nothing waits.
    pub(super) fn take(&mut self) -> Option<Sent> {
        let mut last = SelectStatement::new();
        last.expr(Expr::cust("1"));
        self.taken(last)
    }

    /// All of them as one statement, beside which another one runs and gives its rows; `None`: nothing waits.
    pub(super) fn take_beside(&mut self, other: &impl QueryStatementBuilder) -> Option<Sent> {
        if self.writes == 0 {
            return None;
        }
        self.text.sql.push_str(", beside AS (");
        other.build_collect_any_into(&PostgresQueryBuilder, &mut self.text);
        self.text.sql.push(')');
        let mut last = SelectStatement::new();
        last.expr(Expr::cust("beside.*")).from(Alias::new("beside"));
        self.taken(last)
    }

    fn taken(&mut self, mut last: SelectStatement) -> Option<Sent> {
        let Together { mut text, writes, row, asked } = std::mem::take(self);
        let asked = row.zip(asked).map(|((.., name), condition)| {
            last.from_as(Alias::new(name), Alias::new("t0")).and_where(condition);
        });
        text.sql.push(' ');
        last.build_collect_any_into(&PostgresQueryBuilder, &mut text);
        let sent = Sent { statement: Statement::once(text.sql, text.values), asked: asked.is_some() };
        (writes > 0).then_some(sent)
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::{Alias, Expr, ExprTrait, InsertStatement, SelectStatement, UpdateStatement, Value};

    use super::{Sent, Together};
    use crate::read::bind;

    #[test]
    fn writes_become_one_statement_in_their_order() {
        let mut together = Together::default();
        assert!(together.take().is_none());
        let mut insert = InsertStatement::new();
        insert.into_table(Alias::new("a")).columns([Alias::new("x")]).values_panic([1_i64.into()]);
        let mut update = UpdateStatement::new();
        update.table(Alias::new("b")).value(Alias::new("y"), "t").and_where(Expr::col(Alias::new("x")).eq(2_i64));
        assert!(!together.push(&insert) && !together.push(&update));
        let Sent { statement, asked } = together.take().unwrap();
        assert!(!asked);
        assert_eq!(
            &*statement.sql,
            "WITH w0 AS (INSERT INTO \"a\" (\"x\") VALUES ($1)), w1 AS (UPDATE \"b\" SET \"y\" = $2 WHERE \"x\" = $3) SELECT 1"
        );
        let expected = [Value::from(1_i64), Value::from("t"), Value::from(2_i64)];
        assert!(statement.values().eq(expected.iter().map(bind::Sent::Value)));
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
            assert!(!together.ask(other, &condition));
        }
        assert!(!together.asks());
        assert!(together.ask(("a", 7), &condition) && together.asks());
        let Sent { statement, asked } = together.take().unwrap();
        assert!(asked);
        assert!(
            statement.sql.ends_with("VALUES ($2) RETURNING *) SELECT 1 FROM \"w1\" AS \"t0\" WHERE \"t0\".\"x\" = $3"),
            "{}",
            statement.sql
        );
        assert!(together.take().is_none());
    }

    #[test]
    fn what_has_nothing_to_do_with_them_is_read_beside_them() {
        let mut together = Together::default();
        let mut insert = InsertStatement::new();
        insert.into_table(Alias::new("a")).columns([Alias::new("x")]).values_panic([1_i64.into()]);
        let mut select = SelectStatement::new();
        select.column("y").from("b").and_where(Expr::col("y").eq(2_i64));
        assert!(together.take_beside(&select).is_none(), "nothing waits");
        let condition = Expr::col((Alias::new("t0"), Alias::new("x"))).eq(3_i64);
        for (asks, end) in [(false, ""), (true, ", \"w0\" AS \"t0\" WHERE \"t0\".\"x\" = $3")] {
            together.push_row(("a", 7), &insert);
            assert_eq!(asks, asks && together.ask(("a", 7), &condition));
            let Sent { statement, asked } = together.take_beside(&select).unwrap();
            assert_eq!(asked, asks);
            let beside = ", beside AS (SELECT \"y\" FROM \"b\" WHERE \"y\" = $2) SELECT beside.* FROM \"beside\"";
            assert!(statement.sql.ends_with(&format!("{beside}{end}")), "{}", statement.sql);
        }
    }
}
