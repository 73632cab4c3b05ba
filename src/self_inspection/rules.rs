//! 自查规则. Relations and conditions that the lifecycle of a self-inspection names.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::lifecycle::case::{Attempt, Values, number, text};
use crate::lifecycle::refusal::{Code, Refusal, refused_if};
use crate::lifecycle::room::{Attachment, Check, Relation, given};

pub(super) const RELATIONS: &[(&str, Relation)] =
    &[("UNIT", |case, actor| case.number("unit_id") == Some(actor.organisation_id))];

pub(super) const CHECKS: &[(&str, Check, &[Code])] = &[
    ("own_site", own_site, &[Code::NotPermitted, Code::PlaceUnknown]),
    ("items_fit", items_fit, &[Code::ItemInvalid]),
    ("photos_there", photos_there, &[Code::PhotoMissing, Code::EvidenceForeign]),
];

/// The site, named by its id or by the code that hangs there.
pub(super) fn site<'a>(attempt: &Attempt<'a>) -> Option<&'a Values> {
    attempt.row("site").or_else(|| attempt.row("qrToken"))
}

/// The site is one of the own unit, and in use.
fn own_site(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    if attempt.input.is_none() {
        return Ok(());
    }
    let Some(site) = site(attempt) else { return Err(Code::PlaceUnknown.of("site")) };
    let ours = number(site, "unit_id") == Some(attempt.actor.organisation_id);
    refused_if(!ours || text(site, "status") != Some("ACTIVE"), Code::NotPermitted.of("site"))
}

/// The item of the checklist that an answer is about.
pub(super) fn item<'c>(attempt: &Attempt<'c>, answer: &Json) -> Option<&'c Values> {
    let code = answer["item"].as_str()?;
    attempt.case.rows("items").iter().find(|item| text(item, "code") == Some(code))
}

/// Every answer is about an item of the checklist in its version, and no item is answered twice.
fn items_fit(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for (at, answer) in attempt.list("answers").iter().enumerate() {
        let known = item(attempt, answer).is_some() && seen.insert(answer["item"].as_str());
        refused_if(!known, Code::ItemInvalid.of(format!("answers.{at}.item")))?;
    }
    Ok(())
}

/// Where the checklist asks for a photo, there is one, unless the item does not apply; and each shows one item alone.
fn photos_there(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for (at, answer) in attempt.list("answers").iter().enumerate() {
        let asked = item(attempt, answer).is_some_and(|item| item.get("photo_required") == Some(&Json::Bool(true)));
        let missing = asked && answer["answer"] != "NA" && answer["photo"].is_null();
        refused_if(missing, Code::PhotoMissing.of(format!("answers.{at}.photo")))?;
        let again = answer["photo"].as_str().is_some_and(|photo| !seen.insert(photo));
        refused_if(again, Code::EvidenceForeign.of(format!("answers.{at}.photo")))?;
    }
    Ok(())
}

/// The evidence that is given, and the photos of the answers.
pub(super) fn attaches(attempt: &Attempt<'_>) -> Vec<Attachment> {
    let photo = |(at, answer): (usize, &Json)| {
        Some(Attachment::photo(answer["photo"].as_str()?, format!("answers.{at}.photo")))
    };
    given(attempt).into_iter().chain(attempt.list("answers").iter().enumerate().filter_map(photo)).collect()
}
