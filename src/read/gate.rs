//! How far each selected field is shown, decided once for all rows where that is possible, by the row otherwise.

use std::sync::Arc;

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};

use super::compile::{Compiler, Level, Spot};
use super::declare::{Field, Mask, View};
use super::plan::{Column, Gate};
use super::predicate::{Via, or_never};
use super::sql::never;
use crate::access::{Class, Exposure, Relation, Verdict};

/// A field as the contract names it.
fn of(view: &View, field: &Field) -> String {
    format!("{}.{}", view.name, field.name)
}

impl<'a> Compiler<'a, '_> {
    /// How far a field is shown; `None`: on no row. Notes what is not shown in full.
    pub(super) fn gate(&mut self, level: &mut Level, spot: Spot<'_>, field: &Field, path: &[Arc<str>]) -> Option<Gate> {
        let table = self.verdicts(spot.view, field);
        let possible = self.possible(level, spot, field);
        let first = possible.first().map_or(Verdict::Hidden, |b| table[*b]);
        let reason = if self.lens.access.purpose_hides(field.class) { "PURPOSE" } else { "CLASS_NOT_IN_ROLE" };
        if possible.iter().all(|b| table[*b] == first) {
            let masked_to_nothing = first == Verdict::Masked && field.mask == Mask::None;
            let effect = if masked_to_nothing { Verdict::Hidden } else { first };
            if effect != Verdict::Full {
                self.redact(path, of(spot.view, field), field.class, effect, reason, true);
            }
            return (effect != Verdict::Hidden).then_some(Gate::Always(effect));
        }
        let bits = self.bits(level, spot);
        let redaction = self.redact(path, of(spot.view, field), field.class, Verdict::Hidden, "RELATION", false);
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
    fn possible(&self, level: &mut Level, spot: Spot<'_>, field: &Field) -> Vec<usize> {
        let mut bits = self.occurring(level, spot).to_vec();
        if field.dwelling {
            bits.extend(bits.clone().into_iter().map(|b| b | 8));
        }
        bits
    }

    /// Whether rows of a spot can be raised to sensitive.
    pub(super) fn can_be_raised(&self, level: &mut Level, spot: Spot<'_>) -> bool {
        self.occurring(level, spot).iter().any(|bits| bits & 4 != 0)
    }

    /// Bits that can occur on the rows of a spot, 8 aside: the same for all of its fields.
    fn occurring<'l>(&self, level: &'l mut Level, spot: Spot<'_>) -> &'l [usize] {
        let at = level.occurring.iter().position(|(alias, _)| alias == spot.alias).unwrap_or_else(|| {
            level.occurring.push((spot.alias.to_owned(), self.occur(spot)));
            level.occurring.len() - 1
        });
        &level.occurring[at].1
    }

    fn occur(&self, spot: Spot<'_>) -> Vec<usize> {
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
        bits
    }

    /// The column that holds the bits of a row.
    pub(super) fn bits(&self, level: &mut Level, spot: Spot<'_>) -> Column {
        if let Some((_, column)) = level.bits.iter().find(|(alias, _)| alias == spot.alias) {
            return *column;
        }
        let (view, alias) = (spot.view, spot.alias);
        let number = |relation: Relation| relation as i64;
        let mut cases = CaseStatement::new();
        if let Some(own) = self.lens.is_own(view, alias) {
            cases = cases.case(own, number(Relation::Own));
        }
        if let Some(handler) = self.lens.is_handler(view, alias) {
            cases = cases.case(handler, number(Relation::Handler));
        }
        let otherwise = match view.family.exposure() {
            Exposure::Closed => number(Relation::Scope),
            _ => {
                cases = cases.case(or_never(self.lens.rule(view, alias)), number(Relation::Scope));
                number(Relation::Outside)
            }
        };
        cases = cases.case(never(), number(Relation::Outside));
        let mut expr: Expr = cases.finally(otherwise).into();
        if let Some(raised) = self.lens.is_raised(view, alias) {
            expr = expr.add(Expr::case(raised, 4i64).finally(0i64));
        }
        if let Some(dwelling) = self.lens.is_dwelling(view, alias) {
            expr = expr.add(Expr::case(dwelling, 8i64).finally(0i64));
        }
        let column = level.expr(alias, "(bits)", self.lens.dialect.whole(expr));
        level.bits.push((alias.to_owned(), column));
        column
    }
}
