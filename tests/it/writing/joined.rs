//! Disputes that are joined: their parties go over and come back, nothing that waits is lost, and no time is won.

use serde_json::{Value as Json, json};

use super::once::VILLAGE;
use super::quarrels::{accepted, centre, committee, mediated, quarrel};
use crate::stories::roof::{parties, signed};
use crate::stories::story::{DAY, Matter, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

on_both!(
    parties_go_over_and_come_back,
    what_was_settled_together_is_not_taken_apart,
    what_was_signed_before_it_was_joined_settled_nothing_there,
    a_report_to_the_police_is_answered_wherever_the_dispute_is,
    joining_wins_no_time,
    sides_of_two_disputes_are_not_the_same,
    who_stands_on_one_side_of_both_brings_his_side_along,
    nobody_joins_or_parts_the_own_quarrel,
    the_other_dispute_is_another_from_then_on,
    one_side_does_not_take_back_what_the_other_has_registered,
);

fn into(older: &Matter) -> Json {
    json!({ "into": older.id, "reason": "同一事由" })
}

async fn parties_go_over_and_come_back(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let (centre, resident) = (centre(&story).await, story.who("RESIDENT", VILLAGE, None).await);
    let first = quarrel(VILLAGE, ["10000000111", "10000000112"]);
    let mut second = quarrel(VILLAGE, ["10000000113", "10000000112"]);
    // The one who registers it is new; the other is a party of the first as well, and refuses by now.
    second["parties"][0] = json!({ "kind": "PERSON", "name": "示例未", "contact": "10000000113", "self": true });
    second["parties"][1]["consent"] = "NO".into();
    second["duplicateChecked"] = true.into();
    let first = story.begin(centre, "Dispute", "registerDispute", first).await;
    story.later(60_000).await;
    let second = story.begin(resident, "Dispute", "registerDispute", second).await;
    assert!(!story.sees(resident, &first).await);
    assert_eq!(story.act(centre, &second, "mergeDisputes", into(&first)).await, "MERGED");
    let (three, left) = (parties(&story, &first).await, parties(&story, &second).await);
    assert_eq!((three.len(), left.len()), (3, 1));
    assert!(story.sees(resident, &first).await, "it goes on there");
    let refusing = format!("SELECT COUNT(*) FROM party WHERE dispute_id = {} AND consent = 'NO'", first.key());
    assert_eq!(story.number(&refusing).await, 1, "what the other said last counts");
    let told = story.recipients(&first, "admitDispute").await;
    assert!(told.contains(&json!({ "organisation": centre.organisation })), "whoever has the first: {told:?}");
    assert!(told.contains(&json!({ "account": resident.account })), "whoever came as well: {told:?}");
    assert!(story.sees(resident, &second).await, "where it was registered is not lost from sight");
    let noted = format!(
        "SELECT COUNT(*) FROM audit_entry WHERE rule LIKE '%mergeDisputes' AND objects LIKE '%Dispute:{}\"%'",
        first.key()
    );
    assert_eq!(story.number(&noted).await, 1, "it is found in the trail under both");
    let told = story.recipients(&second, "mergeDisputes").await;
    assert!(told.contains(&json!({ "account": resident.account })), "{told:?}");
    let came = format!("SELECT id FROM party WHERE dispute_id = {} AND joined_from_id IS NOT NULL", first.key());
    let came = id("Party", story.number(&came).await);
    let removed = json!({ "party": came, "reason": "登记有误" });
    assert_eq!(story.refused(centre, &first, "removeParty", removed).await, ["NOT_PERMITTED party"]);
    let triage = json!({ "decision": "ACCEPTED", "riskLevel": "ORANGE", "typeCodes": ["NEIGHBOUR"] });
    story.act(centre, &first, "triageDispute", triage).await;
    assert_eq!(story.act(centre, &second, "unmergeDispute", json!({ "reason": "并非一事" })).await, "REGISTERED");
    let risk = format!("SELECT risk_level FROM dispute WHERE id = {}", first.key());
    assert_eq!(story.text(&risk).await, "ORANGE", "what was decided since stays");
    assert_eq!((parties(&story, &first).await.len(), parties(&story, &second).await.len()), (2, 2));
    let involved = format!("SELECT people_involved FROM dispute WHERE id = {}", first.key());
    assert_eq!(story.number(&involved).await, 2, "the first tells nothing of the second any more");
    assert!(!story.sees(resident, &first).await);
    story.holds_together(&second).await;
}

async fn what_was_settled_together_is_not_taken_apart(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let (first, mediator) = mediated(&story, quarrel(VILLAGE, ["10000000114", "10000000115"]), "INDIVIDUAL").await;
    let centre = centre(&story).await;
    story.later(60_000).await;
    let mut second = quarrel(VILLAGE, ["10000000116", "10000000117"]);
    second["parties"][0]["name"] = "示例申".into();
    second["parties"][1]["name"] = "示例酉".into();
    let second = story.begin(centre, "Dispute", "registerDispute", second).await;
    story.act(centre, &second, "mergeDisputes", into(&first)).await;
    let all = parties(&story, &first).await;
    let two = signed(&story, mediator, &all[..2], "各让一步").await;
    let refused = story.refused(mediator, &first, "recordAgreement", two).await;
    assert_eq!(refused, ["SIGNATURES_MISSING signatures"], "those who came with the other sign as well");
    let four = signed(&story, mediator, &all, "各让一步").await;
    assert_eq!(story.act(mediator, &first, "recordAgreement", four).await, "AGREED");
    let apart = json!({ "reason": "并非一事" });
    assert_eq!(story.refused(centre, &second, "unmergeDispute", apart).await, ["WRONG_STATE"]);
    story.holds_together(&first).await;
}

async fn what_was_signed_before_it_was_joined_settled_nothing_there(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = centre(&story).await;
    let older =
        story.begin(centre, "Dispute", "registerDispute", quarrel(VILLAGE, ["10000000164", "10000000165"])).await;
    story.later(60_000).await;
    let mut again = quarrel(VILLAGE, ["10000000166", "10000000167"]);
    again["parties"][0]["name"] = "示例子".into();
    again["parties"][1]["name"] = "示例丑".into();
    let (again, mediator) = mediated(&story, again, "INDIVIDUAL").await;
    let agreement = signed(&story, mediator, &parties(&story, &again).await, "各让一步").await;
    story.act(mediator, &again, "recordAgreement", agreement).await;
    let unseen = json!({ "performance": "NOT_DUE" });
    let refused = story.refused(mediator, &again, "recordPerformance", unseen).await;
    assert_eq!(refused, ["INPUT_INCOMPLETE performance"], "that is no visit");
    story.act(mediator, &again, "recordPerformance", json!({ "performance": "DEFAULTED" })).await;
    story.act(centre, &again, "closeDispute", json!({})).await;
    assert_eq!(story.act(centre, &again, "reopenDispute", json!({ "reason": "又起纠纷" })).await, "ACCEPTED");
    assert_eq!(story.act(centre, &again, "mergeDisputes", into(&older)).await, "MERGED");
    assert_eq!(parties(&story, &older).await.len(), 4, "they have gone over, with what they signed");
    assert_eq!(story.act(centre, &again, "unmergeDispute", json!({ "reason": "并非一事" })).await, "REGISTERED");
    story.holds_together(&again).await;
}

async fn a_report_to_the_police_is_answered_wherever_the_dispute_is(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = centre(&story).await;
    let older =
        story.begin(centre, "Dispute", "registerDispute", quarrel(VILLAGE, ["10000000118", "10000000119"])).await;
    story.later(60_000).await;
    let (dispute, mediator) = mediated(&story, quarrel(VILLAGE, ["10000000121", "10000000122"]), "INDIVIDUAL").await;
    let police = story.who("POLICE_110_LINK", &VILLAGE[..6], None).await;
    story.act(mediator, &dispute, "flagEscalation", json!({ "reason": "扬言报复" })).await;
    story.act(centre, &dispute, "recallDispatch", json!({ "reason": "另行分流" })).await;
    assert_eq!(story.refused(centre, &dispute, "mergeDisputes", into(&older)).await, ["WRONG_STATE"]);
    assert_eq!(story.act(police, &dispute, "acknowledgeEscalation", json!({})).await, "ACCEPTED");
    assert_eq!(story.act(centre, &dispute, "mergeDisputes", into(&older)).await, "MERGED");
    story.holds_together(&dispute).await;
}

async fn joining_wins_no_time(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = centre(&story).await;
    let older =
        story.begin(centre, "Dispute", "registerDispute", quarrel(VILLAGE, ["10000000123", "10000000124"])).await;
    story.later(60_000).await;
    let dispute = accepted(&story, centre, quarrel(VILLAGE, ["10000000125", "10000000126"]), "INDIVIDUAL").await;
    let due = format!("SELECT due_at FROM dispute WHERE id = {}", dispute.key());
    let first = story.number(&due).await;
    story.later(20 * DAY).await;
    story.act(centre, &dispute, "mergeDisputes", into(&older)).await;
    story.act(centre, &dispute, "unmergeDispute", json!({ "reason": "并非一事" })).await;
    let triage =
        json!({ "decision": "ACCEPTED", "riskLevel": "BLUE", "typeCodes": ["NEIGHBOUR"], "scale": "INDIVIDUAL" });
    assert_eq!(story.act(centre, &dispute, "triageDispute", triage).await, "ACCEPTED");
    assert_eq!(story.number(&due).await, first);
    let clock = format!(
        "SELECT due_at FROM sla_clock WHERE dispute_id = {} AND kind = 'DISPUTE_RESOLVE' AND stopped_at IS NULL",
        dispute.key()
    );
    assert_eq!(story.number(&clock).await, first);
    let to = json!({ "mediationOrganisation": committee(&story).await });
    assert_eq!(story.act(centre, &dispute, "dispatchDispute", to).await, "DISPATCHED");
}

/// Each neighbour has complained of the other: on paper both are applicants, and they are two sides all the same.
async fn sides_of_two_disputes_are_not_the_same(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let mut first = quarrel(VILLAGE, ["10000000151", "10000000152"]);
    first["parties"].as_array_mut().expect("a list").truncate(1);
    first["parties"][0]["side"] = "APPLICANT".into();
    first["othersUnknown"] = true.into();
    let (first, mediator) = mediated(&story, first, "GROUP_GENERAL").await;
    let centre = centre(&story).await;
    story.later(60_000).await;
    let mut second = quarrel(VILLAGE, ["10000000153", "10000000151"]);
    second["parties"][0]["name"] = "示例亥".into();
    second["parties"][1]["name"] = "示例辰".into();
    (second["parties"][0]["side"], second["parties"][1]["side"]) = ("APPLICANT".into(), "RESPONDENT".into());
    second["parties"][0]["representative"] = true.into();
    second["duplicateChecked"] = true.into();
    let second = story.begin(centre, "Dispute", "registerDispute", second).await;
    story.act(centre, &second, "mergeDisputes", into(&first)).await;
    let both = parties(&story, &first).await;
    assert_eq!(both.len(), 2, "one was there already");
    let one = signed(&story, mediator, &both[1..], "各让一步").await;
    let refused = story.refused(mediator, &first, "recordAgreement", one).await;
    assert_eq!(
        refused,
        ["SIGNATURES_MISSING signatures"],
        "who speaks for one side of the second does not for the first"
    );
    let all = signed(&story, mediator, &both, "各让一步").await;
    assert_eq!(story.act(mediator, &first, "recordAgreement", all).await, "AGREED");
}

/// Two workers have complained of the same employer, who is not known yet: they are no two sides.
async fn who_stands_on_one_side_of_both_brings_his_side_along(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let mut first = quarrel(VILLAGE, ["10000000161", "10000000162"]);
    first["parties"].as_array_mut().expect("a list").truncate(1);
    first["parties"][0]["side"] = "APPLICANT".into();
    first["othersUnknown"] = true.into();
    let (first, mediator) = mediated(&story, first, "INDIVIDUAL").await;
    let centre = centre(&story).await;
    story.later(60_000).await;
    let mut second = quarrel(VILLAGE, ["10000000161", "10000000163"]);
    (second["parties"][0]["side"], second["parties"][1]["side"]) = ("RESPONDENT".into(), "RESPONDENT".into());
    (second["othersUnknown"], second["duplicateChecked"]) = (true.into(), true.into());
    let second = story.begin(centre, "Dispute", "registerDispute", second).await;
    story.act(centre, &second, "mergeDisputes", into(&first)).await;
    let agreement = signed(&story, mediator, &parties(&story, &first).await, "补发工资").await;
    assert_eq!(story.refused(mediator, &first, "recordAgreement", agreement).await, ["PARTIES_MISSING"]);
    story.act(centre, &second, "unmergeDispute", json!({ "reason": "并非一事" })).await;
    let sides = format!("SELECT COUNT(*) FROM party WHERE dispute_id = {} AND side = 'RESPONDENT'", second.key());
    assert_eq!(story.number(&sides).await, 2, "they are on the side again on which they were");
}

async fn nobody_joins_or_parts_the_own_quarrel(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = centre(&story).await;
    let ours =
        json!({ "kind": "ORGANISATION", "name": "示例中心", "organisation": id("Organisation", centre.organisation) });
    let county = story.who("COUNTY_CENTRE_OPERATOR", &VILLAGE[..6], None).await;
    let mut against = quarrel(VILLAGE, ["10000000154", "10000000155"]);
    against["parties"][1] = ours.clone();
    let first = story.begin(county, "Dispute", "registerDispute", against).await;
    story.later(60_000).await;
    let second =
        story.begin(centre, "Dispute", "registerDispute", quarrel(VILLAGE, ["10000000156", "10000000157"])).await;
    assert_eq!(story.refused(centre, &second, "mergeDisputes", into(&first)).await, ["CONFLICT_OF_INTEREST into"]);
    assert_eq!(story.act(county, &second, "mergeDisputes", into(&first)).await, "MERGED");
    let back = json!({ "reason": "并非一事" });
    assert_eq!(story.refused(centre, &second, "unmergeDispute", back.clone()).await, ["CONFLICT_OF_INTEREST"]);
    assert_eq!(story.act(county, &second, "unmergeDispute", back).await, "REGISTERED");
    // What has gone over with a dispute still belongs to it.
    let mut third = quarrel(VILLAGE, ["10000000158", "10000000159"]);
    third["parties"][1] = ours;
    story.later(60_000).await;
    let third = story.begin(county, "Dispute", "registerDispute", third).await;
    assert_eq!(story.act(county, &third, "mergeDisputes", into(&second)).await, "MERGED");
    let apart = json!({ "reason": "并非一事" });
    assert_eq!(story.refused(centre, &third, "unmergeDispute", apart.clone()).await, ["CONFLICT_OF_INTEREST"]);
    assert_eq!(story.act(county, &third, "unmergeDispute", apart).await, "REGISTERED");
    let told = story.recipients(&third, "unmergeDispute").await;
    assert!(told.contains(&json!({ "organisation": centre.organisation })), "{told:?}");
}

/// Whoever knew it before others came is told so, and does not agree for them unseen.
async fn the_other_dispute_is_another_from_then_on(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let (first, mediator) = mediated(&story, quarrel(VILLAGE, ["10000000168", "10000000169"]), "INDIVIDUAL").await;
    let centre = centre(&story).await;
    let version = format!("SELECT version FROM dispute WHERE id = {}", first.key());
    let known = story.number(&version).await;
    story.later(60_000).await;
    let mut second = quarrel(VILLAGE, ["10000000171", "10000000172"]);
    second["parties"][0]["name"] = "示例寅".into();
    second["parties"][1]["name"] = "示例卯".into();
    let second = story.begin(centre, "Dispute", "registerDispute", second).await;
    story.act(centre, &second, "mergeDisputes", into(&first)).await;
    assert_eq!(story.number(&version).await, known + 1);
    let consents = "mutation($input: RecordAgreementInput!) { recordAgreement(input: $input) {
        changes { action } userErrors { code } } }";
    let oral = json!({ "input": { "id": first.id, "expectedVersion": known, "form": "ORAL", "terms": "各让一步" } });
    let answer = story.ask(mediator, consents, oral).await;
    let stale = json!({ "changes": [{ "action": "admitDispute" }], "userErrors": [{ "code": "CONFLICT" }] });
    assert_eq!(answer["recordAgreement"], stale);
    story.act(centre, &second, "unmergeDispute", json!({ "reason": "并非一事" })).await;
    assert_eq!(story.number(&version).await, known + 2);
    let timeline = story.timeline(mediator, &first).await;
    let last: Vec<&str> = timeline.iter().rev().take(2).map(String::as_str).collect();
    assert_eq!(last, ["releaseDispute MEDIATING", "admitDispute MEDIATING"]);
    story.holds_together(&first).await;
}

