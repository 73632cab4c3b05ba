//! Fields of personal class that a question chooses rows by: what the trail must know beside what is shown.

use std::collections::BTreeSet;

use super::Oracle;
use super::query::{Cond, Figures, Page, Root, Select, Selection};
use super::reach::{Open, openness};
use super::spec::{Kind, TypeSpec};
use super::viewer::Viewer;

impl Oracle {
    /// The fields, with their types, of a question of which nothing is refused.
    pub(crate) fn chosen(&self, viewer: &Viewer<'_>, root: &Root) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        match root {
            Root::List(_, page, selection) => self.chosen_by_list(viewer, page, selection, &mut found),
            Root::Lookup(.., selection) | Root::Node(_, selection) => {
                if openness(self.spec.of(&selection.of)) != Open::Linked && self.reaches(viewer, selection) {
                    self.chosen_below(viewer, selection, &mut found);
                }
            }
            Root::Statistics(_, figures) => self.chosen_by_figures(viewer, figures, &mut found),
        }
        found
    }

    fn chosen_by_list(&self, viewer: &Viewer<'_>, page: &Page, below: &Selection, found: &mut BTreeSet<String>) {
        let of = self.spec.of(&below.of);
        if self.lists(viewer, of) {
            page.filter.iter().for_each(|cond| self.leaves(of, cond, found));
            self.chosen_below(viewer, below, found);
        }
    }

    fn chosen_by_figures(&self, viewer: &Viewer<'_>, figures: &Figures, found: &mut BTreeSet<String>) {
        if self.figures_open(viewer, figures).is_ok() {
            let summaries = super::summaries::all();
            let summary = summaries.iter().find(|s| s.name == figures.summary).expect("a summary");
            figures.filter.iter().for_each(|cond| self.leaves(self.spec.of(summary.of), cond, found));
        }
    }

    fn chosen_below(&self, viewer: &Viewer<'_>, selection: &Selection, found: &mut BTreeSet<String>) {
        let of = self.spec.of(&selection.of);
        for (name, below) in &selection.fields {
            if of.fields.get(name).is_some_and(|field| !self.ever_shown(viewer, of, field)) {
                continue;
            }
            match below {
                Select::One(inner) if self.reaches(viewer, inner) => self.chosen_below(viewer, inner, found),
                Select::List(page, inner) | Select::Connection(page, inner) => {
                    self.chosen_by_list(viewer, page, inner, found);
                }
                Select::Figures(figures) => self.chosen_by_figures(viewer, figures, found),
                _ => {}
            }
        }
    }

    /// The personal fields that a condition names, also within relations and below `not`.
    fn leaves(&self, of: &TypeSpec, cond: &Cond, found: &mut BTreeSet<String>) {
        let mut leaf = |name: &str| {
            if of.fields.get(name).is_some_and(|field| ['D', 'K', 'S'].contains(&field.class)) {
                found.insert(format!("{}.{name}", of.name));
            }
        };
        match cond {
            Cond::All(all) | Cond::And(all) | Cond::Or(all) => all.iter().for_each(|c| self.leaves(of, c, found)),
            Cond::Not(one) => self.leaves(of, one, found),
            Cond::In(field, ..) | Cond::Is(field, _) | Cond::Range { field, .. } | Cond::Days { field, .. } => {
                leaf(field)
            }
            Cond::Within(_) => leaf("location"),
            Cond::Division(..) | Cond::Text(_) | Cond::Mine | Cond::Today => {}
            Cond::Some(name, below) => {
                leaf(name);
                let (Kind::One { target, .. } | Kind::Many { target, .. }) = &of.fields[name].kind else {
                    panic!("{name} relates to nothing")
                };
                self.leaves(self.spec.of(target), below, found);
            }
        }
    }
}
