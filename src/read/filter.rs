//! Filter inputs as conditions, under the same policy as what is shown.
//!
//! A leaf on a field that the viewer may not read in full on every row is refused; a leaf on an internal field of an
//! open family is true only where the viewer may read it. So no filter tells what the answer would not.

use async_graphql::indexmap::IndexMap;
use async_graphql_value::{ConstValue, Name};
use sea_orm::sea_query::{Alias, BinOper, Expr, ExprTrait, SelectStatement};

use super::declare::{Child, FILTER, Field, Kind, SEARCH, Scalar, View};
use super::predicate::{Lens, Via, Visible, scope};
use super::sql::{Keys, all, always, any, col, definite, never, some_row};
use crate::access::{Atom, Class, Exposure, Relation, Rows, Verdict};
use crate::graphql::error::Error;
use crate::kernel::coordinates::{Bounds, Crs, Point, to_cgcs2000};
use crate::kernel::division_code::DivisionCode;

type Object = IndexMap<Name, ConstValue>;

/// How deep filters may nest.
const DEEPEST: usize = 5;

/// The box of all outlines in `schema/reference/boundaries.geojson`, with a margin of a few kilometres.
pub const CITY: Bounds = Bounds { west: 119.8, south: 29.1, east: 121.6, north: 31.2 };

/// On which rows a viewer may read a field.
pub enum Readable {
    /// On every row that is listed.
    Always,
    /// On rows that fulfil the condition.
    Where(Expr),
    /// Not on every row.
    No,
}

