//! The outbox: every event comes, at least once, each matter's in the order of its versions, whenever its write ended.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use fengqiao::kernel::clock::Clock;
use fengqiao::outbox::feed::{self, Event};
use fengqiao::outbox::{Kind, News, post};
use fengqiao::read::session::Session;
use fengqiao::storage::Transaction;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::ledger::{grade, report};
use crate::evidence::desk::{HOUR_MS, leader, member, number, operator};
use crate::support::app::{OwnTestApp, TestApp};
use crate::support::backend::{Backend, on_both};

on_both!(
    what_was_not_acknowledged_comes_again,
    events_of_a_matter_come_in_the_order_of_its_versions,
    an_event_whose_write_ends_late_is_not_missed,
    consumers_that_are_new_at_the_same_moment_all_have_a_place,
    a_refused_write_posts_nothing,
    a_follower_misses_nothing_of_twenty_writers,
);

/// Gives positions to what waits; tells to how many.
async fn sequence(app: &TestApp) -> u64 {
    feed::sequence(&app.database.storage.write_pool()).await.expect("events get their places")
}

async fn after(app: &TestApp, position: i64, most: u64) -> Vec<Event> {
    let mut session = Session::open(&app.database.storage.read).await.expect("a connection");
    feed::after(&mut session, position, most).await.expect("the feed is read")
}

async fn position(app: &TestApp, consumer: &str) -> i64 {
    let mut session = Session::open(&app.database.storage.read).await.expect("a connection");
    feed::position(&mut session, consumer).await.expect("the place is read")
}

async fn dealt_with(app: &TestApp, consumer: &str, position: i64) {
    let pool = app.database.storage.write_pool();
    feed::dealt_with(&pool, consumer, position, app.clock.now_ms()).await.expect("the place is kept");
}

/// Positions of events.
fn positions(events: &[Event]) -> Vec<i64> {
    events.iter().map(|event| event.position).collect()
}

/// Kind and version of each event of a matter, in the order in which they come.
fn of(events: &[Event], hazard: &Value) -> Vec<(String, i64)> {
    let own = events.iter().filter(|event| event.body()["id"] == hazard["id"]);
    own.map(|e| (e.kind.clone(), e.version)).collect()
}

async fn what_was_not_acknowledged_comes_again(own: &OwnTestApp) {
    let app = &own.0;
    app.tells_nothing_by_itself();
    let member = member(app).await;
    for _ in 0..5 {
        report(&member).await;
    }
    assert_eq!(after(app, 0, 10).await, [], "an event has no position yet");
    assert_eq!((sequence(app).await, sequence(app).await), (5, 0));
    // A follower that stops between reading and acknowledging reads the same again.
    assert_eq!(position(app, "notifier").await, 0);
    let first = after(app, position(app, "notifier").await, 2).await;
    assert_eq!(positions(&first), [1, 2]);
    assert_eq!(after(app, position(app, "notifier").await, 2).await, first);
    dealt_with(app, "notifier", 2).await;
    let next = after(app, position(app, "notifier").await, 10).await;
    assert_eq!(positions(&next), [3, 4, 5]);
    // A late acknowledgement does not take it back, and each follower has a place of its own.
    dealt_with(app, "notifier", 1).await;
    assert_eq!((position(app, "notifier").await, position(app, "archive").await), (2, 0));
    dealt_with(app, "archive", 5).await;
    assert_eq!((position(app, "notifier").await, position(app, "archive").await), (2, 5));
    // What comes later has the next position: none is left out, none is given twice.
    report(&member).await;
    assert_eq!(sequence(app).await, 1);
    assert_eq!(positions(&after(app, 0, 10).await), [1, 2, 3, 4, 5, 6]);
}

async fn events_of_a_matter_come_in_the_order_of_its_versions(own: &OwnTestApp) {
    let app = &own.0;
    app.tells_nothing_by_itself();
    let begin = app.clock.now_ms();
    // Tokens hold from when they were given.
    app.clock.set(begin - 2 * HOUR_MS);
    let (member, operator) = (member(app).await, operator(app).await);
    app.clock.set(begin);
    let first = report(&member).await;
    // The machine of the operator is slow, and the one that looks at clocks is fast by more than a day.
    app.clock.set(begin - HOUR_MS);
    let second = report(&member).await;
    app.engine.writer().unwrap().ring(begin + 25 * HOUR_MS).await.unwrap();
    app.clock.set(begin - 2 * HOUR_MS);
    assert_eq!(grade(&operator, &first).await, json!([]));
    assert_eq!(grade(&operator, &second).await, json!([]));
    while sequence(app).await > 0 {}
    let events = after(app, 0, 1_000).await;
    for hazard in [&first, &second] {
        let told = of(&events, hazard);
        let mut sorted = told.clone();
        sorted.sort_by_key(|(_, version)| *version);
        assert_eq!(told, sorted, "{told:?}");
        let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, ["TRANSITION", "CLOCK_BREACHED", "TRANSITION"]);
    }
}

