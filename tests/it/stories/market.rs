//! A quarrel of two merchants of the wool market of 濮院: mediated by the market's own committee, nearly come to blows,
//! agreed in writing and confirmed by the court.

use serde_json::json;

use super::roof::{parties, signed};
use super::story::{DAY, HOUR, Matter, Person, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;
use crate::support::rows::insert;

const TOWNSHIP: &str = "330483101";
const COUNTY: &str = "330483";
/// Above every key of the city.
const OWN: i64 = 900_000;

on_both!(the_wool_market);

/// The city has no office in 濮院: a centre and a market committee, and one person in each.
async fn settle(story: &Story<'_>) -> [Person; 2] {
    let database = &story.app.database;
    let above = story.number(&format!("SELECT id FROM governance_centre WHERE division_code = '{COUNTY}'")).await;
    let offices = [("濮院镇综治中心", "CENTRE", "TOWN_CENTRE_OPERATOR"), ("濮院毛衫市场调委会", "JUST", "MEDIATOR")];
    for (key, (name, department, role)) in (OWN..).zip(offices) {
        let organisation = json!({ "id": key, "code": format!("ORG-{key}"), "name": name, "kind": "GOVERNMENT",
            "department": department, "division_code": TOWNSHIP, "foreign_related": false });
        insert(database, "organisation", organisation).await;
        let account = json!({ "id": key, "subject": format!("puyuan-{key}"), "login_name": format!("puyuan-{key}"),
            "display_name": name, "disabled": false });
        insert(database, "account", account).await;
        let posting = json!({ "id": key, "account_id": key, "organisation_id": key, "division_code": TOWNSHIP,
            "role": role, "clearance": "SENSITIVE", "valid_from": 0 });
        insert(database, "posting", posting).await;
    }
    let centre = json!({ "id": OWN, "code": "ZZ-PUYUAN", "name": "濮院镇综治中心", "level": "TOWNSHIP",
        "parent_id": above, "organisation_id": OWN, "division_code": TOWNSHIP, "address": "示例路3号", "lon": 120.6,
        "lat": 30.7, "open_hours": "8-17", "service_phone": "10000000003", "staff_count": 3 });
    insert(database, "governance_centre", centre).await;
    let committee = json!({ "id": OWN, "code": "TJ-PUYUAN", "name": "濮院毛衫市场调委会",
        "kind": "INDUSTRY_COMMITTEE", "organisation_id": OWN + 1, "methods": "[]", "division_code": TOWNSHIP });
    insert(database, "mediation_organisation", committee).await;
    [OWN, OWN + 1].map(|key| Person { posting: key, account: key, organisation: key })
}

async fn the_wool_market(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let [centre, mediator] = settle(&story).await;
    let police = story.who("POLICE_110_LINK", COUNTY, None).await;
    let court = story.who("COURT_CLERK", COUNTY, None).await;
    let other_court = story.who("COURT_CLERK", "330603", None).await;
    let other_centre = story.who("TOWN_CENTRE_OPERATOR", "330603001", None).await;

    let quarrel = json!({
        "channel": "WINDOW", "division": TOWNSHIP, "title": "毛衫货款纠纷",
        "summary": "两家商户对一批毛衫的成色和货款有争议", "amountClaimed": "86000.00", "parties": [
            { "kind": "PERSON", "name": "示例戊", "contact": "10000000031" },
            { "kind": "PERSON", "name": "示例己", "contact": "10000000032" },
        ],
    });
    let dispute = story.begin(centre, "Dispute", "registerDispute", quarrel.clone()).await;
    let again = Matter { view: "Dispute", id: String::new() };
    let refused = story.refused(centre, &again, "registerDispute", quarrel).await;
    assert_eq!(refused, ["POSSIBLE_DUPLICATE duplicateChecked"]);
    let triage = json!({
        "decision": "ACCEPTED", "riskLevel": "ORANGE", "typeCodes": ["PRODUCTION_OPERATION"], "scale": "INDIVIDUAL",
        "keyFieldDomain": "MARKET_TRADE",
    });
    assert_eq!(story.act(centre, &dispute, "triageDispute", triage).await, "ACCEPTED");
    let committee = json!({ "mediationOrganisation": id("MediationOrganisation", OWN) });
    assert_eq!(story.act(centre, &dispute, "dispatchDispute", committee).await, "DISPATCHED");
    let declared = json!({ "rightsTold": true, "unrelated": true });
    assert_eq!(story.act(mediator, &dispute, "startMediation", declared).await, "MEDIATING");
    let session = |result: &str| json!({ "form": "FACE_TO_FACE", "place": "市场调解室", "partiesPresent": 2, "progress": "核对样衣", "result": result });
    assert_eq!(story.act(mediator, &dispute, "addSession", session("CONTINUE")).await, "MEDIATING");
    assert!(!story.sees(police, &dispute).await, "it is no matter of the police yet");
    let threat = json!({ "reason": "一方扬言动手" });
    assert_eq!(story.act(mediator, &dispute, "flagEscalation", threat).await, "MEDIATING");
    story.later(3 * HOUR).await;
    assert!(story.rung(&dispute).await.contains(&"CLOCK_BREACHED POLICE_ACK".to_owned()));
    assert_eq!(story.refused(mediator, &dispute, "acknowledgeEscalation", json!({})).await[0], "NOT_PERMITTED");
    assert_eq!(story.act(police, &dispute, "acknowledgeEscalation", json!({})).await, "MEDIATING");
    story.later(2 * DAY).await;
    assert_eq!(story.act(mediator, &dispute, "addSession", session("AGREED")).await, "MEDIATING");
    let parties = parties(&story, &dispute).await;
    let mut agreement = signed(&story, mediator, &parties, "退货三成，余款十日内付清").await;
    agreement["amount"] = "60200.00".into();
    assert_eq!(story.act(mediator, &dispute, "recordAgreement", agreement).await, "AGREED");

    let ask = |asked: &[String], identity: bool| json!({ "court": id("Organisation", court.organisation), "askedBy": asked, "identityRelation": identity });
    let refused = story.refused(mediator, &dispute, "requestConfirmation", ask(&parties, true)).await;
    assert_eq!(refused, ["NOT_CONFIRMABLE identityRelation"]);
    let refused = story.refused(mediator, &dispute, "requestConfirmation", ask(&parties[..1], false)).await;
    assert_eq!(refused, ["PARTIES_MISSING askedBy"]);
    assert_eq!(story.act(mediator, &dispute, "requestConfirmation", ask(&parties, false)).await, "CONFIRMATION");
    let told = story.recipients(&dispute, "requestConfirmation").await;
    assert!(told.contains(&json!({ "organisation": court.organisation })), "{told:?}");
    assert!(!story.sees(other_court, &dispute).await, "another county's court");
    assert_eq!(story.refused(mediator, &dispute, "acceptConfirmation", json!({})).await, ["NOT_PERMITTED"]);
    assert_eq!(story.act(court, &dispute, "acceptConfirmation", json!({})).await, "CONFIRMATION");
    story.later(5 * DAY).await;
    let ruling = json!({ "decision": "CONFIRMED", "caseNo": "（2026）示例民特1号" });
    assert_eq!(story.act(court, &dispute, "decideConfirmation", ruling).await, "AGREED");
    let paid = json!({ "performance": "PERFORMED", "satisfied": true });
    assert_eq!(story.act(mediator, &dispute, "recordPerformance", paid).await, "FOLLOWED_UP");
    assert_eq!(story.act(centre, &dispute, "closeDispute", json!({})).await, "CLOSED");

    let timeline = [
        "registerDispute REGISTERED",
        "triageDispute ACCEPTED",
        "dispatchDispute DISPATCHED",
        "startMediation MEDIATING",
        "addSession MEDIATING",
        "flagEscalation MEDIATING",
        "acknowledgeEscalation MEDIATING",
        "addSession MEDIATING",
        "recordAgreement AGREED",
        "requestConfirmation CONFIRMATION",
        "acceptConfirmation CONFIRMATION",
        "decideConfirmation AGREED",
        "recordPerformance FOLLOWED_UP",
        "closeDispute CLOSED",
    ];
    assert_eq!(story.timeline(centre, &dispute).await, timeline);
    let clocks = [
        "CONFIRM_WINDOW stopped",
        "COURT_ACCEPT stopped",
        "COURT_DECIDE stopped",
        "DISPUTE_ACK stopped",
        "DISPUTE_RESOLVE stopped",
        "DISPUTE_TRIAGE stopped",
        "PERFORM stopped",
        "POLICE_ACK breached",
    ];
    assert_eq!(story.clocks(centre, &dispute).await, clocks);
    assert!(!story.sees(other_centre, &dispute).await);
    story.holds_together(&dispute).await;
}
