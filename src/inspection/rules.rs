//! 检查规则. Relations and conditions that the lifecycle of an inspection names.

use crate::lifecycle::case::{Attempt, Values, number, text};
use crate::lifecycle::refusal::{Code, Refusal, refused_if};
use crate::lifecycle::room::{Check, Relation};

pub(super) const RELATIONS: &[(&str, Relation)] = &[
    ("TEAM", |case, actor| {
        let team = |row: &Values| number(row, "organisation_id") == Some(actor.organisation_id);
        case.number("team_id") == Some(actor.organisation_id) || case.rows("teams").iter().any(team)
    }),
    ("UNIT", |case, actor| {
        case.rows("sites").iter().any(|site| number(site, "unit_id") == Some(actor.organisation_id))
    }),
];

pub(super) const CHECKS: &[(&str, Check, &[Code])] = &[
    ("sites_fit", sites_fit, &[Code::PlaceUnknown]),
    ("teams_fit", teams_fit, &[Code::InputIncomplete, Code::ConflictOfInterest]),
    ("planned_ahead", planned_ahead, &[Code::DeadlineInvalid]),
    ("refusal_told", refusal_told, &[Code::InputIncomplete]),
];

fn sites_fit(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.input.is_some() && attempt.rows("sites").is_empty(), Code::PlaceUnknown.of("sites"))
}

/// A joint inspection has a second team; nobody inspects the own unit.
fn teams_fit(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let ours = attempt.actor.organisation_id;
    let others = attempt.rows("teams").iter().filter_map(|row| number(row, "id")).filter(|id| *id != ours);
    let teams: Vec<i64> = std::iter::once(ours).chain(others).collect();
    let joint = attempt.text("kind") == Some("JOINT");
    refused_if(joint && teams.len() < 2, Code::InputIncomplete.of("teams"))?;
    let units = attempt.rows("sites").iter().filter_map(|site| number(site, "unit_id"));
    refused_if(
        units.into_iter().any(|unit| teams.contains(&unit) || attempt.actor.serves(unit)),
        Code::ConflictOfInterest.of("sites"),
    )
}

fn planned_ahead(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    refused_if(attempt.number("plannedAt").is_some_and(|at| at < attempt.now), Code::DeadlineInvalid.of("plannedAt"))
}

fn refusal_told(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let refused = attempt.text("unitSignature") == Some("REFUSED");
    refused_if(refused && attempt.blank("refusal"), Code::InputIncomplete.of("refusal"))
}

/// The code of the smallest division that all of these lie in.
pub(super) fn common<'d>(codes: impl Iterator<Item = &'d str> + Clone) -> Option<&'d str> {
    let first = codes.clone().next()?;
    [12, 9, 6, 4]
        .into_iter()
        .filter_map(|digits| first.get(..digits))
        .find(|code| codes.clone().all(|c| c.starts_with(code)))
}

/// Codes of the divisions of the sites that are given.
pub(super) fn divisions<'a>(attempt: &Attempt<'a>) -> impl Iterator<Item = &'a str> + Clone {
    attempt.rows("sites").iter().filter_map(|site| text(site, "division_code"))
}
