//! From a selection to a plan: which columns, which joins, which statements below, how each value is shown.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::sea_query::{Expr, ExprTrait};

use super::declare::{Child, Direction, Field, Kind, Owner, SEALED, Scalar, View};
use super::figures::Of;
use super::notes::{self, Note};
use super::page::{Page, usual_order};
use super::plan::{Below, ChildPlan, Column, Gate, Join, Out, PointPart, Redaction, RowsPlan, Shape, member};
use super::predicate::{Lens, Via, Visible};
use super::sql::{always, col, fixed, is_true, some_row};
use super::template::{Templates, moment};
use crate::access::{Class, Verdict};
use crate::graphql::error::Error;
use crate::graphql::select::{Reader, Selected, Sets};
use crate::http::Language;
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
    /// Language of messages.
    pub language: Language,
    /// What was masked or hidden.
    pub redactions: Vec<Redaction>,
    /// Errors of fields that are null for it.
    pub errors: Vec<Error>,
    /// Fields of personal class by which rows are chosen.
    pub chosen_by: BTreeMap<String, Class>,
    /// Whether what was compiled may serve again at another moment.
    pub keeps: bool,
}

/// A level under construction.
#[derive(Default)]
pub(super) struct Level {
    pub(super) columns: Vec<Expr>,
    known: Vec<(String, Cow<'static, str>)>,
    /// Columns of the rows' own table; `made`: something is made of more than these.
    plain: Vec<&'static str>,
    made: bool,
    joins: Vec<Join>,
    children: Vec<ChildPlan>,
    pub(super) bits: Vec<(String, Column)>,
    /// Bits that can occur on the rows of an alias.
    pub(super) occurring: Vec<(String, Vec<usize>)>,
}

impl Level {
    fn column(&mut self, alias: &str, column: &'static str) -> Column {
        if let Some(at) = self.known.iter().position(|(known, name)| known == alias && name == column) {
            return at;
        }
        self.needs(alias, column);
        self.push(alias, column, col(alias, column))
    }

    fn needs(&mut self, alias: &str, column: &'static str) {
        if alias == "t0" && !self.plain.contains(&column) {
            self.plain.push(column);
        }
    }

    pub(super) fn expr(&mut self, alias: &str, name: impl Into<Cow<'static, str>>, expr: Expr) -> Column {
        self.made |= alias == "t0";
        self.push(alias, name, expr)
    }

    fn push(&mut self, alias: &str, name: impl Into<Cow<'static, str>>, expr: Expr) -> Column {
        self.known.push((alias.to_owned(), name.into()));
        self.columns.push(expr);
        self.columns.len() - 1
    }
}

/// A place in the tables: a view under an alias, come by in some way.
#[derive(Clone, Copy)]
pub(super) struct Spot<'s> {
    pub(super) view: &'static View,
    pub(super) alias: &'s str,
    pub(super) via: Via,
}

/// The path one step down.
pub(super) fn extend(path: &[Arc<str>], key: &str) -> Path {
    path.iter().cloned().chain([Arc::from(key)]).collect()
}

impl<'a, 'd> Compiler<'a, 'd> {
    /// A compiler that has seen nothing yet.
    pub fn new(lens: Lens<'a>, reader: Reader<'d>, sealer: &'a Sealer, language: Language) -> Compiler<'a, 'd> {
        let (redactions, errors, chosen_by) = (vec![], vec![], BTreeMap::new());
        Compiler { lens, reader, sealer, language, redactions, errors, chosen_by, keeps: true }
    }

