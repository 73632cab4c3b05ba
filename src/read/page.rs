//! Keyset pages: any offered order, nullable and mixed, in both directions, with sealed cursors.
//!
//! Nulls come last in either direction. The key of the row ends every order, so equal keys lose or double no row.

use async_graphql_value::ConstValue;
use sea_orm::sea_query::{Expr, ExprTrait, NullOrdering, Order as SqlOrder, SelectStatement, Value};
use serde_json::Value as Json;

use super::declare::{Direction, Kind, NULL, Order, SORT, Scalar, UNIQUE, View, upper_snake};
use super::filter::Readable;
use super::predicate::Lens;
use super::sql::{all, any, col, never};
use super::template::given;
use crate::graphql::coerce::Args;
use crate::graphql::error::Error;
use crate::kernel::seal::Sealer;

/// Rows of a page when nothing is asked.
const USUAL: i64 = 20;
/// Most rows of a page.
const MOST: i64 = 100;
/// Most sort keys.
const MOST_KEYS: usize = 5;

/// Arguments of a connection that are cursors.
pub const CURSORS: [&str; 2] = ["after", "before"];

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
    /// The row after which the page begins.
    pub after: Option<Edge>,
    /// The row before which the page ends.
    pub before: Option<Edge>,
    /// Whether one more row is read, which tells that there are more.
    pub peeks: bool,
    /// Whether the keys of its rows are read, for their cursors.
    pub marks: bool,
}

/// A row that a page begins after, or ends before.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Values of the keys of the order.
    values: Vec<Json>,
    /// Under which number the first of them is given when the statement is sent; `None`: they stand in it.
    given: Option<usize>,
}

impl Edge {
    /// Each value as it stands in a statement; `None`: it is null.
    fn places(&self) -> Vec<Option<Expr>> {
        let place = |(at, value)| {
            let value = sent(value)?;
            Some(self.given.map_or_else(|| Expr::val(value), |first| given(first + at)))
        };
        self.values.iter().enumerate().map(place).collect()
    }
}

/// A value of a cursor as it is sent; `None`: it is null.
fn sent(value: &Json) -> Option<Value> {
    match value {
        Json::String(text) => Some(text.as_str().into()),
        Json::Number(number) => Some(number.as_i64().unwrap_or_default().into()),
        _ => None,
    }
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
        let [after, before] = cursors(sealer, view, &keys, args)?;
        let edge = |values: Vec<Json>| Edge { values, given: None };
        let (after, before) = (after.map(edge), before.map(edge));
        Ok((Page { limit, backward, keys, after, before, peeks: false, marks: false }, confine))
    }
}

/// The values of the rows that the arguments of a connection begin after and end before.
fn cursors(sealer: &Sealer, view: &View, keys: &[SortKey], args: &Args) -> Result<[Option<Vec<Json>>; 2], Error> {
    let cursor = |name: &str| match args.get(name) {
        Some(ConstValue::String(text)) => open_cursor(sealer, view, keys, text)
            .map(Some)
            .ok_or_else(|| Error::input(name, "is not a cursor of this list in this order")),
        _ => Ok(None),
    };
    let [after, before] = CURSORS.map(cursor);
    Ok([after?, before?])
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
    let mut context = format!("cursor/{}/", view.name);
    for (at, key) in keys.iter().enumerate() {
        context.push_str(if at == 0 { "" } else { "," });
        context.push_str(key.column);
        context.push_str(match key.direction {
            Direction::Asc => "Asc",
            Direction::Desc => "Desc",
        });
    }
    context
}

/// The cursor of a row with these values of the keys. Statements hang on which are null, so that is told without opening it.
pub fn seal_cursor(sealer: &Sealer, view: &View, keys: &[SortKey], values: &[Json]) -> String {
    use base64::Engine;
    let plain = Json::from(values.to_vec()).to_string();
    let sealed = sealer.seal_bytes(&context(view, keys), plain.as_bytes());
    let sealed = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sealed);
    if values.iter().any(Json::is_null) { format!("{sealed}{NULLS}{}", nulls(values)) } else { sealed }
}

/// Before what a cursor tells of its nulls.
const NULLS: char = '.';

/// Which of these values are null.
fn nulls(values: &[Json]) -> String {
    values.iter().map(|value| if value.is_null() { '1' } else { '0' }).collect()
}

/// What a cursor tells of its nulls, where it has some.
pub fn told_nulls(cursor: &str) -> Option<&str> {
    let (_, told) = cursor.split_once(NULLS)?;
    (told.len() <= MOST_KEYS + 1 && told.bytes().all(|byte| matches!(byte, b'0' | b'1'))).then_some(told)
}

