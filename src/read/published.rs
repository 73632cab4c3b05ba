//! Published figures, which everybody may have: over whole months, small counts not told, the others rounded.
//!
//! Rounding is why the difference of two answers tells no more than the one that is missing in them.

use std::collections::BTreeSet;

use super::plan::{Figure, FiguresPlan};
use crate::kernel::clock;

/// Counts below this are not told (domain model, part 14, decision 7).
const THRESHOLD: i64 = 10;
/// The others are told to the nearest multiple of this.
const STEP: i64 = 5;

/// Whether the instant is the first of a month of Shanghai.
pub fn starts_month(ms: i64) -> bool {
    clock::rfc3339(ms).get(8..) == Some("01T00:00:00+08:00")
}

/// The first instant of the month of Shanghai in which `ms` lies.
pub fn month_start(ms: i64) -> i64 {
    let day = clock::shanghai_date(ms);
    day.get(..8).and_then(|month| clock::day_start_ms(&format!("{month}01"))).unwrap_or(ms)
}

fn small(value: Option<i64>) -> bool {
    value.is_some_and(|v| (1..THRESHOLD).contains(&v))
}

fn rounded(value: i64) -> i64 {
    (value + STEP / 2).div_euclid(STEP) * STEP
}

/// A count as figures of the plan tell it; `None`: not at all.
pub fn told(plan: &FiguresPlan, count: i64) -> Option<i64> {
    match plan.published {
        true if small(Some(count)) => None,
        true => Some(rounded(count)),
        false => Some(count),
    }
}

/// Makes rows of figures fit to be published. In a table with a total (`grouped`) a lone missing cell of a column takes
/// the smallest other one with it.
pub fn publish(rows: &mut [Vec<Option<i64>>], plan: &FiguresPlan, grouped: bool) {
    let figures: Vec<&Figure> = plan.shapes.iter().flatten().map(|(_, figure)| figure).chain(&plan.shares).collect();
    for column in figures.iter().flat_map(|figure| counts(figure)) {
        let mut hidden: Vec<usize> = (0..rows.len()).filter(|r| small(rows[*r][column])).collect();
        if grouped && hidden.len() == 1 {
            let others = (0..rows.len()).filter(|r| !hidden.contains(r) && rows[*r][column] > Some(0));
            hidden.extend(others.min_by_key(|r| rows[*r][column]));
        }
        for row in hidden {
            rows[row][column] = None;
        }
    }
    let told: BTreeSet<usize> =
        figures.iter().filter(|f| !matches!(f, Figure::Mean { .. })).flat_map(|f| counts(f)).collect();
    for row in rows.iter_mut() {
        for figure in &figures {
            match figure {
                // A rate with one part missing would give the part away, a mean the spans behind it.
                Figure::Rate { numerator: one, denominator: other, .. }
                | Figure::Mean { sum: one, count: other, .. }
                    if row[*one].is_none() || row[*other].is_none() =>
                {
                    (row[*one], row[*other]) = (None, None);
                }
                // One row's own value is no figure.
                Figure::Instant(column) | Figure::Sum(column) => row[*column] = None,
                _ => {}
            }
        }
        // A column that two figures share is rounded once; a mean is of what was counted.
        for &column in &told {
            row[column] = row[column].map(rounded);
        }
    }
}

fn counts(figure: &Figure) -> Vec<usize> {
    match figure {
        Figure::Count(column) | Figure::Mean { count: column, .. } => vec![*column],
        Figure::Rate { numerator, denominator, .. } => vec![*numerator, *denominator],
        Figure::Text(_)
        | Figure::AsOf(_)
        | Figure::Sum(_)
        | Figure::Instant(_)
        | Figure::Groups(_)
        | Figure::Nothing => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_start_at_midnight_of_shanghai() {
        let start = clock::day_start_ms("2026-03-01").unwrap();
        assert!(starts_month(start));
        assert!(!starts_month(start + 1) && !starts_month(start + 86_400_000));
        assert_eq!(month_start(start), start);
        assert_eq!(month_start(start + 30 * 86_400_000), start);
        assert_ne!(month_start(start - 1), start);
    }

    #[test]
    fn counts_are_told_to_the_nearest_five() {
        let told: Vec<i64> = [0, 10, 12, 13, 17, 18, 53_650].into_iter().map(rounded).collect();
        assert_eq!(told, [0, 10, 10, 15, 15, 20, 53_650]);
    }
}
