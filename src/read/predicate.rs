//! The policy as conditions on tables: what each atom of a row rule means where.
//!
//! Only this file and `relation.rs` turn a right into SQL. An atom that means nothing for a table finds no row of it.

use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement, UnionType};

use super::catalog::Catalog;
use super::declare::View;
use super::sql::{Dialect, Keys, all, any, col, definite, fixed, ids_where, never, some_row};
use super::template::moment;
use crate::access::{Access, Atom, Clearance, Exposure, Family, Rows};
use crate::kernel::division_code::DivisionCode;
use crate::lifecycle::Lifecycles;

/// Milliseconds of 90 days: how long an assignee still sees a closed matter (domain model 3.3).
const AFTERGLOW: i64 = 90 * 86_400_000;

/// The gate for one viewer at one moment, on one database.
#[derive(Clone, Copy)]
pub struct Lens<'a> {
    /// The policy's answers.
    pub access: Access<'a>,
    /// All declarations.
    pub catalog: &'static Catalog,
    /// Lifecycles of matters.
    pub lifecycles: &'a Arc<Lifecycles>,
    /// Which database.
    pub dialect: Dialect,
    /// The moment of the request.
    pub now_ms: i64,
    /// The day of the request in Asia/Shanghai.
    pub today: &'a str,
    /// Names of all known divisions by code.
    pub divisions: &'a HashMap<String, String>,
}

/// How rows are come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// Listed, counted or filtered over.
    List,
    /// Found by a code or a global id.
    Key,
    /// Linked from a row that is shown.
    Link,
    /// Part of a row that is shown: its owner's rule has decided.
    Part,
}

/// Which rows may be shown.
pub enum Visible {
    /// All.
    All,
    /// Those that fulfil the condition.
    Where(Expr),
    /// None, whatever is stored.
    Nothing,
}

impl<'a> Lens<'a> {
    /// Which rows of a view, under an alias, may be shown.
    pub fn visible(&self, view: &View, alias: &str, via: Via) -> Visible {
        if is_open(view, via) {
            return Visible::All;
        }
        match self.rule(view, alias) {
            Some(condition) => Visible::Where(condition),
            None => Visible::Nothing,
        }
    }

    /// Which rows among those in these divisions may be shown: where the viewer's rule finds all of them anyway, it need not be
    /// asked for each. A label still is.
    pub fn visible_in(&self, view: &View, alias: &str, via: Via, divisions: &[&str]) -> Visible {
        if self.finds_all(view, divisions) && self.label(view, alias).is_none() {
            return Visible::All;
        }
        self.visible(view, alias, via)
    }

    /// Whether the viewer's rule finds every row of a view in these divisions, as far as no label hides it.
    fn finds_all(&self, view: &View, divisions: &[&str]) -> bool {
        let covered = |code: &&str| DivisionCode::parse(code).is_ok_and(|code| self.covers(view.family, code.as_str()));
        let within = !divisions.is_empty() && divisions.iter().all(covered);
        within && view.levels && view.owners.is_empty() && self.has_scope()
    }

    /// Whether a way goes through every row in these divisions, or all of a department: all are counted in one go then,
    /// instead of once for each way.
    fn goes_through(&self, view: &View, divisions: &[&str]) -> bool {
        let Rows::Where(branches) = self.access.rows(view.family) else { return false };
        let own = &self.access.facts().division_code;
        let within = !divisions.is_empty() && divisions.iter().all(|code| code.starts_with(own.as_str()));
        let through = |branch: &Vec<Atom>| {
            branch.contains(&Atom::Scope) && branch.iter().all(|atom| matches!(atom, Atom::Scope | Atom::Domain))
        };
        within && view.levels && branches.iter().any(through)
    }

    /// What is left of the rule for rows in these divisions, where it is the label alone; `None`: more than that.
    fn label_in(&self, view: &View, alias: &str, divisions: &[&str]) -> Option<Expr> {
        let Rows::Where(branches) = self.access.rows(view.family) else { return None };
        // One's own matters are found whatever their label.
        let all_labelled = !branches.iter().any(|branch| branch.contains(&Atom::Mine));
        self.label(view, alias).filter(|_| all_labelled && self.finds_all(view, divisions))
    }

    /// Whether the posting's division is one that a scope can be made of: others cover nothing, whatever they begin with.
    fn has_scope(&self) -> bool {
        let own = self.access.facts().division_code.as_str();
        scope("t0", own).is_some() && DivisionCode::parse(own).is_ok_and(|code| code.as_str() == own)
    }

