//! 并案. What joining a dispute to another makes of rows, and taking it out again: parties go over and come back.

use serde_json::{Value as Json, json};

use super::effects::{conclude, reopened};
use super::same;
use crate::lifecycle::case::{Attempt, Values, number, text};
use crate::lifecycle::room::{Effects, Following};

/// Risk colours, the gravest first.
const COLOURS: [&str; 4] = ["RED", "ORANGE", "YELLOW", "BLUE"];
/// What the event keeps: the sides on which those who have gone over were, and what the other dispute was like before and
/// after.
const SIDES: &str = "sides";
const BEFORE: &str = "before";
const AFTER: &str = "after";
/// Columns of the other dispute that tell of this one as well, as long as it is joined.
const TELLING: [&str; 4] = ["enterprise_related", "escalation_risk", "risk_level", "people_involved"];

pub(super) fn merge(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    conclude(attempt, out, "MERGED");
    out.set("closed_at", attempt.now);
    out.set("merged_into_id", attempt.number("into"));
    let Some(into) = attempt.row("into") else { return };
    let (key, division) = (number(into, "id").unwrap_or_default(), into.get("division_code"));
    let there = attempt.rows("into parties");
    let parties = attempt.case.rows("parties");
    let matched = |party: &Values| there.iter().find(|other| same::is_same(party, other));
    let (mut people, mut sides) = (there.len(), vec![]);
    for party in parties {
        let id = number(party, "id").unwrap_or_default();
        match matched(party) {
            // That it refuses counts there as well.
            Some(other) if text(party, "consent") == Some("NO") => {
                out.update("party", number(other, "id").unwrap_or_default(), json!({ "consent": "NO" }));
            }
            Some(_) => {}
            None => {
                people += 1;
                // Sides of two disputes are the same only where somebody stands on both.
                let of_side =
                    |other: &&Values| text(other, "side").is_some() && text(other, "side") == text(party, "side");
                let side = parties.iter().filter(of_side).find_map(|other| text(matched(other)?, "side"));
                sides.push(json!([id, text(party, "side")]));
                let row = json!({ "dispute_id": key, "joined_from_id": attempt.case.number("id"), "side": side,
                    "division_code": division });
                out.update("party", id, row);
            }
        }
    }
    out.keep(SIDES, sides);
    let before: Values =
        TELLING.iter().map(|column| ((*column).to_owned(), into.get(*column).cloned().into())).collect();
    out.keep(BEFORE, before);
    let case = attempt.case;
    let either = |column: &str| into.get(column) == Some(&Json::Bool(true)) || case.truth(column);
    let grave = |colour: &&&str| [text(into, "risk_level"), case.text("risk_level")].contains(&Some(**colour));
    let row = json!({
        "sensitive_until": text(into, "sensitive_until").max(case.text("sensitive_until")),
        "enterprise_related": either("enterprise_related"),
        "escalation_risk": either("escalation_risk"),
        "risk_level": COLOURS.iter().find(grave),
        "people_involved": number(into, "people_involved").unwrap_or_default().max(people as i64),
    });
    out.keep(AFTER, TELLING.iter().map(|column| ((*column).to_owned(), row[*column].clone())).collect::<Values>());
    out.update("dispute", key, row);
    out.follow(told_there("admitDispute", key, attempt));
}

/// The other dispute has another version from now on, and whoever has it is told.
fn told_there(action: &'static str, id: i64, attempt: &Attempt<'_>) -> Following {
    let joined = attempt.case.row.get("id").cloned().unwrap_or_default();
    Following { view: "Dispute", id, action, input: Values::from_iter([("joined".to_owned(), joined)]) }
}

pub(super) fn unmerge(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let kept = |name: &str| attempt.case.last("mergeDisputes").and_then(|event| event.input.get(name));
    let sides = kept(SIDES).and_then(Json::as_array);
    let side_of = |id: i64| sides?.iter().find(|entry| entry[0].as_i64() == Some(id)).map(|entry| entry[1].clone());
    let (own, division) = (attempt.case.number("id"), attempt.case.text("division_code"));
    for id in attempt.case.rows("gone over").iter().filter_map(|row| number(row, "id")) {
        let row = json!({ "dispute_id": own, "joined_from_id": null, "side": side_of(id), "division_code": division });
        out.update("party", id, row);
    }
    // What others joined to it, or a report of its own, may tell the same is left as it is.
    let others = attempt.case.rows("joined there").len() > 1 || !attempt.rows("reports there").is_empty();
    if let (false, Some(main), Some(before), Some(after)) =
        (others, attempt.case.rows("main").first(), kept(BEFORE), kept(AFTER))
    {
        // Nor what has become something else since.
        let unchanged = |column: &&&str| main.get(**column) == after.get(**column);
        let row: Values = TELLING.iter().filter(unchanged).map(|c| ((*c).to_owned(), before[*c].clone())).collect();
        out.update("dispute", number(main, "id").unwrap_or_default(), Json::Object(row));
    }
    if let Some(main) = attempt.case.number("merged_into_id") {
        out.follow(told_there("releaseDispute", main, attempt));
    }
    reopened(out);
    out.set("merged_into_id", Json::Null);
}
