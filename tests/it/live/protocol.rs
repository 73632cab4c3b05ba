//! `graphql-transport-ws` by the book: every close code of the protocol, and nothing that one operation does to another.

use serde_json::json;

use super::socket::Socket;
use super::{People, VILLAGE};
use crate::stories::story::Story;
use crate::support::app::{OwnTestApp, TestApp};
use crate::support::backend::on_both;

const PROTOCOL: Option<&str> = Some("graphql-transport-ws");
const QUERY: &str = "{ viewer { role } }";
const LIVE: &str = "subscription { matterChanged { matterId } }";

on_both!(
    queries_and_mutations_run_on_a_socket,
    what_breaks_the_protocol_closes_the_socket_with_its_code,
    an_operation_that_ends_leaves_the_others,
    sockets_and_operations_are_counted,
    a_token_that_ends_ends_the_socket,
    a_fresh_token_lets_it_go_on,
    a_posting_that_is_revoked_ends_the_socket,
    the_stop_of_the_server_tells_the_socket,
);

async fn queries_and_mutations_run_on_a_socket(app: &TestApp) {
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let mut socket = Socket::known(&officer).await;
    socket.subscribe("a", QUERY, json!({})).await;
    assert_eq!(socket.next("a").await, json!({ "viewer": { "role": "COUNTY_PEACE_OFFICER" } }));
    assert_eq!(socket.hear().await, json!({ "id": "a", "type": "complete" }));
    // The id is free again, and an error of the request is an `error`.
    socket.subscribe("a", "{ nothing }", json!({})).await;
    let refused = socket.hear().await;
    assert_eq!((&refused["id"], &refused["type"]), (&json!("a"), &json!("error")));
    assert_eq!(refused["payload"][0]["extensions"]["code"], "VALIDATION_FAILED");
    socket.subscribe("b", "{ hazards(first: 0) { totalCount } }", json!({})).await;
    let partial = socket.hear().await;
    assert_eq!(
        (&partial["type"], &partial["payload"]["errors"][0]["extensions"]["code"]),
        (&json!("next"), &json!("BAD_INPUT"))
    );
    assert_eq!(socket.hear().await["type"], "complete");
    socket.say(json!({ "type": "ping" })).await;
    assert_eq!(socket.hear().await, json!({ "type": "pong" }));
    socket.say(json!({ "type": "pong", "payload": {} })).await;
    assert!(socket.is_silent().await);
    socket.leave().await;
    assert_eq!(socket.closed().await.0, 1000, "who leaves is let go in order");
}

