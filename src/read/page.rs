//! Keyset pages: any offered order, nullable and mixed, in both directions, with sealed cursors.
//!
//! Nulls come last in either direction. The key of the row ends every order, so equal keys lose or double no row.

use async_graphql_value::ConstValue;
use sea_orm::sea_query::{Expr, ExprTrait, NullOrdering, Order as SqlOrder, SelectStatement};
use serde_json::Value as Json;

use super::declare::{Direction, Kind, NULL, Order, SORT, Scalar, UNIQUE, View, upper_snake};
use super::filter::Readable;
use super::predicate::Lens;
use super::sql::{all, any, col, never};
use crate::graphql::coerce::Args;
use crate::graphql::error::Error;
use crate::kernel::seal::Sealer;

/// Rows of a page when nothing is asked.
const USUAL: i64 = 20;
/// Most rows of a page.
const MOST: i64 = 100;
/// Most sort keys.
const MOST_KEYS: usize = 5;

/// One key of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// Column of the view's table.
    pub column: &'static str,
    /// Whether it may be null.
    pub nullable: bool,
    /// Whether it holds text.
    pub text: bool,
    /// Whether it tells any two rows apart.
    pub unique: bool,
    /// Direction.
    pub direction: Direction,
}

/// Which page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    /// Rows of the page.
    pub limit: usize,
    /// Whether it was asked for from the end.
    pub backward: bool,
    /// The order; the key of the row is the last one. None: there is one row at most.
    pub keys: Vec<SortKey>,
    /// Values of the row after which the page begins.
    pub after: Option<Vec<Json>>,
    /// Values of the row before which the page ends.
    pub before: Option<Vec<Json>>,
}

fn column_key(view: &View, column: &'static str, direction: Direction) -> SortKey {
    let field = view.fields.iter().find(|f| matches!(f.kind, Kind::Column { column: c, .. } if c == column));
    let text = matches!(
        field.map(|f| &f.kind),
        Some(Kind::Column { scalar: Scalar::Text | Scalar::Date | Scalar::Enum(_), .. })
    );
    let has = |a_use| field.is_some_and(|f| f.uses.has(a_use));
    SortKey { column, nullable: has(NULL), text, unique: has(UNIQUE), direction }
}

fn with_id(mut keys: Vec<SortKey>) -> Vec<SortKey> {
    if let Some(at) = keys.iter().position(|k| k.column == "id") {
        keys.truncate(at + 1);
        return keys;
    }
    let direction = keys.last().map_or(Direction::Asc, |k| k.direction);
    keys.push(SortKey { column: "id", nullable: false, text: false, unique: true, direction });
    keys
}

/// The order of a list that asks for none.
pub fn usual_order(view: &View, order: &Order) -> Vec<SortKey> {
    let order = if order.is_empty() { &view.order } else { order };
    with_id(order.iter().map(|(column, direction)| column_key(view, column, *direction)).collect())
}

impl Lens<'_> {
    /// The order asked for, and the condition to which it confines the list.
    fn order(&self, view: &View, alias: &str, asked: &[ConstValue]) -> Result<(Vec<SortKey>, Option<Expr>), Error> {
        if asked.len() > MOST_KEYS {
            return Err(Error::input("orderBy", format!("has more than {MOST_KEYS} keys")));
        }
        let (mut keys, mut confine) = (vec![], vec![]);
        for item in asked {
            let ConstValue::Object(item) = item else { continue };
            let direction = match item.get("direction") {
                Some(ConstValue::Enum(name)) if name == "DESC" => Direction::Desc,
                _ => Direction::Asc,
            };
            let Some(ConstValue::Enum(name)) = item.get("field") else { continue };
            if name == "ID" {
                keys.push(SortKey { column: "id", nullable: false, text: false, unique: true, direction });
                continue;
            }
            let wanted = view.fields.iter().find(|f| f.uses.has(SORT) && upper_snake(&f.name) == name.as_str());
            let Some(field) = wanted else { continue };
            match self.readable(view, field, alias) {
                Readable::Always => {}
                Readable::Where(condition) => confine.push(condition),
                Readable::No => {
                    let forbidden = Error::forbidden(format!("{}.{}", view.name, field.name));
                    return Err(Error { field: Some("orderBy".to_owned()), ..forbidden });
                }
            }
            if let Kind::Column { column, .. } = field.kind
                && !keys.iter().any(|k: &SortKey| k.column == column)
            {
                keys.push(column_key(view, column, direction));
            }
        }
        Ok((with_id(keys), confine.into_iter().reduce(|a, b| a.and(b))))
    }

    /// The page that the arguments of a connection ask for, and the condition its order confines it to.
    pub fn page(
        &self,
        view: &View,
        alias: &str,
        args: &Args,
        usual: &Order,
        sealer: &Sealer,
    ) -> Result<(Page, Option<Expr>), Error> {
        let (limit, backward) = limit(args)?;
        let (keys, confine) = match args.get("orderBy") {
            Some(ConstValue::List(asked)) if !asked.is_empty() => self.order(view, alias, asked)?,
            _ => (usual_order(view, usual), None),
        };
        let cursor = |name: &str| match args.get(name) {
            Some(ConstValue::String(text)) => open_cursor(sealer, view, &keys, text)
                .map(Some)
                .ok_or_else(|| Error::input(name, "is not a cursor of this list in this order")),
            _ => Ok(None),
        };
        let (after, before) = (cursor("after")?, cursor("before")?);
        Ok((Page { limit, backward, keys, after, before }, confine))
    }
}