    /// Whether the viewer's rule finds every row of a family in a division, as far as no label hides it.
    pub fn covers(&self, family: Family, division: &str) -> bool {
        let Rows::Where(branches) = self.access.rows(family) else { return false };
        branches.iter().any(|branch| match branch.as_slice() {
            [Atom::All] => true,
            [Atom::Scope] => division.starts_with(&self.access.facts().division_code),
            _ => false,
        })
    }

    /// The condition under which the viewer's rule finds a row; `None`: it finds none, whatever is stored.
    pub fn rule(&self, view: &View, alias: &str) -> Option<Expr> {
        if view.owners.is_empty() || view.family == Family::Petition {
            return self.own_rule(view, alias, true);
        }
        self.owners_rule(view, alias)
    }

    /// The condition under which the viewer may begin a row: the rule, the label aside, for whoever brings a matter knows
    /// what is in it. `None`: none.
    pub fn reach(&self, view: &View, alias: &str) -> Option<Expr> {
        self.own_rule(view, alias, false)
    }

    /// The ways by which the rule finds rows: any of these conditions. Each is simple enough for an index, which the rule as one
    /// condition is not. None: it finds no row. Apart, no row is found by two of them, and the rule is one of them where all rows
    /// are gone through anyway. `divisions`: the rows asked for lie in these; none: anywhere.
    pub fn ways(&self, view: &View, alias: &str, apart: bool, divisions: &[&str]) -> Vec<Expr> {
        if let Some(label) = self.label_in(view, alias, divisions) {
            return vec![label];
        }
        if apart && self.goes_through(view, divisions) {
            return self.rule(view, alias).into_iter().collect();
        }
        if view.owners.is_empty() || view.family == Family::Petition {
            return self.own_ways(view, alias, apart);
        }
        let [owner] = view.owners.as_slice() else { return self.rule(view, alias).into_iter().collect() };
        let Some(parent) = self.catalog.view(owner.view) else { return vec![] };
        let name = format!("{alias}o");
        let owned = |way: Expr| some_row(parent.table, &name, col(&name, "id").eq(col(alias, owner.column)).and(way));
        self.ways(parent, &name, apart, &[]).into_iter().map(owned).collect()
    }

    /// The first of several ways: most rows that are opened are found by it, and the rest of the rule need not be asked. `None`:
    /// there are not several, or they are those of what owns the row.
    pub fn near(&self, view: &View, alias: &str) -> Option<Expr> {
        let is_own = view.owners.is_empty() || view.family == Family::Petition;
        let mut ways = if is_own { self.own_ways(view, alias, false) } else { vec![] };
        (ways.len() > 1).then(|| ways.swap_remove(0))
    }

    fn own_ways(&self, view: &View, alias: &str, apart: bool) -> Vec<Expr> {
        let Rows::Where(branches) = self.access.rows(view.family) else { return vec![] };
        let mut ways: Vec<Expr> = vec![];
        for branch in branches {
            let found = match (branch.as_slice(), view.table) {
                ([Atom::Assigned], "dispute") => {
                    let label = self.label(view, alias);
                    let way =
                        |given: Expr| all([given, self.recent(alias, "closed_at")].into_iter().chain(label.clone()));
                    self.given(alias).map(way).to_vec()
                }
                _ => self.branch(branch, view, alias, (true, true)).into_iter().collect(),
            };
            ways.extend(found);
        }
        if apart {
            let before = |at: usize| (at > 0).then(|| definite(any(ways[..at].iter().cloned())).not());
            return (0..ways.len()).map(|at| all([ways[at].clone()].into_iter().chain(before(at)))).collect();
        }
        ways
    }

    fn owners_rule(&self, view: &View, alias: &str) -> Option<Expr> {
        let found: Vec<Expr> = view
            .owners
            .iter()
            .filter_map(|owner| {
                let parent = self.catalog.view(owner.view)?;
                let name = format!("{alias}o");
                let condition = self.rule(parent, &name)?;
                Some(some_row(parent.table, &name, col(&name, "id").eq(col(alias, owner.column)).and(condition)))
            })
            .collect();
        if found.is_empty() { None } else { Some(any(found)) }
    }

    fn own_rule(&self, view: &View, alias: &str, labels: bool) -> Option<Expr> {
        let Rows::Where(branches) = self.access.rows(view.family) else {
            return None;
        };
        let alone = branches.len() == 1;
        let found: Vec<Expr> =
            branches.iter().filter_map(|branch| self.branch(branch, view, alias, (labels, alone))).collect();
        if found.is_empty() { None } else { Some(any(found)) }
    }

