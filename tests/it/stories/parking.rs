//! The quarrel over a parking space: reported by a grid member, carried into the grid's meeting, mediated, and come again
//! while it was watched: then nobody says that it is done before somebody has looked into why.

use serde_json::json;

use super::story::{DAY, HOUR, Matter, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

const VILLAGE: &str = "330603001008";
const TOWNSHIP: &str = "330603001";
const GRID: i64 = 330_603_001_008_001;

on_both!(the_parking_quarrel);

async fn the_parking_quarrel(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = story.who("GRID_MEMBER", VILLAGE, Some(GRID)).await;
    let leader = story.who("GRID_LEADER", VILLAGE, Some(GRID)).await;
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let mediator = story.who("MEDIATOR", VILLAGE, None).await;
    let centre = story.who("TOWN_CENTRE_OPERATOR", TOWNSHIP, None).await;
    let other_member = story.who("GRID_MEMBER", VILLAGE, Some(GRID + 1)).await;

    let report = json!({
        "kind": "DISPUTE", "channel": "GRID_APP", "urgency": "NORMAL", "grid": id("Grid", GRID),
        "text": "两户为楼下车位争吵，多次堵门", "evidence": [story.photo(member, "BEFORE").await],
    });
    let event = story.begin(member, "GridEvent", "reportEvent", report).await;
    assert!(!story.sees(other_member, &event).await, "another grid's member");
    story.later(9 * HOUR).await;
    assert_eq!(story.act(cadre, &event, "triageEvent", json!({ "decision": "TRIAGED" })).await, "TRIAGED");
    let talk = |chair: Option<&str>| {
        json!({
            "kind": "MEETING", "chair": chair, "conclusion": "先由村调委会调解",
            "attendees": [id("Organisation", cadre.organisation), id("Organisation", mediator.organisation)],
        })
    };
    assert_eq!(story.refused(leader, &event, "consultEvent", talk(None)).await, ["INPUT_INCOMPLETE chair"]);
    assert_eq!(story.act(leader, &event, "consultEvent", talk(Some("网格长"))).await, "CONSULTED");
    let meetings = format!("SELECT COUNT(*) FROM grid_meeting WHERE grid_id = {GRID} AND held_at = {}", story.now());
    assert_eq!(story.number(&meetings).await, 1, "the meeting of the grid is recorded");
    let became = json!({
        "title": "车位纠纷", "summary": "两户为楼下车位多次争吵", "parties": [
            { "kind": "PERSON", "name": "示例丙", "contact": "10000000021" },
            { "kind": "PERSON", "name": "示例丁", "contact": "10000000022" },
        ],
    });
    assert_eq!(story.act(cadre, &event, "handOverToDispute", became).await, "HANDLING");
    let key = story.number(&format!("SELECT dispute_id FROM grid_event WHERE id = {}", event.key())).await;
    let dispute = Matter { view: "Dispute", id: id("Dispute", key) };

    let triage = json!({
        "decision": "ACCEPTED", "riskLevel": "BLUE", "typeCodes": ["NEIGHBOUR"], "scale": "INDIVIDUAL",
    });
    assert_eq!(story.act(centre, &dispute, "triageDispute", triage).await, "ACCEPTED");
    let committee = format!(
        "SELECT id FROM mediation_organisation
         WHERE division_code = '{VILLAGE}' AND kind = 'PEOPLES_COMMITTEE_VILLAGE'"
    );
    let committee = json!({ "mediationOrganisation": id("MediationOrganisation", story.number(&committee).await) });
    assert_eq!(story.act(centre, &dispute, "dispatchDispute", committee).await, "DISPATCHED");
    let declared = json!({ "rightsTold": true, "unrelated": true });
    assert_eq!(story.act(mediator, &dispute, "startMediation", declared).await, "MEDIATING");
    let session = json!({
        "form": "VISIT", "place": "楼下", "partiesPresent": 2, "progress": "划线分时停放", "result": "AGREED",
    });
    assert_eq!(story.act(mediator, &dispute, "addSession", session).await, "MEDIATING");
    let oral = json!({ "form": "ORAL", "terms": "分时停放，互留电话" });
    assert_eq!(story.act(mediator, &dispute, "recordAgreement", oral).await, "AGREED");
    let kept = json!({ "performance": "PERFORMED", "satisfied": true });
    assert_eq!(story.act(mediator, &dispute, "recordPerformance", kept).await, "FOLLOWED_UP");
    assert_eq!(story.refused(member, &event, "feedBackEvent", json!({ "satisfied": true })).await, ["NOT_HANDLED"]);
    assert_eq!(story.act(centre, &dispute, "closeDispute", json!({})).await, "CLOSED");

    let good = || json!({ "satisfied": true });
    assert_eq!(story.refused(other_member, &event, "feedBackEvent", good()).await, ["NOT_FOUND id"]);
    assert_eq!(story.act(member, &event, "feedBackEvent", good()).await, "FED_BACK");
    assert_eq!(story.act(member, &event, "trackEvent", json!({ "days": 30 })).await, "TRACKING");
    story.later(10 * DAY).await;
    let again = json!({ "finding": "又堵门了", "deadline": story.at(5 * DAY) });
    assert_eq!(story.act(member, &event, "recurEvent", again).await, "HANDLING");
    let task = json!({
        "handler": id("Organisation", mediator.organisation), "task": "加装地锁", "deadline": story.at(5 * DAY),
    });
    assert_eq!(story.act(cadre, &event, "assignEvent", task).await, "HANDLING");
    assert_eq!(story.recipients(&event, "assignEvent").await[0], json!({ "organisation": mediator.organisation }));
    story.later(DAY).await;
    assert_eq!(story.act(mediator, &event, "handleEvent", json!({ "result": "地锁已装" })).await, "HANDLING");
    assert_eq!(story.refused(member, &event, "feedBackEvent", good()).await, ["REVIEW_MISSING"]);
    let review = json!({
        "finding": "约定没有写下来", "measure": "书面约定并上墙", "missedStep": "未回访",
        "responsible": id("Organisation", cadre.organisation),
    });
    assert_eq!(story.act(leader, &event, "reviewEvent", review).await, "HANDLING");
    assert_eq!(story.act(member, &event, "feedBackEvent", good()).await, "FED_BACK");
    assert_eq!(story.act(leader, &event, "trackEvent", json!({ "days": 30 })).await, "TRACKING");
    story.later(31 * DAY).await;
    assert_eq!(story.act(leader, &event, "closeEvent", json!({})).await, "CLOSED");

    let timeline = [
        "reportEvent REPORTED",
        "triageEvent TRIAGED",
        "consultEvent CONSULTED",
        "handOverToDispute HANDLING",
        "concludeEvent HANDLING",
        "feedBackEvent FED_BACK",
        "trackEvent TRACKING",
        "recurEvent HANDLING",
        "assignEvent HANDLING",
        "handleEvent HANDLING",
        "reviewEvent HANDLING",
        "feedBackEvent FED_BACK",
        "trackEvent TRACKING",
        "closeEvent CLOSED",
    ];
    assert_eq!(story.timeline(centre, &event).await, timeline);
    assert_eq!(
        story.clocks(centre, &event).await,
        [
            "EVENT_FEEDBACK stopped",
            "EVENT_FEEDBACK stopped",
            "EVENT_HANDLE stopped",
            "EVENT_HANDLE stopped",
            "EVENT_TRACK stopped",
            "EVENT_TRACK stopped",
            "EVENT_TRIAGE stopped",
        ]
    );
    story.holds_together(&event).await;
    story.holds_together(&dispute).await;
}
