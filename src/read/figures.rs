//! From a selection of a summary to a plan: which counts, over which rows, in which groups.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql_value::ConstValue;
use sea_orm::sea_query::{Expr, ExprTrait, Func, SelectStatement};

use super::compile::{Compiler, Path, extend};
use super::declare::{Field, Kind, View, upper_snake};
use super::measures::{DAY_MS, OTHER_ROWS, columns, common, in_period, test, tests, there};
use super::notes;
use super::passes::passes;
use super::plan::{Aggregate, Column, Figure, FiguresPlan, GroupPart, GroupsPlan, How, Label, RatePart, Span, member};
use super::predicate::{Lens, Via, Visible, or_never};
use super::sql::{all, any, col, definite};
use super::summary::{Compute, GroupBy, Measure, Summary, Test};
use super::when::{When, number, when};
use crate::access::{Class, Exposure, Verdict};
use crate::graphql::coerce::Args;
use crate::graphql::error::{Code, Error};
use crate::graphql::select::{Selected, Sets};

/// Most groups that can be asked for by number; without a number there are all.
const MOST_GROUPS: i64 = 5_000;

/// Version of the definitions of part 10 of the domain model.
pub const DEFINITIONS: &str = "2026-1";

/// What figures are asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// A division, or all: those without a rule get published figures.
    Division,
    /// A row or a circle: figures are for those who may list what is counted.
    Object,
}

fn code<'v>(args: &'v Args, name: &str) -> Option<&'v str> {
    match args.get(name) {
        Some(ConstValue::Enum(code)) => Some(code.as_str()),
        _ => None,
    }
}

/// The rows that figures are taken over.
struct Counted {
    path: Path,
    when: When,
    condition: Expr,
    ways: Vec<Expr>,
    published: bool,
}

/// Columns under construction.
struct Figures {
    summary: &'static Summary,
    view: &'static View,
    when: When,
    columns: Vec<Aggregate>,
    nothing: Vec<Option<i64>>,
    entered: Vec<Option<&'static str>>,
    /// The column of the period where all measures have the same.
    common: Option<&'static str>,
    /// Whether it is for groups, or beside them. A group is there if rows of it are in the period, be they there by `asOf` or
    /// not.
    grouped: bool,
    /// Whether they are published: each is rounded and withheld by itself then.
    published: bool,
}

impl Figures {
    fn push(&mut self, how: How, value: Expr) -> Column {
        let column = Aggregate { how, value };
        // A part of a rate is often a figure of its own.
        match self.columns.iter().position(|known| *known == column) {
            Some(known) if !self.published => return known,
            _ => {}
        }
        self.nothing.push(matches!(how, How::Count | How::Distinct).then_some(0));
        self.columns.push(column);
        self.columns.len() - 1
    }

    /// Values of rows that pass, null for the others.
    fn passing(&self, lens: &Lens<'_>, measure: &Measure, condition: &Test, value: Expr) -> Expr {
        let tested = (*condition != Test::All).then(|| test(lens, "t0", condition, self.when));
        let read = lens.confined(self.view, &tests(measure).flat_map(columns).collect::<Vec<_>>());
        let conditions: Vec<Expr> = self.looked_at(measure).into_iter().chain(read).chain(tested).collect();
        if conditions.is_empty() { value } else { Expr::case(all(conditions), value).into() }
    }

    /// Rows that a measure looks at: there by `asOf`, and in the period by its column. What is so of all rows is not asked again.
    fn looked_at(&self, measure: &Measure) -> Vec<Expr> {
        let Some(column) = measure.period else { return vec![] };
        let open = self.common.is_none() || self.grouped;
        let there = (open && !self.when.is_over()).then(|| there("t0", column, self.when));
        let timed = self.common.is_none().then(|| in_period("t0", column, self.when)).flatten();
        there.into_iter().chain(timed).collect()
    }

    fn count(&mut self, lens: &Lens<'_>, measure: &Measure, condition: &Test) -> Column {
        let counted = self.passing(lens, measure, condition, Expr::cust("1"));
        self.push(How::Count, counted)
    }

    fn mean(&mut self, lens: &Lens<'_>, measure: &Measure, condition: &Test, value: Expr, unit: i64) -> Figure {
        let added = self.passing(lens, measure, condition, value);
        let sum = self.push(How::Sum, added);
        Figure::Mean { sum, count: self.count(lens, measure, condition), unit }
    }

