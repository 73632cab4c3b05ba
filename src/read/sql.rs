//! The few expressions that statements are made of, alike on both databases.

use std::fmt;
use std::sync::Arc;

use sea_orm::sea_query::{
    BinOper, DynIden, Expr, ExprTrait, Func, IntoIden, PostgresQueryBuilder, QueryBuilder, SelectStatement, SqlWriter,
    SqliteQueryBuilder, Value,
};

use super::bind::Sent;
use super::template;
use crate::kernel::clock;

/// Which database a statement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
}

/// A finished statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its text.
    pub sql: Arc<str>,
    /// Its parameters, in order, places among them.
    pub(super) values: Arc<[Value]>,
    /// What is put in those places.
    pub(super) put: Option<Put>,
}

/// What is put into a template when it is sent.
#[derive(Clone, Debug)]
pub(super) struct Put {
    /// The moment.
    pub(super) now_ms: i64,
    /// The keys of the parents.
    pub(super) keys: Option<Value>,
    /// The values given for this time, by their numbers.
    pub(super) given: Arc<[Value]>,
}

impl Statement {
    /// A statement that is sent once, now.
    pub fn once(sql: String, values: Vec<Value>) -> Statement {
        Statement { sql: sql.into(), values: values.into_iter().map(template::settled).collect(), put: None }
    }

    /// Its parameters as they are sent.
    pub(crate) fn values(&self) -> impl Iterator<Item = Sent<'_>> {
        self.values.iter().map(|value| self.put.as_ref().map_or(Sent::Value(value), |put| template::put(value, put)))
    }
}

/// Keys that a batched statement looks up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Numbers.
    Ints(Vec<i64>),
    /// Codes.
    Texts(Vec<String>),
    /// Those that a template gets when it is sent: codes or numbers.
    Later {
        /// Whether they are codes.
        text: bool,
    },
}

impl Keys {
    /// Whether there is nothing to look up.
    pub fn is_empty(&self) -> bool {
        match self {
            Keys::Ints(keys) => keys.is_empty(),
            Keys::Texts(keys) => keys.is_empty(),
            Keys::Later { .. } => false,
        }
    }

    /// The keys as one parameter: an array on PostgreSQL, JSON text on SQLite.
    pub(super) fn parameter(&self, dialect: Dialect) -> Value {
        use sea_orm::sea_query::ArrayType;
        match (dialect, self) {
            (_, Keys::Later { .. }) => template::keys_later(),
            (Dialect::Postgres, Keys::Ints(keys)) => {
                Value::Array(ArrayType::BigInt, Some(Box::new(keys.iter().map(|k| Value::from(*k)).collect())))
            }
            (Dialect::Postgres, Keys::Texts(keys)) => {
                Value::Array(ArrayType::String, Some(Box::new(keys.iter().map(|k| Value::from(k.as_str())).collect())))
            }
            (Dialect::Sqlite, Keys::Ints(keys)) => Value::from(serde_json::json!(keys).to_string()),
            (Dialect::Sqlite, Keys::Texts(keys)) => Value::from(serde_json::json!(keys).to_string()),
        }
    }
}

impl Dialect {
    /// Renders a statement that is sent once.
    pub fn render(self, select: &SelectStatement) -> Statement {
        let (sql, values) = self.text(select);
        Statement::once(sql, values)
    }

    /// Text and values, those among them that are put in later.
    pub(super) fn text(self, select: &SelectStatement) -> (String, Vec<Value>) {
        let mut text = Text::default();
        match self {
            Dialect::Postgres => select.build_collect_any_into(&PostgresQueryBuilder, &mut text),
            Dialect::Sqlite => select.build_collect_any_into(&SqliteQueryBuilder, &mut text),
        }
        (text.sql, text.values)
    }

    /// `expr` is one of the keys; one text whatever their number.
    pub fn any(self, expr: Expr, keys: &Keys) -> Expr {
        let parameter = Expr::val(keys.parameter(self));
        match self {
            Dialect::Postgres => expr.binary(BinOper::Equal, Expr::from(Func::cust("ANY").arg(parameter))),
            Dialect::Sqlite => {
                let mut values = SelectStatement::new();
                values.column("value").from_function(Func::cust("json_each").arg(parameter), "k");
                expr.in_subquery(values)
            }
        }
    }

    /// The same, asked of rows that are come by in another way: PostgreSQL looks it up then, and would go through all keys at
    /// each row otherwise, where their number is not known when it plans.
    pub fn looked_up(self, expr: Expr, keys: &Keys) -> Expr {
        if self == Dialect::Sqlite {
            return self.any(expr, keys);
        }
        let (each, key) = self.each_key(keys, "k");
        let mut values = SelectStatement::new();
        values.expr(key).from_function(each, "k");
        expr.in_subquery(values)
    }

    /// A source of the keys under an alias, and the column that holds one.
    pub fn each_key(self, keys: &Keys, alias: &'static str) -> (sea_orm::sea_query::FunctionCall, Expr) {
        let parameter = Expr::val(keys.parameter(self));
        let (function, column) = match self {
            Dialect::Postgres => ("unnest", alias),
            Dialect::Sqlite => ("json_each", "value"),
        };
        (Func::cust(function).arg(parameter), col(alias, column))
    }

    /// `expr` contains the text, letter for letter.
    pub fn contains(self, expr: Expr, text: &str) -> Expr {
        let function = match self {
            Dialect::Postgres => "strpos",
            Dialect::Sqlite => "instr",
        };
        Expr::from(Func::cust(function).arg(expr).arg(text)).gt(0i64)
    }

