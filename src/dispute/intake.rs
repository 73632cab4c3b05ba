//! 纠纷登记. What a registration needs: the place, the centre that is competent, people who are who they say.

use chrono::NaiveDate;
use sea_orm::sea_query::ExprTrait;
use serde_json::Value as Json;

use crate::kernel::citizen_id::{CitizenId, fourteenth_birthday};
use crate::kernel::clock;
use crate::lifecycle::case::{Attempt, Values, number, text};
use crate::lifecycle::refusal::{Code, Refusal, refused_if};
use crate::lifecycle::room::Need;
use crate::read::sql::{any, col, ids_where, select_where};

/// Where a dispute is filed: at the site, in the grid, or under the division that is named.
pub(super) fn place<'a>(attempt: &Attempt<'a>) -> Option<&'a Values> {
    ["site", "qrToken", "grid", "division"].into_iter().find_map(|field| attempt.row(field))
}

/// The code of the division that it is filed under.
pub(super) fn division<'a>(attempt: &Attempt<'a>) -> Option<&'a str> {
    let place = place(attempt)?;
    text(place, "division_code").or_else(|| text(place, "code"))
}

/// The site, named by its id or by the code that hangs there.
pub(super) fn site<'a>(attempt: &Attempt<'a>) -> Option<&'a Values> {
    attempt.row("site").or_else(|| attempt.row("qrToken"))
}

/// What an action looks at beside the dispute: the centres of the place and who is there already; the police of the place;
/// the parties of the other dispute; the centre that is to handle it.
pub(super) fn needs(action: &str, attempt: &Attempt<'_>) -> Vec<Need> {
    match action {
        "registerDispute" => registration(attempt),
        "flagEscalation" => {
            let code = attempt.case.text("division_code").unwrap_or_default();
            let codes: Vec<&str> = [9, 6].into_iter().filter_map(|digits| code.get(..digits)).collect();
            let here = col("t0", "department").eq("PSB").and(col("t0", "division_code").is_in(codes));
            vec![Need { name: "police", table: "organisation", rows: select_where("organisation", here), gate: None }]
        }
        "mergeDisputes" => {
            let into = col("t0", "dispute_id").eq(attempt.number("into").unwrap_or_default());
            vec![Need { name: "into parties", table: "party", rows: select_where("party", into), gate: None }]
        }
        "unmergeDispute" => {
            let of_main = col("t0", "dispute_id").eq(attempt.case.number("merged_into_id").unwrap_or_default());
            let rows = select_where("police_report", of_main);
            vec![Need { name: "reports there", table: "police_report", rows, gate: None }]
        }
        "dispatchDispute" => {
            let organisation = attempt.number("handler");
            let rows =
                select_where("governance_centre", col("t0", "organisation_id").eq(organisation.unwrap_or_default()));
            vec![Need { name: "handling centre", table: "governance_centre", rows, gate: None }]
        }
        _ => vec![],
    }
}

fn registration(attempt: &Attempt<'_>) -> Vec<Need> {
    let mut needs = vec![];
    if let Some(code) = division(attempt) {
        let above = [9, 6, 4].into_iter().filter_map(|digits| code.get(..digits));
        let codes: Vec<&str> = std::iter::once(code).chain(above).collect();
        let here = col("t0", "division_code").is_in(codes);
        let own = col("t0", "organisation_id").eq(attempt.actor.organisation_id);
        needs.push(Need {
            name: "centres",
            table: "governance_centre",
            rows: select_where("governance_centre", here.or(own)),
            gate: None,
        });
        needs.push(Need {
            name: "village",
            table: "division",
            rows: select_where("division", col("t0", "code").eq(code)),
            gate: None,
        });
    }
    let same: Vec<_> = attempt.list("parties").iter().flat_map(|party| known_by(attempt, party)).collect();
    if !same.is_empty() {
        let theirs = ids_where("party", "dispute_id", any(same));
        let rows =
            select_where("dispute", col("t0", "concluded_at").is_null().and(col("t0", "id").in_subquery(theirs)));
        needs.push(Need { name: "same parties", table: "dispute", rows, gate: Some("Dispute") });
    }
    needs
}

