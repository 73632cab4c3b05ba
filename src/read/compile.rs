//! From a selection to a plan: which columns, which joins, which statements below, how each value is shown.

use std::sync::Arc;

use async_graphql_value::ConstValue;
use sea_orm::sea_query::{Expr, ExprTrait};

use super::declare::{Child, Direction, Field, Kind, Order, SEALED, Scalar, View};
use super::page::{Page, usual_order};
use super::plan::{
    Below, ChildPlan, Column, ConnectionPart, EdgePart, Form, Gate, Join, ListPlan, Out, PageInfoPart, PointPart,
    Redaction, RowsPlan, Shape, member,
};
use super::predicate::{Lens, Via, Visible};
use super::sql::{all, always, col, is_true};
use crate::access::{Class, Exposure, Relation, Verdict};
use crate::graphql::coerce::Args;
use crate::graphql::error::{Code, Error};
use crate::graphql::select::{Reader, Selected, Sets};
use crate::kernel::seal::Sealer;

/// Where in the answer something stands.
pub type Path = Vec<Arc<str>>;

/// Compiles selections for one viewer.
pub struct Compiler<'a, 'd> {
    /// The gate.
    pub lens: Lens<'a>,
    /// The document.
    pub reader: Reader<'d>,
    /// Opens cursors.
    pub sealer: &'a Sealer,
    /// What was masked or hidden.
    pub redactions: Vec<Redaction>,
}

/// A level under construction.
#[derive(Default)]
pub(super) struct Level<'a> {
    columns: Vec<Expr>,
    known: Vec<(String, String)>,
    joins: Vec<Join>,
    children: Vec<ChildPlan<'a>>,
    bits: Vec<(String, Column)>,
}

impl Level<'_> {
    fn column(&mut self, alias: &str, column: &str) -> Column {
        let name = (alias.to_owned(), column.to_owned());
        if let Some(at) = self.known.iter().position(|k| *k == name) {
            return at;
        }
        self.expr(name, col(alias, column))
    }

    fn expr(&mut self, name: (String, String), expr: Expr) -> Column {
        self.known.push(name);
        self.columns.push(expr);
        self.columns.len() - 1
    }
}

/// A place in the tables: a view under an alias, come by in some way.
#[derive(Clone, Copy)]
struct Spot<'s, 'a> {
    view: &'a View,
    alias: &'s str,
    via: Via,
}

fn extend(path: &[Arc<str>], key: &str) -> Path {
    path.iter().cloned().chain([Arc::from(key)]).collect()
}