    fn branch(&self, branch: &[Atom], view: &View, alias: &str, (labels, alone): (bool, bool)) -> Option<Expr> {
        let atoms: Option<Vec<Expr>> = branch.iter().map(|atom| self.atom(*atom, view, alias, alone)).collect();
        let labelled = labels && !branch.contains(&Atom::Mine);
        Some(all(atoms?.into_iter().chain(labelled.then(|| self.label(view, alias)).flatten())))
    }

    /// Each branch of the view's rule with its condition, for explanations.
    pub fn branches(&self, view: &View, alias: &str) -> Vec<(String, Expr)> {
        let named = |branch: &Vec<Atom>| branch.iter().map(|a| format!("{a:?}")).collect::<Vec<_>>().join("+");
        match self.access.rows(view.family) {
            Rows::Where(branches) if view.owners.is_empty() => branches
                .iter()
                .filter_map(|branch| {
                    let atoms: Option<Vec<Expr>> = branch.iter().map(|a| self.atom(*a, view, alias, true)).collect();
                    Some((named(branch), all(atoms?)))
                })
                .collect(),
            _ => self.rule(view, alias).map(|rule| ("Owner".to_owned(), rule)).into_iter().collect(),
        }
    }

    /// The label of a row must not exceed the posting's clearance.
    fn label(&self, view: &View, alias: &str) -> Option<Expr> {
        if view.table != "dispute" || self.access.facts().clearance >= Clearance::Sensitive {
            return None;
        }
        let until = || col(alias, "sensitive_until");
        Some(until().is_null().or(until().lte(self.today)))
    }

    /// What an atom means of a row; `alone`: nothing else makes the viewer see it, so that rows may be come by by it.
    fn atom(&self, atom: Atom, view: &View, alias: &str, alone: bool) -> Option<Expr> {
        let facts = self.access.facts();
        let organisation = facts.organisation_id;
        let c = |column: &'static str| col(alias, column);
        Some(match (atom, view.table) {
            (Atom::All, _) => super::sql::always(),
            (Atom::Scope, _) if view.levels => scope(alias, &facts.division_code)?,
            (Atom::Grids, _) => self.grids(view.table, alias, alone)?,
            (Atom::Zone, _) => self.zone(view.table, alias)?,
            (Atom::Domain, table) => c(department_column(table)?).eq(facts.department.as_deref()?),
            (Atom::Unit, "inspection") => self.visits(alias, col("k", "unit_id").eq(organisation)),
            (Atom::Unit, "key_site" | "hazard" | "rectification_order" | "self_inspection" | "self_inspection_due") => {
                c("unit_id").eq(organisation)
            }
            (Atom::Own, "organisation") => c("id").eq(organisation),
            (Atom::Assigned, table) => self.assigned(table, alias)?,
            (Atom::Mine, "hazard") => c("found_by_id").eq(facts.posting_id),
            (Atom::Mine, "grid_event") => c("reported_by_id").eq(facts.posting_id),
            // One's own reading of one's own data is nothing to be told.
            (Atom::Mine, "audit_access") => {
                let others = c("account_id").is_null().or(c("account_id").ne(facts.account_id));
                c("dispute_id").in_subquery(self.my_disputes()).and(others)
            }
            (Atom::Mine, "dispute") => c("id").in_subquery(self.my_disputes()),
            (Atom::Court, "dispute") => c("id").in_subquery(ids_where(
                "judicial_confirmation",
                "dispute_id",
                col("judicial_confirmation", "court_id").eq(organisation),
            )),
            (Atom::Enterprise, "dispute") => c("enterprise_related").eq(fixed(true)),
            (Atom::Enterprise, "rectification_order") => c("unit_id").in_subquery(ids_where(
                "organisation",
                "id",
                col("organisation", "kind").eq(fixed("ENTERPRISE")),
            )),
            (Atom::Petition, "dispute") => c("channel").eq(fixed("PETITION")),
            (Atom::Hotline, "dispute") => c("channel").eq(fixed("HOTLINE_12345")),
            (Atom::Police, "dispute") => c("channel").eq(fixed("POLICE_110")),
            (Atom::Risk, "dispute") => c("escalation_risk").eq(fixed(true)),
            (Atom::Registered, "dispute") => c("registered_by_id").eq(facts.posting_id),
            (Atom::Escalated, "dispute") => c("prominent").eq(fixed(true)),
            (Atom::Escalated, "hazard") => c("grade").eq(fixed("MAJOR")),
            (Atom::Escalated, "rectification_order") => {
                c("id").in_subquery(ids_where("hazard", "order_id", col("hazard", "grade").eq(fixed("MAJOR"))))
            }
            (Atom::Joint, "dispute") => c("mechanism_id").eq(facts.mechanism_id?),
            (Atom::Started, "inspection") => {
                c("mode").eq(fixed("OPEN")).or(c("started_at").lte(moment(self.now_ms, 0)))
            }
            (Atom::Owner, "petition_link") => self.owners_rule(view, alias)?,
            _ => return None,
        })
    }

