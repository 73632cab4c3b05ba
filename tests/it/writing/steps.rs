//! Steps that may not be taken: each refusal has its code and its field, and has written nothing.

use serde_json::{Value as Json, json};

use super::once::{GRID, VILLAGE, member, report};
use crate::stories::roof::{parties, signed};
use crate::stories::story::{DAY, Matter, Person, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

on_both!(
    what_a_hazard_may_not,
    what_evidence_may_not,
    one_photo_does_not_show_before_and_after,
    the_window_of_the_court_closes_after_thirty_days,
);

async fn what_a_hazard_may_not(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = member(&story).await;
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let leader = story.who("GRID_LEADER", VILLAGE, Some(GRID)).await;
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let hazard = story.begin(member, "Hazard", "reportHazard", report("灭火器过期")).await;
    // Not in this state.
    assert_eq!(story.refused(cadre, &hazard, "writeOff", json!({})).await, ["WRONG_STATE"]);
    // Missing evidence.
    let only_after = json!({ "measure": "更换", "evidence": [story.photo(leader, "AFTER").await] });
    assert_eq!(story.refused(leader, &hazard, "fixOnSite", only_after).await, ["EVIDENCE_MISSING evidence"]);
    // One actor in two duties: whoever puts it right does not accept it, nor does anybody of the same office.
    let photos = json!([story.photo(leader, "BEFORE").await, story.photo(leader, "AFTER").await]);
    story.act(leader, &hazard, "fixOnSite", json!({ "measure": "更换", "evidence": photos })).await;
    let twice = in_two_duties(&story, leader).await;
    let pass = json!({ "record": "合格", "visited": true });
    for who in [twice, cadre] {
        assert_eq!(story.refused(who, &hazard, "acceptRectification", pass.clone()).await, ["CONFLICT_OF_INTEREST"]);
    }
    // A deadline in the past.
    let back = json!({ "deadline": story.at(-DAY), "reason": "不合格" });
    assert_eq!(story.refused(centre, &hazard, "rejectRectification", back).await, ["DEADLINE_INVALID deadline"]);
    // Accepted unseen.
    let unseen = json!({ "record": "合格", "visited": false });
    assert_eq!(story.refused(centre, &hazard, "acceptRectification", unseen).await, ["EVIDENCE_MISSING evidence"]);
    // A stale version.
    let stale = json!({ "input": { "id": hazard.id, "expectedVersion": 1, "record": "合格", "visited": true } });
    let document = "mutation($input: AcceptRectificationInput!) { acceptRectification(input: $input) {
        userErrors { code field } } }";
    let answer = story.ask(centre, document, stale).await;
    let conflict = json!([{ "code": "CONFLICT", "field": "expectedVersion" }]);
    assert_eq!(answer["acceptRectification"]["userErrors"], conflict);
    // Nobody that may see it: as if it were not there.
    let stranger = story.who("TOWN_CENTRE_OPERATOR", "330603008", None).await;
    assert_eq!(story.refused(stranger, &hazard, "acceptRectification", pass.clone()).await, ["NOT_FOUND id"]);
    assert_eq!(story.act(centre, &hazard, "acceptRectification", pass).await, "ACCEPTED");
    story.holds_together(&hazard).await;
}

/// The grid leader sits in the township's centre as well.
async fn in_two_duties(story: &Story<'_>, leader: Person) -> Person {
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let posting = 910_000;
    let row = json!({ "id": posting, "account_id": leader.account, "organisation_id": centre.organisation,
        "division_code": VILLAGE[..9], "role": "TOWN_CENTRE_OPERATOR", "clearance": "SENSITIVE", "valid_from": 0 });
    crate::support::rows::insert(&story.app.database, "posting", row).await;
    Person { posting, ..leader }
}

async fn what_evidence_may_not(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = member(&story).await;
    let leader = story.who("GRID_LEADER", VILLAGE, Some(GRID)).await;
    let unborn = Matter { view: "Hazard", id: String::new() };
    let with = |evidence: Json| {
        let mut input = report("证据");
        input["evidence"] = json!([evidence]);
        input
    };
    let foreign = with(story.photo(leader, "BEFORE").await);
    let unknown = with(json!({ "hash": "0".repeat(64), "phase": "BEFORE" }));
    let mut paper = story.paper(member).await;
    paper["phase"] = "BEFORE".into();
    for (input, expected) in [
        (foreign, "EVIDENCE_FOREIGN evidence.0.hash"),
        (unknown, "EVIDENCE_UNKNOWN evidence.0.hash"),
        (with(paper), "EVIDENCE_TYPE evidence.0.phase"),
    ] {
        assert_eq!(story.refused(member, &unborn, "reportHazard", input).await, [expected]);
    }
    // What belongs to one matter is not attached to another.
    let photo = story.photo(member, "BEFORE").await;
    story.begin(member, "Hazard", "reportHazard", with(photo.clone())).await;
    let again = story.refused(member, &unborn, "reportHazard", with(photo)).await;
    assert_eq!(again, ["EVIDENCE_FOREIGN evidence.0.hash"]);
}