    /// The month (Asia/Shanghai) of an instant as `YYYY-MM`.
    pub fn month(self, instant: Expr) -> Expr {
        const SHANGHAI: i64 = 8 * 3600;
        let seconds = instant.div(1000i64).add(SHANGHAI);
        match self {
            Dialect::Postgres => {
                let at = Func::cust("timezone").arg("UTC").arg(Func::cust("to_timestamp").arg(seconds));
                Func::cust("to_char").arg(at).arg("YYYY-MM").into()
            }
            Dialect::Sqlite => Func::cust("strftime").arg("%Y-%m").arg(seconds).arg("unixepoch").into(),
        }
    }

    /// A sum or mean as the type that is decoded: a whole number.
    pub fn whole(self, expr: Expr) -> Expr {
        expr.cast_as(match self {
            Dialect::Postgres => "bigint",
            Dialect::Sqlite => "integer",
        })
    }
}

/// A statement as it is rendered.
#[derive(Default)]
pub(crate) struct Text {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.sql.write_str(text)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sql)
    }
}

impl SqlWriter for Text {
    fn push_param<T: QueryBuilder>(&mut self, value: Value, builder: &T) {
        // Limits alone are without a sign. They stand in the text: a plan for any limit expects a tenth of all rows, and sorts
        // them rather than read the first few in their order.
        let place = match value {
            Value::BigUnsigned(Some(limit)) => {
                debug_assert!(self.sql.ends_with("LIMIT ") || self.sql.ends_with("OFFSET "), "no limit: {}", self.sql);
                limit.to_string()
            }
            value => {
                self.values.push(value);
                match builder.placeholder() {
                    (sign, true) => format!("{sign}{}", self.values.len()),
                    (sign, false) => sign.to_owned(),
                }
            }
        };
        self.sql.push_str(&place);
    }

    fn as_writer(&mut self) -> &mut dyn fmt::Write {
        self
    }
}

/// Aliases that statements give most of their tables.
const ALIASES: [&str; 16] =
    ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10", "t11", "t12", "t13", "t14", "t15"];

/// A name of a table or an alias. Most are known and need no copy; statements are made of hundreds.
pub fn name(text: &str) -> DynIden {
    match ALIASES.iter().find(|known| **known == text) {
        Some(known) => (*known).into_iden(),
        None => text.to_owned().into_iden(),
    }
}

/// A column of an alias.
pub fn col(alias: &str, column: &'static str) -> Expr {
    Expr::col((name(alias), column.into_iden()))
}

/// What is the same in every statement, a code of the declarations above all: it stands in the text, where the database can
/// plan with it, and is not sent as a value each time.
pub fn fixed(value: impl Into<Fixed>) -> Expr {
    let Fixed(value) = value.into();
    Expr::Constant(value)
}

/// A value that is known when the program is built, so that nothing of a request can be one.
pub struct Fixed(Value);

impl From<&'static str> for Fixed {
    fn from(code: &'static str) -> Fixed {
        Fixed(code.into())
    }
}

impl From<bool> for Fixed {
    fn from(is: bool) -> Fixed {
        Fixed(is.into())
    }
}

/// An instant that bounds a period. Days are few: a day stands in the text, so that the database knows how many rows to expect.
/// It is the only thing of a request that does, and a whole number.
pub fn bound(at_ms: i64) -> Expr {
    if clock::starts_day(at_ms) { Expr::Constant(at_ms.into()) } else { Expr::val(at_ms) }
}

/// Never.
pub fn never() -> Expr {
    Expr::cust("1 = 0")
}

/// Always.
pub fn always() -> Expr {
    Expr::cust("1 = 1")
}

/// A condition that is never null, to be negated: a null comparison would leave a row out of both sides.
pub fn definite(condition: Expr) -> Expr {
    Func::coalesce([condition, never()]).into()
}

/// All of these.
pub fn all(parts: impl IntoIterator<Item = Expr>) -> Expr {
    let certain = always();
    parts.into_iter().filter(|p| *p != certain).reduce(|a, b| a.and(b)).unwrap_or(certain)
}

/// Any of these.
pub fn any(parts: impl IntoIterator<Item = Expr>) -> Expr {
    parts.into_iter().reduce(|a, b| a.or(b)).unwrap_or_else(never)
}

/// The condition as a filter only: it must not drive the plan of a table reached by its key.
pub fn is_true(condition: Expr) -> Expr {
    // Not `IS TRUE`: its rendering puts the right side in brackets, which PostgreSQL does not take.
    Func::coalesce([condition, never()]).into()
}

/// `SELECT 1 FROM table AS alias WHERE condition`.
pub fn some_row(table: &'static str, alias: &str, condition: Expr) -> Expr {
    let mut select = SelectStatement::new();
    select.expr(Expr::cust("1")).from_as(table, name(alias)).and_where(condition);
    Expr::exists(select)
}

/// `SELECT .. FROM table AS t0 WHERE condition`, the columns to be added.
pub fn select_where(table: &'static str, condition: Expr) -> SelectStatement {
    let mut select = SelectStatement::new();
    select.from_as(table, "t0").and_where(condition);
    select
}

/// `SELECT column FROM table WHERE key = value`.
pub fn ids_where(table: &'static str, column: &'static str, condition: Expr) -> SelectStatement {
    let mut select = SelectStatement::new();
    select.column((table, column)).from(table).and_where(condition);
    select
}