    fn grids(&self, table: &str, alias: &str, alone: bool) -> Option<Expr> {
        let ids = &self.access.facts().grid_ids;
        if ids.is_empty() {
            return None;
        }
        let keys = Keys::Ints(ids.clone());
        let among = |expr: Expr| self.dialect.any(expr, &keys);
        Some(match table {
            "grid" => among(col(alias, "id")),
            "grid_meeting" | "grid_member" | "micro_grid" | "key_site" | "hazard" | "grid_event" | "dispute" => {
                let grid = col(alias, "grid_id");
                if alone { among(grid) } else { self.dialect.looked_up(grid, &keys) }
            }
            "self_inspection" | "self_inspection_due" => {
                col(alias, "site_id").in_subquery(ids_where("key_site", "id", among(col("key_site", "grid_id"))))
            }
            "inspection" => self.visits(alias, among(col("k", "grid_id"))),
            "rectification_order" => {
                col(alias, "id").in_subquery(ids_where("hazard", "order_id", among(col("hazard", "grid_id"))))
            }
            _ => return None,
        })
    }

    fn zone(&self, table: &str, alias: &str) -> Option<Expr> {
        let zone = self.access.facts().zone_id?;
        Some(match table {
            "functional_zone" => col(alias, "id").eq(zone),
            "governance_centre" | "grid" | "key_site" | "hazard" | "grid_event" | "dispute" => {
                col(alias, "zone_id").eq(zone)
            }
            "self_inspection" | "self_inspection_due" => {
                col(alias, "site_id").in_subquery(ids_where("key_site", "id", col("key_site", "zone_id").eq(zone)))
            }
            "inspection" => self.visits(alias, col("k", "zone_id").eq(zone)),
            "rectification_order" => {
                col(alias, "id").in_subquery(ids_where("hazard", "order_id", col("hazard", "zone_id").eq(zone)))
            }
            "grid_meeting" | "grid_member" => {
                col(alias, "grid_id").in_subquery(ids_where("grid", "id", col("grid", "zone_id").eq(zone)))
            }
            "stationed_unit" | "standard_status" | "mediation_organisation" => {
                let centres = ids_where("governance_centre", "id", col("governance_centre", "zone_id").eq(zone));
                col(alias, "centre_id").in_subquery(centres)
            }
            _ => return None,
        })
    }

    /// The inspection visits a site `k` that fulfils the condition.
    fn visits(&self, alias: &str, condition: Expr) -> Expr {
        let mut select = SelectStatement::new();
        select
            .column(("v", "inspection_id"))
            .from_as("inspection_site", "v")
            .inner_join(
                sea_orm::sea_query::TableRef::from("key_site").alias("k"),
                col("k", "id").eq(col("v", "site_id")),
            )
            .and_where(condition);
        col(alias, "id").in_subquery(select)
    }

    fn assigned(&self, table: &str, alias: &str) -> Option<Expr> {
        let organisation = self.access.facts().organisation_id;
        let recent = |column: &'static str| self.recent(alias, column);
        let orders =
            || ids_where("order_assignment", "order_id", col("order_assignment", "organisation_id").eq(organisation));
        Some(match table {
            "hazard" => col(alias, "order_id").in_subquery(orders()).and(recent("written_off_at")),
            "rectification_order" => col(alias, "id").in_subquery(orders()).and(recent("closed_at")),
            "inspection" => col(alias, "id").in_subquery(ids_where(
                "inspection_team",
                "inspection_id",
                col("inspection_team", "organisation_id").eq(organisation),
            )),
            "grid_event" => col(alias, "handler_id").eq(organisation).and(recent("concluded_at")),
            "dispute" => any(self.given(alias)).and(recent("closed_at")),
            _ => return None,
        })
    }

    /// The dispute is given to the posting's organisation, or to a mediation organisation that is its own.
    fn given(&self, alias: &str) -> [Expr; 2] {
        let mediated = col(alias, "mediation_organisation_id").in_subquery(self.my("mediation_organisation"));
        [col(alias, "handling_organisation_id").eq(self.access.facts().organisation_id), mediated]
    }

