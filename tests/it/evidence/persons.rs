//! What evidence shows is as sensitive as its matter, whatever whoever attached it has said.

use serde_json::{Value, json};

use super::bytes;
use super::desk::{GRID, TOWNSHIP, VILLAGE, evidence, member, number, operator, reported, run, upload};
use crate::stories::story::{Story, id};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

on_both!(
    what_belongs_to_a_dispute_shows_persons,
    so_does_what_was_handed_over_to_one,
    a_photo_of_a_home_is_given_like_the_home
);

async fn what_belongs_to_a_dispute_shows_persons(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let centre = story.who("TOWN_CENTRE_OPERATOR", TOWNSHIP, None).await;
    let party = |name: &str| json!({ "kind": "PERSON", "name": name });
    let quarrel = json!({ "channel": "WINDOW", "division": VILLAGE, "title": "采光纠纷", "summary": "加盖房屋影响采光",
        "parties": [party("示例辰"), party("示例巳")] });
    let dispute = story.begin(centre, "Dispute", "registerDispute", quarrel).await;
    let mut paper = story.paper(centre).await;
    paper["class"] = "INTERNAL".into();
    let triage =
        json!({ "decision": "ACCEPTED", "riskLevel": "BLUE", "typeCodes": ["NEIGHBOUR"], "evidence": [paper] });
    story.act(centre, &dispute, "triageDispute", triage).await;
    let class = format!("SELECT class FROM evidence WHERE dispute_id = {}", dispute.key());
    assert_eq!(story.text(&class).await, "PERSONAL");
}

async fn so_does_what_was_handed_over_to_one(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let member = story.who("GRID_MEMBER", VILLAGE, Some(GRID)).await;
    let cadre = story.who("VILLAGE_CADRE", VILLAGE, None).await;
    let found = json!({ "kind": "PATROL_FINDING", "text": "楼道争吵", "urgency": "NORMAL", "channel": "GRID_APP",
        "grid": id("Grid", GRID) });
    let event = story.begin(member, "GridEvent", "reportEvent", found).await;
    story.act(cadre, &event, "triageEvent", json!({ "decision": "TRIAGED" })).await;
    let photo = story.photo(cadre, "BEFORE").await;
    let over = json!({ "title": "邻里纠纷", "summary": "争吵", "evidence": [photo],
        "parties": [{ "kind": "PERSON", "name": "示例辰" }, { "kind": "PERSON", "name": "示例巳" }] });
    story.act(cadre, &event, "handOverToDispute", over).await;
    let hash = photo["hash"].as_str().expect("a hash");
    let shown = |class: &str| format!("SELECT COUNT(*) FROM evidence WHERE hash = '{hash}' AND class = '{class}'");
    let classes = [story.number(&shown("PERSONAL")).await, story.number(&shown("INTERNAL")).await];
    assert_eq!(classes, [2, 0], "of the dispute and of the event");
}

async fn a_photo_of_a_home_is_given_like_the_home(own: &OwnTestApp) {
    let app = &own.0;
    let member = member(app).await;
    let hash = upload(&member, "JPEG", &bytes::jpeg(1)).await;
    let hazard = reported(&member, "home", &[(&hash, "BEFORE")]).await;
    assert!(evidence(&member, &hazard).await[0]["url"].is_string());
    let site = number(app, &format!("SELECT MIN(id) FROM key_site WHERE grid_id = {GRID}")).await;
    let of = hazard["id"].as_str().expect("an id");
    let key = fengqiao::read::write::parse_global_id(of).expect("a global id").1;
    assert_eq!(of, id("Hazard", key));
    run(app, &format!("UPDATE hazard SET site_id = {site} WHERE id = {key}")).await;
    run(app, &format!("UPDATE key_site SET private_dwelling = true WHERE id = {site}")).await;
    let seen = evidence(&member, &hazard).await;
    assert_eq!((&seen[0]["url"], &seen[0]["thumbnailUrl"]), (&Value::Null, &Value::Null));
    assert!(evidence(&operator(app).await, &hazard).await[0]["url"].is_string(), "the centre handles it");
}
