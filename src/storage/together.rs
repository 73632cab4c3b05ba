//! 合并写入. Writes that nothing in their transaction reads again before its end: on PostgreSQL they are sent as one statement, because a
//! way there and back costs more than most of them.

use std::fmt::Write;

use sea_orm::sea_query::{PostgresQueryBuilder, QueryStatementBuilder};

use crate::read::sql::{Statement, Text};

/// Values of one statement, far below the 65,535 that PostgreSQL takes.
const MOST_VALUES: usize = 16_384;

/// Writes that wait.
#[derive(Default)]
pub(super) struct Together {
    text: Text,
    writes: usize,
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

    /// All of them as one statement; `None`: there is none.
    pub(super) fn take(&mut self) -> Option<Statement> {
        let Together { text, writes } = std::mem::take(self);
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
}
