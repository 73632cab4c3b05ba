//! Subscriptions over HTTP: server-sent events, and the multipart form that Apollo's clients ask for.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{People, VILLAGE, report};
use crate::stories::story::{Matter, Story};
use crate::support::app::{Actor, OwnTestApp, TestApp};
use crate::support::backend::on_both;

const LIVE: &str = "subscription { matterChanged { matterId action } }";
const EVENTS: &str = "text/event-stream";
const PARTS: &str = "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0,application/json";

on_both!(
    events_are_sent_as_they_happen,
    parts_are_sent_as_they_happen,
    one_answer_is_sent_in_the_form_that_is_taken,
    a_subscription_without_a_stream_is_refused,
    a_stream_ends_with_the_rights,
);

/// A response as it arrives.
struct Arriving {
    stream: TcpStream,
    text: String,
}

impl Arriving {
    async fn ask(actor: &Actor, accept: &str, query: &str) -> Arriving {
        let body = json!({ "query": query }).to_string();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nAccept: {accept}\r\n\
             Authorization: {}\r\nContent-Length: {}\r\n\r\n{body}",
            actor.authorization().unwrap_or_default(),
            body.len()
        );
        let mut stream = TcpStream::connect(actor.address()).await.expect("the server listens");
        stream.write_all(head.as_bytes()).await.expect("the server reads");
        Arriving { stream, text: String::new() }
    }

    /// Reads until the text holds something.
    async fn until(&mut self, part: &str) -> &str {
        let mut chunk = [0; 4096];
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(30);
        while !self.text.contains(part) {
            // Signs of life come for ever, so the whole wait is bounded.
            let reading = tokio::time::timeout_at(deadline, self.stream.read(&mut chunk));
            let read = reading.await.unwrap_or_else(|_| panic!("{part} does not come: {}", self.text));
            let read = read.expect("the stream is whole");
            assert!(read > 0, "the stream ended without {part}: {}", self.text);
            self.text.push_str(std::str::from_utf8(&chunk[..read]).expect("UTF-8"));
        }
        &self.text
    }
}

/// The answer that tells of a new event.
fn told(event: &Matter) -> String {
    format!(r#"{{"data":{{"matterChanged":{{"matterId":"{}","action":"reportEvent"}}}}}}"#, event.id)
}

async fn events_are_sent_as_they_happen(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let mut stream = Arriving::ask(&story.token(people.leader).await, EVENTS, LIVE).await;
    let head = stream.until(":\n\n").await.to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 200") && head.contains("content-type: text/event-stream"), "{head}");
    assert!(head.contains("cache-control: no-store"), "{head}");
    let event = report(&story, people.centre, VILLAGE).await;
    let answer = told(&event);
    stream.until(&format!("event: next\ndata: {answer}\n\n")).await;
}

async fn parts_are_sent_as_they_happen(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let mut stream = Arriving::ask(&story.token(people.leader).await, PARTS, LIVE).await;
    let head = stream.until("--graphql").await.to_ascii_lowercase();
    assert!(head.contains("content-type: multipart/mixed; boundary=\"graphql\"; subscriptionspec=1.0"), "{head}");
    let event = report(&story, people.centre, VILLAGE).await;
    let answer = told(&event);
    let part = format!("\r\nContent-Type: application/json\r\n\r\n{{\"payload\":{answer}}}\r\n--graphql");
    stream.until(&part).await;
    // A sign of life between two parts.
    stream.until("\r\n\r\n{}\r\n--graphql").await;
}

async fn one_answer_is_sent_in_the_form_that_is_taken(app: &TestApp) {
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let both = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed";
    let reply = officer.graphql_with(&[("accept", both)], "{ viewer { role } }", json!({})).await;
    assert_eq!(reply.headers["content-type"], "application/graphql-response+json; charset=utf-8");
    let reply = officer.graphql_with(&[("accept", EVENTS)], "{ viewer { role } }", json!({})).await;
    let answer = json!({ "data": { "viewer": { "role": "COUNTY_PEACE_OFFICER" } } });
    assert_eq!(reply.text, format!(":\n\nevent: next\ndata: {answer}\n\nevent: complete\ndata: \n\n"));
    let reply = officer.graphql_with(&[("accept", EVENTS)], "subscription { nothing }", json!({})).await;
    assert_eq!((reply.status, reply.errors()[0].0.as_str()), (200, "VALIDATION_FAILED"));
}

async fn a_subscription_without_a_stream_is_refused(app: &TestApp) {
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let reply = officer.graphql_with(&[("accept", "application/graphql-response+json")], LIVE, json!({})).await;
    assert_eq!((reply.status, reply.errors()[0].0.as_str()), (400, "VALIDATION_FAILED"));
    assert!(reply.text.contains("text/event-stream") && reply.json().get("data").is_none(), "{}", reply.text);
}

async fn a_stream_ends_with_the_rights(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let mut events = Arriving::ask(&story.token(people.leader).await, EVENTS, LIVE).await;
    events.until(":\n\n").await;
    let mut parts = Arriving::ask(&story.token(people.leader).await, PARTS, LIVE).await;
    parts.until("--graphql").await;
    story.revoke(people.leader).await;
    let told = events.until("event: complete").await;
    assert!(told.contains("UNAUTHENTICATED"), "{told}");
    let told = parts.until("--graphql--").await;
    assert!(told.contains("\"payload\":null") && told.contains("UNAUTHENTICATED"), "{told}");
}
