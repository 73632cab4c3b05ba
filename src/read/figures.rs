//! From a selection of a summary to a plan: which counts, over which rows, in which groups.

use std::sync::Arc;

use async_graphql_value::ConstValue;
use sea_orm::sea_query::{Expr, ExprTrait, Func, SelectStatement};

use super::compile::{Compiler, Path, extend};
use super::declare::{Field, Kind, View, upper_snake};
use super::notes;
use super::plan::{Column, Figure, FiguresPlan, GroupPart, GroupsPlan, Label, RatePart, member};
use super::predicate::{Lens, Via, Visible, or_never};
use super::sql::{all, any, col, definite, some_row};
use super::summary::{Compute, GroupBy, Measure, Summary, Test};
use super::template::Templates;
use super::when::{When, number, when};
use crate::access::{Class, Exposure, Verdict};
use crate::graphql::coerce::Args;
use crate::graphql::error::{Code, Error};
use crate::graphql::select::{Selected, Sets};

const DAY_MS: i64 = 86_400_000;
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

/// Stands for rows of another table among the columns that a condition looks at; never a public field.
const OTHER_ROWS: &str = "(other rows)";

/// Columns that a condition looks at.
fn columns(condition: &Test) -> Vec<&'static str> {
    match condition {
        Test::All => vec![],
        Test::Some { .. } => vec![OTHER_ROWS],
        Test::In(column, _) | Test::True(column) | Test::Null(column) | Test::By(column) => vec![column],
        Test::WithinDays(column, _) => vec![column],
        Test::Overdue { due, done } => vec![due, done],
        Test::And(parts) | Test::Or(parts) => parts.iter().flat_map(columns).collect(),
        Test::Not(part) => columns(part),
    }
}

/// The conditions of a measure. Both parts of a rate look at the same rows.
fn tests(measure: &Measure) -> impl Iterator<Item = &Test> {
    let (one, other) = match &measure.compute {
        Compute::Count(test) | Compute::Distinct(_, test) | Compute::Sum(_, test) | Compute::Earliest(_, test) => {
            (test, None)
        }
        Compute::MeanDays { test, .. } | Compute::MeanParts { test, .. } => (test, None),
        Compute::Rate { numerator, denominator, .. } => (numerator, Some(denominator)),
    };
    [one].into_iter().chain(other)
}

fn test(lens: &Lens<'_>, alias: &str, condition: &Test, when: When) -> Expr {
    let c = |column: &'static str| col(alias, column);
    let by = |column: &'static str| c(column).lte(when.at(0));
    match condition {
        Test::All => super::sql::always(),
        Test::In(column, codes) => c(column).is_in(codes.iter().copied()),
        Test::True(column) => c(column).eq(true),
        Test::Null(column) => c(column).is_null(),
        Test::By(column) => by(column),
        Test::Overdue { due, done } => c(due).lt(when.at(0)).and(definite(by(done)).not()),
        Test::WithinDays(column, days) => by(column).and(c(column).gt(when.at(-days * DAY_MS))),
        Test::And(parts) => all(parts.iter().map(|p| test(lens, alias, p, when))),
        Test::Or(parts) => any(parts.iter().map(|p| test(lens, alias, p, when))),
        Test::Not(part) => definite(test(lens, alias, part, when)).not(),
        Test::Some { table, key, test: inner, period } => {
            let name = format!("{alias}s");
            let joined = col(&name, key).eq(c("id"));
            let there = period.map(|column| col(&name, column).lte(when.at(0)));
            let timed = period.and_then(|column| in_period(&name, column, when));
            let seen = lens.counted(table, &name);
            some_row(
                table,
                &name,
                all([joined, seen, test(lens, &name, inner, when)].into_iter().chain(there).chain(timed)),
            )
        }
    }
}

fn in_period(alias: &str, column: &'static str, when: When) -> Option<Expr> {
    when.period.map(|(from, to)| col(alias, column).gte(from).and(col(alias, column).lt(to)))
}

/// Rows that a measure looks at: in the period by its column, and there by `asOf`.
fn looked_at(measure: &Measure, when: When) -> Option<Expr> {
    measure.period.map(|column| {
        let there = col("t0", column).lte(when.at(0));
        all([there].into_iter().chain(in_period("t0", column, when)))
    })
}

/// The rows that figures are taken over.
struct Counted {
    path: Path,
    when: When,
    condition: Expr,
    published: bool,
}

/// Columns under construction.
struct Figures {
    summary: &'static Summary,
    view: &'static View,
    when: When,
    columns: Vec<Expr>,
    nothing: Vec<Option<i64>>,
    entered: Vec<Option<&'static str>>,
}

