//! Small cells of published figures: counts of 1 to 9 are not told, nor what would give them away.

use super::plan::{Figure, FiguresPlan};

/// Counts below this are suppressed (domain model, part 14, decision 7).
const THRESHOLD: i64 = 10;

fn small(value: Option<i64>) -> bool {
    value.is_some_and(|v| (1..THRESHOLD).contains(&v))
}

/// Suppresses small cells in rows of figures. In a table with a total (`grouped`) a lone suppressed cell of a column
/// takes the smallest other one with it, or the total would tell it.
pub fn suppress(rows: &mut [Vec<Option<i64>>], plan: &FiguresPlan<'_>, grouped: bool) {
    for column in 0..plan.columns.len() {
        let mut hidden: Vec<usize> = (0..rows.len()).filter(|r| small(rows[*r][column])).collect();
        if grouped && hidden.len() == 1 {
            let others = (0..rows.len()).filter(|r| !hidden.contains(r) && rows[*r][column] > Some(0));
            hidden.extend(others.min_by_key(|r| rows[*r][column]));
        }
        for row in hidden {
            rows[row][column] = None;
        }
    }
    for (_, figure) in &plan.shape {
        let together: &[usize] = match figure {
            Figure::Rate { numerator, denominator, .. } => &[*numerator, *denominator],
            Figure::MeanDays(sum, count) => &[*sum, *count],
            _ => continue,
        };
        for row in rows.iter_mut() {
            // A rate with one part hidden would give the part away.
            if together.iter().any(|c| row[*c].is_none()) {
                together.iter().for_each(|c| row[*c] = None);
            }
        }
    }
}
