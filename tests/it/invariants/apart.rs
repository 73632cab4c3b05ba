//! Duties that are kept apart: after a transfer, under every posting of a person, in what a matter became.

use serde_json::json;

use super::duties::{VILLAGE, graded, offices, order};
use crate::stories::story::{DAY, Matter, Person, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;
use crate::support::rows;

on_both!(
    duties_are_apart_after_a_transfer_and_a_reopening,
    duties_are_apart_under_every_posting_of_a_person,
    who_changed_the_grade_does_not_accept_under_another_posting,
    who_put_it_right_does_not_confirm_the_event_it_was_found_by,
    who_ends_the_dispute_an_event_became_does_not_confirm_it,
    where_the_reporter_handled_it_an_office_confirms,
);

/// A person keeps the duties of a matter: with another posting, under another organisation, in the next round.
async fn duties_are_apart_after_a_transfer_and_a_reopening(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let hazard = graded(&story, &offices, "GENERAL").await;
    let input = order(&story, &offices, offices.regulator.organisation, offices.peace.organisation).await;
    story.act(offices.city, &hazard, "issueOrder", input).await;
    let plan = || json!({ "plan": { "measure": "整改" } });
    story.act(offices.owner, &hazard, "startRectification", plan()).await;
    story.act(offices.regulator, &hazard, "giveGuidance", json!({ "opinion": "补台账" })).await;
    let report = json!({ "report": "已整改", "evidence": [story.photo(offices.owner, "AFTER").await] });
    story.act(offices.owner, &hazard, "submitRectification", report).await;
    // The regulator's officer moves to the peace office; the owner is delegated there as well.
    let moved = [offices.regulator, offices.owner].map(|person| Person { posting: 920_000 + person.posting, ..person });
    for person in moved {
        let row = json!({ "id": person.posting, "account_id": person.account,
            "organisation_id": offices.peace.organisation, "division_code": VILLAGE[..6],
            "role": "COUNTY_PEACE_OFFICER", "clearance": "SENSITIVE", "valid_from": 0 });
        rows::insert(&own.0.database, "posting", row).await;
    }
    let pass = || json!({ "record": "合格", "visited": true });
    for person in moved {
        let refused = story.refused(person, &hazard, "acceptRectification", pass()).await;
        assert_eq!(refused, ["CONFLICT_OF_INTEREST"], "{person:?}");
    }
    story.act(offices.peace, &hazard, "acceptRectification", pass()).await;
    story.act(offices.peace, &hazard, "writeOff", json!({})).await;
    // The same finding again: in the new round they are still those who put it right and guided it.
    own.0.clock.advance(30 * DAY);
    let again = json!({ "reason": "同一问题", "deadline": story.at(5 * DAY) });
    story.act(offices.peace, &hazard, "reopenHazard", again).await;
    // Who sits in the office that accepts hands nothing in any more: a colleague does.
    let colleague = Person { account: 941_000, posting: 941_000, ..offices.owner };
    let row = json!({ "id": colleague.account, "subject": "colleague", "login_name": "colleague",
        "display_name": "示例", "disabled": false });
    rows::insert(&own.0.database, "account", row).await;
    let row = json!({ "id": colleague.posting, "account_id": colleague.account, "organisation_id": offices.unit,
        "division_code": VILLAGE, "role": "SITE_OWNER", "clearance": "PERSONAL", "valid_from": 0 });
    rows::insert(&own.0.database, "posting", row).await;
    let report = json!({ "report": "再整改", "evidence": [story.photo(colleague, "AFTER").await] });
    story.act(colleague, &hazard, "submitRectification", report).await;
    for person in moved {
        let refused = story.refused(person, &hazard, "acceptRectification", pass()).await;
        assert_eq!(refused, ["CONFLICT_OF_INTEREST"], "{person:?} in the second round");
    }
    story.act(offices.peace, &hazard, "acceptRectification", pass()).await;
    story.holds_together(&hazard).await;
}

/// Another posting of a person, valid until a time.
async fn also(own: &OwnTestApp, person: Person, organisation: i64, role: &str, until: Option<i64>) -> Person {
    let posting = 930_000 + person.posting * 10 + organisation % 7;
    let row = json!({ "id": posting, "account_id": person.account, "organisation_id": organisation,
        "division_code": VILLAGE[..6], "role": role, "clearance": "SENSITIVE", "valid_from": 0, "valid_to": until });
    rows::insert(&own.0.database, "posting", row).await;
    Person { posting, organisation, ..person }
}

/// Whoever sits at the unit as well does not accept for the peace office what a colleague has submitted.
async fn duties_are_apart_under_every_posting_of_a_person(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let left = story.now() + DAY;
    // None of them has ever touched this hazard; the last one leaves the unit tomorrow.
    let officer = |number: i64| Person { account: 940_000 + number, posting: 940_000 + number, ..offices.peace };
    let officers = [officer(1), officer(2), officer(3)];
    for person in officers {
        let name = format!("officer-{}", person.account);
        let row = json!({ "id": person.account, "subject": name, "login_name": name, "display_name": "示例",
            "disabled": false });
        rows::insert(&own.0.database, "account", row).await;
        let row = json!({ "id": person.posting, "account_id": person.account,
            "organisation_id": person.organisation, "division_code": VILLAGE[..6],
            "role": "COUNTY_PEACE_OFFICER", "clearance": "SENSITIVE", "valid_from": 0 });
        rows::insert(&own.0.database, "posting", row).await;
    }
    also(own, officers[0], offices.unit, "SITE_OWNER", None).await;
    also(own, officers[1], offices.regulator.organisation, "COUNTY_REGULATOR", None).await;
    also(own, officers[2], offices.unit, "SITE_OWNER", Some(left)).await;
    let hazard = graded(&story, &offices, "GENERAL").await;
    let input = order(&story, &offices, offices.regulator.organisation, offices.peace.organisation).await;
    story.act(offices.city, &hazard, "issueOrder", input).await;
    story.act(offices.owner, &hazard, "startRectification", json!({ "plan": { "measure": "整改" } })).await;
    let report = json!({ "report": "已整改", "evidence": [story.photo(offices.owner, "AFTER").await] });
    story.act(offices.owner, &hazard, "submitRectification", report).await;
    let pass = || json!({ "record": "合格", "visited": true });
    for person in officers {
        let refused = story.refused(person, &hazard, "acceptRectification", pass()).await;
        assert_eq!(refused, ["CONFLICT_OF_INTEREST"], "{person:?}");
    }
    own.0.clock.advance(2 * DAY);
    for person in &officers[..2] {
        let refused = story.refused(*person, &hazard, "acceptRectification", pass()).await;
        assert_eq!(refused, ["CONFLICT_OF_INTEREST"], "{person:?}");
    }
    assert_eq!(story.act(officers[2], &hazard, "acceptRectification", pass()).await, "ACCEPTED", "has left the unit");
}

/// Whoever made light of it for the city does not accept it for the peace office.
async fn who_changed_the_grade_does_not_accept_under_another_posting(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let offices = offices(&story).await;
    let hazard = graded(&story, &offices, "MAJOR").await;
    let down = json!({ "grade": "GENERAL", "reason": "复核" });
    story.act(offices.city, &hazard, "regradeHazard", down).await;
    let input = order(&story, &offices, offices.regulator.organisation, offices.peace.organisation).await;
    story.act(offices.city, &hazard, "issueOrder", input).await;
    story.act(offices.owner, &hazard, "startRectification", json!({ "plan": { "measure": "整改" } })).await;
    let report = json!({ "report": "已整改", "evidence": [story.photo(offices.owner, "AFTER").await] });
    story.act(offices.owner, &hazard, "submitRectification", report).await;
    let moved = also(own, offices.city, offices.peace.organisation, "COUNTY_PEACE_OFFICER", None).await;
    let pass = || json!({ "record": "合格", "visited": true });
    let back = json!({ "reason": "未整改", "deadline": story.at(5 * DAY) });
    for (action, input) in [("acceptRectification", pass()), ("rejectRectification", back)] {
        assert_eq!(story.refused(moved, &hazard, action, input).await, ["CONFLICT_OF_INTEREST"], "{action}");
    }
    story.act(offices.peace, &hazard, "acceptRectification", pass()).await;
    assert_eq!(story.refused(moved, &hazard, "writeOff", json!({})).await, ["CONFLICT_OF_INTEREST"]);
    assert_eq!(story.act(offices.peace, &hazard, "writeOff", json!({})).await, "WRITTEN_OFF");
}

/// The centre reports an event, hands it over to a dispute, and sends that elsewhere: somebody else says that it is done.
async fn who_ends_the_dispute_an_event_became_does_not_confirm_it(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let grid = story.number(&format!("SELECT MIN(id) FROM grid WHERE division_code = '{VILLAGE}'")).await;
    for (end, input) in [
        ("triageDispute", json!({ "decision": "ROUTED", "route": "JUDICIAL", "told": "可以起诉" })),
        ("withdrawDispute", json!({ "reconciled": true, "reason": "已和解" })),
    ] {
        let found = json!({ "kind": "DISPUTE", "text": "邻里争吵", "urgency": "NORMAL", "channel": "WINDOW",
            "grid": id("Grid", grid) });
        let event = story.begin(centre, "GridEvent", "reportEvent", found).await;
        story.act(cadre, &event, "triageEvent", json!({ "decision": "TRIAGED" })).await;
        let party = |name: &str| json!({ "kind": "PERSON", "name": name });
        let over = json!({ "title": "邻里纠纷", "summary": "噪声", "duplicateChecked": true,
            "parties": [party(&format!("{end}甲")), party(&format!("{end}乙"))] });
        story.act(centre, &event, "handOverToDispute", over).await;
        let dispute = story.number(&format!("SELECT dispute_id FROM grid_event WHERE id = {}", event.key())).await;
        let dispute = Matter { view: "Dispute", id: id("Dispute", dispute) };
        story.act(centre, &dispute, end, input).await;
        story.act(centre, &dispute, "closeDispute", json!({})).await;
        let done = json!({ "satisfied": true });
        let refused = story.refused(centre, &event, "feedBackEvent", done.clone()).await;
        assert_eq!(refused, ["CONFLICT_OF_INTEREST"], "{end}");
        assert_eq!(story.act(cadre, &event, "feedBackEvent", done).await, "FED_BACK");
    }
}

/// The leader of the grid fixed the hazard that the event became: somebody else says that the event is dealt with.
async fn who_put_it_right_does_not_confirm_the_event_it_was_found_by(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = story.who("GRID_MEMBER", VILLAGE, None).await;
    let leader = story.who("GRID_LEADER", VILLAGE, None).await;
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let grid = format!("SELECT MIN(id) FROM grid WHERE division_code = '{VILLAGE}'");
    let grid = story.number(&grid).await;
    let found = json!({ "kind": "PATROL_FINDING", "category": "FIRE", "text": "楼道堆放杂物", "urgency": "NORMAL",
        "channel": "GRID_APP", "grid": id("Grid", grid), "evidence": [story.photo(member, "BEFORE").await] });
    let event = story.begin(member, "GridEvent", "reportEvent", found).await;
    story.act(cadre, &event, "triageEvent", json!({ "decision": "TRIAGED" })).await;
    let hand_over = json!({ "category": "FIRE", "description": "通道堵塞", "noPhotoReason": "见事件照片" });
    story.act(cadre, &event, "handOverToHazard", hand_over).await;
    let hazard = format!("SELECT hazard_id FROM grid_event WHERE id = {}", event.key());
    let hazard = Matter { view: "Hazard", id: id("Hazard", story.number(&hazard).await) };
    let photos = json!([story.photo(leader, "BEFORE").await, story.photo(leader, "AFTER").await]);
    story.act(leader, &hazard, "fixOnSite", json!({ "measure": "当场清理", "evidence": photos })).await;
    story.act(centre, &hazard, "acceptRectification", json!({ "record": "合格", "visited": true })).await;
    story.act(centre, &hazard, "writeOff", json!({})).await;
    let done = json!({ "satisfied": true });
    let refused = story.refused(leader, &event, "feedBackEvent", done.clone()).await;
    assert_eq!(refused, ["CONFLICT_OF_INTEREST"], "the event is handled, and by the leader");
    assert_eq!(story.act(member, &event, "feedBackEvent", done).await, "FED_BACK");
    // The hazard comes again and ends again: the event waits for it no more.
    let again = json!({ "reason": "同一问题", "deadline": story.at(5 * DAY) });
    story.act(centre, &hazard, "reopenHazard", again).await;
    let photo = json!([story.photo(leader, "AFTER").await]);
    story.act(leader, &hazard, "fixOnSite", json!({ "measure": "再清理", "evidence": photo })).await;
    story.act(centre, &hazard, "acceptRectification", json!({ "record": "合格", "visited": true })).await;
    story.act(centre, &hazard, "writeOff", json!({})).await;
    let timeline = story.timeline(member, &event).await;
    let expected = [
        "reportEvent REPORTED",
        "triageEvent TRIAGED",
        "handOverToHazard HANDLING",
        "concludeEvent HANDLING",
        "feedBackEvent FED_BACK",
    ];
    assert_eq!(timeline, expected);
}

/// The leader of the grid found it and settled it: the village says that it is done, and nobody of another grid.
async fn where_the_reporter_handled_it_an_office_confirms(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let grids = format!("SELECT id FROM grid WHERE division_code = '{VILLAGE}' ORDER BY id");
    let grids = rows::select(&own.0.database, &grids, 1).await;
    let grid = |at: usize| grids[at][0].as_i64().expect("a grid");
    let leader = story.who("GRID_LEADER", VILLAGE, Some(grid(0))).await;
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let member = story.who("GRID_MEMBER", VILLAGE, Some(grid(0))).await;
    let event = async |by: Person| {
        let found = json!({ "kind": "PATROL_FINDING", "category": "FIRE", "text": "楼道堆放杂物", "urgency": "NORMAL",
            "channel": "GRID_APP", "grid": id("Grid", grid(0)) });
        story.begin(by, "GridEvent", "reportEvent", found).await
    };
    let settled = async || json!({ "result": "已清理", "evidence": [story.photo(leader, "AFTER").await] });
    let done = || json!({ "satisfied": true });
    let alone = event(leader).await;
    story.act(leader, &alone, "settleOnSpot", settled().await).await;
    assert_eq!(story.refused(leader, &alone, "feedBackEvent", done()).await, ["CONFLICT_OF_INTEREST"]);
    assert_eq!(story.act(cadre, &alone, "feedBackEvent", done()).await, "FED_BACK");
    // Where the reporter is somebody else, it is the reporter who says so.
    let reported = event(member).await;
    story.act(leader, &reported, "settleOnSpot", settled().await).await;
    assert_eq!(story.refused(cadre, &reported, "feedBackEvent", done()).await, ["NOT_PERMITTED"]);
    let elsewhere = json!({ "id": 980_001, "account_id": cadre.account, "organisation_id": cadre.organisation,
        "division_code": VILLAGE, "role": "GRID_LEADER", "clearance": "PERSONAL", "valid_from": 0,
        "grid_codes": json!([grid(1).to_string()]).to_string() });
    rows::insert(&own.0.database, "posting", elsewhere).await;
    let elsewhere = Person { posting: 980_001, ..cadre };
    let refused = story.refused(elsewhere, &reported, "feedBackEvent", done()).await;
    assert_eq!(refused, ["NOT_PERMITTED"], "the leader of another grid");
    assert_eq!(story.act(member, &reported, "feedBackEvent", done()).await, "FED_BACK");
}
