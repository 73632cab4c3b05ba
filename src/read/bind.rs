//! 参数. Values of a statement on their way to the database, borrowed from the plan that they are kept in.

use sea_orm::sea_query::{ArrayType, Value};
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Database, Encode, Postgres, Sqlite, Type};

/// A value that is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sent<'s> {
    /// As it was written.
    Value(&'s Value),
    /// The instant that it stands for at this moment.
    Instant(i64),
}

pub(crate) type PgQuery<'q> = Query<'q, Postgres, PgArguments>;
pub(crate) type SqliteQuery<'q> = Query<'q, Sqlite, SqliteArguments>;

pub(crate) fn bind_postgres<'q>(query: PgQuery<'q>, value: Sent<'q>) -> PgQuery<'q> {
    match value {
        Sent::Value(Value::Array(ArrayType::BigInt, Some(items))) => {
            query.bind(items.iter().filter_map(int).collect::<Vec<i64>>())
        }
        Sent::Value(Value::Array(_, Some(items))) => query.bind(items.iter().filter_map(text).collect::<Vec<&str>>()),
        single => bind_single(query, single),
    }
}

pub(crate) fn bind_sqlite<'q>(query: SqliteQuery<'q>, value: Sent<'q>) -> SqliteQuery<'q> {
    bind_single(query, value)
}

/// A value that is no array.
fn bind_single<'q, DB: Database>(
    query: Query<'q, DB, <DB as Database>::Arguments>,
    value: Sent<'q>,
) -> Query<'q, DB, <DB as Database>::Arguments>
where
    Option<bool>: Encode<'q, DB> + Type<DB>,
    Option<i64>: Encode<'q, DB> + Type<DB>,
    Option<f64>: Encode<'q, DB> + Type<DB>,
    Option<&'q str>: Encode<'q, DB> + Type<DB>,
{
    let value = match value {
        Sent::Instant(at) => return query.bind(Some(at)),
        Sent::Value(value) => value,
    };
    match value {
        Value::Bool(v) => query.bind(*v),
        Value::BigInt(v) => query.bind(*v),
        Value::Int(v) => query.bind(v.map(i64::from)),
        Value::BigUnsigned(v) => query.bind(v.and_then(|v| i64::try_from(v).ok())),
        Value::Double(v) => query.bind(*v),
        Value::String(v) => query.bind(v.as_deref()),
        _ => query.bind(None::<&'q str>),
    }
}

/// The type that PostgreSQL gets a value as.
pub(super) fn type_of(value: Sent<'_>) -> &'static str {
    match value {
        Sent::Value(Value::Bool(_)) => "boolean",
        Sent::Instant(_) | Sent::Value(Value::BigInt(_) | Value::Int(_) | Value::BigUnsigned(_)) => "bigint",
        Sent::Value(Value::Double(_)) => "double precision",
        Sent::Value(Value::Array(ArrayType::BigInt, _)) => "bigint[]",
        Sent::Value(Value::Array(..)) => "text[]",
        Sent::Value(_) => "text",
    }
}

fn int(value: &Value) -> Option<i64> {
    match value {
        Value::BigInt(v) => *v,
        _ => None,
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(v) => v.as_deref(),
        _ => None,
    }
}
