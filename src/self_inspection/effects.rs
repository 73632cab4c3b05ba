//! 自查办理结果. What each action on a self-inspection makes of rows, and the hazards that it finds.

use serde_json::{Value as Json, json};

use super::rules::{item, site};
use crate::lifecycle::case::{Attempt, Values, number, text};
use crate::lifecycle::place::{NEAR_M, located, point};
use crate::lifecycle::room::{Beginning, Effect, Effects};
use crate::lifecycle::write::{Named, Reference};

const DAY_MS: i64 = 86_400_000;
/// How long after the end of a cycle a self-inspection still counts for it, as late.
const LATE_DAYS: i64 = 21;

pub(super) const EFFECTS: &[(&str, Effect)] = &[("startSelfInspection", start), ("submitSelfInspection", submit)];

fn start(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let Some(site) = site(attempt) else { return };
    let of = |column: &str| site.get(column).cloned().unwrap_or_default();
    out.set("division_code", of("division_code"));
    out.set("site_id", of("id"));
    out.set("unit_id", of("unit_id"));
    out.set("regulator_department", of("regulator_department"));
    out.set("checklist_id", of("checklist_id"));
    out.set("by_account_id", attempt.actor.account_id);
    out.set("started_at", attempt.now);
    let near = located(attempt).zip(point(site)).is_some_and(|(phone, site)| phone.distance(site) <= NEAR_M);
    out.set("geo_match", near);
    out.set("complete", false);
    out.set("answers", "[]");
}

fn submit(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let answers = attempt.list("answers");
    let complete = answers.len() == attempt.case.rows("items").len();
    out.set("submitted_at", attempt.now);
    out.set("complete", complete);
    let kept = answers.iter().map(|answer| {
        let part = |name: &str| answer.get(name).cloned().unwrap_or_default();
        json!({ "item": part("item"), "answer": part("answer"), "note": part("note"), "photo": part("photo") })
    });
    out.set("answers", kept.collect::<Json>().to_string());
    for (at, answer) in answers.iter().enumerate().filter(|(_, answer)| answer["answer"] == "NOT_OK") {
        if let Some(item) = item(attempt, answer) {
            finding(attempt, out, at, answer, item);
        }
    }
    if complete {
        count(attempt, out);
    }
}

/// An item that is not in order is a hazard.
fn finding(attempt: &Attempt<'_>, out: &mut Effects<'_>, at: usize, answer: &Json, item: &Values) {
    let Some(site) = attempt.case.number("site_id") else { return };
    let note = answer["note"].as_str().map(|note| format!("：{note}")).unwrap_or_default();
    let major = item.get("major_if_failed") == Some(&Json::Bool(true));
    let warning = if major { "（清单规定不合格即按重大隐患研判）" } else { "" };
    let input = json!({
        "site": site,
        "category": text(item, "category"),
        "source": "SELF",
        "description": format!("{}{note}{warning}", text(item, "text").unwrap_or_default()),
        "suspectedMajor": major.then_some(true),
        "selfInspection": attempt.case.number("id"),
        "noPhotoReason": answer["photo"].is_null().then_some("自查未拍照"),
        "evidence": answer["photo"].as_str().map(|hash| vec![json!({ "hash": hash, "phase": "BEFORE" })]),
    });
    let Json::Object(input) = input else { return };
    out.begin(Beginning {
        view: "Hazard",
        action: "reportHazard",
        input: input.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        references: vec![Reference { field: "site".to_owned(), view: "KeySite", named: Named::Id(site) }],
        under: format!("answers.{at}"),
        column: "",
    });
}

/// A complete one counts for the cycle that is owed: one that ended less than three weeks ago, as late, or the present one.
fn count(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let cycles =
        || attempt.case.rows("cycles").iter().filter(|row| matches!(text(row, "state"), Some("DUE" | "MISSED")));
    let due = |row: &Values| number(row, "due_at").unwrap_or_default();
    let late = cycles().find(|row| (due(row)..due(row) + LATE_DAYS * DAY_MS).contains(&attempt.now));
    let present = || cycles().filter(|row| attempt.now < due(row)).min_by_key(|row| due(row));
    let owed = late.map(|row| (row, "DONE_LATE")).or_else(|| Some((present()?, "DONE_ON_TIME")));
    if let Some((id, state)) = owed.and_then(|(row, state)| Some((number(row, "id")?, state))) {
        out.update("self_inspection_due", id, json!({ "state": state }));
    }
    if let Some(site) = attempt.case.rows("site").first() {
        let days = number(site, "self_inspection_cycle_days").unwrap_or_default();
        let row = json!({ "last_self_inspected_at": attempt.now, "next_due_at": attempt.now + days * DAY_MS });
        out.update("key_site", number(site, "id").unwrap_or_default(), row);
    }
}