/// How a party is recognised. A resident learns of nobody else's disputes.
fn known_by(attempt: &Attempt<'_>, party: &Json) -> Vec<sea_orm::sea_query::Expr> {
    if attempt.actor.role == "RESIDENT" {
        let own = party["self"] == true;
        return own.then(|| col("party", "account_id").eq(attempt.actor.account_id)).into_iter().collect();
    }
    [("contact", "contact"), ("idNumber", "id_number")]
        .into_iter()
        .filter_map(|(field, column)| {
            let sealed = attempt.known.sealed(&party.get(field)?.as_str()?.to_ascii_uppercase());
            Some(col("party", column).eq(sealed))
        })
        .collect()
}

pub(super) fn place_given(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    if attempt.input.is_none() {
        return Ok(());
    }
    let nowhere = division(attempt).is_none_or(|code| code.len() < 9);
    refused_if(nowhere || centre(attempt).is_none(), Code::PlaceUnknown.of("division"))
}

/// The centre that is competent: that of whoever registers, if the place is its own, else the township's, else the nearest
/// above.
pub(super) fn centre<'a>(attempt: &Attempt<'a>) -> Option<&'a Values> {
    let centres = attempt.rows("centres");
    let place = division(attempt).unwrap_or_default();
    let covers = |row: &Values| text(row, "division_code").is_some_and(|code| place.starts_with(code));
    let own = |row: &&Values| number(row, "organisation_id") == Some(attempt.actor.organisation_id) && covers(row);
    let length = |row: &&Values| text(row, "division_code").map_or(0, str::len);
    let zone = |row: &&Values| number(row, "zone_id").is_some();
    let above = centres.iter().filter(|row| !zone(row) && length(row) <= 9);
    centres.iter().find(own).or_else(|| above.max_by_key(length))
}

/// Numbers that can be somebody's: a citizen's with its check character, a telephone of digits.
pub(super) fn identities(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    for (at, party) in attempt.list("parties").iter().enumerate() {
        let given = |field: &str| party.get(field).and_then(Json::as_str);
        let wrong = |field: &str| Code::IdentityInvalid.of(format!("parties.{at}.{field}"));
        let id = given("idNumber").is_none_or(|text| CitizenId::parse(text, today(attempt)).is_ok());
        refused_if(!id, wrong("idNumber"))?;
        let telephone = |text: &str| {
            (7..=15).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'+')
        };
        refused_if(!given("contact").is_none_or(telephone), wrong("contact"))?;
        let name = given("name").is_some_and(|name| !name.trim().is_empty());
        refused_if(!name, wrong("name"))?;
    }
    Ok(())
}

fn today(attempt: &Attempt<'_>) -> NaiveDate {
    clock::parse_date(&clock::shanghai_date(attempt.now)).unwrap_or_default()
}

/// The birth date of a party: as given, or as the identity number has it.
pub(super) fn birth_date(attempt: &Attempt<'_>, party: &Json) -> Option<NaiveDate> {
    let text = |field: &str| party.get(field).and_then(Json::as_str);
    let id = text("idNumber").and_then(|id| CitizenId::parse(id, today(attempt)).ok());
    id.map(|id| id.birth_date()).or_else(|| clock::parse_date(text("birthDate")?))
}

/// The day on which no party is under 14 any more, if one is today.
pub(super) fn sensitive_until(attempt: &Attempt<'_>) -> Option<String> {
    let birthdays = attempt.list("parties").iter().filter_map(|party| fourteenth_birthday(birth_date(attempt, party)?));
    birthdays.filter(|day| *day > today(attempt)).max().map(|day| day.to_string())
}

pub(super) fn no_duplicate(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let same = !attempt.rows("same parties").is_empty() && !attempt.truth("duplicateChecked");
    refused_if(same, Code::PossibleDuplicate.of("duplicateChecked"))
}

/// A partner registers joint disputes of the own mechanism alone, and all of them lie on one of its sides.
pub(super) fn joint(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    if attempt.input.is_none() {
        return Ok(());
    }
    let mechanism = attempt.row("jointMechanism");
    let id = mechanism.and_then(|row| number(row, "id"));
    let partner = attempt.actor.role == "JOINT_PARTNER";
    refused_if(partner && (id.is_none() || id != attempt.actor.mechanism_id), Code::NotPermitted.of("jointMechanism"))?;
    let Some(mechanism) = mechanism else { return Ok(()) };
    let code = division(attempt).unwrap_or_default();
    let side = |column: &str| text(mechanism, column).is_some_and(|side| code.starts_with(side));
    refused_if(!side("side_a_code") && !side("side_b_code"), Code::PlaceOutside.of("jointMechanism"))
}
