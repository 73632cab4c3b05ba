//! Which rows are found: the row rules of 0004.

use super::Oracle;
use super::spec::TypeSpec;
use super::value::{Row, Val};
use super::viewer::Viewer;

const NINETY_DAYS: i64 = 90 * 86_400_000;

/// How far a family is open to those without a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Open {
    /// Listed, found and linked.
    All,
    /// Found and linked.
    Pointed,
    /// Linked.
    Linked,
    /// By rule.
    Closed,
}

/// How far the family of a type is open.
pub(crate) fn openness(of: &TypeSpec) -> Open {
    match of.family.as_str() {
        "Place" | "Staff" => Open::All,
        "Site" => Open::Pointed,
        "Posting" => Open::Linked,
        _ => Open::Closed,
    }
}

impl Oracle {
    /// Whether the viewer has a rule for the rows of a type, or for a whole they may be part of. A rule that can find
    /// nothing, because the posting has no grids or its atoms mean nothing for the table, is none.
    pub(crate) fn has_rule(&self, viewer: &Viewer<'_>, of: &TypeSpec) -> bool {
        if !of.owners.is_empty() && of.family != "Petition" {
            return of.owners.iter().any(|(table, _)| self.has_rule(viewer, self.spec.of_table(table)));
        }
        let means = |atom: &str| match (atom, of.table.as_str()) {
            ("scope", _) => of.division.is_some(),
            ("own", table) => table == "organisation",
            ("grids", _) => !viewer.grids.is_empty(),
            ("joint", _) => !viewer.mechanism.is_null(),
            ("domain", _) => !viewer.department.is_null(),
            ("zone", "functional_zone" | "governance_centre" | "grid") => !viewer.zone.is_null(),
            ("zone", "stationed_unit" | "standard_status" | "mediation_organisation") => !viewer.zone.is_null(),
            ("zone", _) => !viewer.zone.is_null() && of.family != "Place",
            _ => true,
        };
        let branches = viewer.role.rows.get(&of.family);
        branches.is_some_and(|all| all.iter().any(|branch| branch.split('+').all(means)))
    }

    /// Whether rows of the type may be listed at all.
    pub(crate) fn lists(&self, viewer: &Viewer<'_>, of: &TypeSpec) -> bool {
        openness(of) == Open::All || self.has_rule(viewer, of)
    }

    /// Whether a row may be listed.
    pub(crate) fn listed(&self, viewer: &Viewer<'_>, row: &Row<'_>) -> bool {
        openness(self.spec.of_table(row.table.name)) == Open::All || self.found(viewer, row)
    }

    /// Whether a row is shown to those who name it.
    pub(crate) fn named(&self, viewer: &Viewer<'_>, row: &Row<'_>) -> bool {
        match openness(self.spec.of_table(row.table.name)) {
            Open::All | Open::Pointed => true,
            Open::Linked => false,
            Open::Closed => self.found(viewer, row),
        }
    }

    /// Whether a row is shown that another, shown one links to.
    pub(crate) fn linked(&self, viewer: &Viewer<'_>, from: &Row<'_>, row: &Row<'_>) -> bool {
        let of = self.spec.of_table(row.table.name);
        openness(of) != Open::Closed || self.part_of(of, row, from) || self.found(viewer, row)
    }

    /// Whether the row is a part of `whole`, and has no rule of its own beside that.
    pub(crate) fn part_of(&self, of: &TypeSpec, row: &Row<'_>, whole: &Row<'_>) -> bool {
        of.family != "Petition" && self.wholes(of, row).iter().any(|owner| owner.is(whole))
    }

    /// The wholes that a row is part of.
    pub(crate) fn wholes<'c>(&'c self, of: &TypeSpec, row: &Row<'_>) -> Vec<Row<'c>> {
        of.owners.iter().flat_map(|(table, column)| self.city.table(table).with("id", row.get(column))).collect()
    }

    /// Whether the viewer's rule finds a row.
    pub(crate) fn found(&self, viewer: &Viewer<'_>, row: &Row<'_>) -> bool {
        let of = self.spec.of_table(row.table.name);
        let owned = self.wholes(of, row).iter().any(|whole| self.found(viewer, whole));
        if !of.owners.is_empty() && of.family != "Petition" {
            return owned;
        }
        let Some(branches) = viewer.role.rows.get(&of.family) else { return false };
        branches.iter().any(|branch| {
            let labelled =
                row.table.name != "dispute" || !self.raised(row) || viewer.sensitive || branch.contains("mine");
            labelled && branch.split('+').all(|atom| self.holds(viewer, atom, of, row, owned))
        })
    }

