//! 语句模板. Statements that are sent again and again. What differs between two sendings, the keys of the parents, the moment
//! and the row that is looked for, has its place among the values and is put in when the statement is sent.

use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::sea_query::{Expr, SelectStatement, Value};

use super::bind::Sent;
use super::sql::{Dialect, Keys, Put, Statement};

/// An instant that follows the clock: so many milliseconds after now.
pub fn moment(now_ms: i64, after_ms: i64) -> Expr {
    // No column holds bytes, so a value of bytes can stand for what is put in later. This one knows both how far it lies from
    // now and where it lies today, for statements that are sent but once.
    let bytes = [after_ms.to_be_bytes(), (now_ms + after_ms).to_be_bytes()].concat();
    Expr::val(Value::Bytes(Some(bytes)))
}

/// The place of the keys.
pub(super) fn keys_later() -> Value {
    Value::Bytes(Some(vec![]))
}

/// The place of the value given under this number when the statement is sent.
pub fn given(number: usize) -> Expr {
    // Instants take sixteen bytes, and keys none.
    Expr::val(Value::Bytes(Some((number as u64).to_be_bytes().to_vec())))
}

/// A value of a statement that is sent but once, when it is made.
pub(super) fn settled(value: Value) -> Value {
    match &value {
        Value::Bytes(Some(bytes)) => instants(bytes).map_or(value, |(_, at)| Value::from(at)),
        _ => value,
    }
}

/// A value as it is sent now.
pub(super) fn put<'s>(value: &'s Value, put: &'s Put) -> Sent<'s> {
    let Value::Bytes(Some(bytes)) = value else { return Sent::Value(value) };
    if let Some((after, _)) = instants(bytes) {
        return Sent::Instant(put.now_ms + after);
    }
    let later = match number(bytes) {
        Some(number) => put.given.get(number),
        None => put.keys.as_ref(),
    };
    Sent::Value(later.unwrap_or(value))
}

/// The number of the value that is given; `None`: it is the place of something else.
fn number(bytes: &[u8]) -> Option<usize> {
    usize::try_from(u64::from_be_bytes(bytes.try_into().ok()?)).ok()
}

/// How far the instant of a place lies from now, and where it lay when it was written; `None`: it is the place of something
/// else.
fn instants(bytes: &[u8]) -> Option<(i64, i64)> {
    let (after, at) = bytes.split_first_chunk::<8>().filter(|(_, at)| !at.is_empty())?;
    Some((i64::from_be_bytes(*after), i64::from_be_bytes(at.try_into().ok()?)))
}

/// A statement and the places of what is put in later.
#[derive(Debug)]
pub struct Template {
    sql: Arc<str>,
    values: Arc<[Value]>,
}

impl Template {
    fn of(select: &SelectStatement, dialect: Dialect) -> Template {
        let (sql, values) = dialect.text(select);
        Template { sql: sql.into(), values: values.into() }
    }

    /// The statement at a moment, for these keys of parents and these values.
    pub fn at(&self, now_ms: i64, keys: Option<&Keys>, given: &Arc<[Value]>, dialect: Dialect) -> Statement {
        let put = Put { now_ms, keys: keys.map(|keys| keys.parameter(dialect)), given: given.clone() };
        Statement { sql: self.sql.clone(), values: self.values.clone(), put: Some(put) }
    }
}

/// The templates of one statement of a plan, by the levels of the divisions that its parents are of: one, but where the
/// parents are divisions.
#[derive(Debug, Default)]
pub struct Templates(Mutex<Vec<(Vec<&'static str>, Arc<Template>)>>);

impl Templates {
    /// The template for these levels, made where it is missing.
    pub fn get(
        &self,
        levels: &[&'static str],
        dialect: Dialect,
        make: impl FnOnce() -> SelectStatement,
    ) -> Arc<Template> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, template)) = known.iter().find(|(of, _)| of == levels) {
            return template.clone();
        }
        let template = Arc::new(Template::of(&make(), dialect));
        known.push((levels.to_vec(), template.clone()));
        template
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::ExprTrait;

    use super::*;
    use crate::read::sql::{col, select_where};

    #[test]
    fn moments_follow_the_clock_and_keys_and_values_are_put_in() {
        for dialect in [Dialect::Postgres, Dialect::Sqlite] {
            let condition = col("t0", "due_at").lt(moment(1_000, -10)).and(col("t0", "at").gt(5i64));
            let among = dialect.any(col("t0", "id"), &Keys::Later { text: false });
            let mut select = select_where("hazard", condition.and(among).and(col("t0", "no").eq(given(1))));
            select.expr(col("t0", "id"));
            let once = dialect.render(&select);
            let values: Vec<Sent> = once.values().collect();
            assert_eq!(values[..2], [Sent::Value(&Value::from(990i64)), Sent::Value(&Value::from(5i64))]);
            let keys = Keys::Ints(vec![7, 8]);
            let numbers: Arc<[Value]> = ["YH-1".into(), "YH-2".into()].into();
            let later = Template::of(&select, dialect).at(2_000, Some(&keys), &numbers, dialect);
            let (five, parameter) = (Value::from(5i64), keys.parameter(dialect));
            let (five, parameter, no) = (Sent::Value(&five), Sent::Value(&parameter), Sent::Value(&numbers[1]));
            let expected = [Sent::Instant(1_990), five, parameter, no];
            assert_eq!(later.values().collect::<Vec<_>>(), expected);
            assert_eq!(later.sql, once.sql);
        }
    }

    #[test]
    fn each_set_of_levels_has_its_own() {
        let templates = Templates::default();
        let get = |levels: &[&'static str], table| {
            templates.get(levels, Dialect::Sqlite, || select_where(table, Expr::val(1))).sql.clone()
        };
        assert_eq!(get(&[], "a"), get(&[], "b"));
        assert_ne!(get(&[], "a"), get(&["village_code"], "b"));
    }
}
