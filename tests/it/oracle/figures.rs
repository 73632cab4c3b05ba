//! Figures over rows: counts, sums, rates and groups.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::Oracle;
use super::query::{Figures, Grouping};
use super::reach::openness;
use super::summaries::{self, Ask, Figure, Make, Summary};
use super::value::Row;
use super::verdict::Relation;
use super::viewer::Viewer;

/// Mark of a figure that is suppressed when it is small: the answer has this value or null.
pub(crate) const PERHAPS: &str = "perhaps";
const DAY: i64 = 86_400_000;

/// Whether figures are published ones, and whether of all or of a group, where a lone hidden cell hides another.
#[derive(Clone, Copy)]
enum Published {
    No,
    Total,
    Group,
}

/// Why there are no figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoFigures {
    /// The family is not in the role.
    NoRule,
    /// The viewer may not choose rows so.
    Forbidden,
}

impl Oracle {
    /// Whether the viewer gets figures, and if so whether of all rows with small cells suppressed.
    pub(crate) fn figures_open(&self, viewer: &Viewer<'_>, figures: &Figures) -> Result<bool, NoFigures> {
        let summary = summaries::all().into_iter().find(|s| s.name == figures.summary).expect("a summary");
        let of = self.spec.of(summary.of);
        let lists = self.lists(viewer, of);
        if summary.published && figures.of_division && (figures.published || !lists) {
            let months = |ms: i64| fengqiao::kernel::clock::rfc3339(ms).ends_with("-01T00:00:00+08:00");
            let whole = figures.period.is_none_or(|(from, to)| months(from) && months(to));
            let allowed = whole && figures.as_of.is_none_or(months) && figures.filter.is_none();
            return if allowed { Ok(true) } else { Err(NoFigures::Forbidden) };
        }
        if !lists {
            return Err(NoFigures::NoRule);
        }
        let allowed = figures.filter.as_ref().is_none_or(|cond| self.condition_allowed(viewer, of, cond));
        if allowed { Ok(false) } else { Err(NoFigures::Forbidden) }
    }

    /// The figures of rows that belong together; `None` at the root: all.
    pub(crate) fn figures(&self, viewer: &Viewer<'_>, figures: &Figures, rows: Option<Vec<Row<'_>>>) -> Json {
        let Ok(all_rows) = self.figures_open(viewer, figures) else { return Json::Null };
        let summary = summaries::all().into_iter().find(|s| s.name == figures.summary).expect("a summary");
        let of = self.spec.of(summary.of);
        debug_assert!(!all_rows || openness(of) != super::reach::Open::All);
        let as_of = figures.as_of.unwrap_or(self.now);
        let ask = Ask { oracle: self, viewer, as_of, past: all_rows || as_of != self.now, period: figures.period };
        let division = of.division.as_deref();
        let counted = |row: &Row<'_>| {
            let lies = figures.division.as_ref().is_none_or(|(code, exact)| {
                let filed = division.and_then(|c| row.get(c).text()).unwrap_or_default();
                if *exact { filed == code } else { filed.starts_with(code.as_str()) }
            });
            lies && (summary.base)(&ask, row)
                && (if all_rows { of.table != "dispute" || !self.raised(row) } else { self.listed(viewer, row) })
                && figures.filter.as_ref().is_none_or(|cond| self.passes(viewer, of, row, cond))
        };
        let rows = rows.unwrap_or_else(|| self.city.table(&of.table).all().collect());
        let rows: Vec<Row<'_>> = rows.into_iter().filter(counted).collect();
        let (total, of_group) =
            if all_rows { (Published::Total, Published::Group) } else { (Published::No, Published::No) };
        let mut answer = measures(&ask, &summary, &figures.measures, &rows, total);
        for (at, grouping) in figures.groupings.iter().enumerate() {
            answer[Grouping::key(at)] = self.grouped(&ask, &summary, grouping, &rows, (division, of_group));
        }
        answer
    }

    fn grouped(
        &self,
        ask: &Ask<'_>,
        summary: &Summary,
        grouping: &Grouping,
        rows: &[Row<'_>],
        (division, of_group): (Option<&str>, Published),
    ) -> Json {
        if ask.past && summaries::NOW_GROUPS.contains(&(summary.name, grouping.by.as_str())) {
            return Json::Null;
        }
        let (_, by) = summary.groups.iter().find(|(code, _)| *code == grouping.by).expect("a dimension");
        let mut groups: BTreeMap<(bool, Option<String>), Vec<Row<'_>>> = BTreeMap::new();
        let figure = |name: &String| summary.figures.iter().find(|f| f.0 == *name).expect("a figure");
        let share = summary.first_count().filter(|_| grouping.share);
        let asked = grouping.measures.iter().map(figure).chain(share);
        let asked: Vec<_> = asked.filter(|figure| !withheld(ask, summary, figure)).collect();
        for row in rows.iter().filter(|row| asked.is_empty() || asked.iter().any(|f| in_its_period(ask, f.1, row))) {
            let key = by.key(self, row, division);
            groups.entry((key.is_none(), key)).or_default().push(*row);
        }
        let group = |((_, key), rows): (&(bool, Option<String>), &Vec<Row<'_>>)| {
            let figures = measures(ask, summary, &grouping.measures, rows, of_group);
            let mut group = json!({ "key": key, "figures": figures });
            if let Some(share) = share {
                group["share"] = share_of(ask, share, rows, groups.values().flatten(), of_group);
            }
            group
        };
        groups.iter().map(group).collect()
    }
}