    /// Whether a dispute has a party under 14.
    pub(crate) fn raised(&self, dispute: &Row<'_>) -> bool {
        dispute.get("sensitive_until").text().is_some_and(|until| until > self.today.as_str())
    }

    fn holds(&self, v: &Viewer<'_>, atom: &str, of: &TypeSpec, row: &Row<'_>, owned: bool) -> bool {
        let table = row.table.name;
        let is = |column: &str, value: &Val| !value.is_null() && row.maybe(column) == value;
        let channel = |code: &str| table == "dispute" && row.get("channel").text() == Some(code);
        let organisation = Val::Int(v.organisation);
        match atom {
            "all" => true,
            "scope" => {
                of.division.as_ref().is_some_and(|c| row.get(c).text().is_some_and(|d| d.starts_with(&v.division)))
            }
            "grids" => self.in_grids(v, row),
            "zone" => self.in_zone(v, row),
            "domain" => match table {
                "key_site" | "hazard" | "self_inspection" | "self_inspection_due" => {
                    is("regulator_department", &v.department)
                }
                "inspection" | "rectification_order" => is("department", &v.department),
                _ => false,
            },
            "unit" => match table {
                "inspection" => self.visited(row).iter().any(|site| *site.get("unit_id") == organisation),
                "key_site" | "hazard" | "rectification_order" | "self_inspection" | "self_inspection_due" => {
                    is("unit_id", &organisation)
                }
                _ => false,
            },
            "own" => table == "organisation" && row.id() == v.organisation,
            "assigned" => self.assigned(v, row),
            "mine" => match table {
                "hazard" => is("found_by_id", &Val::Int(v.posting)),
                "grid_event" => is("reported_by_id", &Val::Int(v.posting)),
                "audit_access" => {
                    let disputes = self.city.table("dispute").with("id", row.get("dispute_id"));
                    let mine = disputes.iter().any(|dispute| self.own_party(v, dispute));
                    mine && *row.get("account_id") != Val::Int(v.account)
                }
                "dispute" => self.own_party(v, row),
                _ => false,
            },
            "court" => {
                table == "dispute"
                    && self.of_dispute("judicial_confirmation", row).iter().any(|c| *c.get("court_id") == organisation)
            }
            "enterprise" => match table {
                "dispute" => row.get("enterprise_related").is_true(),
                "rectification_order" => {
                    let units = self.city.table("organisation").with("id", row.get("unit_id"));
                    units.iter().any(|unit| unit.get("kind").text() == Some("ENTERPRISE"))
                }
                _ => false,
            },
            "petition" => channel("PETITION"),
            "hotline" => channel("HOTLINE_12345"),
            "police" => channel("POLICE_110"),
            "risk" => table == "dispute" && row.get("escalation_risk").is_true(),
            "registered" => table == "dispute" && is("registered_by_id", &Val::Int(v.posting)),
            "escalated" => match table {
                "dispute" => row.get("prominent").is_true(),
                "hazard" => row.get("grade").text() == Some("MAJOR"),
                "rectification_order" => {
                    self.findings(row).iter().any(|hazard| hazard.get("grade").text() == Some("MAJOR"))
                }
                _ => false,
            },
            "joint" => table == "dispute" && is("mechanism_id", &v.mechanism),
            "started" => {
                table == "inspection"
                    && (row.get("mode").text() == Some("OPEN")
                        || row.get("started_at").int().is_some_and(|at| at <= self.now))
            }
            "owner" => table == "petition_link" && owned,
            other => panic!("0004 knows no atom {other}"),
        }
    }

    fn in_grids(&self, v: &Viewer<'_>, row: &Row<'_>) -> bool {
        let ours = |value: &Val| value.int().is_some_and(|grid| v.grids.contains(&grid));
        match row.table.name {
            "grid" => v.grids.contains(&row.id()),
            "grid_meeting" | "grid_member" | "micro_grid" | "key_site" | "hazard" | "grid_event" | "dispute" => {
                ours(row.get("grid_id"))
            }
            "self_inspection" | "self_inspection_due" => self.site(row).is_some_and(|site| ours(site.get("grid_id"))),
            "inspection" => self.visited(row).iter().any(|site| ours(site.get("grid_id"))),
            "rectification_order" => self.findings(row).iter().any(|hazard| ours(hazard.get("grid_id"))),
            _ => false,
        }
    }

