//! A new version of a lifecycle: matters stay on the one they began with, and one mutation serves both.

use std::sync::Arc;

use fengqiao::access::Policy;
use fengqiao::graphql::engine::Options;
use fengqiao::graphql::nouns;
use fengqiao::lifecycle::Lifecycles;
use serde_json::json;

use super::once::{GRID, VILLAGE, report};
use crate::stories::story::{HOUR, Matter, Person, Story};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

on_both!(a_running_matter_stays_on_the_version_that_it_began_with);

/// The lifecycles of the build, and a second one of hazards: two days for grading, and another action on the spot.
fn second() -> Options {
    let text = include_str!("../../../schema/flows/hazard.toml");
    let text = text.replacen("version = 1", "version = 2", 1).replace("fixOnSite", "mendOnSite");
    let text = text.replacen("kind = \"HAZARD_GRADE\"\nlength = 24", "kind = \"HAZARD_GRADE\"\nlength = 48", 1);
    let (catalog, policy) = (nouns::catalog().expect("nouns"), Policy::built_in().expect("a policy"));
    let lifecycles = Lifecycles::with(catalog, &policy, &[("hazard.2.toml", &text)]).expect("they stand together");
    Options::writing().unmetered().with_lifecycles(Arc::new(lifecycles))
}

/// When the grading of a hazard is due, and which of the two actions are offered.
async fn seen(story: &Story<'_>, who: Person, hazard: &Matter) -> (String, Vec<String>) {
    let document = "query($id: ID!) { node(id: $id) { ... on Hazard {
        clocks { kind dueAt } availableActions { name } } } }";
    let node = story.ask(who, document, json!({ "id": hazard.id })).await["node"].take();
    let clocks = node["clocks"].as_array().expect("clocks").clone();
    let due = clocks.iter().find(|clock| clock["kind"] == "HAZARD_GRADE").expect("it is to be graded");
    let names = node["availableActions"].as_array().expect("actions").iter().map(|action| action["name"].as_str());
    let of_the_spot = names.flatten().filter(|name| name.ends_with("OnSite")).map(str::to_owned).collect();
    (due["dueAt"].as_str().expect("an instant").to_owned(), of_the_spot)
}

async fn a_running_matter_stays_on_the_version_that_it_began_with(own: &OwnTestApp) {
    let before = Story::new(&own.0);
    let leader = before.who("GRID_LEADER", VILLAGE, Some(GRID)).await;
    let old = before.begin(leader, "Hazard", "reportHazard", report("楼道堆物")).await;
    let (one_day, two_days) = (before.at(24 * HOUR), before.at(48 * HOUR));
    let build = own.0.next_build(second()).await;
    let story = Story::new(&build);
    let new = story.begin(leader, "Hazard", "reportHazard", report("飞线充电")).await;
    assert_eq!(seen(&story, leader, &old).await, (one_day, vec!["fixOnSite".to_owned()]));
    assert_eq!(seen(&story, leader, &new).await, (two_days, vec!["mendOnSite".to_owned()]));
    let fixed = async || {
        let photos = [story.photo(leader, "BEFORE").await, story.photo(leader, "AFTER").await];
        json!({ "measure": "当场清理", "evidence": photos })
    };
    assert_eq!(story.refused(leader, &old, "mendOnSite", fixed().await).await, ["NOT_PERMITTED"]);
    assert_eq!(story.refused(leader, &new, "fixOnSite", fixed().await).await, ["NOT_PERMITTED"]);
    story.later(25 * HOUR).await;
    let breached = |hazard: &Matter| {
        format!("SELECT COUNT(*) FROM sla_clock WHERE hazard_id = {} AND breached_at IS NOT NULL", hazard.key())
    };
    assert_eq!((story.number(&breached(&old)).await, story.number(&breached(&new)).await), (1, 0));
    assert_eq!(story.act(leader, &old, "fixOnSite", fixed().await).await, "RECTIFIED");
    assert_eq!(story.act(leader, &new, "mendOnSite", fixed().await).await, "RECTIFIED");
    story.holds_together(&old).await;
    build.stop().await;
}
