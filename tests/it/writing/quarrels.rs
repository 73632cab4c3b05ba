//! Ways around consent, place and sight in a dispute: each is refused with its code and its field.

use serde_json::{Value as Json, json};

use super::once::VILLAGE;
use crate::stories::roof::{parties, signed};
use crate::stories::story::{DAY, Matter, Person, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

on_both!(
    a_handler_elsewhere_does_not_pass_beside_a_committee_of_the_place,
    a_representative_speaks_for_the_own_side,
    a_dispute_has_two_sides,
    the_court_may_be_left_and_the_centre_visits,
    nobody_has_signed_before_the_dispute,
    a_resident_shows_the_application_that_all_have_signed,
    what_others_were_joined_to_is_not_joined_itself,
    a_dispute_out_of_sight_is_no_duplicate,
    nobody_agrees_with_himself,
    nobody_is_a_party_twice,
    what_cannot_go_on_is_taken_back,
    the_older_is_what_was_registered_first,
    the_police_of_the_place_are_told,
    a_party_does_not_withdraw_for_the_centre,
);

pub(super) fn quarrel(division: &str, contacts: [&str; 2]) -> Json {
    let party = |(name, contact): (&str, &str)| json!({ "kind": "PERSON", "name": name, "contact": contact });
    json!({ "channel": "WINDOW", "division": division, "title": "采光纠纷", "summary": "加盖房屋影响采光",
        "parties": [party(("示例辰", contacts[0])), party(("示例巳", contacts[1]))] })
}

pub(super) async fn centre(story: &Story<'_>) -> Person {
    story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await
}

pub(super) async fn committee(story: &Story<'_>) -> String {
    let committee = format!(
        "SELECT id FROM mediation_organisation
         WHERE division_code = '{VILLAGE}' AND kind = 'PEOPLES_COMMITTEE_VILLAGE'"
    );
    id("MediationOrganisation", story.number(&committee).await)
}

pub(super) async fn accepted(story: &Story<'_>, by: Person, quarrel: Json, scale: &str) -> Matter {
    let dispute = story.begin(by, "Dispute", "registerDispute", quarrel).await;
    let triage = json!({ "decision": "ACCEPTED", "riskLevel": "BLUE", "typeCodes": ["NEIGHBOUR"], "scale": scale });
    story.act(by, &dispute, "triageDispute", triage).await;
    dispute
}

/// A dispute that has had its session; whoever mediates it.
pub(super) async fn mediated(story: &Story<'_>, quarrel: Json, scale: &str) -> (Matter, Person) {
    let (centre, mediator) = (centre(story).await, story.who("MEDIATOR", VILLAGE, None).await);
    let dispute = accepted(story, centre, quarrel, scale).await;
    let to = json!({ "mediationOrganisation": committee(story).await });
    story.act(centre, &dispute, "dispatchDispute", to).await;
    let declared = json!({ "rightsTold": true, "unrelated": true });
    story.act(mediator, &dispute, "startMediation", declared).await;
    let session = json!({ "form": "FACE_TO_FACE", "place": "调解室", "partiesPresent": 2, "progress": "各退一步",
        "result": "AGREED" });
    story.act(mediator, &dispute, "addSession", session).await;
    (dispute, mediator)
}

async fn a_handler_elsewhere_does_not_pass_beside_a_committee_of_the_place(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = centre(&story).await;
    let dispute = accepted(&story, centre, quarrel(VILLAGE, ["10000000081", "10000000082"]), "INDIVIDUAL").await;
    let elsewhere = story.who("TOWN_CENTRE_OPERATOR", "330482106", None).await;
    let handler = id("Organisation", elsewhere.organisation);
    for input in [
        json!({ "handler": handler, "levelReason": "涉及两地" }),
        json!({ "handler": handler, "levelReason": "涉及两地", "mediationOrganisation": committee(&story).await }),
    ] {
        let refused = story.refused(centre, &dispute, "dispatchDispute", input).await;
        assert_eq!(refused, ["PLACE_OUTSIDE handler"]);
    }
}

/// Four tenants and their landlord: two of them speak for all tenants, and not for him.
async fn a_representative_speaks_for_the_own_side(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let mut group = quarrel(VILLAGE, ["10000000083", "10000000084"]);
    let list = group["parties"].as_array_mut().expect("a list");
    for (name, contact) in [("示例甲", "10000000131"), ("示例乙", "10000000132"), ("示例丙", "10000000133")] {
        list.push(json!({ "kind": "PERSON", "name": name, "contact": contact, "side": "APPLICANT" }));
    }
    (list[0]["side"], list[1]["side"]) = ("APPLICANT".into(), "RESPONDENT".into());
    (list[0]["representative"], list[2]["representative"]) = (true.into(), true.into());
    let (dispute, mediator) = mediated(&story, group, "GROUP_GENERAL").await;
    let all = parties(&story, &dispute).await;
    let tenants = [all[0].clone(), all[2].clone()];
    let one_side = signed(&story, mediator, &tenants, "降低租金").await;
    let refused = story.refused(mediator, &dispute, "recordAgreement", one_side).await;
    assert_eq!(refused, ["SIGNATURES_MISSING signatures"]);
    let longer = json!({ "deadline": story.at(60 * DAY), "consents": tenants });
    assert_eq!(story.refused(mediator, &dispute, "extendMediation", longer).await, ["CONSENT_MISSING consents"]);
    let both = signed(&story, mediator, &all[..3], "降低租金").await;
    assert_eq!(story.act(mediator, &dispute, "recordAgreement", both).await, "AGREED");
}

async fn a_dispute_has_two_sides(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let (centre, unborn) = (centre(&story).await, Matter { view: "Dispute", id: String::new() });
    let mut one = quarrel(VILLAGE, ["10000000134", "10000000135"]);
    for party in one["parties"].as_array_mut().expect("a list") {
        party["side"] = "APPLICANT".into();
    }
    assert_eq!(story.refused(centre, &unborn, "registerDispute", one.clone()).await, ["PARTIES_MISSING parties"]);
    one["othersUnknown"] = true.into();
    let (dispute, mediator) = mediated(&story, one, "INDIVIDUAL").await;
    let agreement = signed(&story, mediator, &parties(&story, &dispute).await, "自行拆除").await;
    assert_eq!(story.refused(mediator, &dispute, "recordAgreement", agreement).await, ["PARTIES_MISSING"]);
}

/// A request to a court that does not answer is taken back, and where nobody mediates any more the centre looks after it.
async fn the_court_may_be_left_and_the_centre_visits(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = centre(&story).await;
    let court = story.who("COURT_CLERK", &VILLAGE[..6], None).await;
    let (dispute, mediator) = mediated(&story, quarrel(VILLAGE, ["10000000136", "10000000137"]), "INDIVIDUAL").await;
    let parties = parties(&story, &dispute).await;
    let agreement = signed(&story, mediator, &parties, "拆除加盖部分").await;
    story.act(mediator, &dispute, "recordAgreement", agreement).await;
    let ask =
        || json!({ "court": id("Organisation", court.organisation), "askedBy": parties, "identityRelation": false });
    story.act(mediator, &dispute, "requestConfirmation", ask()).await;
    let back = json!({ "reason": "管辖有误" });
    assert_eq!(story.refused(court, &dispute, "withdrawConfirmation", back.clone()).await, ["NOT_PERMITTED"]);
    assert_eq!(story.act(mediator, &dispute, "withdrawConfirmation", back).await, "AGREED");
    let clocks = story.clocks(centre, &dispute).await;
    assert!(clocks.contains(&"CONFIRM_WINDOW runs".to_owned()), "{clocks:?}");
    assert_eq!(story.act(mediator, &dispute, "requestConfirmation", ask()).await, "CONFIRMATION");
    story.act(mediator, &dispute, "withdrawConfirmation", json!({ "reason": "双方不再申请" })).await;
    story.later(31 * DAY).await;
    assert_eq!(story.refused(mediator, &dispute, "requestConfirmation", ask()).await, ["TOO_LATE"]);
    let visit = json!({ "performance": "PERFORMED", "satisfied": true });
    assert_eq!(story.act(centre, &dispute, "recordPerformance", visit).await, "FOLLOWED_UP");
    assert_eq!(story.act(centre, &dispute, "closeDispute", json!({})).await, "CLOSED");
    story.holds_together(&dispute).await;
}

/// A date that was mistyped would take the thirty days in which a court may be asked.
async fn nobody_has_signed_before_the_dispute(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let (dispute, mediator) = mediated(&story, quarrel(VILLAGE, ["10000000138", "10000000139"]), "INDIVIDUAL").await;
    let sound = signed(&story, mediator, &parties(&story, &dispute).await, "拆除加盖部分").await;
    let before = story.at(-60 * DAY);
    for (field, told) in
        [("mediatorSignedAt", "mediatorSignedAt"), ("sealedAt", "sealedAt"), ("signatures", "signatures")]
    {
        let mut wrong = sound.clone();
        let place = if field == "signatures" { &mut wrong[field][0]["signedAt"] } else { &mut wrong[field] };
        *place = before.clone().into();
        let refused = story.refused(mediator, &dispute, "recordAgreement", wrong).await;
        assert_eq!(refused, [format!("DEADLINE_INVALID {told}")]);
    }
    assert_eq!(story.act(mediator, &dispute, "recordAgreement", sound).await, "AGREED");
}

async fn a_resident_shows_the_application_that_all_have_signed(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let resident = story.who("RESIDENT", VILLAGE, None).await;
    let court = story.who("COURT_CLERK", &VILLAGE[..6], None).await;
    let (dispute, mediator) = mediated(&story, quarrel(VILLAGE, ["10000000085", "10000000086"]), "INDIVIDUAL").await;
    let parties = parties(&story, &dispute).await;
    // One of them has an account.
    let known = format!(
        "UPDATE party SET account_id = {} WHERE dispute_id = {} AND id = (SELECT MIN(id) FROM party WHERE dispute_id = {})",
        resident.account,
        dispute.key(),
        dispute.key()
    );
    crate::evidence::desk::run(&own.0, &known).await;
    let agreement = signed(&story, mediator, &parties, "拆除加盖部分").await;
    story.act(mediator, &dispute, "recordAgreement", agreement).await;
    let mut ask = json!({ "court": id("Organisation", court.organisation), "askedBy": parties,
        "identityRelation": false });
    let refused = story.refused(resident, &dispute, "requestConfirmation", ask.clone()).await;
    assert_eq!(refused, ["EVIDENCE_MISSING evidence"]);
    ask["evidence"] = json!([story.paper(resident).await]);
    assert_eq!(story.act(resident, &dispute, "requestConfirmation", ask).await, "CONFIRMATION");
}

async fn what_others_were_joined_to_is_not_joined_itself(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = centre(&story).await;
    let contacts = ["10000000087", "10000000088"];
    let mut again = quarrel(VILLAGE, contacts);
    again["duplicateChecked"] = true.into();
    let mut disputes = vec![];
    for _ in 0..3 {
        disputes.push(story.begin(centre, "Dispute", "registerDispute", again.clone()).await);
        story.later(DAY / 24).await;
    }
    let [first, second, third] = &disputes[..] else { panic!("three") };
    let into = |older: &Matter| json!({ "into": older.id, "reason": "同一事由" });
    assert_eq!(story.act(centre, third, "mergeDisputes", into(second)).await, "MERGED");
    assert_eq!(story.refused(centre, second, "mergeDisputes", into(first)).await, ["ALREADY_DONE"]);
    assert_eq!(story.act(centre, third, "unmergeDispute", json!({ "reason": "重新并案" })).await, "REGISTERED");
    assert_eq!(story.act(centre, second, "mergeDisputes", into(first)).await, "MERGED");
    assert_eq!(story.refused(centre, third, "mergeDisputes", into(second)).await, ["INPUT_INCOMPLETE into"]);
    assert_eq!(story.act(centre, third, "mergeDisputes", into(first)).await, "MERGED");
}

/// The question whether somebody has a dispute already tells nothing of what the asker does not see.
async fn a_dispute_out_of_sight_is_no_duplicate(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let (here, there) = (centre(&story).await, story.who("TOWN_CENTRE_OPERATOR", "330482106", None).await);
    let contacts = ["10000000089", "10000000090"];
    let first = story.begin(here, "Dispute", "registerDispute", quarrel(VILLAGE, contacts)).await;
    assert!(!story.sees(there, &first).await);
    let unborn = Matter { view: "Dispute", id: String::new() };
    let refused = story.refused(here, &unborn, "registerDispute", quarrel(VILLAGE, contacts)).await;
    assert_eq!(refused, ["POSSIBLE_DUPLICATE duplicateChecked"]);
    story.begin(there, "Dispute", "registerDispute", quarrel("330482106209", contacts)).await;
}

/// The other side is not known yet: nothing can be agreed, signed, extended or confirmed until it is added.
async fn nobody_agrees_with_himself(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let mut alone = quarrel(VILLAGE, ["10000000091", "10000000092"]);
    let other = alone["parties"].as_array_mut().expect("a list").pop().expect("a party");
    alone["othersUnknown"] = true.into();
    let (dispute, mediator) = mediated(&story, alone, "INDIVIDUAL").await;
    let one = parties(&story, &dispute).await;
    for form in ["ORAL", "WRITTEN"] {
        let mut agreement = signed(&story, mediator, &one, "自行拆除").await;
        agreement["form"] = form.into();
        let refused = story.refused(mediator, &dispute, "recordAgreement", agreement).await;
        assert_eq!(refused, ["PARTIES_MISSING"], "{form}");
    }
    let longer = json!({ "deadline": story.at(60 * DAY), "consents": one });
    assert_eq!(story.refused(mediator, &dispute, "extendMediation", longer).await, ["PARTIES_MISSING"]);
    let nobody = json!({ "parties": [] });
    assert_eq!(story.refused(mediator, &dispute, "addParty", nobody).await, ["PARTIES_MISSING parties"]);
    let mut nameless = other.clone();
    nameless["name"] = " ".into();
    let nameless = json!({ "parties": [nameless] });
    assert_eq!(story.refused(mediator, &dispute, "addParty", nameless).await, ["IDENTITY_INVALID parties.0.name"]);
    assert_eq!(story.act(mediator, &dispute, "addParty", json!({ "parties": [other] })).await, "MEDIATING");
    let both = parties(&story, &dispute).await;
    let agreement = signed(&story, mediator, &both, "各让一步").await;
    assert_eq!(story.act(mediator, &dispute, "recordAgreement", agreement).await, "AGREED");
    story.holds_together(&dispute).await;
}

/// Who is given twice makes no second side, and who was entered by mistake goes again, but not who has signed or came himself.
async fn nobody_is_a_party_twice(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let (centre, unborn) = (centre(&story).await, Matter { view: "Dispute", id: String::new() });
    let contacts = ["10000000105", "10000000106"];
    let mut alone = quarrel(VILLAGE, contacts);
    alone["parties"][1] = alone["parties"][0].clone();
    assert_eq!(story.refused(centre, &unborn, "registerDispute", alone).await, ["PARTY_TWICE parties.1"]);
    let resident = story.who("RESIDENT", VILLAGE, None).await;
    let mut own_code = quarrel(VILLAGE, contacts);
    own_code["parties"][0]["self"] = true.into();
    let mut himself = own_code.clone();
    himself["parties"][1]["self"] = true.into();
    assert_eq!(story.refused(resident, &unborn, "registerDispute", himself).await, ["PARTY_TWICE parties.1"]);
    let dispute = story.begin(resident, "Dispute", "registerDispute", own_code).await;
    let both = parties(&story, &dispute).await;
    let again = json!({ "parties": [quarrel(VILLAGE, contacts)["parties"][1]] });
    assert_eq!(story.refused(centre, &dispute, "addParty", again).await, ["PARTY_TWICE parties.0"]);
    let third = json!({ "kind": "PERSON", "name": "示例午", "contact": "10000000107" });
    assert_eq!(story.act(centre, &dispute, "addParty", json!({ "parties": [third] })).await, "REGISTERED");
    let three = parties(&story, &dispute).await;
    let mistaken = |party: &str| json!({ "party": party, "reason": "登记有误" });
    let foreign = id("Party", story.number("SELECT MIN(id) FROM party").await);
    let refused = story.refused(centre, &dispute, "removeParty", mistaken(&foreign)).await;
    assert_eq!(refused, ["REFERENCE_UNKNOWN party"]);
    let came = format!("SELECT MIN(id) FROM party WHERE dispute_id = {} AND account_id IS NOT NULL", dispute.key());
    let came = id("Party", story.number(&came).await);
    let refused = story.refused(centre, &dispute, "removeParty", mistaken(&came)).await;
    assert_eq!(refused, ["NOT_PERMITTED party"]);
    let added = three.iter().find(|party| !both.contains(party)).expect("the third");
    assert_eq!(story.act(centre, &dispute, "removeParty", mistaken(added)).await, "REGISTERED");
    assert_eq!(parties(&story, &dispute).await, both);
    story.holds_together(&dispute).await;
}

/// A party that refuses, a handler that is a party, mediation that does not go on: none of them is the end.
async fn what_cannot_go_on_is_taken_back(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let (centre, mediator) = (centre(&story).await, story.who("MEDIATOR", VILLAGE, None).await);
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let mut against_the_village = quarrel(VILLAGE, ["10000000093", "10000000094"]);
    let village = id("Organisation", cadre.organisation);
    against_the_village["parties"][1] =
        json!({ "kind": "ORGANISATION", "name": "示例村民委员会", "organisation": village });
    let dispute = accepted(&story, centre, against_the_village, "INDIVIDUAL").await;
    let to = json!({ "handler": village });
    assert_eq!(story.refused(centre, &dispute, "dispatchDispute", to).await, ["CONFLICT_OF_INTEREST handler"]);
    let mut refusing = quarrel(VILLAGE, ["10000000095", "10000000096"]);
    refusing["parties"][1]["consent"] = "NO".into();
    let dispute = accepted(&story, centre, refusing, "INDIVIDUAL").await;
    let to = json!({ "mediationOrganisation": committee(&story).await });
    story.act(centre, &dispute, "dispatchDispute", to.clone()).await;
    let declared = || json!({ "rightsTold": true, "unrelated": true });
    assert_eq!(story.refused(mediator, &dispute, "startMediation", declared()).await, ["CONSENT_MISSING"]);
    let parties = parties(&story, &dispute).await;
    let foreign = story.number("SELECT MIN(id) FROM party").await;
    let foreign = json!({ "party": id("Party", foreign), "consent": "YES" });
    let refused = story.refused(mediator, &dispute, "recordConsent", foreign).await;
    assert_eq!(refused, ["REFERENCE_UNKNOWN party"]);
    story.act(mediator, &dispute, "recordConsent", json!({ "party": parties[1], "consent": "YES" })).await;
    assert_eq!(story.act(mediator, &dispute, "startMediation", declared()).await, "MEDIATING");
    let back = json!({ "reason": "调解员长期未组织调解" });
    assert_eq!(story.refused(mediator, &dispute, "recallDispatch", back.clone()).await, ["NOT_PERMITTED"]);
    assert_eq!(story.act(centre, &dispute, "recallDispatch", back).await, "ACCEPTED");
    let told = story.recipients(&dispute, "recallDispatch").await;
    assert!(told.contains(&json!({ "organisation": mediator.organisation })), "whoever had it is told: {told:?}");
    assert_eq!(
        story
            .refused(
                mediator,
                &dispute,
                "addSession",
                json!({ "form": "FACE_TO_FACE", "place": "调解室",
        "partiesPresent": 2, "progress": "无", "result": "CONTINUE" })
            )
            .await,
        ["NOT_FOUND id"],
        "and does not see it any more"
    );
    assert_eq!(story.act(centre, &dispute, "dispatchDispute", to).await, "DISPATCHED");
    story.holds_together(&dispute).await;
}

/// A later triage does not make a dispute the younger one.
async fn the_older_is_what_was_registered_first(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = centre(&story).await;
    let mut again = quarrel(VILLAGE, ["10000000097", "10000000098"]);
    again["duplicateChecked"] = true.into();
    let first = story.begin(centre, "Dispute", "registerDispute", again.clone()).await;
    own.0.clock.advance(DAY);
    let second = story.begin(centre, "Dispute", "registerDispute", again).await;
    own.0.clock.advance(DAY);
    let triage =
        json!({ "decision": "ACCEPTED", "riskLevel": "BLUE", "typeCodes": ["NEIGHBOUR"], "scale": "INDIVIDUAL" });
    story.act(centre, &first, "triageDispute", triage).await;
    let into = |other: &Matter| json!({ "into": other.id, "reason": "同一事由" });
    assert_eq!(story.refused(centre, &first, "mergeDisputes", into(&second)).await, ["INPUT_INCOMPLETE into"]);
    assert_eq!(story.act(centre, &second, "mergeDisputes", into(&first)).await, "MERGED");
}

/// A report that it may turn violent goes to every police office of the township and the county.
async fn the_police_of_the_place_are_told(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let (dispute, mediator) = mediated(&story, quarrel(VILLAGE, ["10000000101", "10000000102"]), "INDIVIDUAL").await;
    let flag = json!({ "reason": "扬言报复" });
    story.act(mediator, &dispute, "flagEscalation", flag).await;
    let police = format!(
        "SELECT id FROM organisation WHERE department = 'PSB' AND division_code IN ('{}', '{}') ORDER BY id",
        &VILLAGE[..9],
        &VILLAGE[..6]
    );
    let police = crate::support::rows::select(&own.0.database, &police, 1).await;
    let told = story.recipients(&dispute, "flagEscalation").await;
    assert!(!police.is_empty());
    for office in police {
        assert!(told.contains(&json!({ "organisation": office[0] })), "{told:?} without {office:?}");
    }
}

/// Whoever acts for the other side as well does not take the dispute back as settled.
async fn a_party_does_not_withdraw_for_the_centre(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = centre(&story).await;
    let unit = story.number("SELECT MIN(id) FROM organisation WHERE kind = 'ENTERPRISE'").await;
    let mut against = quarrel(VILLAGE, ["10000000103", "10000000104"]);
    against["parties"][1] =
        json!({ "kind": "ORGANISATION", "name": "示例公司", "organisation": id("Organisation", unit) });
    let dispute = accepted(&story, centre, against, "INDIVIDUAL").await;
    let row = json!({ "id": 960_001, "account_id": centre.account, "organisation_id": unit, "role": "SITE_OWNER",
        "division_code": VILLAGE, "clearance": "PERSONAL", "valid_from": 0 });
    crate::support::rows::insert(&own.0.database, "posting", row).await;
    own.0.clock.advance(2_000);
    let settled = json!({ "reason": "已和解", "reconciled": true });
    // The postings of an account are kept for a second.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let refused = story.refused(centre, &dispute, "withdrawDispute", settled).await;
    assert_eq!(refused, ["CONFLICT_OF_INTEREST"]);
}
