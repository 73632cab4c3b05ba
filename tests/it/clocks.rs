//! Clocks ring for every matter whose time has come, whatever is wrong with others.

use fengqiao::kernel::clock::Clock;
use serde_json::json;

use crate::evidence::desk::run;
use crate::stories::story::{HOUR, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

on_both!(what_cannot_be_rung_keeps_nothing_behind_it_waiting);

const VILLAGE: &str = "330603001008";
const GRID: i64 = 330_603_001_008_001;
/// More than are looked after between two looks.
const STUCK: usize = 70;

async fn what_cannot_be_rung_keeps_nothing_behind_it_waiting(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = story.who("GRID_MEMBER", VILLAGE, Some(GRID)).await;
    let report = async |description: &str| {
        let input = json!({ "source": "GRID", "grid": id("Grid", GRID), "category": "FIRE", "description": description,
            "noPhotoReason": "夜间" });
        story.begin(member, "Hazard", "reportHazard", input).await;
    };
    for number in 0..STUCK {
        report(&format!("卡住{number}")).await;
    }
    // Of a version of the lifecycle that is not there.
    run(&own.0, "UPDATE hazard SET flow_version = 99 WHERE description LIKE '卡住%'").await;
    own.0.clock.advance(1);
    report("排在后面").await;
    own.0.clock.advance(25 * HOUR);
    let writer = own.0.engine.writer().expect("the app writes");
    let told = async |description: &str| {
        let sql = format!(
            "SELECT COUNT(*) FROM outbox WHERE kind = 'CLOCK_BREACHED' AND view = 'Hazard'
             AND matter_id IN (SELECT id FROM hazard WHERE description LIKE '{description}%')"
        );
        story.number(&sql).await
    };
    assert!(writer.ring(own.0.clock.now_ms()).await.expect("the clocks ring") > 0);
    assert_eq!((told("卡住").await, told("排在后面").await), (0, 1));
    // Put right, they ring as well: once, though late.
    run(&own.0, "UPDATE hazard SET flow_version = 1 WHERE description LIKE '卡住%'").await;
    for _ in 0..2 {
        writer.ring(own.0.clock.now_ms()).await.expect("the clocks ring");
        assert_eq!((told("卡住").await, told("排在后面").await), (STUCK as i64, 1));
    }
}
