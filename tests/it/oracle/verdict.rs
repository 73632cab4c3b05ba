//! What is shown of a field: the verdicts of 0004.

use super::Oracle;
use super::policy::{Classes, Shown};
use super::spec::{FieldSpec, TypeSpec};
use super::value::{Row, Val};
use super::viewer::Viewer;

/// How the viewer stands to a row, farthest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Relation {
    /// Shown because its family is open.
    Outside,
    /// Found by the rule.
    Scope,
    /// In the hands of the viewer's organisation.
    Handler,
    /// The viewer's own.
    Own,
}

impl Oracle {
    /// How the viewer stands to a row that is shown.
    pub(crate) fn relation(&self, viewer: &Viewer<'_>, row: &Row<'_>) -> Relation {
        let of = self.spec.of_table(row.table.name);
        if row.table.name == "organisation" && row.id() == viewer.organisation {
            return Relation::Own;
        }
        if row.table.name == "organisation" && !viewer.role.regulated.is_empty() && self.regulates(viewer, row) {
            return Relation::Handler;
        }
        if row.table.name == "grid_event" && self.found(viewer, row) {
            if *row.get("reported_by_id") == Val::Int(viewer.posting) {
                return Relation::Own;
            }
            let ours = *row.get("handler_id") == Val::Int(viewer.organisation);
            if ours && row.get("concluded_at").is_null() {
                return Relation::Handler;
            }
        }
        if row.table.name == "party" && *row.get("account_id") == Val::Int(viewer.account) {
            return Relation::Own;
        }
        let matter = self.dispute_of(of, row);
        if let Some(dispute) = matter {
            // A party is one's own or not, whatever the dispute.
            if row.table.name != "party" && self.own_party(viewer, &dispute) {
                return Relation::Own;
            }
            if dispute.get("closed_at").is_null() && self.in_hand(viewer, &dispute) {
                return Relation::Handler;
            }
        }
        if matter.is_some() || self.found(viewer, row) { Relation::Scope } else { Relation::Outside }
    }

    /// Whether a row is the viewer's own, by itself or by its dispute.
    pub(crate) fn relation_is_own(&self, viewer: &Viewer<'_>, row: &Row<'_>) -> bool {
        self.relation(viewer, row) == Relation::Own
    }