    fn view(&self, name: &str) -> Result<&'static View, Error> {
        self.lens.catalog.view(name).ok_or_else(|| Error::internal(&format!("no view {name}")))
    }

    /// Notes that a value is not shown in full.
    pub(super) fn redact(
        &mut self,
        path: &[Arc<str>],
        of: String,
        class: Class,
        effect: Verdict,
        reason: &'static str,
        always: bool,
    ) -> usize {
        self.redactions.push(Redaction { path: path.to_vec(), of, class, effect, reason, always });
        self.redactions.len() - 1
    }

    /// Rows of a view that fulfil `condition`, come by in some way; `None`: the viewer is shown none of them.
    /// `nodes`: what is selected of a row, once for each name it is selected under, and where that stands.
    pub fn rows(
        &mut self,
        view: &'static View,
        via: Via,
        condition: Expr,
        page: Page,
        nodes: &[(Sets<'d>, Path)],
        path: &[Arc<str>],
    ) -> Result<Option<RowsPlan>, Error> {
        let visible = self.lens.visible(view, "t0", via);
        self.rows_among(visible, (view, via), condition, page, nodes, path)
    }

    /// The same where it is known which of them may be shown.
    pub(super) fn rows_among(
        &mut self,
        visible: Visible,
        (view, via): (&'static View, Via),
        condition: Expr,
        page: Page,
        nodes: &[(Sets<'d>, Path)],
        path: &[Arc<str>],
    ) -> Result<Option<RowsPlan>, Error> {
        let ways = match visible {
            Visible::All => vec![],
            Visible::Where(rule) => vec![rule],
            Visible::Nothing => {
                self.redact(path, view.name.to_owned(), Class::Internal, Verdict::Hidden, "FAMILY_NOT_IN_ROLE", true);
                return Ok(None);
            }
        };
        let mut level = Level::default();
        let spot = Spot { view, alias: "t0", via };
        let shapes = nodes.iter().map(|(sets, path)| self.object(&mut level, spot, sets, path));
        let shapes = shapes.collect::<Result<Vec<_>, Error>>()?;
        let mut plan = RowsPlan {
            view,
            condition,
            ways,
            page,
            columns: vec![],
            plain: None,
            joins: vec![],
            shapes,
            children: vec![],
            cursor: vec![],
            templates: Templates::default(),
            near: None,
        };
        for key in plan.page.ordering() {
            level.needs("t0", key.column);
        }
        if plan.page.marks {
            plan.cursor = plan.page.keys.iter().map(|key| level.column("t0", key.column)).collect();
        }
        if level.columns.is_empty() {
            // Of what names of types are made of alone, or of nothing that may be shown, a row must still be found.
            level.column("t0", "id");
        }
        plan.columns = level.columns;
        plan.plain = (!level.made).then_some(level.plain);
        plan.joins = level.joins;
        plan.children = level.children;
        Ok(Some(plan))
    }

    /// The row that a key names: there is one at most, which needs no order.
    pub fn one_row() -> Page {
        Page { limit: 1, backward: false, keys: vec![], after: None, before: None, peeks: false, marks: false }
    }

    /// At most so many rows in the order of their ids, which are read.
    pub fn by_id(view: &View, limit: usize) -> Page {
        let keys = usual_order(view, &vec![("id", Direction::Asc)]);
        Page { keys, limit, marks: true, ..Compiler::one_row() }
    }

    fn object(
        &mut self,
        level: &mut Level,
        spot: Spot<'_>,
        sets: &Sets<'d>,
        path: &[Arc<str>],
    ) -> Result<Shape, Error> {
        let mut shape = Shape::default();
        for selected in self.reader.fields(spot.view.name, sets)? {
            let below = extend(path, selected.key);
            let out = match selected.name {
                "__typename" => Out::Text(spot.view.name.into()),
                "id" => Out::Id { view: spot.view.name, column: level.column(spot.alias, "id") },
                "divisionCode" if spot.view.tells_division() => Out::Cell {
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
        level: &mut Level,
        spot: Spot<'_>,
        field: &'static Field,
        selected: &Selected<'d>,
        path: &[Arc<str>],
    ) -> Result<Out, Error> {
        if let Kind::Embed { type_name, fields, .. } = &field.kind {
            return self.embed(level, spot, (type_name, fields), selected, path);
        }
        let Some(gate) = self.gate(level, spot, field, path) else {
            return Ok(Out::Null);
        };
        if matches!(field.kind, Kind::One { .. } | Kind::Many { .. } | Kind::Summary { .. } | Kind::Actions) {
            let told = self.redactions.len();
            let out = self.relation(level, spot, field, selected, path).unwrap_or_else(|error| {
                // The field is nullable: it is null with its error, and the rest of the answer stays.
                self.redactions.truncate(told);
                self.errors.push(error.on(path));
                Out::Null
            });
            return Ok(match (gate, out) {
                (_, Out::Null) => Out::Null,
                (gate @ Gate::ByRow { .. }, out) => Out::Gated { gate, out: Box::new(out) },
                (Gate::Always(_), out) => out,
            });
        }
        let alias = spot.alias;
        let out = match &field.kind {
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
            Kind::Computed { scalar, value } => Out::Cell {
                column: level.expr(alias, format!("={}", field.name), value(alias, moment(self.lens.now_ms, 0))),
                scalar: *scalar,
                mask: field.mask,
                sealed: false,
                gate,
            },
            Kind::Link { small } => Out::Link {
                column: level.expr(alias, format!("={}", field.name), kept(alias, *small)),
                small: *small,
                gate,
            },
            Kind::One { .. } | Kind::Many { .. } | Kind::Summary { .. } | Kind::Embed { .. } | Kind::Actions => {
                Out::Null
            }
        };
        Ok(if notes::is_personal(field) { self.noted(level, spot, field, out) } else { out })
    }

    /// A value of which the trail must know when it is shown in full.
    fn noted(&self, level: &mut Level, spot: Spot<'_>, field: &Field, out: Out) -> Out {
        let keys = notes::keys(spot.view).into_iter();
        let matter = keys.map(|(view, column)| (view, level.column(spot.alias, column))).collect();
        let note = Note { field: format!("{}.{}", spot.view.name, field.name), class: field.class };
        let by_row = field.dwelling || self.can_be_raised(level, spot);
        let bits = by_row.then(|| self.bits(level, spot));
        Out::Personal { note, bits, matter, out: Box::new(out) }
    }

    fn relation(
        &mut self,
        level: &mut Level,
        spot: Spot<'_>,
        field: &'static Field,
        selected: &Selected<'d>,
        path: &[Arc<str>],
    ) -> Result<Out, Error> {
        match &field.kind {
            Kind::One { view, from, to } => self.one(level, spot, (view, from, to), selected, path),
            Kind::Summary { summary, parent, child } => {
                let args = self.reader.args(spot.view.name, selected)?;
                let of = if *child == Child::Subtree { Of::Division } else { Of::Object };
                let Some(figures) = self.figures(summary, &args, (of, always()), &selected.sets, path)? else {
                    return Ok(Out::Null);
                };
                Ok(self.child(level, spot, parent, child.clone(), Below::Figures(Box::new(figures))))
            }
            Kind::Actions => {
                let actions = self.actions(spot.view, selected)?;
                Ok(self.child(level, spot, "id", Child::Column("id"), Below::Actions(Box::new(actions))))
            }
            _ => self.many(level, spot, field, selected, path),
        }
    }

    fn child(&self, level: &mut Level, spot: Spot<'_>, parent: &'static str, child: Child, below: Below) -> Out {
        let text = parent == "code";
        let parent = level.column(spot.alias, parent);
        level.children.push(ChildPlan { parent, text, child, below });
        Out::Child(level.children.len() - 1)
    }

    fn embed(
        &mut self,
        level: &mut Level,
        spot: Spot<'_>,
        (type_name, fields): (&&'static str, &'static [Field]),
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
        level: &mut Level,
        spot: Spot<'_>,
        (target, from, to): (&str, &'static str, &'static str),
        selected: &Selected<'d>,
        path: &[Arc<str>],
    ) -> Result<Out, Error> {
        let view = self.view(target)?;
        let whole = |owner: &&Owner| owner.view == spot.view.name && (owner.column == to || to == "id");
        let owner = view.owners.iter().find(whole).filter(|_| view.family == spot.view.family);
        let via = if owner.is_some() { Via::Part } else { Via::Link };
        let alias = format!("t{}", level.joins.len() + 1);
        let mut joined = col(&alias, to).eq(col(spot.alias, from));
        level.needs(spot.alias, from);
        if let Some(owner) = owner.filter(|owner| owner.column != to) {
            // A part that is named by its key is one of its own whole only.
            level.needs(spot.alias, "id");
            joined = joined.and(col(&alias, owner.column).eq(col(spot.alias, "id")));
        }
        let on = match self.lens.visible(view, &alias, via) {
            Visible::All => joined,
            // The rule filters the row that the key found; it must not drive the join.
            Visible::Where(rule) => joined.and(is_true(rule)),
            Visible::Nothing => {
                self.redact(path, view.name.to_owned(), Class::Internal, Verdict::Hidden, "FAMILY_NOT_IN_ROLE", true);
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
        level: &mut Level,
        spot: Spot<'_>,
        field: &'static Field,
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
}

/// The key of the evidence, where its content is kept.
fn kept(alias: &str, small: bool) -> Expr {
    let held = col("f", "hash").eq(col(alias, "hash"));
    let held = if small { held.and(col("f", "thumbnail").eq(fixed(true))) } else { held };
    Expr::case(some_row("stored_file", "f", held), col(alias, "id")).into()
}
