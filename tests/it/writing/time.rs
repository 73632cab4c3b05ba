//! What time alone brings about is told once, however many look at the same time, and whenever they were last awake.

use fengqiao::kernel::clock::Clock;
use fengqiao::self_inspection::cycles;
use futures_util::future::join_all;
use serde_json::json;

use super::once::{VILLAGE, member, report};
use crate::stories::story::{DAY, HOUR, Story};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;
use crate::support::rows;

on_both!(
    many_schedulers_ring_once,
    who_acts_first_finds_it_escalated,
    a_quarter_ends_with_those_missed,
    the_calendar_ends_and_says_so,
);

async fn many_schedulers_ring_once(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = member(&story).await;
    for number in 0..20 {
        story.begin(member, "Hazard", "reportHazard", report(&format!("按时定级{number}"))).await;
    }
    let writer = own.0.engine.writer().expect("the app writes");
    let told = async |kind: &str| {
        let sql = format!(
            "SELECT COUNT(*), COUNT(DISTINCT matter_id) FROM outbox WHERE kind = '{kind}' AND view = 'Hazard'
             AND matter_id IN (SELECT id FROM hazard WHERE description LIKE '按时定级%')"
        );
        let found = rows::select(&own.0.database, &sql, 2).await;
        (found[0][0].as_i64().unwrap_or_default(), found[0][1].as_i64().unwrap_or_default())
    };
    // Nearly due, and then over: each is told of once by four schedulers that look at the same time, and again later.
    for (passed, near, breached) in [(23 * HOUR, 20, 0), (0, 20, 0), (2 * HOUR, 20, 20), (DAY, 20, 20)] {
        own.0.clock.advance(passed);
        let now = own.0.clock.now_ms();
        for rung in join_all((0..4).map(|_| writer.ring(now))).await {
            rung.expect("the clocks ring");
        }
        assert_eq!(told("CLOCK_NEAR").await, (near, near));
        assert_eq!(told("CLOCK_BREACHED").await, (breached, breached));
    }
    let kept = "SELECT COUNT(*) FROM sla_clock WHERE breached_at IS NOT NULL AND kind = 'HAZARD_GRADE'
        AND hazard_id IN (SELECT id FROM hazard WHERE description LIKE '按时定级%')";
    assert_eq!(story.number(kept).await, 20, "a breach is a fact with a time");
}

async fn who_acts_first_finds_it_escalated(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let leader = story.who("GRID_LEADER", VILLAGE, Some(super::once::GRID)).await;
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let hazard = story.begin(member(&story).await, "Hazard", "reportHazard", report("逾期整改")).await;
    let photos = json!([story.photo(leader, "BEFORE").await, story.photo(leader, "AFTER").await]);
    story.act(leader, &hazard, "fixOnSite", json!({ "measure": "清理", "evidence": photos })).await;
    let back = json!({ "deadline": story.at(DAY), "reason": "未清干净" });
    assert_eq!(story.act(centre, &hazard, "rejectRectification", back).await, "RECTIFYING");
    // No scheduler is awake when the deadline passes.
    own.0.clock.advance(2 * DAY);
    let photos = json!([story.photo(leader, "AFTER").await]);
    story.act(leader, &hazard, "fixOnSite", json!({ "measure": "再清理", "evidence": photos })).await;
    let timeline = story.timeline(centre, &hazard).await;
    assert_eq!(timeline.last().map(String::as_str), Some("escalateHazard RECTIFIED"), "{timeline:?}");
    assert_eq!(story.rung(&hazard).await, ["CLOCK_BREACHED HAZARD_RECTIFY"]);
    story.later(HOUR).await;
    assert_eq!(story.timeline(centre, &hazard).await, timeline, "and the scheduler has nothing to add");
    story.holds_together(&hazard).await;
}

async fn a_quarter_ends_with_those_missed(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let writer = own.0.engine.writer().expect("the app writes");
    let count = async |state: &str, cycle: &str| {
        let sql = format!("SELECT COUNT(*) FROM self_inspection_due WHERE state = '{state}' AND cycle = '{cycle}'");
        story.number(&sql).await
    };
    let sites = story.number("SELECT COUNT(*) FROM key_site WHERE status = 'ACTIVE'").await;
    // Within the quarter: every site in use owes one.
    own.0.clock.advance(DAY);
    let turned = join_all((0..2).map(|_| cycles::turn(writer, own.0.clock.now_ms()))).await;
    assert!(turned.iter().all(Result::is_ok), "{turned:?}");
    assert_eq!(count("DUE", "2026-Q2").await, sites);
    // The next one.
    own.0.clock.advance(92 * DAY);
    let turned = join_all((0..2).map(|_| cycles::turn(writer, own.0.clock.now_ms()))).await;
    let missed: u64 = turned.into_iter().map(|turned| turned.expect("the quarter turns").missed).sum();
    assert_eq!(i64::try_from(missed).ok(), Some(sites), "two servers, and each cycle is missed once");
    assert_eq!(count("MISSED", "2026-Q2").await, sites);
    assert_eq!(count("DUE", "2026-Q3").await, sites);
    let told = "SELECT COUNT(*) FROM outbox WHERE kind = 'CYCLE_MISSED' AND body LIKE '%2026-Q2%'";
    assert_eq!(story.number(told).await, sites, "and told once");
}

async fn the_calendar_ends_and_says_so(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    // Beyond the last year that is loaded no working day is made up.
    own.0.clock.advance(400 * DAY);
    let quarrel = json!({
        "channel": "WINDOW", "division": VILLAGE, "title": "邻里纠纷", "summary": "噪声", "parties": [
            { "kind": "PERSON", "name": "示例子", "contact": "10000000061" },
            { "kind": "PERSON", "name": "示例丑", "contact": "10000000062" },
        ],
    });
    let unborn = crate::stories::story::Matter { view: "Dispute", id: String::new() };
    let refused = story.refused(centre, &unborn, "registerDispute", quarrel).await;
    assert_eq!(refused, ["CALENDAR_MISSING"]);
}