/// Whether a figure is not told: a state that is not kept, or internal data for somebody without a rule.
fn withheld(ask: &Ask<'_>, summary: &Summary, figure: &Figure) -> bool {
    let name = (summary.name, figure.0);
    let internal = summaries::INTERNAL_OF_OPEN.contains(&name);
    let ruled = ask.oracle.has_rule(ask.viewer, ask.oracle.spec.of(summary.of));
    ask.past && summaries::NOW_ONLY.contains(&name) || internal && !ruled
}

fn measures(ask: &Ask<'_>, summary: &Summary, names: &[String], rows: &[Row<'_>], published: Published) -> Json {
    let mut answer = json!({});
    for name in names {
        let figure = summary.figures.iter().find(|f| f.0 == name).expect("a figure");
        if withheld(ask, summary, figure) {
            answer[name] = Json::Null;
            continue;
        }
        let scoped = summaries::INTERNAL_OF_OPEN.contains(&(summary.name, figure.0));
        let counts = |row: &&Row<'_>| !scoped || ask.oracle.relation(ask.viewer, row) > Relation::Outside;
        let rows = rows.iter().filter(|row| in_period(ask, figure.1, row)).filter(counts);
        let rows: Vec<&Row<'_>> = rows.collect();
        answer[name] = match published {
            Published::No => measure(ask, &figure.2, &rows),
            Published::Total => told(ask, &figure.2, &rows),
            Published::Group => match told(ask, &figure.2, &rows) {
                Json::Null => Json::Null,
                value => json!({ PERHAPS: value }),
            },
        };
    }
    answer
}

fn share_of<'r>(
    ask: &Ask<'_>,
    figure: &Figure,
    part: &[Row<'_>],
    whole: impl Iterator<Item = &'r Row<'r>>,
    published: Published,
) -> Json {
    let Make::Count(test) = &figure.2 else { panic!("a count") };
    let counts = |row: &Row<'_>| in_period(ask, figure.1, row) && test(ask, row);
    let (part, whole) = (part.iter().filter(|row| counts(row)).count(), whole.filter(|row| counts(row)).count());
    let told = |n: usize| match (published, n) {
        (Published::No, _) | (_, 0) => Some(n),
        (_, 1..10) => None,
        _ => Some((n + 2) / 5 * 5),
    };
    let Some((n, d)) = told(part).zip(told(whole)) else {
        return json!({ "numerator": null, "denominator": null, "value": null });
    };
    let number = |n: usize| i64::try_from(n).expect("fits");
    let value = if d == 0 { Json::Null } else { json!(quotient(number(n), number(d), 4)) };
    let share = json!({ "numerator": n, "denominator": d, "value": value });
    if matches!(published, Published::No) { share } else { json!({ PERHAPS: share }) }
}

fn in_its_period(ask: &Ask<'_>, column: Option<&str>, row: &Row<'_>) -> bool {
    let (Some(column), Some((from, to))) = (column, ask.period) else { return true };
    row.get(column).int().is_some_and(|at| from <= at && at < to)
}