fn open_cursor(sealer: &Sealer, view: &View, keys: &[SortKey], cursor: &str) -> Option<Vec<Json>> {
    use base64::Engine;
    let told = told_nulls(cursor);
    let sealed = told.map_or(cursor, |told| &cursor[..cursor.len() - told.len() - NULLS.len_utf8()]);
    let sealed = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let plain = sealer.open_bytes(&context(view, keys), &sealed).ok()?;
    let values: Vec<Json> = serde_json::from_slice(&plain).ok()?;
    let has = values.iter().any(Json::is_null).then(|| nulls(&values));
    (values.len() == keys.len() && has.as_deref() == told).then_some(values)
}

impl Page {
    /// The keys that order its rows: what comes after one that tells all rows apart orders nothing, but keeps an index from being
    /// read in its order.
    pub fn ordering(&self) -> &[SortKey] {
        let last = self.keys.iter().position(|key| key.unique);
        last.map_or(&self.keys, |last| &self.keys[..=last])
    }

    /// As many rows as are read of it at most.
    pub fn read(&self) -> u64 {
        self.limit as u64 + u64::from(self.peeks)
    }

    /// Puts the order of the page on a statement over `alias`.
    pub fn order_by(&self, select: &mut SelectStatement, alias: &str) {
        for key in self.ordering() {
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
        let after = self.after.as_ref().map(|edge| beyond(alias, &self.keys, &edge.places(), true));
        let before = self.before.as_ref().map(|edge| beyond(alias, &self.keys, &edge.places(), false));
        after.into_iter().chain(before).reduce(|a, b| a.and(b))
    }

    /// Has the values of its cursors given when the statement is sent: the page after is read as this one is.
    pub fn turn(&mut self) {
        let mut first = 0;
        for edge in self.after.iter_mut().chain(&mut self.before) {
            edge.given = Some(first);
            first += edge.values.len();
        }
    }

    /// The values to be given, of the cursors that these arguments tell.
    pub fn given(&self, view: &View, args: &Args, sealer: &Sealer) -> Result<Vec<Value>, Error> {
        let values = cursors(sealer, view, &self.keys, args)?.into_iter().flatten().flatten();
        Ok(values.map(|value| sent(&value).unwrap_or(Value::BigInt(None))).collect())
    }
}

/// Rows strictly after (or before) a row with these values.
fn beyond(alias: &str, keys: &[SortKey], values: &[Option<Expr>], after: bool) -> Expr {
    if let Some(condition) = beyond_as_one(alias, keys, values, after) {
        return condition;
    }
    let mut branches = vec![];
    for (at, (key, value)) in keys.iter().zip(values).enumerate() {
        let equal = keys.iter().zip(values).take(at).map(|(k, v)| same(alias, k, v));
        branches.push(all(equal.chain([past(alias, key, value, after)])));
    }
    let exact = any(branches);
    // A bound on the first key lets an index begin where the page begins; the branches alone do not.
    match (keys.first(), values.first()) {
        (Some(key), Some(Some(value))) if keys.len() > 1 && !key.nullable => {
            let column = col(alias, key.column);
            let rising = (key.direction == Direction::Asc) == after;
            let bound = if rising { column.gte(value.clone()) } else { column.lte(value.clone()) };
            bound.and(exact)
        }
        _ => exact,
    }
}

/// The same by one comparison of all keys, with which an index begins at the very row; `None`: some may be null, or they run
/// in several directions.
fn beyond_as_one(alias: &str, keys: &[SortKey], values: &[Option<Expr>], after: bool) -> Option<Expr> {
    let (first, more) = keys.split_first()?;
    let alike = |key: &SortKey| !key.nullable && key.direction == first.direction;
    if more.is_empty() || !keys.iter().all(alike) {
        return None;
    }
    let columns = Expr::tuple(keys.iter().map(|key| col(alias, key.column)));
    let values = Expr::tuple(values.iter().cloned().collect::<Option<Vec<Expr>>>()?);
    let rising = (first.direction == Direction::Asc) == after;
    Some(if rising { columns.gt(values) } else { columns.lt(values) })
}

fn same(alias: &str, key: &SortKey, value: &Option<Expr>) -> Expr {
    let column = col(alias, key.column);
    value.as_ref().map_or_else(|| column.clone().is_null(), |value| column.clone().eq(value.clone()))
}

fn past(alias: &str, key: &SortKey, value: &Option<Expr>, after: bool) -> Expr {
    let column = || col(alias, key.column);
    match (value, after) {
        (None, true) => never(),
        (None, false) => column().is_not_null(),
        (Some(value), _) => {
            let rising = (key.direction == Direction::Asc) == after;
            let beyond = if rising { column().gt(value.clone()) } else { column().lt(value.clone()) };
            if after && key.nullable { beyond.or(column().is_null()) } else { beyond }
        }
    }
}