    fn measure(&mut self, lens: &Lens<'_>, measure: &Measure, rate: Vec<(String, RatePart)>) -> Figure {
        self.entered.push(measure.period);
        match &measure.compute {
            Compute::Count(condition) => Figure::Count(self.count(lens, measure, condition)),
            Compute::Distinct(column, condition) => {
                let counted = self.passing(lens, measure, condition, col("t0", column));
                Figure::Count(self.push(How::Distinct, counted))
            }
            Compute::Sum(column, condition) => {
                let added = self.passing(lens, measure, condition, col("t0", column));
                Figure::Sum(self.push(How::Sum, added))
            }
            Compute::Earliest(column, condition) => {
                let instants = self.passing(lens, measure, condition, col("t0", column));
                Figure::Instant(self.push(How::Earliest, instants))
            }
            Compute::MeanDays { from, to, test: condition } => {
                let took = col("t0", to).sub(col("t0", from));
                self.mean(lens, measure, condition, took, DAY_MS)
            }
            Compute::MeanParts { table, key, test: condition } => {
                let mut parts = SelectStatement::new();
                parts.expr(Func::count(Expr::cust("*"))).from_as(*table, "m");
                parts.and_where(col("m", key).eq(col("t0", "id")));
                self.mean(lens, measure, condition, Expr::SubQuery(None, Box::new(parts.into())), 1)
            }
            Compute::Rate { numerator, denominator, definition, basis } => {
                let both = and_also(denominator, numerator);
                let numerator = self.count(lens, measure, &both);
                let denominator = self.count(lens, measure, denominator);
                Figure::Rate { numerator, denominator, fields: rate, definition, basis: basis.code() }
            }
        }
    }

    /// Rows outside the periods of all measures need not be looked at, nor those that were not there yet.
    fn span(&self) -> Span {
        let there =
            self.common.filter(|_| !self.grouped && !self.when.is_over()).map(|column| there("t0", column, self.when));
        let entered: Option<BTreeSet<&'static str>> = self.entered.iter().copied().collect();
        let columns: Vec<&'static str> = entered.unwrap_or_default().into_iter().collect();
        let periods: Option<Vec<Expr>> = columns.iter().map(|c| in_period("t0", c, self.when)).collect();
        let periods = periods.filter(|periods| !periods.is_empty()).map(any);
        let holds = match (there, periods) {
            (Some(there), Some(periods)) => Some(there.and(periods)),
            (there, periods) => there.or(periods),
        };
        Span { columns, holds }
    }
}

/// Both, what they have in common once.
fn and_also(one: &Test, other: &Test) -> Test {
    let parts = |test: &Test| if let Test::And(parts) = test { parts.clone() } else { vec![test.clone()] };
    let mut both = parts(one);
    for part in parts(other) {
        if !both.contains(&part) {
            both.push(part);
        }
    }
    Test::And(both)
}

fn rate_part(name: &str) -> RatePart {
    match name {
        "numerator" => RatePart::Numerator,
        "denominator" => RatePart::Denominator,
        "value" => RatePart::Value,
        "definition" => RatePart::Definition,
        "basis" => RatePart::Basis,
        _ => RatePart::Typename,
    }
}

impl Lens<'_> {
    /// On which rows of an open family the columns may be read; `None`: on all, or the family is not open.
    fn confined(&self, view: &View, columns: &[&str]) -> Option<Expr> {
        let internal = |field: &Field| match field.kind {
            Kind::Column { column, .. } => columns.contains(&column) && field.class != Class::Public,
            _ => false,
        };
        let open = view.family.exposure() == Exposure::Open;
        let read = columns.contains(&OTHER_ROWS) || view.fields.iter().any(internal);
        (open && read).then(|| or_never(self.rule(view, "t0")))
    }
}