impl Lens<'_> {
    /// On which listed rows the viewer reads the field in full.
    pub fn readable(&self, view: &View, field: &Field, alias: &str) -> Readable {
        let family = view.family;
        let full = |class, relation, raised| self.access.verdict(family, class, relation, raised) == Verdict::Full;
        match field.class {
            // Who reads where dwellings are may look for them there; listed rows are in scope.
            Class::Public if field.dwelling && full(Class::Personal, Relation::Scope, false) => Readable::Always,
            Class::Public if field.dwelling => match self.is_dwelling(view, alias) {
                Some(dwelling) => Readable::Where(dwelling.not()),
                None => Readable::No,
            },
            Class::Public => Readable::Always,
            _ if family.exposure() != Exposure::Open && self.rule(view, alias).is_none() => Readable::No,
            Class::Internal if !full(Class::Internal, Relation::Scope, false) => Readable::No,
            Class::Internal if family.exposure() == Exposure::Open => match self.rule(view, alias) {
                Some(rule) => Readable::Where(rule),
                None => Readable::No,
            },
            Class::Internal => Readable::Always,
            class => {
                let relations: &[Relation] = match self.lists_own_alone(view) {
                    true => &[Relation::Own],
                    false => &[Relation::Scope, Relation::Handler, Relation::Own],
                };
                let everywhere = relations.iter().copied().all(|r| full(class, r, false) && full(class, r, true));
                if everywhere && family.exposure() == Exposure::Closed { Readable::Always } else { Readable::No }
            }
        }
    }

    /// Whether every listed row is about the viewer.
    fn lists_own_alone(&self, view: &View) -> bool {
        let mine = |branch: &Vec<Atom>| branch.contains(&Atom::Mine);
        view.table == "dispute" && matches!(self.access.rows(view.family), Rows::Where(b) if b.iter().all(mine))
    }

    /// The condition that a filter input stands for.
    pub fn filter(&self, view: &View, alias: &str, filter: &ConstValue) -> Result<Expr, Error> {
        self.filter_at(view, alias, filter, 0)
    }

    fn filter_at(&self, view: &View, alias: &str, filter: &ConstValue, depth: usize) -> Result<Expr, Error> {
        let ConstValue::Object(object) = filter else { return Ok(always()) };
        if depth >= DEEPEST {
            return Err(Error::input("filter", format!("is nested more than {DEEPEST} deep")));
        }
        let mut parts = vec![];
        for (name, value) in object {
            if *value != ConstValue::Null {
                parts.push(self.entry(view, alias, object, (name, value), depth).map_err(|e| e.under(name))?);
            }
        }
        Ok(all(parts))
    }

    fn entry(
        &self,
        view: &View,
        alias: &str,
        object: &Object,
        (name, value): (&Name, &ConstValue),
        depth: usize,
    ) -> Result<Expr, Error> {
        let nested = |value: &ConstValue| self.filter_at(view, alias, value, depth + 1);
        match (name.as_str(), value) {
            ("and", ConstValue::List(items)) => Ok(all(items.iter().map(nested).collect::<Result<Vec<_>, _>>()?)),
            ("or", ConstValue::List(items)) => Ok(any(items.iter().map(nested).collect::<Result<Vec<_>, _>>()?)),
            ("not", value) => Ok(definite(nested(value)?).not()),
            ("exact", _) => Ok(always()),
            ("mine", ConstValue::Boolean(mine)) => Ok(self.mine(view, alias, *mine)),
            ("today", ConstValue::Boolean(today)) => {
                let weekday = crate::kernel::clock::shanghai_weekday(self.now_ms).to_string();
                let here = self.dialect.contains(col(alias, "schedule"), &weekday);
                Ok(if *today { here } else { here.not() })
            }
            ("division", ConstValue::List(codes)) => {
                let exact = object.get("exact") == Some(&ConstValue::Boolean(true));
                let parts = codes.iter().map(|code| match code {
                    ConstValue::String(code) => self.division(view, alias, code, exact),
                    _ => Ok(never()),
                });
                Ok(any(parts.collect::<Result<Vec<_>, Error>>()?))
            }
            ("text", ConstValue::String(text)) => self.search(view, alias, text),
            ("within" | "near", ConstValue::Object(area)) => {
                let Some(field) = view.point_field() else { return Ok(never()) };
                let inside = if name == "within" { within(alias, area) } else { near(alias, area) }?;
                self.leaf(view, field, alias, inside)
            }
            (name, value) => match view.field(name) {
                Some(field) => self.field_leaf(view, field, alias, value, depth),
                None => Ok(never()),
            },
        }
    }

    fn mine(&self, view: &View, alias: &str, mine: bool) -> Expr {
        let facts = self.access.facts();
        let own = match view.table {
            "organisation" => col(alias, "id").eq(facts.organisation_id),
            _ => self.dialect.any(col(alias, "id"), &Keys::Ints(facts.grid_ids.clone())),
        };
        if mine { own } else { own.not() }
    }

    /// The subtree of a division, or with `exact` the node alone.
    pub fn division(&self, view: &View, alias: &str, code: &str, exact: bool) -> Result<Expr, Error> {
        let known = DivisionCode::parse(code)
            .ok()
            .filter(|code| self.divisions.contains_key(code.as_str()))
            .ok_or_else(|| Error { field: None, ..Error::input("", "is not the code of a known division") })?;
        if exact {
            return Ok(col(alias, view.filed_under()).eq(known.as_str()));
        }
        match scope(alias, known.as_str()) {
            Some(condition) => Ok(condition),
            None => {
                Ok(col(alias, "city_code").gte(known.as_str()).and(col(alias, "city_code").lt(format!("{known}~"))))
            }
        }
    }

    fn search(&self, view: &View, alias: &str, text: &str) -> Result<Expr, Error> {
        if text.chars().count() < 2 {
            return Err(Error { field: None, ..Error::input("", "must have two characters or more") });
        }
        let mut found = vec![];
        for field in view.fields.iter().filter(|f| f.uses.has(SEARCH)) {
            if let Kind::Column { column, .. } = field.kind {
                let hit = self.dialect.contains(col(alias, column), text);
                match self.readable(view, field, alias) {
                    Readable::Always => found.push(hit),
                    Readable::Where(condition) => found.push(condition.and(hit)),
                    Readable::No => {}
                }
            }
        }
        Ok(any(found))
    }

    fn leaf(&self, view: &View, field: &Field, alias: &str, condition: Expr) -> Result<Expr, Error> {
        match self.readable(view, field, alias) {
            Readable::Always => Ok(condition),
            Readable::Where(readable) => Ok(readable.and(condition)),
            // The field is named by where it stands in the filter.
            Readable::No => Err(Error { field: None, ..Error::forbidden(format!("{}.{}", view.name, field.name)) }),
        }
    }

    fn field_leaf(
        &self,
        view: &View,
        field: &Field,
        alias: &str,
        value: &ConstValue,
        depth: usize,
    ) -> Result<Expr, Error> {
        match &field.kind {
            Kind::Column { column, scalar } if field.uses.has(FILTER) => {
                let condition = column_leaf(col(alias, column), *scalar, value);
                self.leaf(view, field, alias, condition)
            }
            Kind::One { view: target, from, to } => {
                let there = self
                    .related(target, value, depth, &format!("{alias}r"), |inner| col(inner, to).eq(col(alias, from)))?;
                self.leaf(view, field, alias, there)
            }
            Kind::Many { view: target, parent, child, .. } => {
                let there = self.related(target, value, depth, &format!("{alias}r"), |inner| {
                    belongs(inner, child, col(alias, parent))
                })?;
                self.leaf(view, field, alias, there)
            }
            _ => Ok(never()),
        }
    }

    /// There is a row of `target` that the viewer may list, that is joined and that fits the filter.
    fn related(
        &self,
        target: &str,
        filter: &ConstValue,
        depth: usize,
        inner: &str,
        join: impl Fn(&str) -> Expr,
    ) -> Result<Expr, Error> {
        let Some(view) = self.catalog.view(target) else { return Ok(never()) };
        let visible = match self.visible(view, inner, Via::List) {
            Visible::All => always(),
            Visible::Where(condition) => condition,
            Visible::Nothing => return Ok(never()),
        };
        let fits = self.filter_at(view, inner, filter, depth + 1)?;
        Ok(some_row(view.table, inner, all([join(inner), visible, fits])))
    }
}