    fn in_zone(&self, v: &Viewer<'_>, row: &Row<'_>) -> bool {
        let ours = |value: &Val| !value.is_null() && *value == v.zone;
        match row.table.name {
            "functional_zone" => ours(row.get("id")),
            "governance_centre" | "grid" | "key_site" | "hazard" | "grid_event" | "dispute" => ours(row.get("zone_id")),
            "self_inspection" | "self_inspection_due" => self.site(row).is_some_and(|site| ours(site.get("zone_id"))),
            "inspection" => self.visited(row).iter().any(|site| ours(site.get("zone_id"))),
            "rectification_order" => self.findings(row).iter().any(|hazard| ours(hazard.get("zone_id"))),
            "grid_meeting" | "grid_member" => {
                let grids = self.city.table("grid").with("id", row.get("grid_id"));
                grids.iter().any(|grid| ours(grid.get("zone_id")))
            }
            "stationed_unit" | "standard_status" | "mediation_organisation" => {
                let centres = self.city.table("governance_centre").with("id", row.get("centre_id"));
                centres.iter().any(|centre| ours(centre.get("zone_id")))
            }
            _ => false,
        }
    }

    fn findings<'c>(&'c self, order: &Row<'_>) -> Vec<Row<'c>> {
        self.city.table("hazard").with("order_id", order.get("id"))
    }

    fn site<'c>(&'c self, row: &Row<'_>) -> Option<Row<'c>> {
        self.city.table("key_site").with("id", row.get("site_id")).first().copied()
    }

    fn visited<'c>(&'c self, inspection: &Row<'_>) -> Vec<Row<'c>> {
        let visits = self.city.table("inspection_site").with("inspection_id", inspection.get("id"));
        visits.iter().filter_map(|visit| self.site(visit)).collect()
    }

    fn assigned(&self, v: &Viewer<'_>, row: &Row<'_>) -> bool {
        let fresh = |column: &str| row.get(column).int().is_none_or(|closed| self.now - closed < NINETY_DAYS);
        let ours = |order: &Val| {
            let assignments = self.city.table("order_assignment").with("order_id", order);
            assignments.iter().any(|a| *a.get("organisation_id") == Val::Int(v.organisation))
        };
        match row.table.name {
            "hazard" => fresh("written_off_at") && ours(row.get("order_id")),
            "rectification_order" => fresh("closed_at") && ours(row.get("id")),
            "inspection" => {
                let teams = self.city.table("inspection_team").with("inspection_id", row.get("id"));
                teams.iter().any(|team| *team.get("organisation_id") == Val::Int(v.organisation))
            }
            "grid_event" => fresh("concluded_at") && *row.get("handler_id") == Val::Int(v.organisation),
            "dispute" => fresh("closed_at") && (self.handles(v, row) || self.mediates(v, row)),
            _ => false,
        }
    }

    /// Whether the viewer's organisation handles the dispute.
    pub(crate) fn handles(&self, v: &Viewer<'_>, dispute: &Row<'_>) -> bool {
        *dispute.get("handling_organisation_id") == Val::Int(v.organisation)
    }

    /// Whether the viewer's organisation is the mediation organisation of the dispute.
    pub(crate) fn mediates(&self, v: &Viewer<'_>, dispute: &Row<'_>) -> bool {
        let organisations =
            self.city.table("mediation_organisation").with("id", dispute.get("mediation_organisation_id"));
        organisations.iter().any(|m| *m.get("organisation_id") == Val::Int(v.organisation))
    }

    /// Whether the viewer's account is a party to the dispute.
    pub(crate) fn own_party(&self, v: &Viewer<'_>, dispute: &Row<'_>) -> bool {
        let left = self.city.table("party").with("joined_from_id", dispute.get("id"));
        let all = self.of_dispute("party", dispute).into_iter().chain(left);
        all.into_iter().any(|party| *party.get("account_id") == Val::Int(v.account))
    }

    fn of_dispute<'c>(&'c self, table: &str, dispute: &Row<'_>) -> Vec<Row<'c>> {
        self.city.table(table).with("dispute_id", dispute.get("id"))
    }
}
