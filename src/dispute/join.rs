//! 并案. What joining a dispute to another makes of rows, and taking it out again: parties go over and come back.

use serde_json::{Value as Json, json};

use super::effects::{conclude, reopened};
use super::same;
use crate::lifecycle::case::{Attempt, Values, number, text};
use crate::lifecycle::room::Effects;

pub(super) fn merge(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    conclude(attempt, out, "MERGED");
    out.set("closed_at", attempt.now);
    out.set("merged_into_id", attempt.number("into"));
    let Some(into) = attempt.row("into") else { return };
    let (key, division) = (number(into, "id").unwrap_or_default(), into.get("division_code"));
    let there = attempt.rows("into parties");
    let mut parties = there.len();
    for party in attempt.case.rows("parties") {
        let marks = same::marks(party);
        match there.iter().find(|other| same::marks(other).iter().any(|mark| marks.contains(mark))) {
            Some(other) => known_there(party, other, out),
            None => {
                parties += 1;
                let row = json!({ "dispute_id": key, "joined_from_id": attempt.case.number("id"), "division_code": division });
                out.update("party", number(party, "id").unwrap_or_default(), row);
            }
        }
    }
    let case = attempt.case;
    let row = json!({
        "sensitive_until": text(into, "sensitive_until").max(case.text("sensitive_until")),
        "enterprise_related": into.get("enterprise_related") == Some(&Json::Bool(true)) || case.truth("enterprise_related"),
        "people_involved": number(into, "people_involved").unwrap_or_default().max(parties as i64),
    });
    out.update("dispute", key, row);
}

/// One that the other dispute has as well: what it said last counts, and it sees the dispute that goes on.
fn known_there(party: &Values, other: &Values, out: &mut Effects<'_>) {
    let account = number(other, "account_id").or_else(|| number(party, "account_id"));
    let said = text(party, "consent").filter(|consent| *consent != "UNKNOWN").or_else(|| text(other, "consent"));
    let row = json!({ "account_id": account, "consent": said });
    out.update("party", number(other, "id").unwrap_or_default(), row);
}

pub(super) fn unmerge(attempt: &Attempt<'_>, out: &mut Effects<'_>) {
    let (own, division) = (attempt.case.number("id"), attempt.case.text("division_code"));
    for party in attempt.rows("joined from here").iter().filter_map(|row| number(row, "id")) {
        out.update("party", party, json!({ "dispute_id": own, "joined_from_id": null, "division_code": division }));
    }
    reopened(out);
    out.set("merged_into_id", Json::Null);
}
