//! 并案. What joining a dispute to another makes of rows, and taking it out again: parties go over and come back.

use serde_json::{Value as Json, json};

use super::effects::{conclude, reopened};
use super::same;
use crate::lifecycle::case::{Attempt, Values, number, text};
use crate::lifecycle::room::{Effects, Recipient};

/// Risk colours, the gravest first.
const COLOURS: [&str; 4] = ["RED", "ORANGE", "YELLOW", "BLUE"];
/// What the event keeps: parties of the other dispute that got the account of the same person.
const LINKED: &str = "linked";

pub(super) fn merge(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    conclude(attempt, out, "MERGED");
    out.set("closed_at", attempt.now);
    out.set("merged_into_id", attempt.number("into"));
    let Some(into) = attempt.row("into") else { return };
    let (key, division) = (number(into, "id").unwrap_or_default(), into.get("division_code"));
    let there = attempt.rows("into parties");
    let (mut parties, mut linked) = (there.len(), vec![]);
    for party in attempt.case.rows("parties") {
        match there.iter().find(|other| same::is_same(party, other)) {
            Some(other) => linked.extend(known_there(party, other, out)),
            None => {
                parties += 1;
                let row = json!({ "dispute_id": key, "joined_from_id": attempt.case.number("id"), "division_code": division });
                out.update("party", number(party, "id").unwrap_or_default(), row);
            }
        }
    }
    out.keep(LINKED, linked);
    let case = attempt.case;
    let either = |column: &str| into.get(column) == Some(&Json::Bool(true)) || case.truth(column);
    let grave = |colour: &&&str| [text(into, "risk_level"), case.text("risk_level")].contains(&Some(**colour));
    let row = json!({
        "sensitive_until": text(into, "sensitive_until").max(case.text("sensitive_until")),
        "enterprise_related": either("enterprise_related"),
        "escalation_risk": either("escalation_risk"),
        "risk_level": COLOURS.iter().find(grave),
        "people_involved": number(into, "people_involved").unwrap_or_default().max(parties as i64),
    });
    out.update("dispute", key, row);
    out.tell(number(into, "handling_organisation_id").map(Recipient::Organisation));
}

/// One that the other dispute has as well: that it refuses counts there, and it sees the dispute that goes on. The other's
/// row, if it got the account.
fn known_there(party: &Values, other: &Values, out: &mut Effects<'_>) -> Option<i64> {
    let id = number(other, "id")?;
    if text(party, "consent") == Some("NO") {
        out.update("party", id, json!({ "consent": "NO" }));
    }
    let account = number(party, "account_id").filter(|_| number(other, "account_id").is_none())?;
    out.update("party", id, json!({ "account_id": account }));
    Some(id)
}

pub(super) fn unmerge(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let (own, division) = (attempt.case.number("id"), attempt.case.text("division_code"));
    for party in attempt.case.rows("gone over").iter().filter_map(|row| number(row, "id")) {
        out.update("party", party, json!({ "dispute_id": own, "joined_from_id": null, "division_code": division }));
    }
    let linked = attempt.case.last("mergeDisputes").and_then(|event| event.input.get(LINKED)?.as_array());
    for party in linked.into_iter().flatten().filter_map(Json::as_i64) {
        out.update("party", party, json!({ "account_id": null }));
    }
    reopened(out);
    out.set("merged_into_id", Json::Null);
}
