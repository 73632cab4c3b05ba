//! Invariants 3 and 7: what has happened to every matter of the city is a way through its lifecycle, and its clocks follow
//! from what has happened.

use std::collections::BTreeSet;

use fengqiao::lifecycle::load;
use fengqiao::lifecycle::room;
use fengqiao::read::session::Session;
use serde_json::Value as Json;

use crate::lifecycle::replay;
use crate::support::app::TestApp;
use crate::support::backend::on_both;
use crate::support::rows;

/// Matters that are loaded at once.
const AT_ONCE: usize = 500;

on_both!(
    n3_out_of_a_final_state_leads_only_to_open_again,
    n3_every_history_is_a_way_through_the_lifecycle,
    n7_the_clocks_of_every_matter_follow_from_its_events,
);

async fn n3_out_of_a_final_state_leads_only_to_open_again(app: &TestApp) {
    let lifecycles = app.engine.lifecycles();
    let reopening = BTreeSet::from(["reopenHazard", "reopenDispute", "unmergeDispute"]);
    let mut ways_out = BTreeSet::new();
    for flow in lifecycles.flows.all() {
        for action in &flow.actions {
            let from_last = action.from.iter().any(|state| flow.is_last(state));
            if from_last && !action.to.is_empty() {
                ways_out.insert(action.name.as_str());
            }
        }
    }
    assert_eq!(ways_out, reopening);
}

/// Keys of all matters of a kind.
async fn keys(app: &TestApp, table: &str) -> Vec<i64> {
    let found = rows::select(&app.database, &format!("SELECT id FROM {table} ORDER BY id"), 1).await;
    found.iter().filter_map(|row| row[0].as_i64()).collect()
}

async fn n3_every_history_is_a_way_through_the_lifecycle(app: &TestApp) {
    let mut steps = 0;
    for view in room::OBJECTS {
        let table = app.engine.catalog().view(view).expect("a view").table;
        let flow = app.engine.lifecycles().flows.newest(view).expect("a lifecycle");
        let sql = format!(
            "SELECT e.{table}_id, e.seq, e.from_state, e.to_state, e.action, m.version, m.status
             FROM status_event e JOIN {table} m ON m.id = e.{table}_id ORDER BY e.{table}_id, e.seq"
        );
        let events = rows::select(&app.database, &sql, 7).await;
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        for (at, event) in events.iter().enumerate() {
            let told = format!("{view} {}: {event:?}", event[0]);
            let before = at.checked_sub(1).map(|before| &events[before]).filter(|before| before[0] == event[0]);
            let (seq, from) = before.map_or((0, String::new()), |b| (b[1].as_i64().unwrap_or_default(), text(&b[3])));
            assert_eq!((event[1].as_i64(), text(&event[2])), (Some(seq + 1), from.clone()), "{told}");
            let action = flow.action(&text(&event[4])).unwrap_or_else(|| panic!("{told}: no such action"));
            assert!(action.begins() && from.is_empty() || action.from.contains(&from), "{told}: from");
            let to = text(&event[3]);
            assert!(action.to.contains(&to) || action.to.is_empty() && to == from, "{told}: to");
            let last = events.get(at + 1).is_none_or(|next| next[0] != event[0]);
            assert!(!last || event[5] == event[1] && event[6] == event[3], "{told}: the row stands elsewhere");
            steps += 1;
        }
        let silent = format!(
            "SELECT COUNT(*) FROM {table} m WHERE NOT EXISTS (SELECT 1 FROM status_event e WHERE e.{table}_id = m.id)"
        );
        assert_eq!(rows::select(&app.database, &silent, 1).await[0][0], 0, "{view} without a history");
    }
    assert!(steps > 5_000, "the city has a history: {steps}");
}

async fn n7_the_clocks_of_every_matter_follow_from_its_events(app: &TestApp) {
    let mut compared = 0;
    let now = fengqiao::kernel::clock::Clock::now_ms(&*app.clock);
    for view in room::OBJECTS {
        let room = room::of(view).expect("a room");
        if !room.clocks {
            continue;
        }
        let table = app.engine.catalog().view(view).expect("a view").table;
        let flow = app.engine.lifecycles().flows.newest(view).expect("a lifecycle");
        for keys in keys(app, table).await.chunks(AT_ONCE) {
            let mut session = Session::open(&app.database.storage.read).await.expect("a connection");
            let cases = load::cases(&mut session, room, table, keys, None, false).await.expect("the matters are read");
            for (id, case) in cases {
                compared +=
                    replay::clocks(&app.database, app.engine.lifecycles(), flow, room.link, id, &case, now).await;
            }
        }
    }
    assert!(compared > 2_000, "the city has clocks: {compared}");
}