/// What came after `asOf` had not happened yet.
fn in_period(ask: &Ask<'_>, column: Option<&str>, row: &Row<'_>) -> bool {
    let there = column.is_none_or(|column| row.get(column).int().is_none_or(|at| at <= ask.as_of));
    there && in_its_period(ask, column, row)
}

fn measure(ask: &Ask<'_>, make: &Make, rows: &[&Row<'_>]) -> Json {
    let instants = |column: &'static str| rows.iter().filter_map(move |row| row.get(column).int());
    match make {
        Make::Count(test) => json!(rows.iter().filter(|row| test(ask, row)).count()),
        Make::Distinct(column, test) => {
            let passing = rows.iter().filter(|row| test(ask, row));
            json!(passing.filter_map(|row| row.get(column).key()).collect::<BTreeSet<_>>().len())
        }
        Make::Sum(column) => match instants(column).count() {
            0 => Json::Null,
            _ => json!(instants(column).sum::<i64>()),
        },
        Make::Earliest(column, test) => {
            let earliest = rows.iter().filter(|row| test(ask, row)).filter_map(|row| row.get(column).int()).min();
            json!(earliest.map(fengqiao::kernel::clock::rfc3339))
        }
        Make::MeanDays(from, to) => {
            let spans = rows.iter().filter(|row| row.get(to).int().is_some_and(|at| at <= ask.as_of));
            let spans: Vec<i64> = spans.filter_map(|row| Some(row.get(to).int()? - row.get(from).int()?)).collect();
            let count = i64::try_from(spans.len()).expect("fits");
            if count == 0 { Json::Null } else { json!(quotient(spans.iter().sum(), count * DAY, 2)) }
        }
        Make::MeanParts(table, key, test) => {
            let passing: Vec<_> = rows.iter().filter(|row| test(ask, row)).collect();
            let parts = |row: &Row<'_>| ask.oracle.city.table(table).with(key, row.get("id")).len();
            let sum = i64::try_from(passing.iter().map(|row| parts(row)).sum::<usize>()).expect("fits");
            let count = i64::try_from(passing.len()).expect("fits");
            if count == 0 { Json::Null } else { json!(quotient(sum, count, 2)) }
        }
        Make::Rate(numerator, denominator) => {
            let below: Vec<_> = rows.iter().filter(|row| denominator(ask, row)).collect();
            let above = below.iter().filter(|row| numerator(ask, row)).count();
            let (n, d) = (i64::try_from(above).expect("fits"), i64::try_from(below.len()).expect("fits"));
            let value = if d == 0 { Json::Null } else { json!(quotient(n, d, 4)) };
            json!({ "numerator": n, "denominator": d, "value": value })
        }
    }
}

/// A published figure: counts of 1 to 9 are not told, others to the nearest five, nor what is one row's own.
fn told(ask: &Ask<'_>, make: &Make, rows: &[&Row<'_>]) -> Json {
    let value = measure(ask, make, rows);
    let count = |value: &Json| match value.as_i64().expect("a count") {
        0 => Some(0),
        1..10 => None,
        n => Some((n + 2) / 5 * 5),
    };
    match make {
        Make::Count(_) | Make::Distinct(..) => json!(count(&value)),
        Make::Sum(_) | Make::Earliest(..) => Json::Null,
        Make::MeanDays(_, to) => {
            let spans = rows.iter().filter(|row| row.get(to).int().is_some_and(|at| at <= ask.as_of)).count();
            if spans < 10 { Json::Null } else { value }
        }
        Make::MeanParts(.., test) => {
            if rows.iter().filter(|row| test(ask, row)).count() < 10 {
                Json::Null
            } else {
                value
            }
        }
        Make::Rate(..) => match (count(&value["numerator"]), count(&value["denominator"])) {
            (Some(n), Some(d)) => {
                let value = if d == 0 { Json::Null } else { json!(quotient(n, d, 4)) };
                json!({ "numerator": n, "denominator": d, "value": value })
            }
            _ => json!({ "numerator": null, "denominator": null, "value": null }),
        },
    }
}

/// A quotient as text with so many places, half up.
fn quotient(numerator: i64, denominator: i64, places: u32) -> String {
    let scale = 10_i128.pow(places);
    let (n, d) = (i128::from(numerator), i128::from(denominator));
    let rounded = (2 * n * scale + d) / (2 * d);
    format!("{}.{:0width$}", rounded / scale, rounded % scale, width = places as usize)
}
