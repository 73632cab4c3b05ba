//! 关系. What the viewer is to a row, and what the row is like: by these fields are shown.

use sea_orm::sea_query::{Expr, ExprTrait};

use super::declare::View;
use super::predicate::{Lens, scope};
use super::sql::{col, fixed, some_row};

impl Lens<'_> {
    /// The viewer is the person or unit the row is about; `None`: cannot be.
    pub fn is_own(&self, view: &View, alias: &str) -> Option<Expr> {
        let facts = self.access.facts();
        match view.table {
            "party" => Some(col(alias, "account_id").eq(facts.account_id)),
            "dispute" => Some(col(alias, "id").in_subquery(self.my_disputes())),
            "grid_event" => Some(col(alias, "reported_by_id").eq(facts.posting_id)),
            "organisation" => Some(col(alias, "id").eq(facts.organisation_id)),
            _ if self.part_of_dispute(view) => Some(col(alias, "dispute_id").in_subquery(self.my_disputes())),
            _ => None,
        }
    }

    /// The viewer's organisation handles, mediates or accepted the open matter, or regulates the unit; `None`: cannot be.
    pub fn is_handler(&self, view: &View, alias: &str) -> Option<Expr> {
        if view.table == "dispute" {
            return Some(
                col(alias, "closed_at").is_null().and(
                    col(alias, "handling_organisation_id")
                        .eq(self.access.facts().organisation_id)
                        .or(col(alias, "mediation_organisation_id").in_subquery(self.my("mediation_organisation")))
                        .or(col(alias, "accepted_centre_id").in_subquery(self.my("governance_centre"))),
                ),
            );
        }
        if view.table == "grid_event" {
            let ours = col(alias, "handler_id").eq(self.access.facts().organisation_id);
            return Some(col(alias, "concluded_at").is_null().and(ours));
        }
        if view.table == "organisation" && self.access.regulates() {
            return self.regulated(alias);
        }
        self.of_dispute(view, alias, |lens, dispute, name| lens.is_handler(dispute, name))
    }

    /// The unit has a site in the posting's division that the posting's department regulates.
    fn regulated(&self, alias: &str) -> Option<Expr> {
        let facts = self.access.facts();
        let site = format!("{alias}k");
        let of_ours = col(&site, "regulator_department").eq(facts.department.as_deref()?);
        let there = col(&site, "unit_id").eq(col(alias, "id")).and(of_ours).and(scope(&site, &facts.division_code)?);
        Some(some_row("key_site", &site, there))
    }

    /// The row is raised to sensitive today; `None`: cannot be.
    pub fn is_raised(&self, view: &View, alias: &str) -> Option<Expr> {
        if view.table == "dispute" {
            return Some(col(alias, "sensitive_until").gt(self.today));
        }
        self.of_dispute(view, alias, |lens, dispute, name| lens.is_raised(dispute, name))
    }

    /// The row lies in a private dwelling, by itself or by its site, or shows persons; `None`: cannot.
    pub fn is_dwelling(&self, view: &View, alias: &str) -> Option<Expr> {
        match view.table {
            "key_site" => Some(col(alias, "private_dwelling").eq(fixed(true))),
            "evidence" => {
                let hazard = format!("{alias}h");
                let there = col(&hazard, "id").eq(col(alias, "hazard_id")).and(self.in_dwelling(&hazard));
                let shows = col(alias, "class").is_not_in(["PUBLIC", "INTERNAL"].map(fixed));
                Some(shows.or(some_row("hazard", &hazard, there)))
            }
            "hazard" => Some(self.in_dwelling(alias)),
            _ => None,
        }
    }

    /// The hazard was found at a site that is a private dwelling.
    fn in_dwelling(&self, alias: &str) -> Expr {
        let site = format!("{alias}k");
        let there = col(&site, "id").eq(col(alias, "site_id"));
        some_row("key_site", &site, there.and(col(&site, "private_dwelling").eq(fixed(true))))
    }

    fn part_of_dispute(&self, view: &View) -> bool {
        view.owners.iter().any(|o| o.view == "Dispute")
    }

    fn of_dispute(
        &self,
        view: &View,
        alias: &str,
        condition: impl Fn(&Self, &View, &str) -> Option<Expr>,
    ) -> Option<Expr> {
        if !self.part_of_dispute(view) {
            return None;
        }
        let dispute = self.catalog.view("Dispute")?;
        let name = format!("{alias}d");
        let holds = condition(self, dispute, &name)?;
        Some(some_row("dispute", &name, col(&name, "id").eq(col(alias, "dispute_id")).and(holds)))
    }
}