impl<'a, 'd> Compiler<'a, 'd> {
    fn view(&self, name: &str) -> Result<&'a View, Error> {
        self.lens.catalog.view(name).ok_or_else(|| Error::internal(&format!("no view {name}")))
    }

    /// Notes that a value is not shown in full.
    fn redact(
        &mut self,
        path: &[Arc<str>],
        class: Class,
        effect: Verdict,
        reason: &'static str,
        always: bool,
    ) -> usize {
        self.redactions.push(Redaction { path: path.to_vec(), class, effect, reason, always });
        self.redactions.len() - 1
    }

    /// Rows of a view that fulfil `condition`, come by in some way; `None`: the viewer is shown none of them.
    pub fn rows(
        &mut self,
        view: &'a View,
        via: Via,
        condition: Expr,
        page: Page,
        sets: &Sets<'d>,
        path: &[Arc<str>],
    ) -> Result<Option<RowsPlan<'a>>, Error> {
        let visible = match self.lens.visible(view, "t0", via) {
            Visible::All => condition,
            Visible::Where(rule) => condition.and(rule),
            Visible::Nothing => {
                self.redact(path, Class::Internal, Verdict::Hidden, "FAMILY_NOT_IN_ROLE", true);
                return Ok(None);
            }
        };
        let mut level = Level::default();
        let shape = self.object(&mut level, Spot { view, alias: "t0", via }, sets, path)?;
        let mut plan = RowsPlan {
            view,
            condition: visible,
            page,
            columns: vec![],
            joins: vec![],
            shape,
            children: vec![],
            cursor: vec![],
        };
        let keys: Vec<&'static str> = plan.page.keys.iter().map(|k| k.column).collect();
        plan.cursor = keys.into_iter().map(|column| level.column("t0", column)).collect();
        plan.columns = level.columns;
        plan.joins = level.joins;
        plan.children = level.children;
        Ok(Some(plan))
    }

    /// A single row: no order, no page.
    pub fn single(view: &View) -> Page {
        Page {
            limit: 1,
            backward: false,
            keys: usual_order(view, &vec![("id", Direction::Asc)]),
            after: None,
            before: None,
        }
    }

    fn object(
        &mut self,
        level: &mut Level<'a>,
        spot: Spot<'_, 'a>,
        sets: &Sets<'d>,
        path: &[Arc<str>],
    ) -> Result<Shape, Error> {
        let mut shape = Shape::default();
        for selected in self.reader.fields(spot.view.name, sets)? {
            let below = extend(path, selected.key);
            let out = match selected.name {
                "__typename" => Out::Text(spot.view.name.into()),
                "id" => Out::Id { view: spot.view.name, column: level.column(spot.alias, "id") },
                "divisionCode" if spot.view.levels => Out::Cell {
                    column: level.column(spot.alias, spot.view.filed_under()),
                    scalar: Scalar::Text,
                    mask: super::declare::Mask::None,
                    sealed: false,
                    gate: Gate::Always(Verdict::Full),
                },
                name => match spot.view.field(name) {
                    Some(field) => self.field(level, spot, field, &selected, &below)?,
                    None => return Err(Error::internal(&format!("no field {}.{name}", spot.view.name))),
                },
            };
            shape.fields.push((member(selected.key), out));
        }
        Ok(shape)
    }

    fn field(
        &mut self,
        level: &mut Level<'a>,
        spot: Spot<'_, 'a>,
        field: &'a Field,
        selected: &Selected<'d>,
        path: &[Arc<str>],
    ) -> Result<Out, Error> {
        if let Kind::Embed { type_name, fields, .. } = &field.kind {
            return self.embed(level, spot, (type_name, fields), selected, path);
        }
        let Some(gate) = self.gate(level, spot, field, path) else {
            return Ok(Out::Null);
        };
        if matches!(field.kind, Kind::One { .. } | Kind::Many { .. } | Kind::Summary { .. }) {
            let out = self.relation(level, spot, field, selected, path)?;
            return Ok(match (gate, out) {
                (_, Out::Null) => Out::Null,
                (gate @ Gate::ByRow { .. }, out) => Out::Gated { gate, out: Box::new(out) },
                (Gate::Always(_), out) => out,
            });
        }
        let alias = spot.alias;
        Ok(match &field.kind {
            Kind::Column { column, scalar } => Out::Cell {
                column: level.column(alias, column),
                scalar: *scalar,
                mask: field.mask,
                sealed: field.uses.has(SEALED),
                gate,
            },
            Kind::Point { lon, lat } => Out::Point {
                lon: level.column(alias, lon),
                lat: level.column(alias, lat),
                fields: self.point(selected)?,
                gate,
            },
            Kind::YoungerThan { column, years } => {
                Out::Younger { column: level.column(alias, column), years: *years, gate }
            }
            Kind::JsonList { column, type_name, .. } => Out::JsonList {
                column: level.column(alias, column),
                type_name,
                fields: self.json_fields(type_name, selected)?,
                gate,
            },
            Kind::One { .. } | Kind::Many { .. } | Kind::Summary { .. } | Kind::Embed { .. } => Out::Null,
        })
    }

    fn relation(
        &mut self,
        level: &mut Level<'a>,
        spot: Spot<'_, 'a>,
        field: &'a Field,
        selected: &Selected<'d>,
        path: &[Arc<str>],
    ) -> Result<Out, Error> {
        match &field.kind {
            Kind::One { view, from, to } => self.one(level, spot, (view, from, to), selected, path),
            Kind::Summary { summary, parent, child } => {
                let args = self.reader.args(spot.view.name, selected)?;
                let Some(figures) = self.figures(summary, &args, always(), &selected.sets, path)? else {
                    return Ok(Out::Null);
                };
                Ok(self.child(level, spot, parent, child.clone(), Below::Figures(Box::new(figures))))
            }
            _ => self.many(level, spot, field, selected, path),
        }
    }

    fn child(
        &self,
        level: &mut Level<'a>,
        spot: Spot<'_, 'a>,
        parent: &'static str,
        child: Child,
        below: Below<'a>,
    ) -> Out {
        let text = parent == "code";
        let parent = level.column(spot.alias, parent);
        level.children.push(ChildPlan { parent, text, child, below });
        Out::Child(level.children.len() - 1)
    }

    fn embed(
        &mut self,
        level: &mut Level<'a>,
        spot: Spot<'_, 'a>,
        (type_name, fields): (&&'static str, &'a [Field]),
        selected: &Selected<'d>,
        path: &[Arc<str>],
    ) -> Result<Out, Error> {
        let mut shape = Shape::default();
        for part in self.reader.fields(type_name, &selected.sets)? {
            let out = match fields.iter().find(|f| f.name == part.name) {
                Some(field) => self.field(level, spot, field, &part, &extend(path, part.key))?,
                None => Out::Text((*type_name).into()),
            };
            shape.fields.push((member(part.key), out));
        }
        Ok(Out::Embed(shape))
    }

    fn point(&self, selected: &Selected<'d>) -> Result<Vec<(String, PointPart)>, Error> {
        let fields = self.reader.fields("GeoPoint", &selected.sets)?;
        Ok(fields
            .iter()
            .map(|f| {
                let part = match f.name {
                    "lon" => PointPart::Lon,
                    "lat" => PointPart::Lat,
                    "crs" => PointPart::Crs,
                    _ => PointPart::Typename,
                };
                (member(f.key), part)
            })
            .collect())
    }

    fn json_fields(&self, ty: &str, selected: &Selected<'d>) -> Result<Vec<(String, Option<String>)>, Error> {
        let fields = self.reader.fields(ty, &selected.sets)?;
        Ok(fields.iter().map(|f| (member(f.key), (f.name != "__typename").then(|| f.name.to_owned()))).collect())
    }

    fn one(
        &mut self,
        level: &mut Level<'a>,
        spot: Spot<'_, 'a>,
        (target, from, to): (&str, &str, &str),
        selected: &Selected<'d>,
        path: &[Arc<str>],
    ) -> Result<Out, Error> {
        let view = self.view(target)?;
        let part = view.owners.iter().any(|o| o.view == spot.view.name && o.column == to);
        let via = if part && view.family == spot.view.family { Via::Part } else { Via::Link };
        let alias = format!("t{}", level.joins.len() + 1);
        let joined = col(&alias, to).eq(col(spot.alias, from));
        let on = match self.lens.visible(view, &alias, via) {
            Visible::All => joined,
            // The rule filters the row that the key found; it must not drive the join.
            Visible::Where(rule) => joined.and(is_true(rule)),
            Visible::Nothing => {
                self.redact(path, Class::Internal, Verdict::Hidden, "FAMILY_NOT_IN_ROLE", true);
                return Ok(Out::Null);
            }
        };
        level.joins.push(Join { table: view.table, alias: alias.clone(), on });
        let key = level.column(&alias, "id");
        let shape = self.object(level, Spot { view, alias: &alias, via }, &selected.sets, path)?;
        Ok(Out::One { key, shape })
    }

    fn many(
        &mut self,
        level: &mut Level<'a>,
        spot: Spot<'_, 'a>,
        field: &'a Field,
        selected: &Selected<'d>,
        path: &[Arc<str>],
    ) -> Result<Out, Error> {
        let Kind::Many { view: target, parent, child, order, shape } = &field.kind else {
            return Ok(Out::Null);
        };
        let view = self.view(target)?;
        let part = match child {
            Child::Column(column) => {
                view.family == spot.view.family
                    && view.owners.iter().any(|o| o.view == spot.view.name && o.column == *column)
                    || view.owners.len() > 1 && view.owners.iter().any(|o| o.view == spot.view.name)
            }
            _ => false,
        };
        let via = if part { Via::Part } else { Via::List };
        let args = self.reader.args(spot.view.name, selected)?;
        let connection = *shape == super::declare::Shape::Connection;
        let list = self.list(view, via, always(), order, &args, connection, &selected.sets, path)?;
        Ok(match list {
            Some(list) => self.child(level, spot, parent, child.clone(), Below::List(Box::new(list))),
            None => Out::Null,
        })
    }

    /// A list or connection of a view's rows; `None`: the viewer is shown none of them.
    #[expect(clippy::too_many_arguments, reason = "a list has this many sides")]
    pub fn list(
        &mut self,
        view: &'a View,
        via: Via,
        condition: Expr,
        order: &Order,
        args: &Args,
        connection: bool,
        sets: &Sets<'d>,
        path: &[Arc<str>],
    ) -> Result<Option<ListPlan<'a>>, Error> {
        // A role without a rule is told so, whatever it filters or sorts by: the rest of the answer stays.
        if matches!(self.lens.visible(view, "t0", via), Visible::Nothing) {
            self.redact(path, Class::Internal, Verdict::Hidden, "FAMILY_NOT_IN_ROLE", true);
            return Ok(None);
        }
        let (page, confine) = self.lens.page(view, "t0", args, order, self.sealer)?;
        let filter = match args.get("filter") {
            Some(filter @ ConstValue::Object(_)) => {
                Some(self.lens.filter(view, "t0", filter).map_err(|e| e.under("filter"))?)
            }
            _ => None,
        };
        let condition = all([condition].into_iter().chain(filter).chain(confine));
        if !connection {
            let Some(rows) = self.rows(view, via, condition, page, sets, path)? else { return Ok(None) };
            return Ok(Some(ListPlan { rows, wants_rows: true, wants_total: false, sums: vec![], form: Form::List }));
        }
        let mut form = Connection::default();
        for selected in self.reader.fields(&format!("{}Connection", view.name), sets)? {
            self.connection_part(&mut form, view, &selected, path)?;
        }
        let path = extend(&extend(path, &form.edges_key), &form.node_key);
        let Some(rows) = self.rows(view, via, condition, page, &form.node_sets, &path)? else { return Ok(None) };
        let form = ListPlan {
            rows,
            wants_rows: form.wants_rows,
            wants_total: form.wants_total,
            sums: form.sums,
            form: Form::Connection(form.parts),
        };
        Ok(Some(form))
    }

    fn connection_part(
        &mut self,
        form: &mut Connection<'d>,
        view: &'a View,
        selected: &Selected<'d>,
        path: &[Arc<str>],
    ) -> Result<(), Error> {
        let part = match selected.name {
            "edges" => {
                form.wants_rows = true;
                form.edges_key = selected.key.to_owned();
                let mut parts = vec![];
                for inner in self.reader.fields(&format!("{}Edge", view.name), &selected.sets)? {
                    let part = match inner.name {
                        "node" => {
                            // Two aliases of `node` would need two shapes; their fields would have to agree anyway.
                            if !form.node_sets.is_empty() && form.node_key != inner.key {
                                return Err(Error::new(Code::ValidationFailed, "node is selected under two names"));
                            }
                            form.node_key = inner.key.to_owned();
                            form.node_sets = inner.sets;
                            EdgePart::Node
                        }
                        "cursor" => EdgePart::Cursor,
                        _ => EdgePart::Typename(format!("{}Edge", view.name)),
                    };
                    parts.push((member(inner.key), part));
                }
                ConnectionPart::Edges(parts)
            }
            "pageInfo" => {
                form.wants_rows = true;
                let fields = self.reader.fields("PageInfo", &selected.sets)?;
                ConnectionPart::PageInfo(fields.iter().map(|f| (member(f.key), page_info_part(f.name))).collect())
            }
            "totalCount" | "totalCountIsExact" => {
                form.wants_total = true;
                if selected.name == "totalCount" {
                    ConnectionPart::TotalCount
                } else {
                    ConnectionPart::TotalCountIsExact
                }
            }
            "sum" => ConnectionPart::Sum(self.sum(form, view, selected, path)?),
            _ => ConnectionPart::Typename(format!("{}Connection", view.name)),
        };
        form.parts.push((member(selected.key), part));
        Ok(())
    }

    fn sum(
        &mut self,
        form: &mut Connection<'d>,
        view: &'a View,
        selected: &Selected<'d>,
        path: &[Arc<str>],
    ) -> Result<Option<usize>, Error> {
        let args = self.reader.args(&format!("{}Connection", view.name), selected)?;
        let wanted = match args.get("field") {
            Some(ConstValue::Enum(name)) => name.as_str(),
            _ => "",
        };
        let found =
            crate::graphql::build::sum_fields(view).find(|(f, _)| super::declare::upper_snake(&f.name) == wanted);
        let Some((field, column)) = found else { return Ok(None) };
        let summed = match self.lens.readable(view, field, "t0") {
            super::filter::Readable::Always => col("t0", column),
            super::filter::Readable::Where(condition) => Expr::case(condition, col("t0", column)).into(),
            super::filter::Readable::No => {
                let path = extend(path, selected.key);
                self.redact(&path, field.class, Verdict::Hidden, "CLASS_NOT_IN_ROLE", true);
                return Ok(None);
            }
        };
        form.sums.push(summed);
        Ok(Some(form.sums.len() - 1))
    }

    /// How far a field is shown; `None`: on no row. Notes what is not shown in full.
    fn gate(&mut self, level: &mut Level<'a>, spot: Spot<'_, 'a>, field: &Field, path: &[Arc<str>]) -> Option<Gate> {
        let table = self.verdicts(spot.view, field);
        let possible = self.possible(spot, field);
        let first = possible.first().map_or(Verdict::Hidden, |b| table[*b]);
        let reason = if self.lens.access.purpose_hides(field.class) { "PURPOSE" } else { "CLASS_NOT_IN_ROLE" };
        if possible.iter().all(|b| table[*b] == first) {
            let masked_to_nothing = first == Verdict::Masked && field.mask == super::declare::Mask::None;
            let effect = if masked_to_nothing { Verdict::Hidden } else { first };
            if effect != Verdict::Full {
                self.redact(path, field.class, effect, reason, true);
            }
            return (effect != Verdict::Hidden).then_some(Gate::Always(effect));
        }
        let bits = self.bits(level, spot);
        let least = possible.iter().map(|b| table[*b]).min().unwrap_or(Verdict::Hidden);
        let redaction = self.redact(path, field.class, least, "RELATION", false);
        Some(Gate::ByRow { bits, table, redaction })
    }

    /// Verdicts by bits: relation, 4 raised, 8 private dwelling.
    fn verdicts(&self, view: &View, field: &Field) -> [Verdict; 16] {
        let mut table = [Verdict::Hidden; 16];
        for (bits, verdict) in table.iter_mut().enumerate() {
            let relation = Relation::ALL[bits & 3];
            let class = if bits & 8 != 0 && field.dwelling { Class::Personal } else { field.class };
            *verdict = self.lens.access.verdict(view.family, class, relation, bits & 4 != 0);
        }
        table
    }

    /// Bits that can occur on the rows of a spot, as far as they matter for the field.
    fn possible(&self, spot: Spot<'_, 'a>, field: &Field) -> Vec<usize> {
        let view = spot.view;
        let sure = match view.family.exposure() {
            Exposure::Closed => true,
            Exposure::Pointed => spot.via == Via::List,
            Exposure::Open | Exposure::Linked => false,
        };
        let mut relations = vec![];
        if !sure {
            relations.push(Relation::Outside);
        }
        if sure || self.lens.rule(view, "t0").is_some() {
            relations.push(Relation::Scope);
        }
        if self.lens.is_handler(view, "t0").is_some() {
            relations.push(Relation::Handler);
        }
        if self.lens.is_own(view, "t0").is_some() {
            relations.push(Relation::Own);
        }
        let mut bits: Vec<usize> = relations.into_iter().map(|r| r as usize).collect();
        if self.lens.is_raised(view, "t0").is_some() {
            bits.extend(bits.clone().into_iter().map(|b| b | 4));
        }
        if field.dwelling {
            bits.extend(bits.clone().into_iter().map(|b| b | 8));
        }
        bits
    }

    /// The column that holds the bits of a row.
    fn bits(&self, level: &mut Level<'a>, spot: Spot<'_, 'a>) -> Column {
        if let Some((_, column)) = level.bits.iter().find(|(alias, _)| alias == spot.alias) {
            return *column;
        }
        let (view, alias) = (spot.view, spot.alias);
        let number = |relation: Relation| relation as i64;
        let mut cases = sea_orm::sea_query::CaseStatement::new();
        if let Some(own) = self.lens.is_own(view, alias) {
            cases = cases.case(own, number(Relation::Own));
        }
        if let Some(handler) = self.lens.is_handler(view, alias) {
            cases = cases.case(handler, number(Relation::Handler));
        }
        let otherwise = match view.family.exposure() {
            Exposure::Closed => number(Relation::Scope),
            _ => {
                cases = cases.case(super::predicate::or_never(self.lens.rule(view, alias)), number(Relation::Scope));
                number(Relation::Outside)
            }
        };
        cases = cases.case(super::sql::never(), number(Relation::Outside));
        let mut expr: Expr = cases.finally(otherwise).into();
        if let Some(raised) = self.lens.is_raised(view, alias) {
            expr = expr.add(Expr::case(raised, 4i64).finally(0i64));
        }
        if view.table == "key_site" {
            expr = expr.add(Expr::case(col(alias, "private_dwelling").eq(true), 8i64).finally(0i64));
        }
        let column = level.expr((alias.to_owned(), "(bits)".to_owned()), self.lens.dialect.whole(expr));
        level.bits.push((alias.to_owned(), column));
        column
    }
}

/// A connection under construction.
#[derive(Default)]
struct Connection<'d> {
    parts: Vec<(String, ConnectionPart)>,
    wants_rows: bool,
    wants_total: bool,
    edges_key: String,
    node_key: String,
    node_sets: Sets<'d>,
    sums: Vec<Expr>,
}

fn page_info_part(name: &str) -> PageInfoPart {
    match name {
        "hasNextPage" => PageInfoPart::HasNext,
        "hasPreviousPage" => PageInfoPart::HasPrevious,
        "startCursor" => PageInfoPart::Start,
        "endCursor" => PageInfoPart::End,
        _ => PageInfoPart::Typename,
    }
}
