//! The flooded garage: a lead from the network becomes an event, the event a hazard; when that is written off, the event is
//! told back and watched.

use serde_json::json;

use super::story::{DAY, HOUR, Matter, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

const VILLAGE: &str = "330603001008";
const TOWNSHIP: &str = "330603001";

on_both!(the_flooded_garage);

async fn the_flooded_garage(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let site = story.site("EBIKE_PARKING", VILLAGE).await;
    let of_site = |column: &str| format!("SELECT {column} FROM key_site WHERE id = {site}");
    let (unit, regulates) = (story.number(&of_site("unit_id")).await, story.number(&of_site("regulator_id")).await);
    let grid = story.number(&of_site("grid_id")).await;
    let owner = story.of("SITE_OWNER", unit).await;
    let regulator = story.of("COUNTY_REGULATOR", regulates).await;
    let centre = story.who("TOWN_CENTRE_OPERATOR", TOWNSHIP, None).await;
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let peace = story.who("COUNTY_PEACE_OFFICER", &VILLAGE[..6], None).await;
    let leader = story.who("GRID_LEADER", VILLAGE, Some(grid)).await;
    let other_leader = story.who("GRID_LEADER", "330603001030", None).await;

    let lead = json!({
        "kind": "HAZARD", "channel": "ONLINE_LEAD", "urgency": "HIGH", "site": id("KeySite", site),
        "text": "网上有人发视频：地下车库进水，配电箱泡在水里", "category": "FLOOD_WEATHER",
    });
    let event = story.begin(centre, "GridEvent", "reportEvent", lead).await;
    assert_eq!(story.recipients(&event, "reportEvent").await, [json!({ "organisation": cadre.organisation })]);
    assert!(!story.sees(other_leader, &event).await);
    // Over the day that there was to triage it: 1 April is a working day, and so is the 2nd.
    story.later(2 * DAY + HOUR).await;
    assert_eq!(story.rung(&event).await, ["CLOCK_BREACHED EVENT_TRIAGE"]);
    story.later(0).await;
    assert_eq!(story.rung(&event).await, ["CLOCK_BREACHED EVENT_TRIAGE"], "it rings once");
    assert_eq!(story.act(cadre, &event, "triageEvent", json!({ "decision": "TRIAGED" })).await, "TRIAGED");
    let became = json!({
        "category": "FLOOD_WEATHER", "description": "地下车库进水，配电箱受淹", "noPhotoReason": "线索来自网络",
    });
    assert_eq!(story.act(cadre, &event, "handOverToHazard", became).await, "HANDLING");
    let key = story.number(&format!("SELECT hazard_id FROM grid_event WHERE id = {}", event.key())).await;
    let hazard = Matter { view: "Hazard", id: id("Hazard", key) };
    let other =
        json!({ "handler": id("Organisation", cadre.organisation), "task": "再处理", "deadline": story.at(DAY) });
    assert_eq!(story.refused(cadre, &event, "assignEvent", other).await, ["NOT_HANDLED"], "it waits for the hazard");
    assert_eq!(story.refused(leader, &event, "feedBackEvent", json!({ "satisfied": true })).await, ["NOT_HANDLED"]);

    let grade = json!({ "grade": "GENERAL", "basis": "局部进水，未造成人员伤害", "riskColour": "YELLOW" });
    assert_eq!(story.act(centre, &hazard, "gradeHazard", grade).await, "GRADED");
    let order = json!({
        "guidance": id("Organisation", regulator.organisation), "acceptance": id("Organisation", peace.organisation),
        "deadline": story.at(5 * DAY), "evidence": [story.paper(centre).await],
    });
    assert_eq!(story.act(centre, &hazard, "issueOrder", order).await, "ASSIGNED");
    assert_eq!(story.act(regulator, &hazard, "acknowledgeAssignment", json!({})).await, "ASSIGNED");
    assert_eq!(story.act(peace, &hazard, "acknowledgeAssignment", json!({})).await, "ASSIGNED");
    let pump = json!({ "plan": { "measure": "抽水、抬高配电箱、加装挡水板" } });
    assert_eq!(story.act(owner, &hazard, "startRectification", pump).await, "RECTIFYING");
    story.later(2 * DAY).await;
    let done = json!({ "report": "积水已排，配电箱已抬高", "evidence": [story.photo(owner, "AFTER").await] });
    assert_eq!(story.act(owner, &hazard, "submitRectification", done).await, "RECTIFIED");
    let seen = json!({ "record": "现场查看合格", "visited": true });
    assert_eq!(story.refused(cadre, &hazard, "acceptRectification", seen.clone()).await, ["NOT_PERMITTED"]);
    assert_eq!(story.act(peace, &hazard, "acceptRectification", seen).await, "ACCEPTED");
    assert_eq!(story.act(peace, &hazard, "writeOff", json!({})).await, "WRITTEN_OFF");

    // The event goes on by itself.
    assert_eq!(story.act(leader, &event, "feedBackEvent", json!({ "satisfied": true })).await, "FED_BACK");
    assert_eq!(story.act(leader, &event, "trackEvent", json!({ "days": 30 })).await, "TRACKING");
    assert_eq!(story.refused(leader, &event, "closeEvent", json!({})).await, ["TOO_EARLY"]);
    story.later(31 * DAY).await;
    assert_eq!(story.act(leader, &event, "closeEvent", json!({})).await, "CLOSED");

    let timeline = [
        "reportEvent REPORTED",
        "triageEvent TRIAGED",
        "handOverToHazard HANDLING",
        "concludeEvent HANDLING",
        "feedBackEvent FED_BACK",
        "trackEvent TRACKING",
        "closeEvent CLOSED",
    ];
    assert_eq!(story.timeline(centre, &event).await, timeline);
    let hazards = [
        "reportHazard REPORTED",
        "gradeHazard GRADED",
        "issueOrder ASSIGNED",
        "acknowledgeAssignment ASSIGNED",
        "acknowledgeAssignment ASSIGNED",
        "startRectification RECTIFYING",
        "submitRectification RECTIFIED",
        "acceptRectification ACCEPTED",
        "writeOff WRITTEN_OFF",
    ];
    assert_eq!(story.timeline(centre, &hazard).await, hazards);
    let of_event = ["EVENT_FEEDBACK stopped", "EVENT_TRACK stopped", "EVENT_TRIAGE breached"];
    assert_eq!(story.clocks(centre, &event).await, of_event);
    let kinds = ["HAZARD_ACCEPT", "HAZARD_ACK", "HAZARD_ACK", "HAZARD_GRADE", "HAZARD_RECTIFY"];
    assert_eq!(story.clocks(centre, &hazard).await, kinds.map(|kind| format!("{kind} stopped")));
    assert!(!story.sees(other_leader, &hazard).await);
    story.holds_together(&event).await;
    story.holds_together(&hazard).await;
}