    /// Whether the unit has a site that the viewer's department regulates in the viewer's division.
    fn regulates(&self, viewer: &Viewer<'_>, unit: &Row<'_>) -> bool {
        let sites = self.city.table("key_site").with("unit_id", unit.get("id"));
        let ours = |site: &Row<'_>| {
            *site.get("regulator_department") == viewer.department
                && site.get("division_code").text().is_some_and(|code| code.starts_with(&viewer.division))
        };
        !viewer.department.is_null() && sites.iter().any(ours)
    }

    fn in_hand(&self, viewer: &Viewer<'_>, dispute: &Row<'_>) -> bool {
        let centre = self.city.table("governance_centre").with("id", dispute.get("accepted_centre_id"));
        self.handles(viewer, dispute)
            || self.mediates(viewer, dispute)
            || centre.iter().any(|c| *c.get("organisation_id") == Val::Int(viewer.organisation))
    }

    /// The dispute that a row is, or is a part of.
    fn dispute_of<'c>(&'c self, of: &TypeSpec, row: &Row<'c>) -> Option<Row<'c>> {
        match row.table.name {
            "dispute" => Some(*row),
            _ => self.wholes(of, row).into_iter().find(|whole| whole.table.name == "dispute"),
        }
    }

    /// What is shown of a field of a row.
    pub(crate) fn verdict(&self, viewer: &Viewer<'_>, field: &FieldSpec, row: &Row<'_>) -> Shown {
        let of = self.spec.of_table(row.table.name);
        let raised = self.dispute_of(of, row).is_some_and(|dispute| self.raised(&dispute));
        let dwelling = field.dwelling && self.dwelling(row);
        let class = class(field.class, dwelling, raised);
        let shown = self.class_verdict(viewer, of, class, self.relation(viewer, row));
        if shown == Shown::Masked && field.mask.is_none() { Shown::Hidden } else { shown }
    }

    /// Whether a field of a row is of personal class.
    pub(crate) fn is_personal(&self, field: &FieldSpec, row: &Row<'_>) -> bool {
        !matches!(class(field.class, field.dwelling && self.dwelling(row), false), 'P' | 'I')
    }

    /// Whether a row is a private dwelling, or lies in one.
    pub(crate) fn dwelling(&self, row: &Row<'_>) -> bool {
        match row.table.name {
            "hazard" => {
                self.city.table("key_site").with("id", row.get("site_id")).iter().any(|site| self.dwelling(site))
            }
            _ => row.get("private_dwelling").is_true(),
        }
    }

    /// What is shown of a class to somebody who stands so to a row.
    pub(crate) fn class_verdict(&self, viewer: &Viewer<'_>, of: &TypeSpec, class: char, relation: Relation) -> Shown {
        let role = viewer.role;
        let given = |classes: &Classes| classes.get(&class).copied().unwrap_or(Shown::Hidden);
        if class == 'P' {
            return Shown::Full;
        }
        if relation == Relation::Outside {
            return Shown::Hidden;
        }
        let nearest = |base: Shown| match relation {
            Relation::Own => base.max(given(&role.own)),
            _ => base,
        };
        let shown = match (class, of.family.as_str()) {
            ('I', _) => Shown::Full,
            (_, "Place") if relation == Relation::Handler => given(&role.contacts).max(given(&role.regulated)),
            (_, "Site") => nearest(given(&role.contacts).max(given(&role.regulated))),
            (_, "Place" | "Posting") => nearest(given(&role.contacts)),
            (_, "Staff") => given(&role.staff),
            (_, _) if relation == Relation::Handler => given(&role.handler).max(given(&role.scope)),
            (_, _) => nearest(given(&role.scope)),
        };
        let personal = class != 'I';
        if viewer.purpose.own_only && personal && relation != Relation::Own {
            return Shown::Hidden;
        }
        shown.min(viewer.purpose.cap.get(&class).copied().unwrap_or(Shown::Hidden))
    }

    /// Whether rows may be chosen, sorted or added up by a field: it is read in full on every row that is listed.
    pub(crate) fn chooses_by(&self, viewer: &Viewer<'_>, of: &TypeSpec, field: &FieldSpec) -> bool {
        let branches = viewer.role.rows.get(&self.family_of(of)).cloned().unwrap_or_default();
        let mine = |branch: &String| branch.split('+').any(|atom| atom == "mine");
        let disputes = self.family_of(of) == "Dispute";
        let worst = match disputes && !branches.is_empty() && branches.iter().all(mine) && of.table != "party" {
            true => Relation::Own,
            false => Relation::Scope,
        };
        let full = |class: char| self.class_verdict(viewer, of, class, worst) == Shown::Full;
        // Decided by the role alone: whether the posting is cleared for raised rows makes no difference.
        let raised_too = disputes;
        let ruled = self.has_rule(viewer, of);
        match field.class {
            'P' if field.dwelling => full('D'),
            'P' => true,
            'I' => ruled && full('I'),
            class => ruled && full(class) && (!raised_too || full('S')),
        }
    }

    /// The family whose rule finds the rows of a type.
    fn family_of(&self, of: &TypeSpec) -> String {
        match of.owners.first() {
            Some((table, _)) if of.family != "Petition" => self.spec.of_table(table).family.clone(),
            _ => of.family.clone(),
        }
    }
}

/// The class as the row has it.
fn class(field: char, dwelling: bool, raised: bool) -> char {
    match field {
        'P' if dwelling => 'D',
        'D' | 'K' if raised => 'S',
        class => class,
    }
}