fn limit(args: &Args) -> Result<(usize, bool), Error> {
    let given = |name: &str| match args.get(name) {
        Some(ConstValue::Number(n)) => n.as_i64(),
        _ => None,
    };
    let (asked, name) = match (given("first"), given("last")) {
        (Some(_), Some(_)) => return Err(Error::input("last", "cannot be given together with first")),
        (Some(first), None) => (first, "first"),
        (None, Some(last)) => (last, "last"),
        (None, None) => (USUAL, "first"),
    };
    if !(1..=MOST).contains(&asked) {
        return Err(Error::input(name, format!("must be 1 to {MOST}")));
    }
    Ok((asked as usize, name == "last"))
}

/// What a cursor is bound to: the type and the order.
fn context(view: &View, keys: &[SortKey]) -> String {
    let order: Vec<String> = keys.iter().map(|k| format!("{}{:?}", k.column, k.direction)).collect();
    format!("cursor/{}/{}", view.name, order.join(","))
}

/// The cursor of a row with these values of the keys.
pub fn seal_cursor(sealer: &Sealer, view: &View, keys: &[SortKey], values: &[Json]) -> String {
    use base64::Engine;
    let plain = Json::from(values.to_vec()).to_string();
    let sealed = sealer.seal_bytes(&context(view, keys), plain.as_bytes());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sealed)
}

fn open_cursor(sealer: &Sealer, view: &View, keys: &[SortKey], cursor: &str) -> Option<Vec<Json>> {
    use base64::Engine;
    let sealed = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let plain = sealer.open_bytes(&context(view, keys), &sealed).ok()?;
    let values: Vec<Json> = serde_json::from_slice(&plain).ok()?;
    (values.len() == keys.len()).then_some(values)
}

impl Page {
    /// Puts the order of the page on a statement over `alias`.
    pub fn order_by(&self, select: &mut SelectStatement, alias: &str) {
        // What comes after a key that tells all rows apart orders nothing, but keeps an index from being read in its order.
        let last = self.keys.iter().position(|key| key.unique).unwrap_or(self.keys.len());
        for key in self.keys.iter().take(last + 1) {
            let ascending = (key.direction == Direction::Asc) != self.backward;
            let order = if ascending { SqlOrder::Asc } else { SqlOrder::Desc };
            let column = col(alias, key.column);
            if key.nullable {
                let nulls = if self.backward { NullOrdering::First } else { NullOrdering::Last };
                select.order_by_expr_with_nulls(column, order, nulls);
            } else {
                select.order_by_expr(column, order);
            }
        }
    }

    /// The condition that the cursors put on the rows.
    pub fn between(&self, alias: &str) -> Option<Expr> {
        let after = self.after.as_ref().map(|values| beyond(alias, &self.keys, values, true));
        let before = self.before.as_ref().map(|values| beyond(alias, &self.keys, values, false));
        after.into_iter().chain(before).reduce(|a, b| a.and(b))
    }
}

fn parameter(value: &Json) -> Expr {
    match value {
        Json::String(s) => Expr::val(s.as_str()),
        Json::Number(n) => Expr::val(n.as_i64().unwrap_or_default()),
        _ => Expr::val(None::<i64>),
    }
}

/// Rows strictly after (or before) a row with these values.
fn beyond(alias: &str, keys: &[SortKey], values: &[Json], after: bool) -> Expr {
    let mut branches = vec![];
    for (at, (key, value)) in keys.iter().zip(values).enumerate() {
        let equal = keys.iter().zip(values).take(at).map(|(k, v)| same(alias, k, v));
        branches.push(all(equal.chain([past(alias, key, value, after)])));
    }
    let exact = any(branches);
    // A bound on the first key lets an index begin where the page begins; the branches alone do not.
    match (keys.first(), values.first()) {
        (Some(key), Some(value)) if keys.len() > 1 && !key.nullable => {
            let column = col(alias, key.column);
            let rising = (key.direction == Direction::Asc) == after;
            let bound = if rising { column.gte(parameter(value)) } else { column.lte(parameter(value)) };
            bound.and(exact)
        }
        _ => exact,
    }
}

fn same(alias: &str, key: &SortKey, value: &Json) -> Expr {
    let column = col(alias, key.column);
    if value.is_null() { column.is_null() } else { column.eq(parameter(value)) }
}

fn past(alias: &str, key: &SortKey, value: &Json, after: bool) -> Expr {
    let column = || col(alias, key.column);
    match (value.is_null(), after) {
        (true, true) => never(),
        (true, false) => column().is_not_null(),
        (false, _) => {
            let rising = (key.direction == Direction::Asc) == after;
            let beyond = if rising { column().gt(parameter(value)) } else { column().lt(parameter(value)) };
            if after && key.nullable { beyond.or(column().is_null()) } else { beyond }
        }
    }
}
