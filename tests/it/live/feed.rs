//! Live changes: to those who may see them, as of that moment, without a gap and without a repeat.

use fengqiao::graphql::engine::Options;
use serde_json::{Value as Json, json};

use super::socket::Socket;
use super::{OTHER_VILLAGE, People, VILLAGE, assign, report, told, triage};
use crate::stories::story::{DAY, HOUR, Story};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

const CHANGED: &str = "subscription($filter: ChangeFilter) { matterChanged(filter: $filter) {
    kind type matterId version action at matter { ... on GridEvent { status } } } }";
const FEED: &str = "subscription($after: String, $known: [ID!]) { changes(after: $after, known: $known) {
    cursor kind action matterId version matter { id } } }";

on_both!(
    a_change_reaches_those_who_may_see_it,
    filters_choose_what_is_told,
    an_assignment_reaches_who_gets_it,
    a_clock_that_rings_is_told,
    the_feed_goes_on_where_it_was,
    rights_that_change_are_told_and_obeyed,
    another_process_tells_as_well,
    many_who_ask_the_same_all_hear,
);

async fn a_change_reaches_those_who_may_see_it(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let mut leader = Socket::known(&story.token(people.leader).await).await;
    leader.listen("l", CHANGED, json!({})).await;
    let mut stranger = Socket::known(&story.token(people.stranger).await).await;
    stranger.listen("s", CHANGED, json!({})).await;
    let event = report(&story, people.centre, VILLAGE).await;
    triage(&story, people.cadre, &event).await;
    let elsewhere = report(&story, people.centre, OTHER_VILLAGE).await;
    let first = leader.next("l").await["matterChanged"].take();
    let expected = json!({
        "kind": "TRANSITION", "type": "GRID_EVENT", "matterId": event.id, "version": 1, "action": "reportEvent",
        "at": story.at(0), "matter": { "status": first["matter"]["status"] },
    });
    assert_eq!(first, expected);
    let second = leader.next("l").await["matterChanged"].take();
    assert_eq!((&second["version"], &second["matter"]["status"]), (&json!(2), &json!("TRIAGED")));
    assert!(leader.is_silent().await, "what lies in another village is not told");
    let seen = stranger.next("s").await["matterChanged"].take();
    assert_eq!(seen["matterId"], elsewhere.id.as_str(), "the first that a stranger hears of is of the own village");
    assert!(stranger.is_silent().await);
}

async fn filters_choose_what_is_told(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let mut socket = Socket::known(&story.token(people.centre).await).await;
    for (id, filter) in [
        ("type", json!({ "types": ["HAZARD"] })),
        ("place", json!({ "division": [OTHER_VILLAGE] })),
        ("both", json!({ "types": ["GRID_EVENT"], "division": [VILLAGE] })),
    ] {
        socket.listen(id, CHANGED, json!({ "filter": filter })).await;
    }
    let event = report(&story, people.centre, VILLAGE).await;
    assert_eq!(socket.next("both").await["matterChanged"]["matterId"], event.id.as_str());
    socket.listen("one", CHANGED, json!({ "filter": { "ids": [event.id] } })).await;
    let elsewhere = report(&story, people.centre, OTHER_VILLAGE).await;
    assert_eq!(socket.next("place").await["matterChanged"]["matterId"], elsewhere.id.as_str());
    socket.say(json!({ "type": "complete", "id": "both" })).await;
    triage(&story, people.cadre, &event).await;
    assert_eq!(socket.next("one").await["matterChanged"]["action"], "triageEvent");
    // Triage is told to who reported: the account of the centre.
    let mine = "subscription { matterChanged(filter: { mine: true }) { matterId action } }";
    let mut own_only = Socket::known(&story.token(people.cadre).await).await;
    own_only.listen("m", mine, json!({})).await;
    let next = report(&story, people.centre, VILLAGE).await;
    let heard = own_only.next("m").await["matterChanged"].take();
    assert_eq!(heard, json!({ "matterId": next.id, "action": "reportEvent" }));
}

async fn an_assignment_reaches_who_gets_it(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let document = "subscription { assignmentReceived { matterId action matter { ... on GridEvent { no } } } }";
    let mut cadre = Socket::known(&story.token(people.cadre).await).await;
    cadre.listen("c", document, json!({})).await;
    let mut leader = Socket::known(&story.token(people.leader).await).await;
    leader.listen("l", document, json!({})).await;
    let event = report(&story, people.centre, VILLAGE).await;
    triage(&story, people.cadre, &event).await;
    assign(&story, people.cadre, &event, people.cadre).await;
    for action in ["reportEvent", "assignEvent"] {
        let heard = cadre.next("c").await["assignmentReceived"].take();
        assert_eq!((&heard["matterId"], &heard["action"]), (&json!(event.id), &json!(action)));
        assert!(heard["matter"]["no"].is_string());
    }
    assert!(cadre.is_silent().await, "a triage gives nothing to do");
    let same = people.leader.organisation == people.cadre.organisation;
    assert_eq!(leader.is_silent().await, !same, "whoever acts for another organisation is given nothing");
}

