//! Writing figures: counts, rates, means and groups.

use super::fetch::{FetchedFigures, Group, Key};
use super::plan::{Figure, FiguresPlan, GroupPart, GroupsPlan, Label, RatePart};
use super::published::{publish, told};
use super::session::ReadError;
use super::write::{Writer, decimal};
use crate::kernel::clock;

/// Definition and basis of a share.
const SHARE: (&str, &str) = ("占比: the figure of the group / the same figure over all groups", "SHARE");

fn count(figure: &Figure, values: &[Option<i64>]) -> Option<i64> {
    match figure {
        Figure::Count(column) => values[*column],
        _ => None,
    }
}

impl Writer<'_> {
    /// The figures of a parent.
    pub fn figures(&mut self, plan: &FiguresPlan, fetched: &FetchedFigures, key: &Key) -> Result<(), ReadError> {
        let mut rows = [fetched.values.get(key).unwrap_or(&plan.nothing).clone()];
        if plan.published {
            publish(&mut rows, plan, false);
        }
        let [values] = rows;
        let shape = plan.shapes.first().map_or(&[][..], Vec::as_slice);
        self.members(shape, |w, figure| match figure {
            Figure::Groups(Some(at)) => w.groups(&plan.groups[*at], fetched.groups[*at].get(key)),
            other => w.figure(other, &values),
        })
    }

    fn groups(&mut self, plan: &GroupsPlan, groups: Option<&Vec<Group>>) -> Result<(), ReadError> {
        let groups: &[Group] = groups.map_or(&[], Vec::as_slice);
        let mut values: Vec<Vec<Option<i64>>> = groups.iter().map(|g| g.values.clone()).collect();
        if plan.figures.published {
            publish(&mut values, &plan.figures, true);
        }
        let whole = |share: &Figure| groups.iter().filter_map(|group| count(share, &group.values)).sum();
        let wholes: Vec<Option<i64>> =
            plan.figures.shares.iter().map(|share| told(&plan.figures, whole(share))).collect();
        self.items(groups.iter().zip(&values).take(plan.first), |w, (group, values)| {
            w.members(&plan.shape, |w, part| {
                match (part, &group.code) {
                    (GroupPart::Typename(name), _) => w.string(name),
                    (GroupPart::Key, Some(code)) => w.string(code),
                    (GroupPart::Label, Some(code)) => match w.label(plan.label, code) {
                        Some(label) => w.string(&label),
                        None => w.null(),
                    },
                    (GroupPart::Key | GroupPart::Label, None) => w.null(),
                    (GroupPart::Figures(at), _) => {
                        w.members(&plan.figures.shapes[*at], |w, figure| w.figure(figure, values))?;
                    }
                    (GroupPart::Share(at, fields), _) => {
                        let part = count(&plan.figures.shares[*at], values);
                        let (part, whole) = part.zip(wholes[*at]).unzip();
                        w.members(fields, |w, field| {
                            w.rate(*field, part, whole, SHARE);
                            Ok(())
                        })?;
                    }
                }
                Ok(())
            })
        })
    }

    fn label(&self, label: Label, code: &str) -> Option<String> {
        match label {
            Label::Codes(table) => {
                let table = self.lens.catalog.codes(table)?;
                table.entries.iter().find(|e| e.code == code).map(|e| e.zh.clone())
            }
            Label::Divisions => self.lens.divisions.get(code).cloned(),
            Label::None => None,
        }
    }

    fn figure(&mut self, figure: &Figure, values: &[Option<i64>]) -> Result<(), ReadError> {
        match figure {
            Figure::Text(text) => self.string(text),
            Figure::AsOf(at) => self.string(&clock::rfc3339(at.unwrap_or(self.lens.now_ms))),
            Figure::Count(column) | Figure::Sum(column) => match values[*column] {
                Some(value) => self.int(value),
                None => self.null(),
            },
            Figure::Instant(column) => match values[*column] {
                Some(value) => self.string(&clock::rfc3339(value)),
                None => self.null(),
            },
            Figure::Mean { sum, count, unit } => match (values[*sum], values[*count]) {
                (Some(sum), Some(count)) if count > 0 => {
                    let hundredths = half_up(i128::from(sum) * 100, i128::from(count) * i128::from(*unit));
                    self.string(&decimal(hundredths, 2));
                }
                _ => self.null(),
            },
            Figure::Rate { numerator, denominator, fields, definition, basis } => {
                let (numerator, denominator) = (values[*numerator], values[*denominator]);
                self.members(fields, |w, part| {
                    w.rate(*part, numerator, denominator, (definition, basis));
                    Ok(())
                })?;
            }
            Figure::Groups(_) | Figure::Nothing => self.null(),
        }
        Ok(())
    }

    fn rate(&mut self, part: RatePart, numerator: Option<i64>, denominator: Option<i64>, said: (&str, &str)) {
        match (part, numerator, denominator) {
            (RatePart::Numerator, Some(n), _) | (RatePart::Denominator, _, Some(n)) => self.int(n),
            (RatePart::Value, Some(n), Some(d)) if d > 0 => {
                self.string(&decimal(half_up(i128::from(n) * 10_000, i128::from(d)), 4));
            }
            (RatePart::Definition, ..) => self.string(said.0),
            (RatePart::Basis, ..) => self.string(said.1),
            (RatePart::Typename, ..) => self.string("Rate"),
            _ => self.null(),
        }
    }
}

/// `dividend / divisor` to the nearest whole number, halves away from zero for what is not negative.
fn half_up(dividend: i128, divisor: i128) -> i64 {
    let rounded = (dividend * 2 + divisor).div_euclid(divisor * 2);
    i64::try_from(rounded).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_round_half_up() {
        assert_eq!(half_up(55_298 * 10_000, 58_027), 9530);
        assert_eq!(half_up(1, 2), 1);
        assert_eq!(half_up(10_000, 3), 3333);
    }
}