async fn an_event_whose_write_ends_late_is_not_missed(own: &OwnTestApp) {
    let app = &own.0;
    app.tells_nothing_by_itself();
    if app.database.backend == Backend::Sqlite {
        // One write at a time: none can end later than one that began after it.
        return;
    }
    let member = member(app).await;
    // A write that began first, with the smallest key and time there is, and has not ended.
    let mut slow = Transaction::begin(&app.database.storage.write_pool()).await.unwrap();
    let (view, division_code, body) = ("Hazard", "330603001008", json!({ "action": "slow" }));
    let news = News { id: 1, at: 1, kind: Kind::Transition, view, matter_id: 1, seq: 1, division_code, body };
    post(&mut slow, &news).await.unwrap();
    report(&member).await;
    report(&member).await;
    assert_eq!(sequence(app).await, 2);
    let seen = after(app, 0, 10).await;
    dealt_with(app, "notifier", 2).await;
    assert_eq!((positions(&seen), after(app, 2, 10).await), (vec![1, 2], vec![]));
    slow.commit().await.unwrap();
    assert_eq!(sequence(app).await, 1);
    let late = after(app, position(app, "notifier").await, 10).await;
    assert_eq!(positions(&late), [3]);
    assert_eq!(late[0].told["action"], json!("slow"));
}

async fn consumers_that_are_new_at_the_same_moment_all_have_a_place(own: &OwnTestApp) {
    let app = &own.0;
    app.tells_nothing_by_itself();
    let names: Vec<String> = (1..=8).map(|number| format!("consumer {number}")).collect();
    join_all(names.iter().map(|name| dealt_with(app, name, 3))).await;
    for name in &names {
        assert_eq!(position(app, name).await, 3, "{name}");
    }
}

async fn a_refused_write_posts_nothing(own: &OwnTestApp) {
    let app = &own.0;
    app.tells_nothing_by_itself();
    let (member, operator) = (member(app).await, operator(app).await);
    let hazard = report(&member).await;
    assert_eq!(grade(&operator, &hazard).await, json!([]));
    assert_ne!(grade(&operator, &hazard).await, json!([]));
    assert_ne!(grade(&member, &hazard).await, json!([]));
    assert_eq!(number(app, "SELECT COUNT(*) FROM outbox").await, 2);
    // Nothing of persons is in what followers get, and who is to be told is.
    sequence(app).await;
    let events = after(app, 0, 10).await;
    assert_eq!(of(&events, &hazard), [("TRANSITION".to_owned(), 1), ("TRANSITION".to_owned(), 2)]);
    let graded = &events[1].body();
    assert_eq!((&graded["type"], &graded["divisionCode"]), (&json!("Hazard"), &json!("330603001008")));
    let event = &graded["event"];
    assert_eq!(
        (&event["action"], &event["from"], &event["to"]),
        (&json!("gradeHazard"), &json!("REPORTED"), &json!("GRADED"))
    );
    assert!(!event["recipients"].as_array().unwrap().is_empty(), "{graded}");
}

/// Writers at the same time, and matters of each.
const WRITERS: usize = 20;
const MATTERS: usize = 2;

async fn a_follower_misses_nothing_of_twenty_writers(own: &OwnTestApp) {
    let app = &own.0;
    app.tells_nothing_by_itself();
    let (member, leader, operator) = (member(app).await, leader(app).await, operator(app).await);
    let working = AtomicUsize::new(WRITERS);
    let writers = join_all((0..WRITERS).map(|number| {
        let reporter = if number % 2 == 0 { &member } else { &leader };
        let (operator, working) = (&operator, &working);
        async move {
            for _ in 0..MATTERS {
                let hazard = report(reporter).await;
                assert_eq!(grade(operator, &hazard).await, json!([]));
            }
            working.fetch_sub(1, Ordering::SeqCst);
        }
    }));
    // Polls as fast as it can, acknowledges what it got, and asks for no more than a few at a time.
    let follower = async {
        let mut got = vec![];
        loop {
            let last_look = working.load(Ordering::SeqCst) == 0;
            sequence(app).await;
            loop {
                let events = after(app, position(app, "follower").await, 7).await;
                let Some(last) = events.last() else { break };
                dealt_with(app, "follower", last.position).await;
                got.extend(events);
            }
            if last_look {
                return got;
            }
            tokio::task::yield_now().await;
        }
    };
    let (_, got) = tokio::join!(writers, follower);
    let all = WRITERS * MATTERS * 2;
    assert_eq!(positions(&got), (1..=all as i64).collect::<Vec<_>>(), "without gaps, in order, each once");
    let mut matters: BTreeMap<(String, i64), Vec<i64>> = BTreeMap::new();
    for event in &got {
        matters.entry((event.view.clone(), event.matter_id)).or_default().push(event.version);
    }
    assert_eq!(matters.len(), WRITERS * MATTERS);
    assert_eq!(matters.into_values().collect::<BTreeSet<_>>(), [vec![1, 2]].into());
    assert_eq!(number(app, "SELECT COUNT(*) FROM outbox WHERE position IS NULL").await, 0);
}
