//! 预判. Whether a row's own columns already refute the viewer's rule, so that the database need not be asked.
//!
//! It reads the very condition that the database would be sent, and answers yes only where some part of it that must hold
//! cannot. What it does not know may still be refused by the database: it never shows anything.

use sea_orm::sea_query::{ArrayType, BinOper, Expr, Func, Keyword, Value};
use serde_json::Value as Json;

use super::declare::View;
use super::predicate::{Lens, Via, is_open};
use super::sql::{Dialect, never};
use crate::lifecycle::case::Values;

/// Level columns, which the database derives from the code of the division, and the length of their codes.
const LEVELS: [(&str, usize); 4] = [("city_code", 4), ("county_code", 6), ("township_code", 9), ("village_code", 12)];

impl Lens<'_> {
    /// Whether this row of a view is surely none of those that the viewer may list.
    pub fn refutes(&self, view: &View, row: &Values) -> bool {
        // An array among parameters can be looked into; the text that SQLite gets cannot.
        let lens = Lens { dialect: Dialect::Postgres, ..*self };
        // Each way by itself: they are what this reads best. A rule without any finds nothing.
        !is_open(view, Via::List) && lens.ways(view, "t0", false, &[]).iter().all(|way| refuted(way, row))
    }
}

/// Whether the condition cannot hold for the row. Only what grows with its parts is looked into: nothing below a negation.
fn refuted(condition: &Expr, row: &Values) -> bool {
    match condition {
        Expr::Binary(one, BinOper::And, other) => refuted(one, row) || refuted(other, row),
        Expr::Binary(one, BinOper::Or, other) => refuted(one, row) && refuted(other, row),
        Expr::Binary(column, operator, other) => match value(column, row) {
            None => false,
            Some(Json::Null) => matches!(operator, BinOper::Equal | BinOper::In),
            Some(value) => match (operator, &**other) {
                (BinOper::Equal, Expr::Value(wanted) | Expr::Constant(wanted)) => differs(&value, wanted),
                (BinOper::Equal, Expr::FunctionCall(call)) if is_any(call.get_func()) => {
                    call.get_args().iter().all(|keys| is_not_among(&value, keys))
                }
                (BinOper::Is, Expr::Keyword(Keyword::Null)) => true,
                _ => false,
            },
        },
        other => *other == never(),
    }
}

/// What a row has in a column; `None`: that is not known here.
fn value(column: &Expr, row: &Values) -> Option<Json> {
    let Expr::Column(column) = column else { return None };
    let name = column.column()?.to_string();
    if let Some(value) = row.get(&name) {
        return Some(value.clone());
    }
    let (_, length) = LEVELS.iter().find(|(level, _)| *level == name)?;
    let code = row.get("division_code")?.as_str()?;
    Some(code.get(..*length).map_or(Json::Null, Json::from))
}

fn differs(value: &Json, wanted: &Value) -> bool {
    match wanted {
        Value::BigInt(Some(wanted)) => value.as_i64().is_some_and(|value| value != *wanted),
        Value::String(Some(wanted)) => value.as_str().is_some_and(|value| value != wanted.as_str()),
        Value::Bool(Some(wanted)) => value.as_bool().is_some_and(|value| value != *wanted),
        _ => false,
    }
}

fn is_any(function: &Func) -> bool {
    matches!(function, Func::Custom(name) if name.to_string() == "ANY")
}

fn is_not_among(value: &Json, keys: &Expr) -> bool {
    match keys {
        Expr::Value(Value::Array(ArrayType::BigInt, Some(keys))) => keys.iter().all(|key| differs(value, key)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::ExprTrait;
    use serde_json::json;

    use super::*;
    use crate::read::sql::{Keys, always, col, fixed, ids_where};

    fn says(condition: &Expr) -> bool {
        let row = json!({ "id": 7, "division_code": "330603001", "grid_id": 3, "unit_id": null, "status": "OPEN", "prominent": true });
        let Json::Object(row) = row else { unreachable!() };
        refuted(condition, &row)
    }

    #[test]
    fn what_a_column_rules_out_is_refuted() {
        let among = |keys: &[i64]| Dialect::Postgres.any(col("t0", "grid_id"), &Keys::Ints(keys.to_vec()));
        for (condition, expected) in [
            (col("t0", "id").eq(8i64), true),
            (col("t0", "id").eq(7i64), false),
            (col("t0", "status").eq("CLOSED"), true),
            (col("t0", "status").eq(fixed("CLOSED")), true),
            (col("t0", "prominent").eq(fixed(true)), false),
            (col("t0", "prominent").eq(false), true),
            (col("t0", "county_code").eq("330602"), true),
            (col("t0", "county_code").eq("330603"), false),
            (col("t0", "village_code").eq("330603001008"), true),
            (col("t0", "unit_id").eq(1i64), true),
            (col("t0", "unit_id").is_null(), false),
            (col("t0", "grid_id").is_null(), true),
            (among(&[1, 2]), true),
            (among(&[1, 3]), false),
            (col("t0", "unit_id").in_subquery(ids_where("organisation", "id", always())), true),
            (never(), true),
        ] {
            assert_eq!(says(&condition), expected, "{condition:?}");
        }
    }

    #[test]
    fn what_is_not_known_is_left_to_the_database() {
        for condition in [
            always(),
            col("t0", "elsewhere").eq(1i64),
            col("t0", "grid_id").in_subquery(ids_where("grid", "id", always())),
            col("t0", "id").gt(8i64),
            col("t0", "id").ne(7i64),
            col("t0", "id").eq(8i64).not(),
            col("t0", "status").eq(1i64),
        ] {
            assert!(!says(&condition), "{condition:?}");
        }
    }

    #[test]
    fn parts_are_looked_into() {
        let (no, open) = (|| col("t0", "id").eq(8i64), || col("t0", "elsewhere").eq(1i64));
        assert!(says(&no().and(open())) && says(&open().and(no())));
        assert!(says(&no().or(no())));
        assert!(!says(&no().or(open())));
    }
}
