//! Whether an event is done: somebody who did not handle it says so, or says that it is not; nobody waits for ever.

use serde_json::json;

use super::once::{GRID, VILLAGE};
use crate::stories::story::{DAY, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

on_both!(
    where_the_reporter_says_nothing_an_office_confirms,
    what_is_not_done_is_handled_again,
    what_waited_has_the_time_that_was_left
);

async fn where_the_reporter_says_nothing_an_office_confirms(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = story.who("GRID_MEMBER", VILLAGE, Some(GRID)).await;
    let leader = story.who("GRID_LEADER", VILLAGE, Some(GRID)).await;
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let found = json!({ "kind": "PATROL_FINDING", "text": "路灯不亮", "urgency": "NORMAL", "channel": "GRID_APP",
        "grid": id("Grid", GRID) });
    let event = story.begin(member, "GridEvent", "reportEvent", found).await;
    let settled = json!({ "result": "已更换", "evidence": [story.photo(leader, "AFTER").await] });
    story.act(leader, &event, "settleOnSpot", settled).await;
    let done = json!({ "satisfied": true });
    story.later(7 * DAY).await;
    assert_eq!(story.refused(cadre, &event, "feedBackEvent", done.clone()).await, ["NOT_PERMITTED"]);
    story.later(1_000).await;
    assert_eq!(story.refused(leader, &event, "feedBackEvent", done.clone()).await, ["CONFLICT_OF_INTEREST"]);
    assert_eq!(story.act(cadre, &event, "feedBackEvent", done).await, "FED_BACK");
}

async fn what_is_not_done_is_handled_again(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = story.who("GRID_MEMBER", VILLAGE, Some(GRID)).await;
    let leader = story.who("GRID_LEADER", VILLAGE, Some(GRID)).await;
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let found = json!({ "kind": "PATROL_FINDING", "text": "井盖松动", "urgency": "HIGH", "channel": "GRID_APP",
        "grid": id("Grid", GRID) });
    let event = story.begin(member, "GridEvent", "reportEvent", found).await;
    story.act(cadre, &event, "triageEvent", json!({ "decision": "TRIAGED" })).await;
    let task = json!({ "handler": id("Organisation", cadre.organisation), "task": "加固", "deadline": story.at(DAY) });
    story.act(cadre, &event, "assignEvent", task).await;
    story.act(cadre, &event, "handleEvent", json!({ "result": "已加固" })).await;
    let undone = json!({ "reason": "仍松动", "deadline": story.at(2 * DAY) });
    assert_eq!(story.refused(cadre, &event, "rejectFeedback", undone.clone()).await, ["NOT_PERMITTED"]);
    let late = json!({ "reason": "仍松动", "deadline": story.at(-DAY) });
    assert_eq!(story.refused(member, &event, "rejectFeedback", late).await, ["DEADLINE_INVALID deadline"]);
    assert_eq!(story.act(member, &event, "rejectFeedback", undone).await, "HANDLING");
    let done = json!({ "satisfied": true });
    assert_eq!(story.refused(leader, &event, "feedBackEvent", done.clone()).await, ["NOT_HANDLED"]);
    let clocks = story.clocks(cadre, &event).await;
    assert_eq!(clocks, ["EVENT_FEEDBACK stopped", "EVENT_HANDLE runs", "EVENT_HANDLE stopped", "EVENT_TRIAGE stopped"]);
    story.act(cadre, &event, "handleEvent", json!({ "result": "已更换" })).await;
    assert_eq!(story.act(leader, &event, "feedBackEvent", done).await, "FED_BACK");
    story.holds_together(&event).await;
}

/// It was handed over, and came back after ten days.
async fn what_waited_has_the_time_that_was_left(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = story.who("GRID_MEMBER", VILLAGE, Some(GRID)).await;
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let found = json!({ "kind": "PATROL_FINDING", "text": "墙面渗水", "urgency": "NORMAL", "channel": "GRID_APP",
        "grid": id("Grid", GRID) });
    let event = story.begin(member, "GridEvent", "reportEvent", found).await;
    story.act(cadre, &event, "triageEvent", json!({ "decision": "TRIAGED" })).await;
    let due = story.now() + 3 * DAY;
    let task =
        json!({ "handler": id("Organisation", cadre.organisation), "task": "查看", "deadline": story.at(3 * DAY) });
    story.act(cadre, &event, "assignEvent", task).await;
    story.later(DAY).await;
    let over = json!({ "category": "FIRE", "description": "墙面渗水", "noPhotoReason": "见事件" });
    story.act(cadre, &event, "handOverToHazard", over).await;
    story.later(10 * DAY).await;
    let hazard = story.number(&format!("SELECT hazard_id FROM grid_event WHERE id = {}", event.key())).await;
    let hazard = crate::stories::story::Matter { view: "Hazard", id: id("Hazard", hazard) };
    story.act(centre, &hazard, "rejectHazard", json!({ "reason": "不属隐患" })).await;
    for table in ["grid_event WHERE id", "event_task WHERE grid_event_id"] {
        let shown = story.number(&format!("SELECT due_at FROM {table} = {}", event.key())).await;
        assert_eq!(shown, due + 10 * DAY, "{table}");
    }
    let clock = format!("SELECT due_at FROM sla_clock WHERE kind = 'EVENT_HANDLE' AND grid_event_id = {}", event.key());
    assert_eq!(story.number(&clock).await, due + 10 * DAY);
}