async fn what_breaks_the_protocol_closes_the_socket_with_its_code(app: &TestApp) {
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    for (text, code, reason) in [
        ("no JSON", 4400, "not a message of the protocol"),
        (r#"{"type":"start","id":"1","payload":{"query":"{a}"}}"#, 4400, "a type that clients do not send"),
        (r#"{"type":"next","id":"1"}"#, 4400, "a type that clients do not send"),
        (r#"{"type":"connection_init","payload":7}"#, 4400, "the payload must be an object or null"),
        (r#"{"type":"subscribe","id":"1","payload":{"query":"{a}"}}"#, 4401, "Unauthorized"),
        (r#"{"type":"connection_init"}"#, 4403, "Forbidden"),
        (r#"{"type":"connection_init","payload":{"authorization":"Bearer x.y.z"}}"#, 4403, "Forbidden"),
    ] {
        let mut socket = Socket::open(&officer, PROTOCOL).await;
        socket.say_text(text).await;
        assert_eq!(socket.closed().await, (code, reason.to_owned()), "{text}");
    }
    let mut socket = Socket::open(&officer, PROTOCOL).await;
    socket.say_bytes(b"{}".to_vec()).await;
    assert_eq!(socket.closed().await.0, 4400);
    let mut socket = Socket::known(&officer).await;
    socket.say(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.closed().await, (4429, "Too many initialisation requests".to_owned()));
    for message in [
        json!({ "type": "subscribe", "id": "", "payload": { "query": QUERY } }),
        json!({ "type": "subscribe", "id": "1", "payload": {} }),
        json!({ "type": "subscribe", "id": "1" }),
        json!({ "type": "complete" }),
    ] {
        let mut socket = Socket::known(&officer).await;
        socket.say(message.clone()).await;
        assert_eq!(socket.closed().await.0, 4400, "{message}");
    }
    let mut socket = Socket::known(&officer).await;
    socket.subscribe("same", LIVE, json!({})).await;
    socket.subscribe("same", LIVE, json!({})).await;
    assert_eq!(socket.closed().await.0, 4409);
    // Whoever says nothing is not waited for.
    let mut socket = Socket::open(&officer, PROTOCOL).await;
    assert_eq!(socket.closed().await, (4408, "Connection initialisation timeout".to_owned()));
    let mut socket = Socket::open(&officer, None).await;
    assert_eq!(socket.closed().await, (4406, "Subprotocol not acceptable".to_owned()));
    let mut socket = Socket::known(&officer).await;
    socket.say_text(&"x".repeat(70_000)).await;
    socket.ends().await;
}

async fn an_operation_that_ends_leaves_the_others(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let mut socket = Socket::known(&story.token(people.centre).await).await;
    socket.listen("first", LIVE, json!({})).await;
    socket.listen("second", LIVE, json!({})).await;
    socket.subscribe("wrong", "subscription { nothing }", json!({})).await;
    assert_eq!(socket.hear().await["type"], "error");
    socket.subscribe("two", "subscription { matterChanged { matterId } slaNearBreach { matterId } }", json!({})).await;
    assert_eq!(socket.hear().await["payload"][0]["extensions"]["code"], "VALIDATION_FAILED");
    socket.subscribe("bad", "subscription { changes(after: \"x\") { matterId } }", json!({})).await;
    let refused = socket.hear().await;
    assert_eq!(refused["payload"][0]["extensions"], json!({ "code": "BAD_INPUT", "field": "after" }));
    socket.say(json!({ "type": "complete", "id": "first" })).await;
    socket.say(json!({ "type": "ping" })).await;
    assert_eq!(socket.hear().await["type"], "pong", "nothing is said of what the client ends");
    let event = super::report(&story, people.centre, VILLAGE).await;
    assert_eq!(socket.next("second").await, json!({ "matterChanged": { "matterId": event.id } }));
    assert!(socket.is_silent().await);
}

async fn sockets_and_operations_are_counted(app: &TestApp) {
    let officer = app.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let mut sockets = vec![];
    for _ in 0..5 {
        sockets.push(Socket::known(&officer).await);
    }
    let mut sixth = Socket::open(&officer, PROTOCOL).await;
    sixth.say(json!({ "type": "connection_init", "payload": { "authorization": officer.authorization() } })).await;
    assert_eq!(sixth.closed().await, (4429, "Too many sockets of one subject".to_owned()));
    let mut socket = sockets.pop().expect("five");
    for n in 0..20 {
        socket.subscribe(&n.to_string(), LIVE, json!({})).await;
    }
    socket.subscribe("20", LIVE, json!({})).await;
    let refused = socket.hear().await;
    assert_eq!((&refused["id"], &refused["type"]), (&json!("20"), &json!("error")));
    assert_eq!(refused["payload"][0]["extensions"]["code"], "TOO_MANY_STREAMS");
    socket.say(json!({ "type": "complete", "id": "0" })).await;
    socket.subscribe("20", QUERY, json!({})).await;
    assert_eq!(socket.next("20").await["viewer"]["role"], "COUNTY_PEACE_OFFICER");
}

async fn a_token_that_ends_ends_the_socket(own: &OwnTestApp) {
    let officer = own.0.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let mut socket = Socket::known(&officer).await;
    socket.subscribe("a", LIVE, json!({})).await;
    own.0.clock.advance(9 * 3_600_000);
    assert_eq!(socket.closed().await, (4403, "the token or the posting has ended".to_owned()));
}

async fn a_fresh_token_lets_it_go_on(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let mut socket = Socket::known(&story.token(people.centre).await).await;
    socket.listen("a", LIVE, json!({})).await;
    own.0.clock.advance(7 * 3_600_000);
    let fresh = story.token(people.centre).await;
    socket.say(json!({ "type": "ping", "payload": { "authorization": fresh.authorization() } })).await;
    assert_eq!(socket.hear().await["type"], "pong");
    own.0.clock.advance(3 * 3_600_000);
    let event = super::report(&story, people.centre, VILLAGE).await;
    assert_eq!(socket.next("a").await["matterChanged"]["matterId"], event.id.as_str());
    // Another person's token is no renewal.
    let other = story.token(people.cadre).await;
    socket.say(json!({ "type": "ping", "payload": { "authorization": other.authorization() } })).await;
    assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()));
}

async fn a_posting_that_is_revoked_ends_the_socket(own: &OwnTestApp) {
    let story = Story::new(&own.0);
    let people = People::of(&story).await;
    let mut socket = Socket::known(&story.token(people.centre).await).await;
    socket.subscribe("a", LIVE, json!({})).await;
    story.revoke(people.centre).await;
    assert_eq!(socket.closed().await.0, 4403);
}

async fn the_stop_of_the_server_tells_the_socket(own: &OwnTestApp) {
    let beside = own.0.next_build(fengqiao::graphql::engine::Options::writing()).await;
    let officer = beside.as_role("COUNTY_PEACE_OFFICER", "330603").await;
    let mut socket = Socket::known(&officer).await;
    socket.subscribe("a", LIVE, json!({})).await;
    let stopping = tokio::spawn(async move { beside.stop_serving().await });
    assert_eq!(socket.closed().await, (1001, "the server stops".to_owned()));
    stopping.await.expect("the stop does not hang");
}