/// The row `inner` belongs to the parent with this key.
pub fn belongs(inner: &str, child: &Child, parent: Expr) -> Expr {
    match child {
        Child::Column(column) => col(inner, column).eq(parent),
        Child::Subtree => lies(inner, &["province", "county_code", "township_code", "village_code"], parent),
        Child::Through { table, parent: from, child, to } => {
            let link = format!("{inner}l");
            let mut linked = SelectStatement::new();
            linked
                .expr(col(&link, child))
                .from_as(Alias::new(*table), Alias::new(&link))
                .and_where(col(&link, from).eq(parent));
            col(inner, to).in_subquery(linked)
        }
    }
}

/// The row lies in the division with this code, which is of one of these levels.
pub fn lies(inner: &str, levels: &[&'static str], code: Expr) -> Expr {
    any(levels.iter().map(|level| match *level {
        // A province has no level column of its own: its cities begin with its code, and a city with itself.
        "province" => {
            let end = code.clone().binary(BinOper::Custom("||"), "~");
            col(inner, "city_code").gte(code.clone()).and(col(inner, "city_code").lt(end))
        }
        level => col(inner, level).eq(code.clone()),
    }))
}

fn column_leaf(column: Expr, scalar: Scalar, value: &ConstValue) -> Expr {
    match (scalar, value) {
        (Scalar::Boolean, ConstValue::Boolean(wanted)) => column.eq(*wanted),
        (Scalar::Text | Scalar::Enum(_), ConstValue::List(items)) => {
            let wanted: Vec<&str> = items
                .iter()
                .filter_map(|item| match item {
                    ConstValue::String(s) => Some(s.as_str()),
                    ConstValue::Enum(e) => Some(e.as_str()),
                    _ => None,
                })
                .collect();
            if wanted.is_empty() { never() } else { column.is_in(wanted) }
        }
        (_, ConstValue::Object(range)) => in_range(&column, range),
        _ => never(),
    }
}

fn in_range(column: &Expr, range: &Object) -> Expr {
    let mut parts = vec![];
    for (bound, value) in range {
        let part = match (bound.as_str(), value) {
            ("isNull", ConstValue::Boolean(true)) => column.clone().is_null(),
            ("isNull", ConstValue::Boolean(false)) => column.clone().is_not_null(),
            (bound, ConstValue::Number(n)) => match n.as_i64() {
                Some(n) => compare(column, bound, Expr::val(n)),
                None => continue,
            },
            (bound, ConstValue::String(s)) => compare(column, bound, Expr::val(s.as_str())),
            _ => continue,
        };
        parts.push(part);
    }
    all(parts)
}

fn compare(column: &Expr, bound: &str, value: Expr) -> Expr {
    let column = column.clone();
    match bound {
        "from" | "min" => column.gte(value),
        "max" => column.lte(value),
        _ => column.lt(value),
    }
}

fn number(object: &Object, name: &str) -> f64 {
    match object.get(name) {
        Some(ConstValue::Number(n)) => n.as_f64().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

fn point(object: &Object, lon: &str, lat: &str) -> Result<Point, Error> {
    let crs = match object.get("crs") {
        Some(ConstValue::Enum(name)) if name == "GCJ02" => Crs::Gcj02,
        Some(ConstValue::Enum(name)) if name == "WGS84" => Crs::Wgs84,
        _ => Crs::Cgcs2000,
    };
    let given = Point { lon: number(object, lon), lat: number(object, lat) };
    if !CITY.contains(given) {
        return Err(Error { field: None, ..Error::input("", "lies outside the city") }.under(lon));
    }
    Ok(to_cgcs2000(given, crs))
}

fn within(alias: &str, area: &Object) -> Result<Expr, Error> {
    let low = point(area, "west", "south")?;
    let high = point(area, "east", "north")?;
    if low.lon > high.lon || low.lat > high.lat {
        return Err(Error { field: None, ..Error::input("", "must have west below east and south below north") });
    }
    Ok(in_box(alias, low, high))
}

fn in_box(alias: &str, low: Point, high: Point) -> Expr {
    all([
        col(alias, "lon").gte(low.lon),
        col(alias, "lon").lte(high.lon),
        col(alias, "lat").gte(low.lat),
        col(alias, "lat").lte(high.lat),
    ])
}

/// Metres of one degree of latitude.
const DEGREE: f64 = 111_320.0;

fn near(alias: &str, area: &Object) -> Result<Expr, Error> {
    let radius = number(area, "radiusM");
    if !(1.0..=5_000.0).contains(&radius) {
        return Err(Error { field: None, ..Error::input("", "must be 1 to 5000") }.under("radiusM"));
    }
    let centre = point(area, "lon", "lat")?;
    Ok(in_circle(alias, centre, radius))
}

/// The row's point lies within `radius` metres of `centre`, on a plane: exact to a metre at this size.
pub fn in_circle(alias: &str, centre: Point, radius: f64) -> Expr {
    let per_lon = DEGREE * centre.lat.to_radians().cos();
    let (d_lon, d_lat) = (radius / per_lon, radius / DEGREE);
    let low = Point { lon: centre.lon - d_lon, lat: centre.lat - d_lat };
    let high = Point { lon: centre.lon + d_lon, lat: centre.lat + d_lat };
    let metres = |column: &'static str, at: f64, per: f64| col(alias, column).sub(at).mul(per);
    let (x, y) = (metres("lon", centre.lon, per_lon), metres("lat", centre.lat, DEGREE));
    let squared = x.clone().mul(x).add(y.clone().mul(y));
    in_box(alias, low, high).and(squared.lte(radius * radius))
}