impl Figures {
    fn push(&mut self, expr: Expr, nothing: Option<i64>) -> Column {
        self.nothing.push(nothing);
        self.columns.push(expr);
        self.columns.len() - 1
    }

    /// Values of rows that pass, null for the others.
    fn passing(&self, lens: &Lens<'_>, measure: &Measure, condition: &Test, value: Expr) -> Expr {
        let tested = (*condition != Test::All).then(|| test(lens, "t0", condition, self.when));
        let read = lens.confined(self.view, &tests(measure).flat_map(columns).collect::<Vec<_>>());
        let conditions: Vec<Expr> = looked_at(measure, self.when).into_iter().chain(read).chain(tested).collect();
        if conditions.is_empty() { value } else { Expr::case(all(conditions), value).into() }
    }

    fn count(&mut self, lens: &Lens<'_>, measure: &Measure, condition: &Test) -> Column {
        let counted = self.passing(lens, measure, condition, Expr::cust("1")).count();
        self.push(counted, Some(0))
    }

    fn mean(&mut self, lens: &Lens<'_>, measure: &Measure, condition: &Test, value: Expr, unit: i64) -> Figure {
        let sum = lens.dialect.whole(self.passing(lens, measure, condition, value).sum());
        let sum = self.push(sum, None);
        Figure::Mean { sum, count: self.count(lens, measure, condition), unit }
    }

    fn measure(&mut self, lens: &Lens<'_>, measure: &Measure, rate: Vec<(String, RatePart)>) -> Figure {
        self.entered.push(measure.period);
        match &measure.compute {
            Compute::Count(condition) => Figure::Count(self.count(lens, measure, condition)),
            Compute::Distinct(column, condition) => {
                let counted = self.passing(lens, measure, condition, col("t0", column)).count_distinct();
                Figure::Count(self.push(counted, Some(0)))
            }
            Compute::Sum(column, condition) => {
                let sum = lens.dialect.whole(self.passing(lens, measure, condition, col("t0", column)).sum());
                Figure::Sum(self.push(sum, None))
            }
            Compute::Earliest(column, condition) => {
                let earliest = self.passing(lens, measure, condition, col("t0", column)).min();
                Figure::Instant(self.push(earliest, None))
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
                let both = Test::And(vec![numerator.clone(), denominator.clone()]);
                let numerator = self.count(lens, measure, &both);
                let denominator = self.count(lens, measure, denominator);
                Figure::Rate { numerator, denominator, fields: rate, definition, basis: basis.code() }
            }
        }
    }

    /// Rows outside the periods of all measures need not be looked at.
    fn restriction(&self) -> Option<Expr> {
        let mut columns: Vec<&'static str> = self.entered.iter().copied().collect::<Option<Vec<_>>>()?;
        columns.sort_unstable();
        columns.dedup();
        if columns.is_empty() {
            return None;
        }
        let parts: Option<Vec<Expr>> = columns.iter().map(|c| in_period("t0", c, self.when)).collect();
        parts.map(any)
    }
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
    /// Rows of another table that a condition may count: those the viewer may list, of open families those in scope.
    fn counted(&self, table: &str, alias: &str) -> Expr {
        let view = self.catalog.views().iter().find(|v| v.table == table);
        view.map_or_else(super::sql::never, |view| or_never(self.rule(view, alias)))
    }

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
        let mut conditions = vec![condition];
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
                conditions.push(rule);
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
        let counted = Counted { path: path.to_vec(), when: taken, condition: all(conditions), published };
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
        let mut figures = Figures { summary, view, when, columns: vec![], nothing: vec![], entered: vec![] };
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
        let condition = all([counted.condition.clone()].into_iter().chain(figures.restriction()));
        Ok(FiguresPlan {
            templates: Templates::default(),
            summary,
            view,
            condition,
            columns: figures.columns,
            nothing: figures.nothing,
            shapes,
            shares,
            groups,
            published: counted.published,
        })
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
            GroupBy::MainPart { table, key, column, codes } => {
                let mut main = SelectStatement::new();
                main.expr(Expr::from(Func::min(col("m", column))))
                    .from_as(*table, "m")
                    .and_where(col("m", key).eq(col("t0", "id")).and(col("m", "rank").eq(Expr::cust("1"))));
                (Expr::SubQuery(None, Box::new(main.into())), Label::Codes(codes))
            }
        }
    }
}

/// The path of a root field.
pub fn root_path(key: &str) -> Path {
    vec![Arc::from(key)]
}