async fn a_clock_that_rings_is_told(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let document =
        "subscription($ids: [ID!]) { slaNearBreach(filter: { ids: $ids }) { kind action clock { kind } matterId } }";
    let event = report(&story, people.centre, VILLAGE).await;
    own.0.clock.advance(2 * DAY + HOUR);
    let mut socket = Socket::known(&story.token(people.centre).await).await;
    socket.listen("c", document, json!({ "ids": [event.id] })).await;
    story.later(0).await;
    let clock = json!({ "kind": "EVENT_TRIAGE" });
    let expected = json!({ "kind": "CLOCK_BREACHED", "action": null, "clock": clock, "matterId": event.id });
    assert_eq!(socket.next("c").await["slaNearBreach"], expected);
    triage(&story, people.cadre, &event).await;
    assert!(socket.is_silent().await, "an action is no clock");
}

async fn the_feed_goes_on_where_it_was(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let actor = story.token(people.centre).await;
    let mut socket = Socket::known(&actor).await;
    socket.listen("f", FEED, json!({})).await;
    let event = report(&story, people.centre, VILLAGE).await;
    let first = socket.next("f").await["changes"].take();
    assert_eq!(told(&first), ("TRANSITION".into(), "reportEvent".into(), event.id.clone()));
    drop(socket);
    triage(&story, people.cadre, &event).await;
    let other = report(&story, people.centre, VILLAGE).await;
    let mut socket = Socket::known(&actor).await;
    socket.subscribe("f", FEED, json!({ "after": first["cursor"] })).await;
    let second = socket.next("f").await["changes"].take();
    let third = socket.next("f").await["changes"].take();
    assert_eq!(told(&second), ("TRANSITION".into(), "triageEvent".into(), event.id.clone()));
    assert_eq!(told(&third), ("TRANSITION".into(), "reportEvent".into(), other.id.clone()));
    assert!(socket.is_silent().await, "nothing comes twice");
    assign(&story, people.cadre, &event, people.cadre).await;
    let fourth = socket.next("f").await["changes"].take();
    assert_eq!(told(&fourth).1, "assignEvent");
    // A cursor is its holder's: with other rights what was read before may not be right any more.
    let mut cadre = Socket::known(&story.token(people.cadre).await).await;
    cadre.subscribe("f", FEED, json!({ "after": first["cursor"] })).await;
    assert_eq!(told(&cadre.next("f").await["changes"]), ("RESYNC".into(), String::new(), String::new()));
}

async fn rights_that_change_are_told_and_obeyed(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let event = report(&story, people.centre, VILLAGE).await;
    let mut leader = Socket::known(&story.token(people.leader).await).await;
    leader.listen("f", FEED, json!({ "known": [event.id] })).await;
    triage(&story, people.cadre, &event).await;
    assert_eq!(told(&leader.next("f").await["changes"]).1, "triageEvent");
    story.move_to_grids_of(people.leader, people.stranger).await;
    assign(&story, people.cadre, &event, people.cadre).await;
    assert_eq!(told(&leader.next("f").await["changes"]).0, "RESYNC");
    let gone = leader.next("f").await["changes"].take();
    assert_eq!(told(&gone), ("REMOVED".into(), String::new(), event.id.clone()));
    assert_eq!((&gone["version"], &gone["matter"]), (&Json::Null, &Json::Null));
    story.act(people.cadre, &event, "handleEvent", json!({ "result": "已处理" })).await;
    assert!(leader.is_silent().await, "what is gone is not told of any more");
}

async fn another_process_tells_as_well(own: &OwnTestApp) {
    // Two servers over one database: what one writes, the other one tells.
    let beside = own.0.next_build(Options::writing()).await;
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let there = beside.as_posting(people.leader.posting, None).await;
    let mut socket = Socket::known(&there).await;
    socket.listen("f", FEED, json!({})).await;
    let event = report(&story, people.centre, VILLAGE).await;
    assert_eq!(told(&socket.next("f").await["changes"]).2, event.id);
    drop(socket);
    beside.stop_serving().await;
}

async fn many_who_ask_the_same_all_hear(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let actor = story.token(people.leader).await;
    let mut sockets = vec![];
    for _ in 0..5 {
        let mut socket = Socket::known(&actor).await;
        for n in 0..20 {
            socket.listen(&n.to_string(), CHANGED, json!({})).await;
        }
        sockets.push(socket);
    }
    // Longer than a posting is kept, so that it is read again while an event is told.
    for _ in 0..5 {
        let event = report(&story, people.centre, VILLAGE).await;
        for socket in &mut sockets {
            let mut heard = std::collections::BTreeSet::new();
            for _ in 0..20 {
                let message = socket.hear().await;
                assert_eq!(message["payload"]["data"]["matterChanged"]["matterId"], event.id.as_str());
                heard.insert(message["id"].as_str().unwrap_or_default().to_owned());
            }
            assert_eq!(heard.len(), 20, "each hears it once");
        }
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    }
}