impl<'a, 'd> Compiler<'a, 'd> {
    /// Figures of a summary over rows that fulfil `condition`; `None`: the viewer is shown none.
    pub fn figures(
        &mut self,
        summary: &str,
        args: &Args,
        (of, condition): (Of, Expr),
        sets: &Sets<'d>,
        path: &[Arc<str>],
    ) -> Result<Option<FiguresPlan>, Error> {
        let catalog = self.lens.catalog;
        let found = catalog.summary(summary).and_then(|s| Some((s, catalog.view(s.view)?)));
        let Some((summary, view)) = found else { return Err(Error::internal(&format!("no summary {summary}"))) };
        let mut taken = when(args, self.lens.now_ms)?;
        // Whether an instant that is given is past is another thing a moment later.
        self.keeps &= taken.live || taken.past;
        let (mut conditions, mut ways) = (vec![condition], vec![]);
        let division = match args.get("division") {
            Some(ConstValue::String(code)) => Some(code.as_str()),
            _ => None,
        };
        let asked = args.get("published") == Some(&ConstValue::Boolean(true));
        let within: Vec<&str> = division.into_iter().collect();
        let published = match self.lens.visible_in(view, "t0", Via::List, &within) {
            _ if asked && summary.published && of == Of::Division => true,
            Visible::All => false,
            Visible::Where(rule) => {
                ways.push(rule);
                if division.is_some_and(|code| !self.lens.covers(view.family, code)) {
                    self.redact(path, view.name.to_owned(), Class::Internal, Verdict::Hidden, "SCOPE", true);
                }
                false
            }
            Visible::Nothing if summary.published && of == Of::Division => true,
            Visible::Nothing => {
                self.redact(path, view.name.to_owned(), Class::Internal, Verdict::Hidden, "FAMILY_NOT_IN_ROLE", true);
                return Ok(None);
            }
        };
        if published {
            taken = taken.of_whole_months(args)?;
            // Raised rows are absent, or the difference to one's own exact figures would show them.
            conditions.extend(self.lens.is_raised(view, "t0").map(|raised| definite(raised).not()));
        }
        match args.get("filter") {
            // A filter would let small cells be told apart.
            Some(ConstValue::Object(filter)) if published && !filter.is_empty() => {
                let sentence = "published figures take no filter";
                return Err(Error { field: Some("filter".into()), ..Error::new(Code::ForbiddenField, sentence) });
            }
            Some(filter @ ConstValue::Object(_)) => {
                conditions.push(self.lens.filter(view, "t0", filter).map_err(|e| e.under("filter"))?);
                notes::chosen_by(self.lens.catalog, view, filter, &mut self.chosen_by);
            }
            _ => {}
        }
        if let Some(code) = division {
            let exact = args.get("exact") == Some(&ConstValue::Boolean(true));
            conditions.push(self.lens.division(view, "t0", code, exact).map_err(|e| e.under("division"))?);
        }
        if summary.base != Test::All {
            conditions.push(test(&self.lens, "t0", &summary.base, taken));
        }
        let counted = Counted { path: path.to_vec(), when: taken, condition: all(conditions), ways, published };
        self.figures_of((summary, view), &counted, std::slice::from_ref(sets), &[], true).map(Some)
    }

