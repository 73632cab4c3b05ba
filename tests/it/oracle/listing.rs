//! Lists: which rows, in which order, which of them on a page.

use std::cmp::Ordering;

use super::Oracle;
use super::query::Page;
use super::spec::TypeSpec;
use super::value::{Row, Val};
use super::verdict::Relation;
use super::viewer::Viewer;

/// Rows of a page.
pub(crate) struct Listed<'c> {
    /// All rows of the list in order.
    pub(crate) all: Vec<Row<'c>>,
    /// Place of the page's first row.
    pub(crate) from: usize,
    /// Place after its last.
    pub(crate) to: usize,
}

impl Oracle {
    /// The rows of a list that the viewer may see, as the page asks for them. `rows`: all that belong to the list.
    pub(crate) fn list<'c>(
        &'c self,
        viewer: &Viewer<'_>,
        of: &TypeSpec,
        rows: Vec<Row<'c>>,
        page: &Page,
        usual: &[(String, bool)],
        whole: Option<&Row<'_>>,
    ) -> Listed<'c> {
        let shown = |row: &Row<'c>| {
            let part = whole.is_some_and(|whole| self.part_of(of, row, whole));
            part || self.listed(viewer, row)
        };
        let passes = |row: &Row<'c>| page.filter.as_ref().is_none_or(|cond| self.passes(viewer, of, row, cond));
        let keys: Vec<(String, bool)> = match page.order.is_empty() {
            false => page.order.iter().map(|(_, column, down)| (column.clone(), *down)).collect(),
            true if !usual.is_empty() => usual.to_vec(),
            true => of.order.clone(),
        };
        // A sort key that is internal counts only rows in scope.
        let scoped = keys.iter().any(|(column, _)| self.internal_of_open(of, column));
        let counts = |row: &Row<'c>| !scoped || self.relation(viewer, row) > Relation::Outside;
        let mut all: Vec<Row<'c>> = rows.into_iter().filter(|row| shown(row) && counts(row) && passes(row)).collect();
        all.sort_by(|a, b| self.compare(viewer, of, &keys, a, b));
        let (from, to) = match (page.first, page.last) {
            (_, Some(last)) => (all.len().saturating_sub(last), all.len()),
            (first, None) => (0, first.unwrap_or(20).min(all.len())),
        };
        Listed { all, from, to }
    }

    fn compare(
        &self,
        viewer: &Viewer<'_>,
        of: &TypeSpec,
        keys: &[(String, bool)],
        a: &Row<'_>,
        b: &Row<'_>,
    ) -> Ordering {
        for (column, down) in keys {
            let order = if column == "id" {
                directed(a.get("id"), b.get("id"), *down)
            } else {
                let value = |row: &Row<'_>| self.choosing_value(viewer, of, row, column).cloned().unwrap_or(Val::Null);
                directed(&value(a), &value(b), *down)
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        // The key is the last one, in the direction of the one before.
        directed(a.get("id"), b.get("id"), keys.last().is_some_and(|(_, down)| *down))
    }
}

/// Nulls come last either way.
fn directed(a: &Val, b: &Val, down: bool) -> Ordering {
    match (a.is_null(), b.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) if down => a.order(b).reverse(),
        (false, false) => a.order(b),
    }
}
