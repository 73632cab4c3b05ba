//! Ways around consent, place and sight in a dispute: each is refused with its code and its field.

use serde_json::{Value as Json, json};

use super::once::VILLAGE;
use crate::stories::roof::{parties, signed};
use crate::stories::story::{DAY, Matter, Person, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

on_both!(
    a_handler_elsewhere_does_not_pass_beside_a_committee_of_the_place,
    one_representative_does_not_speak_for_both_sides,
    a_resident_shows_the_application_that_all_have_signed,
    what_others_were_joined_to_is_not_joined_itself,
    a_dispute_out_of_sight_is_no_duplicate,
);

fn quarrel(division: &str, contacts: [&str; 2]) -> Json {
    let party = |(name, contact): (&str, &str)| json!({ "kind": "PERSON", "name": name, "contact": contact });
    json!({ "channel": "WINDOW", "division": division, "title": "采光纠纷", "summary": "加盖房屋影响采光",
        "parties": [party(("示例辰", contacts[0])), party(("示例巳", contacts[1]))] })
}

async fn centre(story: &Story<'_>) -> Person {
    story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await
}

async fn committee(story: &Story<'_>) -> String {
    let committee = format!(
        "SELECT id FROM mediation_organisation
         WHERE division_code = '{VILLAGE}' AND kind = 'PEOPLES_COMMITTEE_VILLAGE'"
    );
    id("MediationOrganisation", story.number(&committee).await)
}

async fn accepted(story: &Story<'_>, by: Person, quarrel: Json, scale: &str) -> Matter {
    let dispute = story.begin(by, "Dispute", "registerDispute", quarrel).await;
    let triage = json!({ "decision": "ACCEPTED", "riskLevel": "BLUE", "typeCodes": ["NEIGHBOUR"], "scale": scale });
    story.act(by, &dispute, "triageDispute", triage).await;
    dispute
}

/// A dispute that has had its session; whoever mediates it.
async fn mediated(story: &Story<'_>, quarrel: Json, scale: &str) -> (Matter, Person) {
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

async fn one_representative_does_not_speak_for_both_sides(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let mut group = quarrel(VILLAGE, ["10000000083", "10000000084"]);
    group["parties"][0]["representative"] = true.into();
    let (dispute, mediator) = mediated(&story, group, "GROUP_GENERAL").await;
    let parties = parties(&story, &dispute).await;
    let one = signed(&story, mediator, &parties[..1], "拆除加盖部分").await;
    let refused = story.refused(mediator, &dispute, "recordAgreement", one).await;
    assert_eq!(refused, ["SIGNATURES_MISSING signatures"]);
    let both = signed(&story, mediator, &parties, "拆除加盖部分").await;
    assert_eq!(story.act(mediator, &dispute, "recordAgreement", both).await, "AGREED");
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