    /// `asked`: what is selected, once for each name it is selected under; `shares`: figures that shares are made of.
    fn figures_of(
        &mut self,
        (summary, view): (&'static Summary, &'static View),
        counted: &Counted,
        asked: &[Sets<'d>],
        shares: &[&'static Measure],
        outer: bool,
    ) -> Result<FiguresPlan, Error> {
        let when = counted.when;
        let common = self.common(summary, asked, shares)?;
        let (columns, nothing, entered) = (vec![], vec![], vec![]);
        let grouped = !outer || self.is_grouped(summary, asked)?;
        let published = counted.published;
        let mut figures = Figures { summary, view, when, columns, nothing, entered, common, grouped, published };
        let (mut shapes, mut groups) = (vec![], vec![]);
        for sets in asked {
            let mut shape = vec![];
            for selected in self.reader.fields(summary.name, sets)? {
                let figure = match selected.name {
                    "__typename" => Figure::Text(summary.name.into()),
                    "asOf" => Figure::AsOf((!when.live).then_some(when.as_of)),
                    "definitionVersion" => Figure::Text(DEFINITIONS.into()),
                    "groups" if !outer => Figure::Groups(None),
                    "groups" => Figure::Groups(match self.groups(summary, view, counted, &selected)? {
                        Some(plan) => {
                            groups.push(plan);
                            Some(groups.len() - 1)
                        }
                        None => None,
                    }),
                    name => match figures.summary.measures.iter().find(|m| m.name == name) {
                        Some(measure) if self.withheld(view, measure, counted, selected.key) => Figure::Nothing,
                        Some(measure) => figures.measure(&self.lens, measure, self.rate_fields(measure, &selected)?),
                        None => return Err(Error::internal(&format!("no figure {}.{name}", summary.name))),
                    },
                };
                shape.push((member(selected.key), figure));
            }
            shapes.push(shape);
        }
        let share = |measure: &&Measure| match self.withheld(view, measure, counted, "share") {
            true => Figure::Nothing,
            false => figures.measure(&self.lens, measure, vec![]),
        };
        let shares = shares.iter().map(share).collect();
        let mut plan = FiguresPlan {
            summary,
            view,
            condition: counted.condition.clone(),
            span: figures.span(),
            ways: counted.ways.clone(),
            columns: figures.columns,
            nothing: figures.nothing,
            shapes,
            shares,
            groups,
            published: counted.published,
            passes: vec![],
        };
        if outer {
            plan.passes = passes(&plan);
        }
        Ok(plan)
    }

    /// The column of the period that all that is asked for has in common.
    fn common(
        &self,
        summary: &'static Summary,
        asked: &[Sets<'d>],
        shares: &[&'static Measure],
    ) -> Result<Option<&'static str>, Error> {
        let mut measures = shares.to_vec();
        for sets in asked {
            let names = self.reader.fields(summary.name, sets)?;
            let of = |name: &str| summary.measures.iter().find(|measure| measure.name == name);
            measures.extend(names.iter().filter_map(|selected| of(selected.name)));
        }
        Ok(common(measures))
    }

    /// Whether groupings are asked for.
    fn is_grouped(&self, summary: &'static Summary, asked: &[Sets<'d>]) -> Result<bool, Error> {
        let mut names = asked.iter().map(|sets| self.reader.fields(summary.name, sets));
        names.try_fold(false, |found, names| Ok(found || names?.iter().any(|selected| selected.name == "groups")))
    }

    /// Whether a figure is not told at all. Where it counts only rows in scope, that is told.
    fn withheld(&mut self, view: &View, measure: &Measure, counted: &Counted, key: &str) -> bool {
        let columns: Vec<&str> = tests(measure).flat_map(columns).collect();
        let (told, reason) = match self.lens.confined(view, &columns) {
            Some(_) if self.lens.rule(view, "t0").is_none() => (false, "CLASS_NOT_IN_ROLE"),
            Some(_) => (true, "SCOPE"),
            None => return measure.now && counted.when.past,
        };
        self.redact(&extend(&counted.path, key), view.name.to_owned(), Class::Internal, Verdict::Hidden, reason, true);
        !told || measure.now && counted.when.past
    }

    fn rate_fields(&self, measure: &Measure, selected: &Selected<'d>) -> Result<Vec<(String, RatePart)>, Error> {
        if !matches!(measure.compute, Compute::Rate { .. }) {
            return Ok(vec![]);
        }
        self.rate_parts(&selected.sets)
    }

    fn rate_parts(&self, sets: &Sets<'d>) -> Result<Vec<(String, RatePart)>, Error> {
        let fields = self.reader.fields("Rate", sets)?;
        Ok(fields.iter().map(|f| (member(f.key), rate_part(f.name))).collect())
    }

    fn groups(
        &mut self,
        summary: &'static Summary,
        view: &'static View,
        counted: &Counted,
        selected: &Selected<'d>,
    ) -> Result<Option<GroupsPlan>, Error> {
        let args = self.reader.args(summary.name, selected)?;
        let first = match number(&args, "first") {
            None => usize::MAX,
            Some(n) if (1..=MOST_GROUPS).contains(&n) => n as usize,
            Some(_) => return Err(Error::input("first", format!("must be 1 to {MOST_GROUPS}"))),
        };
        let found = summary.dimensions.iter().find(|d| Some(d.code) == code(&args, "by"));
        let Some(dimension) = found else { return Err(Error::input("by", "is not a grouping")) };
        if dimension.now && counted.when.past {
            return Ok(None);
        }
        let group = format!("{}Group", summary.name);
        let (mut shape, mut asked, mut shares) = (vec![], vec![], vec![]);
        for inner in self.reader.fields(&group, &selected.sets)? {
            let part = match inner.name {
                "key" => GroupPart::Key,
                "label" => GroupPart::Label,
                "figures" => {
                    asked.push(inner.sets.clone());
                    GroupPart::Figures(asked.len() - 1)
                }
                "share" => {
                    let args = self.reader.args(&group, &inner)?;
                    let of = summary.counts().find(|m| Some(upper_snake(m.name).as_str()) == code(&args, "of"));
                    shares.push(of.ok_or_else(|| Error::input("of", "is not a count"))?);
                    GroupPart::Share(shares.len() - 1, self.rate_parts(&inner.sets)?)
                }
                _ => GroupPart::Typename(group.clone()),
            };
            shape.push((member(inner.key), part));
        }
        let (by, label) = self.grouping(view, &dimension.by);
        let figures = self.figures_of((summary, view), counted, &asked, &shares, false)?;
        Ok(Some(GroupsPlan { by, label, first, shape, figures }))
    }

    fn grouping(&self, view: &View, by: &GroupBy) -> (Expr, Label) {
        match by {
            GroupBy::Code { column, codes } => {
                let code = col("t0", column);
                let shown = match self.lens.confined(view, &[column]) {
                    Some(read) => Expr::case(read, code).into(),
                    None => code,
                };
                (shown, Label::Codes(codes))
            }
            GroupBy::Division { column } => (col("t0", column), Label::Divisions),
            GroupBy::Month { column } => (self.lens.dialect.month(col("t0", column)), Label::None),
        }
    }
}

/// The path of a root field.
pub fn root_path(key: &str) -> Path {
    vec![Arc::from(key)]
}
