//! 检查办理结果. What each action on an inspection makes of rows, and who is told.

use std::collections::BTreeSet;

use serde_json::json;

use super::rules::{common, divisions};
use crate::lifecycle::case::{Attempt, Case, Values, number};
use crate::lifecycle::room::{Audience, Effect, Effects, Recipient};

pub(super) const EFFECTS: &[(&str, Effect)] = &[
    ("planInspection", plan),
    ("startInspection", |attempt, out| out.set("started_at", attempt.now)),
    ("recordInspection", |_, _| {}),
    ("closeInspection", |_, _| {}),
    ("cancelInspection", |_, _| {}),
];

pub(super) const AUDIENCES: &[(&str, Audience)] = &[
    ("TEAM", |case| organisations(case, "teams", "organisation_id")),
    ("UNITS", |case| organisations(case, "sites", "unit_id")),
];

fn organisations(case: &Case, part: &str, column: &str) -> Vec<Recipient> {
    let ids = |row: &Values| number(row, column).map(Recipient::Organisation);
    case.rows(part).iter().filter_map(ids).collect()
}

fn plan(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    out.set("division_code", common(divisions(attempt)));
    out.set("team_id", attempt.actor.organisation_id);
    out.set("department", attempt.actor.department.as_deref());
    out.set("checklist_id", attempt.number("checklist"));
    out.set("round_id", attempt.number("round"));
    let inspection = attempt.case.number("id");
    let others = attempt.rows("teams").iter().filter_map(|row| number(row, "id"));
    let teams: BTreeSet<i64> = others.chain([attempt.actor.organisation_id]).collect();
    for team in teams {
        out.insert("inspection_team", json!({ "inspection_id": inspection, "organisation_id": team }));
    }
    let sites: BTreeSet<i64> = attempt.rows("sites").iter().filter_map(|row| number(row, "id")).collect();
    for site in sites {
        out.insert("inspection_site", json!({ "inspection_id": inspection, "site_id": site }));
    }
}
