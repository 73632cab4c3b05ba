//! Self-inspections by the code at the door: which cycle they count for, and what they find.

use fengqiao::self_inspection::cycles;
use serde_json::{Value as Json, json};

use super::once::VILLAGE;
use crate::stories::story::{DAY, Matter, Person, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;
use crate::support::rows;

on_both!(a_self_inspection_counts_for_its_cycle_and_what_it_finds_is_a_hazard);

/// A site, its owner, the code that hangs there, and the items of its checklist with whether each wants a photo.
struct Door {
    site: i64,
    owner: Person,
    code: String,
    items: Vec<(String, bool)>,
}

async fn door(story: &Story<'_>) -> Door {
    let site = story.site("RESTAURANT", VILLAGE).await;
    let unit = story.number(&format!("SELECT unit_id FROM key_site WHERE id = {site}")).await;
    let items = format!(
        "SELECT i.code, CAST(CASE WHEN i.photo_required THEN 1 ELSE 0 END AS BIGINT) FROM checklist_item i
         JOIN key_site s ON s.checklist_id = i.checklist_id WHERE s.id = {site} ORDER BY i.item_order"
    );
    let items = rows::select(&story.app.database, &items, 2).await;
    Door {
        site,
        owner: story.of("SITE_OWNER", unit).await,
        code: story.text(&format!("SELECT qr_token FROM key_site WHERE id = {site}")).await,
        items: items.iter().map(|row| (row[0].as_str().unwrap_or_default().to_owned(), row[1] == 1)).collect(),
    }
}

async fn started(story: &Story<'_>, door: &Door) -> Matter {
    let scanned = json!({ "qrToken": door.code, "via": "SCAN" });
    story.begin(door.owner, "SelfInspection", "startSelfInspection", scanned).await
}

/// An answer to each item: the first is not in order.
async fn answers(story: &Story<'_>, door: &Door) -> Vec<Json> {
    let mut answers = vec![];
    for (at, (item, photo)) in door.items.iter().enumerate() {
        let mut answer = json!({ "item": item, "answer": if at == 0 { "NOT_OK" } else { "OK" } });
        if *photo || at == 0 {
            answer["photo"] = story.photo(door.owner, "BEFORE").await["hash"].clone();
        }
        answers.push(answer);
    }
    answers
}

async fn state(story: &Story<'_>, door: &Door, cycle: &str) -> String {
    let sql = format!("SELECT state FROM self_inspection_due WHERE site_id = {} AND cycle = '{cycle}'", door.site);
    story.text(&sql).await
}

async fn a_self_inspection_counts_for_its_cycle_and_what_it_finds_is_a_hazard(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let door = door(&story).await;
    let writer = own.0.engine.writer().expect("the app writes");
    own.0.clock.advance(DAY);
    cycles::turn(writer, story.now()).await.expect("the quarter turns");
    assert_eq!(state(&story, &door, "2026-Q2").await, "DUE");
    // Nobody else's code, and not by hand for another site.
    let unborn = Matter { view: "SelfInspection", id: String::new() };
    let wrong = json!({ "qrToken": "no such code", "via": "SCAN" });
    let refused = story.refused(door.owner, &unborn, "startSelfInspection", wrong).await;
    assert_eq!(refused, ["REFERENCE_UNKNOWN qrToken"]);
    // Half of the items: submitted, and it counts for nothing.
    let half = started(&story, &door).await;
    let all = answers(&story, &door).await;
    story.act(door.owner, &half, "submitSelfInspection", json!({ "answers": all[1..] })).await;
    assert_eq!(state(&story, &door, "2026-Q2").await, "DUE");
    // One photo does not show two items.
    let whole = started(&story, &door).await;
    let mut all = answers(&story, &door).await;
    let second = all[1]["photo"].clone();
    all[1]["photo"] = all[0]["photo"].clone();
    let refused = story.refused(door.owner, &whole, "submitSelfInspection", json!({ "answers": all })).await;
    assert_eq!(refused, ["EVIDENCE_FOREIGN answers.1.photo"]);
    all[1]["photo"] = second;
    story.act(door.owner, &whole, "submitSelfInspection", json!({ "answers": all })).await;
    assert_eq!(state(&story, &door, "2026-Q2").await, "DONE_ON_TIME");
    let found = format!(
        "SELECT id FROM hazard WHERE self_inspection_id = {} AND source = 'SELF' AND site_id = {}",
        whole.key(),
        door.site
    );
    let found = rows::select(&own.0.database, &found, 1).await;
    assert_eq!(found.len(), 1, "one item was not in order");
    let hazard = Matter { view: "Hazard", id: id("Hazard", found[0][0].as_i64().expect("a key")) };
    story.holds_together(&hazard).await;
    let photos = format!("SELECT COUNT(*) FROM evidence WHERE hazard_id = {} AND phase = 'BEFORE'", hazard.key());
    assert_eq!(story.number(&photos).await, 1, "with its photo");
    // The next quarter ends without one: missed, and made good within three weeks, as late.
    own.0.clock.advance(91 * DAY);
    cycles::turn(writer, story.now()).await.expect("the quarter turns");
    assert_eq!(state(&story, &door, "2026-Q3").await, "DUE");
    own.0.clock.advance(92 * DAY);
    cycles::turn(writer, story.now()).await.expect("the quarter turns");
    assert_eq!(state(&story, &door, "2026-Q3").await, "MISSED");
    let late = started(&story, &door).await;
    let all = answers(&story, &door).await;
    story.act(door.owner, &late, "submitSelfInspection", json!({ "answers": all })).await;
    assert_eq!(state(&story, &door, "2026-Q3").await, "DONE_LATE");
    assert_eq!(state(&story, &door, "2026-Q4").await, "DUE", "the present one is still owed");
}