    /// The matter has not ended at the instant of a column, or not long ago.
    fn recent(&self, alias: &str, column: &'static str) -> Expr {
        col(alias, column).is_null().or(col(alias, column).gt(moment(self.now_ms, -AFTERGLOW)))
    }

    /// Ids of rows of a table that are the posting's organisation.
    pub(super) fn my(&self, table: &'static str) -> SelectStatement {
        ids_where(table, "id", col(table, "organisation_id").eq(self.access.facts().organisation_id))
    }

    /// Disputes to which the viewer is a party, also those that were joined to another.
    pub(super) fn my_disputes(&self) -> SelectStatement {
        let mine = || col("party", "account_id").eq(self.access.facts().account_id);
        let left = mine().and(col("party", "joined_from_id").is_not_null());
        let mut disputes = ids_where("party", "dispute_id", mine());
        disputes.union(UnionType::All, ids_where("party", "joined_from_id", left));
        disputes
    }
}

/// Whether all rows of a view may be shown that are come by in some way, whatever the rule.
pub(super) fn is_open(view: &View, via: Via) -> bool {
    match view.family.exposure() {
        _ if via == Via::Part => true,
        Exposure::Open => true,
        Exposure::Pointed => via != Via::List,
        Exposure::Linked => via == Via::Link,
        Exposure::Closed => false,
    }
}

fn department_column(table: &str) -> Option<&'static str> {
    match table {
        "key_site" | "hazard" | "self_inspection" | "self_inspection_due" => Some("regulator_department"),
        "inspection" | "rectification_order" => Some("department"),
        _ => None,
    }
}

/// The row lies in the subtree of a division; `None`: no such level.
pub fn scope(alias: &str, code: &str) -> Option<Expr> {
    let column = match code.len() {
        4 => "city_code",
        6 => "county_code",
        9 => "township_code",
        12 => "village_code",
        _ => return None,
    };
    Some(col(alias, column).eq(code))
}

/// `never`, or the condition.
pub fn or_never(condition: Option<Expr>) -> Expr {
    condition.unwrap_or_else(never)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Facts, Policy, Purpose};
    use crate::graphql::nouns;

    #[test]
    fn the_rule_is_spared_within_the_own_division_alone() {
        let (catalog, policy) = (nouns::catalog().unwrap(), Policy::built_in().unwrap());
        let lifecycles = Arc::new(Lifecycles::built_in(catalog, &policy).unwrap());
        let asked = |own: &str, ask: &dyn Fn(&Lens<'_>) -> usize| {
            let facts = Facts {
                account_id: 1,
                posting_id: 1,
                organisation_id: 1,
                other_organisation_ids: vec![],
                department: None,
                division_code: own.to_owned(),
                grid_ids: vec![],
                zone_id: None,
                mechanism_id: None,
                clearance: Clearance::Personal,
                purpose: Purpose::Supervise,
            };
            let access = Access::new(&policy, "COUNTY_PEACE_OFFICER", &facts).unwrap();
            let (dialect, now_ms, today, none) = (Dialect::Sqlite, 0, "2026-04-01", HashMap::new());
            let lens = Lens { access, catalog, lifecycles: &lifecycles, dialect, now_ms, today, divisions: &none };
            ask(&lens)
        };
        let spared = |own: &str, name: &str, divisions: &[&str]| {
            let visible = |lens: &Lens<'_>| lens.visible_in(catalog.view(name).unwrap(), "t0", Via::List, divisions);
            asked(own, &|lens| usize::from(matches!(visible(lens), Visible::All))) == 1
        };
        assert!(spared("330603", "Hazard", &["330603"]) && spared("330603", "Hazard", &["330603001", "330603002008"]));
        let disputes = catalog.view("Dispute").unwrap();
        let ways = |division: &str| asked("330603", &|lens| lens.ways(disputes, "t0", false, &[division]).len());
        assert_eq!((ways("330603"), ways("330603001"), ways("330602")), (1, 1, 3), "only the label is left");
        for (own, name, divisions) in [
            ("330603", "Hazard", &[][..]),
            ("330603", "Hazard", &["330602"]),
            ("330603", "Hazard", &["330603", "3306"]),
            ("330603", "Hazard", &["no code"]),
            // A label hides rows that the division does not.
            ("330603", "Dispute", &["330603"]),
            // Of these no scope can be made: they find nothing.
            ("33", "Hazard", &["330603"]),
            ("", "Hazard", &["330603"]),
            ("330600", "Hazard", &["330600"]),
            ("330603000000", "Hazard", &["330603000000"]),
        ] {
            assert!(!spared(own, name, divisions), "{own}: {name} in {divisions:?}");
        }
    }
}