/// In one action or in two, the same picture is not both.
async fn one_photo_does_not_show_before_and_after(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let leader = story.who("GRID_LEADER", VILLAGE, Some(GRID)).await;
    let photo = story.photo(leader, "BEFORE").await;
    let mut after = photo.clone();
    after["phase"] = "AFTER".into();
    let found = report("灭火器过期，无照片");
    let hazard = story.begin(leader, "Hazard", "reportHazard", found).await;
    let twice = json!({ "measure": "更换", "evidence": [photo, after] });
    assert_eq!(story.refused(leader, &hazard, "fixOnSite", twice).await, ["EVIDENCE_TYPE evidence.1.phase"]);
    let mut found = report("灭火器过期，有照片");
    found["evidence"] = json!([photo]);
    let hazard = story.begin(leader, "Hazard", "reportHazard", found).await;
    let later = json!({ "measure": "更换", "evidence": [after] });
    assert_eq!(story.refused(leader, &hazard, "fixOnSite", later).await, ["EVIDENCE_TYPE evidence.0.phase"]);
    let other = json!({ "measure": "更换", "evidence": [story.photo(leader, "AFTER").await] });
    assert_eq!(story.act(leader, &hazard, "fixOnSite", other).await, "RECTIFIED");
}

async fn the_window_of_the_court_closes_after_thirty_days(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let mediator = story.who("MEDIATOR", VILLAGE, None).await;
    let court = story.who("COURT_CLERK", &VILLAGE[..6], None).await;
    let quarrel = json!({
        "channel": "WINDOW", "division": VILLAGE, "title": "借款纠纷", "summary": "借款未还",
        "parties": [
            { "kind": "PERSON", "name": "示例壬", "contact": "10000000051" },
            { "kind": "PERSON", "name": "示例癸", "contact": "10000000052" },
        ],
    });
    let mut one_party = quarrel.clone();
    one_party["parties"].as_array_mut().expect("a list").pop();
    let unborn = Matter { view: "Dispute", id: String::new() };
    assert_eq!(story.refused(centre, &unborn, "registerDispute", one_party).await, ["PARTIES_MISSING parties"]);
    let dispute = story.begin(centre, "Dispute", "registerDispute", quarrel).await;
    let triage =
        json!({ "decision": "ACCEPTED", "riskLevel": "BLUE", "typeCodes": ["CONTRACT"], "scale": "INDIVIDUAL" });
    story.act(centre, &dispute, "triageDispute", triage).await;
    let committee = story
        .number(&format!(
            "SELECT id FROM mediation_organisation
             WHERE division_code = '{VILLAGE}' AND kind = 'PEOPLES_COMMITTEE_VILLAGE'"
        ))
        .await;
    let to = json!({ "mediationOrganisation": id("MediationOrganisation", committee) });
    story.act(centre, &dispute, "dispatchDispute", to).await;
    let declared = json!({ "rightsTold": true, "unrelated": true });
    story.act(mediator, &dispute, "startMediation", declared).await;
    let session = json!({
        "form": "FACE_TO_FACE", "place": "调解室", "partiesPresent": 2, "progress": "核对借条", "result": "AGREED",
    });
    story.act(mediator, &dispute, "addSession", session).await;
    let parties = parties(&story, &dispute).await;
    let agreement = signed(&story, mediator, &parties, "三个月内还清").await;
    story.act(mediator, &dispute, "recordAgreement", agreement).await;
    let ask = |identity: bool| json!({ "court": id("Organisation", court.organisation), "askedBy": parties, "identityRelation": identity });
    let refused = story.refused(mediator, &dispute, "requestConfirmation", ask(true)).await;
    assert_eq!(refused, ["NOT_CONFIRMABLE identityRelation"]);
    // It took effect on the day of the last signature: day 30 is the last.
    story.later(31 * DAY).await;
    assert_eq!(story.refused(mediator, &dispute, "requestConfirmation", ask(false)).await, ["TOO_LATE"]);
    own.0.clock.advance(-1);
    assert_eq!(story.act(mediator, &dispute, "requestConfirmation", ask(false)).await, "CONFIRMATION");
}
