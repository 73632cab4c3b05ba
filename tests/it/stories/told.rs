//! What is left of a case: its timeline, its clocks, who was told, and a trail that holds together.

use fengqiao::outbox::feed;
use fengqiao::read::session::Session;
use fengqiao::trail::export;
use serde_json::{Value as Json, json};

use super::story::{Matter, Person, Story};
use crate::support::rows;

impl Story<'_> {
    /// The timeline as somebody sees it: `action STATE`.
    pub(crate) async fn timeline(&self, who: Person, matter: &Matter) -> Vec<String> {
        let document = format!(
            "query($id: ID!) {{ node(id: $id) {{ ... on {} {{ statusEvents {{ action toState seq }} }} }} }}",
            matter.view
        );
        let data = self.ask(who, &document, json!({ "id": matter.id })).await;
        let events = data["node"]["statusEvents"].as_array().unwrap_or_else(|| panic!("{data}"));
        let line = |event: &Json| format!("{} {}", text(&event["action"]), text(&event["toState"]));
        events.iter().map(line).collect()
    }

    /// The clocks as somebody sees them: `KIND runs`, `stopped` or `breached`.
    pub(crate) async fn clocks(&self, who: Person, matter: &Matter) -> Vec<String> {
        let document = format!(
            "query($id: ID!) {{ serverTime node(id: $id) {{ ... on {} {{
                clocks {{ kind startedAt dueAt stoppedAt remaining breached basis }} }} }} }}",
            matter.view
        );
        let data = self.ask(who, &document, json!({ "id": matter.id })).await;
        assert_eq!(data["serverTime"], self.at(0));
        let clocks = data["node"]["clocks"].as_array().unwrap_or_else(|| panic!("{data}"));
        let mut told: Vec<String> = clocks
            .iter()
            .map(|clock| {
                assert!(clock["startedAt"].is_string() && clock["basis"].is_string(), "{clock}");
                let state = match (clock["breached"] == true, clock["stoppedAt"].is_null()) {
                    (true, _) => "breached",
                    (false, true) => "runs",
                    (false, false) => "stopped",
                };
                format!("{} {state}", text(&clock["kind"]))
            })
            .collect();
        told.sort();
        told
    }

    /// Who was told of an action on a matter, the last time it was taken: organisations, accounts and postings.
    pub(crate) async fn recipients(&self, matter: &Matter, action: &str) -> Vec<Json> {
        let news = self.news(matter).await;
        let last = news.iter().rev().find(|event| event["event"]["action"] == action);
        let last = last.unwrap_or_else(|| panic!("{action} is not in the outbox"));
        last["event"]["recipients"].as_array().cloned().unwrap_or_default()
    }

    /// Clocks that were told of as near or breached: `CLOCK_NEAR KIND`.
    pub(crate) async fn rung(&self, matter: &Matter) -> Vec<String> {
        let told = |event: &Json| format!("{} {}", text(&event["kind"]), text(&event["event"]["clock"]["kind"]));
        self.news(matter).await.iter().filter(|event| event["kind"] != "TRANSITION").map(told).collect()
    }

    /// What the feed says of a matter, in its order.
    async fn news(&self, matter: &Matter) -> Vec<Json> {
        let writer = self.app.engine.writer().expect("the app writes");
        while feed::sequence(writer.pool()).await.expect("places are given") > 0 {}
        let mut session = Session::open(&self.app.database.storage.read).await.expect("a connection");
        let events = feed::after(&mut session, 0, 1_000_000).await.expect("the feed is read");
        events.into_iter().map(|event| event.body()).filter(|body| body["id"] == matter.id).collect()
    }

    /// The matter holds together: as many events as versions, each in the feed in its order and in the trail with the
    /// same action; and the trail itself is sound.
    pub(crate) async fn holds_together(&self, matter: &Matter) {
        let (table, key) = (self.table(matter), matter.key());
        let database = &self.app.database;
        let version = self.number(&format!("SELECT version FROM {table} WHERE id = {key}")).await;
        let events = format!("SELECT seq, action FROM status_event WHERE {table}_id = {key} ORDER BY seq");
        let events = rows::select(database, &events, 2).await;
        let numbers: Vec<i64> = events.iter().filter_map(|row| row[0].as_i64()).collect();
        assert_eq!(numbers, (1..=version).collect::<Vec<_>>(), "each version of {matter:?} has its event");
        let feed: Vec<Json> = self.news(matter).await.into_iter().filter(|e| e["kind"] == "TRANSITION").collect();
        let told: Vec<(i64, &str)> =
            feed.iter().map(|e| (e["version"].as_i64().unwrap_or_default(), text(&e["event"]["action"]))).collect();
        let happened: Vec<(i64, &str)> =
            events.iter().map(|row| (row[0].as_i64().unwrap_or_default(), text(&row[1]))).collect();
        assert_eq!(told, happened, "the feed tells what happened");
        let object = format!("{}:{key}", matter.view);
        let kept =
            format!("SELECT operation FROM audit_entry WHERE decision = 'ALLOW' AND objects LIKE '%\"{object}\"%'");
        let kept = rows::select(database, &kept, 1).await;
        for (_, action) in happened {
            let there = kept.iter().any(|row| text(&row[0]).contains(action));
            assert!(there, "{action} of {object} is in the trail: {kept:?}");
        }
        self.trail_is_sound().await;
    }

    /// Seals the heads and checks the whole trail with the public key.
    async fn trail_is_sound(&self) {
        self.sealing.seal().await.expect("the heads are sealed");
        let public = self.sealing.key.public();
        let mut session = Session::open(&self.app.database.storage.read).await.expect("a connection");
        let sound = export::verify_stored(&mut session, vec![], std::slice::from_ref(&public)).await;
        assert!(sound.expect("the trail is sound").entries > 0);
    }
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}