async fn one_side_does_not_take_back_what_the_other_has_registered(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = centre(&story).await;
    let resident = story.who("RESIDENT", VILLAGE, None).await;
    let first =
        story.begin(centre, "Dispute", "registerDispute", quarrel(VILLAGE, ["10000000173", "10000000174"])).await;
    story.later(60_000).await;
    let mut second = quarrel(VILLAGE, ["10000000175", "10000000174"]);
    second["channel"] = "QR_CODE".into();
    second["parties"][0] = json!({ "kind": "PERSON", "name": "示例未", "contact": "10000000175", "self": true });
    second["duplicateChecked"] = true.into();
    let second = story.begin(resident, "Dispute", "registerDispute", second).await;
    story.act(centre, &second, "mergeDisputes", into(&first)).await;
    assert!(story.sees(resident, &first).await);
    let settled = json!({ "reconciled": true, "reason": "已和解" });
    assert_eq!(story.refused(resident, &first, "withdrawDispute", settled.clone()).await, ["NOT_PERMITTED"]);
    story.act(centre, &second, "unmergeDispute", json!({ "reason": "并非一事" })).await;
    // Nor does he take back his own while others are joined to it.
    story.later(60_000).await;
    let mut third = quarrel(VILLAGE, ["10000000176", "10000000177"]);
    third["parties"][0]["name"] = "示例申".into();
    third["parties"][1]["name"] = "示例酉".into();
    let third = story.begin(centre, "Dispute", "registerDispute", third).await;
    story.act(centre, &third, "mergeDisputes", into(&second)).await;
    assert_eq!(story.refused(resident, &second, "withdrawDispute", settled.clone()).await, ["NOT_PERMITTED"]);
    story.act(centre, &third, "unmergeDispute", json!({ "reason": "并非一事" })).await;
    assert_eq!(story.act(resident, &second, "withdrawDispute", settled).await, "WITHDRAWN");
}
