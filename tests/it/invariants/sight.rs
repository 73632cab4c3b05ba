//! Invariants 12, 16 and 17: who sees what of a matter changes with a birthday, a mechanism and a beginning.

use serde_json::json;

use crate::stories::story::{DAY, Matter, Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

const VILLAGE: &str = "330603001008";
const GRID: i64 = 330_603_001_008_001;

on_both!(
    n12_a_child_is_guarded_until_its_fourteenth_birthday,
    n16_a_partner_sees_what_is_joint_and_nothing_else,
    n17_an_unannounced_visit_shows_nowhere_before_it_starts,
);

async fn n12_a_child_is_guarded_until_its_fourteenth_birthday(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let centre = story.who("TOWN_CENTRE_OPERATOR", &VILLAGE[..9], None).await;
    let member = story.who("GRID_MEMBER", VILLAGE, Some(GRID)).await;
    let quarrel = json!({
        "channel": "GRID", "grid": id("Grid", GRID), "title": "校园纠纷", "summary": "课间推搡", "parties": [
            { "kind": "PERSON", "name": "示例辰", "birthDate": "2012-04-10" },
            { "kind": "PERSON", "name": "示例巳", "contact": "10000000081" },
        ],
    });
    // Whoever brings it knows what is in it, and is not shown it any more.
    let unborn = Matter { view: "Dispute", id: String::new() };
    let payload = story.send(member, &unborn, "registerDispute", quarrel).await;
    assert_eq!(payload, json!({ "dispute": null, "userErrors": [] }));
    let key = story.number("SELECT id FROM dispute WHERE title = '校园纠纷'").await;
    let dispute = Matter { view: "Dispute", id: id("Dispute", key) };
    assert!(story.sees(centre, &dispute).await, "the centre is cleared for it");
    assert!(!story.sees(member, &dispute).await);
    assert!(!story.sees(cadre, &dispute).await, "not cleared for what is sensitive");
    // 2026-04-10 is the fourteenth birthday.
    story.later(9 * DAY - 1).await;
    assert!(!story.sees(cadre, &dispute).await);
    own.0.clock.advance(1);
    assert!(story.sees(cadre, &dispute).await, "from then on it is personal");
}

async fn n16_a_partner_sees_what_is_joint_and_nothing_else(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let partner = story.who("JOINT_PARTNER", "310116", None).await;
    let centre = story.who("TOWN_CENTRE_OPERATOR", "330482106", None).await;
    let document = "{ disputes(first: 100) { totalCount edges { node { jointMechanism { id } divisionCode } } } }";
    let joint = story.number("SELECT COUNT(*) FROM dispute WHERE mechanism_id IS NOT NULL").await;
    let quarrel = json!({
        "channel": "WINDOW", "division": "330482106209", "title": "村内纠纷", "summary": "宅基地边界", "parties": [
            { "kind": "PERSON", "name": "示例午", "contact": "10000000091" },
            { "kind": "PERSON", "name": "示例未", "contact": "10000000092" },
        ],
    });
    let own_matter = story.begin(centre, "Dispute", "registerDispute", quarrel).await;
    assert!(!story.sees(partner, &own_matter).await);
    let found = story.ask(partner, document, json!({})).await["disputes"].clone();
    assert_eq!(found["totalCount"], joint);
    assert!(joint > 0);
    let edges = found["edges"].as_array().expect("a list");
    assert!(edges.iter().all(|edge| !edge["node"]["jointMechanism"].is_null()), "{found}");
}

async fn n17_an_unannounced_visit_shows_nowhere_before_it_starts(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let site = story.site("RESTAURANT", VILLAGE).await;
    let of_site = |column: &str| format!("SELECT {column} FROM key_site WHERE id = {site}");
    let unit = story.number(&of_site("unit_id")).await;
    let owner = story.of("SITE_OWNER", unit).await;
    let regulator = story.of("COUNTY_REGULATOR", story.number(&of_site("regulator_id")).await).await;
    let document = "{ inspections(first: 100) { totalCount edges { node { id } } } }";
    let before = story.ask(owner, document, json!({})).await;
    let plan = json!({
        "kind": "ROUTINE", "mode": "UNANNOUNCED", "plannedAt": story.at(DAY), "sites": [id("KeySite", site)],
    });
    let visit = story.begin(regulator, "Inspection", "planInspection", plan).await;
    assert_eq!(story.ask(owner, document, json!({})).await, before, "neither in a list nor in a count");
    assert!(!story.sees(owner, &visit).await);
    let told = story.recipients(&visit, "planInspection").await;
    assert!(!told.contains(&json!({ "organisation": unit })), "nor in a notice: {told:?}");
    story.later(DAY).await;
    story.act(regulator, &visit, "startInspection", json!({})).await;
    assert!(story.sees(owner, &visit).await);
    assert!(story.recipients(&visit, "startInspection").await.contains(&json!({ "organisation": unit })));
    let after = story.ask(owner, document, json!({})).await;
    assert_ne!(after, before);
}
