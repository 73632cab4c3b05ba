//! `changesSince`: what a phone that was offline asks for.

use serde_json::{Value as Json, json};

use super::{OTHER_VILLAGE, People, VILLAGE, assign, placed, report, told, triage};
use crate::stories::story::{Person, Story};
use crate::support::app::OwnTestApp;
use crate::support::backend::on_both;

const DELTA: &str = "query($after: String, $first: Int, $known: [ID!], $filter: ChangeFilter) {
    changesSince(after: $after, first: $first, known: $known, filter: $filter) {
        cursor hasMore resync changes { kind type action matterId version matter { id ... on GridEvent { status } } } } }";

on_both!(
    a_phone_gets_what_has_changed_and_nothing_else,
    pages_are_small_and_lose_nothing,
    what_is_no_longer_shown_is_removed,
    what_is_asked_wrongly_is_refused,
    the_public_is_told_nothing,
);

async fn page(story: &Story<'_>, who: Person, variables: Json) -> Json {
    placed(story).await;
    story.ask(who, DELTA, variables).await["changesSince"].take()
}

async fn a_phone_gets_what_has_changed_and_nothing_else(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    report(&story, people.centre, VILLAGE).await;
    let first = page(&story, people.leader, json!({})).await;
    assert_eq!((&first["changes"], &first["hasMore"], &first["resync"]), (&json!([]), &json!(false), &json!(false)));
    let again = page(&story, people.leader, json!({ "after": first["cursor"] })).await;
    assert_eq!(again["changes"], json!([]), "nothing has happened since");
    let event = report(&story, people.centre, VILLAGE).await;
    report(&story, people.centre, OTHER_VILLAGE).await;
    triage(&story, people.cadre, &event).await;
    let next = page(&story, people.leader, json!({ "after": again["cursor"] })).await;
    let changed = json!([{
        "kind": "TRANSITION", "type": "GRID_EVENT", "action": "triageEvent", "matterId": event.id, "version": 2,
        "matter": { "id": event.id, "status": "TRIAGED" },
    }]);
    assert_eq!((&next["changes"], &next["hasMore"]), (&changed, &json!(false)), "the last change of each matter");
    let nothing = json!({ "after": again["cursor"], "filter": { "types": ["HAZARD"] } });
    assert_eq!(page(&story, people.leader, nothing).await["changes"], json!([]));
}

async fn pages_are_small_and_lose_nothing(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let mut after = page(&story, people.leader, json!({})).await["cursor"].take();
    let mut events = vec![];
    for _ in 0..5 {
        events.push(report(&story, people.centre, VILLAGE).await);
        report(&story, people.centre, OTHER_VILLAGE).await;
    }
    triage(&story, people.cadre, &events[0]).await;
    let mut seen = vec![];
    loop {
        let mut next = page(&story, people.leader, json!({ "after": after, "first": 2 })).await;
        let changes = next["changes"].as_array().cloned().unwrap_or_default();
        assert!(changes.len() <= 2);
        seen.extend(changes.iter().map(|change| told(change).2));
        after = next["cursor"].take();
        if next["hasMore"] == false {
            break;
        }
    }
    let last: std::collections::BTreeSet<&str> = seen.iter().map(String::as_str).collect();
    assert_eq!(last, events.iter().map(|event| event.id.as_str()).collect(), "{seen:?}");
    assert_eq!(seen.last(), Some(&events[0].id), "in the order of what happened");
}

async fn what_is_no_longer_shown_is_removed(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let (kept, lost) = (report(&story, people.centre, VILLAGE).await, report(&story, people.centre, VILLAGE).await);
    let before = page(&story, people.leader, json!({})).await;
    story.move_to_grids_of(people.leader, people.stranger).await;
    triage(&story, people.cadre, &lost).await;
    let after = page(&story, people.leader, json!({ "after": before["cursor"], "known": [kept.id, lost.id] })).await;
    assert_eq!((&after["resync"], &after["changes"]), (&json!(true), &json!([])), "lists are to be read again");
    let next = page(&story, people.leader, json!({ "after": after["cursor"], "known": [kept.id, lost.id] })).await;
    let kinds: Vec<_> = next["changes"].as_array().into_iter().flatten().map(told).collect();
    let removed = |id: &str| ("REMOVED".to_owned(), String::new(), id.to_owned());
    assert_eq!(kinds, [removed(&kept.id), removed(&lost.id)]);
    // Whether what one never saw exists is not told either.
    let none = crate::stories::story::id("GridEvent", 1);
    let guess = page(&story, people.leader, json!({ "after": after["cursor"], "known": [none, kept.id] })).await;
    let guessed: Vec<_> = guess["changes"].as_array().into_iter().flatten().map(told).collect();
    assert_eq!(guessed, [removed(&none), removed(&kept.id)]);
    assign(&story, people.cadre, &lost, people.cadre).await;
    let last = page(&story, people.leader, json!({ "after": next["cursor"] })).await;
    assert_eq!(last["changes"], json!([]));
}

async fn what_is_asked_wrongly_is_refused(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let actor = story.token(people.leader).await;
    for (variables, field) in [
        (json!({ "after": "x" }), "after"),
        (json!({ "first": 0 }), "first"),
        (json!({ "first": 101 }), "first"),
        (json!({ "known": ["x"] }), "known"),
        (json!({ "filter": { "ids": ["x"] } }), "filter.ids"),
    ] {
        let reply = actor.graphql(DELTA, variables.clone()).await.json();
        let expected = json!({ "code": "BAD_INPUT", "field": field });
        assert_eq!(reply["errors"][0]["extensions"], expected, "{variables}: {reply}");
    }
}

async fn the_public_is_told_nothing(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let public = story.public().await;
    let before = page(&story, public, json!({})).await;
    let event = report(&story, people.centre, VILLAGE).await;
    triage(&story, people.cadre, &event).await;
    let after = page(&story, public, json!({ "after": before["cursor"] })).await;
    assert_eq!((&after["changes"], &after["hasMore"]), (&json!([]), &json!(false)));
    assert!(after.get("errors").is_none());
}
