//! Every limit at its edge: at the limit it passes, one more is refused, by its name and before anything is read.

use std::fmt::Write;
use std::sync::Arc;

use fengqiao::graphql::engine::Options;
use fengqiao::graphql::limits::Limits;
use serde_json::{Value, json};

use crate::support::app::{Actor, OwnTestApp, TestApp};
use crate::support::backend::on_both;
use crate::support::clock::TestClock;

on_both!(
    documents_are_bounded,
    what_is_asked_for_is_bounded,
    lists_within_each_other_are_bounded,
    points_are_charged_and_come_back,
    an_answer_is_bounded,
    variables_and_bodies_are_bounded,
    a_client_learns_what_is_left,
    a_bucket_fills_by_a_clock_of_its_own,
);

async fn officer(app: &TestApp) -> Actor {
    app.as_role("COUNTY_PEACE_OFFICER", "330603").await
}

/// Code and limit of the first error; `None`: there is none.
async fn refusal(actor: &Actor, document: &str) -> Option<(String, String)> {
    let reply = actor.graphql(document, json!({})).await.json();
    let error = reply["errors"].as_array()?.first()?.clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Some((text(&error["extensions"]["code"]), text(&error["extensions"]["limit"])))
}

/// So many pieces, one after the other.
fn many(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut all, n| {
        write!(all, "{} ", piece(n)).expect("a string takes everything");
        all
    })
}

/// A limit, its usual value, and a document that has so many of what it counts.
type Case<'c> = (&'c str, usize, &'c dyn Fn(usize) -> String);

async fn documents_are_bounded(app: &TestApp) {
    let actor = officer(app).await;
    let limits = Limits::default();
    let padded = |bytes: usize| format!("{{ serverTime }}{}", " ".repeat(bytes - "{ serverTime }".len()));
    // A field is one token, the braces are two, and a field with an alias is three.
    let tokens = |count: usize| format!("{{ {} }}", many(count - 2, |_| "a".to_owned()));
    let brackets =
        |count: usize| format!("{{ nodes(ids: {}{}) {{ id }} }}", "[".repeat(count - 2), "]".repeat(count - 2));
    let deep = |fields: usize| {
        // parent { parent { ... { code } } }
        let inner = fields - 2;
        format!("{{ division(code: \"330603\") {{ {} code {} }} }}", "parent { ".repeat(inner), "} ".repeat(inner))
    };
    let schema = |fields: usize| {
        let inner = fields - 4;
        format!(
            "{{ __schema {{ types {{ fields {{ type {{ {} name {} }} }} }} }} }}",
            "ofType { ".repeat(inner - 1),
            "} ".repeat(inner - 1)
        )
    };
    let fields = |count: usize| {
        let parts = count - 1;
        format!("{{ viewer {{ {} }} }}", many(parts, |_| "role".to_owned()))
    };
    let roots =
        |count: usize| format!("{{ {} }}", many(count, |n| ["serverTime", "viewer { role }"][n % 2].to_owned()));
    let fragments = |count: usize| {
        let spread = many(count, |n| format!("...F{n}"));
        format!("{{ viewer {{ {spread} }} }} {}", many(count, |n| format!("fragment F{n} on Viewer {{ role }}")))
    };
    let operations = |count: usize| many(count, |n| format!("query Q{n} {{ serverTime }}"));
    let directives = |count: usize| format!("{{ {} }}", many(count, |_| "serverTime @skip(if: false)".to_owned()));
    // One of a kind is all that is valid: beyond the limit it is refused for that before it is validated.
    let at_once = |count: usize| format!("{{ serverTime {} }}", many(count, |_| "@include(if: true)".to_owned()));
    let cases: [Case<'_>; 10] = [
        ("bytes", limits.bytes, &padded),
        ("tokens", limits.tokens, &tokens),
        ("brackets", limits.brackets, &brackets),
        ("depth", limits.depth, &deep),
        ("introspection_depth", limits.introspection_depth, &schema),
        ("fields", limits.fields, &fields),
        ("roots", limits.roots, &roots),
        ("fragments", limits.fragments, &fragments),
        ("directives", limits.directives, &directives),
        ("directives_at_once", limits.directives_at_once, &at_once),
    ];
    for (limit, most, document) in cases {
        let at = refusal(&actor, &document(most)).await;
        assert_ne!(at.as_ref().map(|(_, limit)| limit.as_str()), Some(limit), "{limit} at {most}: {at:?}");
        let beyond = refusal(&actor, &document(most + 1)).await;
        assert_eq!(beyond, Some(("TOO_COMPLEX".to_owned(), limit.to_owned())), "{limit} at {}", most + 1);
    }
    let circular = |lists: usize| {
        let inner = lists - 1;
        format!("{{ __schema {{ types {{ {} name {} }} }} }}", "fields { type { ".repeat(inner), "} } ".repeat(inner))
    };
    assert_eq!(refusal(&actor, &circular(limits.introspection_lists)).await, None);
    let refused = Some(("TOO_COMPLEX".to_owned(), "introspection_lists".to_owned()));
    assert_eq!(refusal(&actor, &circular(limits.introspection_lists + 1)).await, refused);
    let named = |count: usize| json!({ "query": operations(count), "operationName": "Q0" }).to_string();
    assert_eq!(actor.post(named(limits.operations)).await.errors(), []);
    let refused = actor.post(named(limits.operations + 1)).await.json();
    assert_eq!(refused["errors"][0]["extensions"], json!({ "code": "TOO_COMPLEX", "limit": "operations" }));
}

async fn what_is_asked_for_is_bounded(app: &TestApp) {
    let actor = officer(app).await;
    let limits = Limits::default();
    let aliases = |count: usize| format!("{{ {} }}", many(count, |n| format!("a{n}: serverTime")));
    assert_eq!(refusal(&actor, &aliases(limits.aliases as usize)).await, None);
    let refused = |limit: &str| Some(("TOO_COMPLEX".to_owned(), limit.to_owned()));
    assert_eq!(refusal(&actor, &aliases(limits.aliases as usize + 1)).await, refused("aliases"));
    let rows = |outer: usize| {
        let below = |rows: &str| format!("children(first: 100) {{ edges {{ node {{ {rows} }} }} }}");
        let inner = below(&below("code"));
        format!("{{ divisions(first: {outer}) {{ edges {{ node {{ {inner} }} }} }} }}")
    };
    assert_eq!(refusal(&actor, &rows(2)).await, None);
    assert_eq!(refusal(&actor, &rows(3)).await, refused("objects"));
}

async fn lists_within_each_other_are_bounded(own: &OwnTestApp) {
    let app = bounded(own, Limits { lists: 2, ..Limits::default() }).await;
    let actor = officer(&app).await;
    let below = |rows: &str| format!("children(first: 1) {{ edges {{ node {{ {rows} }} }} }}");
    let asks = |rows: &str| format!("{{ division(code: \"330603\") {{ {rows} }} }}");
    assert_eq!(refusal(&actor, &asks(&below(&below("code")))).await, None);
    let refused = refusal(&actor, &asks(&below(&below(&below("code"))))).await;
    assert_eq!(refused, Some(("TOO_COMPLEX".to_owned(), "lists".to_owned())));
    app.stop_serving().await;
}

/// The product with bounds of its own.
async fn bounded(own: &OwnTestApp, limits: Limits) -> TestApp {
    own.0.next_build(Options::writing().with_limits(limits)).await
}

async fn points_are_charged_and_come_back(own: &OwnTestApp) {
    let app = bounded(own, Limits { bucket: 10, refill: 1, points: 8, ..Limits::default() }).await;
    let actor = officer(&app).await;
    let asks = |nodes: usize| format!("{{ nodes(ids: [{}]) {{ id }} }}", "\"RGl2aXNpb246MzMwNjAz\",".repeat(nodes));
    let reply = actor.graphql(&asks(8), json!({})).await;
    assert_eq!(reply.json()["extensions"]["cost"], json!({ "requested": 8, "remaining": 2 }));
    assert_eq!(refusal(&actor, &asks(9)).await, Some(("TOO_COMPLEX".to_owned(), "points".to_owned())));
    assert_eq!(refusal(&actor, "{ _service { sdl } }").await, Some(("TOO_COMPLEX".to_owned(), "points".to_owned())));
    let accepts = [("accept", "application/graphql-response+json")];
    let refused = actor.graphql_with(&accepts, &asks(3), json!({})).await;
    assert_eq!((refused.status, refused.headers["retry-after"].to_str().unwrap()), (429, "1"));
    assert_eq!(refused.json()["errors"][0]["extensions"], json!({ "code": "RATE_LIMITED", "limit": "bucket" }));
    let plain = actor.graphql(&asks(3), json!({})).await;
    assert_eq!(plain.status, 429, "also for those who take JSON alone");
    let other = app.as_role("TOWN_CENTRE_OPERATOR", "330603001").await;
    assert_eq!(refusal(&other, &asks(3)).await, None, "each account has its own");
    app.clock.advance(1_000);
    assert_eq!(refusal(&officer(&app).await, &asks(3)).await, None);
    app.stop_serving().await;
}

async fn an_answer_is_bounded(own: &OwnTestApp) {
    let app = bounded(own, Limits { answer_bytes: 2_000, ..Limits::default() }).await;
    let actor = officer(&app).await;
    let asks = |rows: usize| format!("{{ divisions(first: {rows}) {{ edges {{ node {{ id code name }} }} }} }}");
    assert_eq!(refusal(&actor, &asks(5)).await, None);
    let refused = actor.graphql(&asks(100), json!({})).await;
    let json = refused.json();
    assert_eq!(json["errors"][0]["extensions"], json!({ "code": "TOO_COMPLEX", "limit": "answer_bytes" }));
    assert_eq!((&json["data"], refused.text.len() < 500), (&Value::Null, true));
    app.stop_serving().await;
}

async fn variables_and_bodies_are_bounded(app: &TestApp) {
    let actor = officer(app).await;
    let sized = |bytes: usize| {
        let empty = json!({ "query": "{ serverTime }", "extensions": { "x": "" } }).to_string().len();
        json!({ "query": "{ serverTime }", "extensions": { "x": "a".repeat(bytes - empty) } }).to_string()
    };
    assert_eq!(actor.post(sized(64 * 1024)).await.status, 200);
    let refused = actor.post_raw(sized(64 * 1024 + 1).as_bytes()).await;
    assert!(refused.starts_with("HTTP/1.1 413 "), "{refused}");
}

async fn a_client_learns_what_is_left(own: &OwnTestApp) {
    let app = bounded(own, Limits { bucket: 100, refill: 10, ..Limits::default() }).await;
    let actor = officer(&app).await;
    let left = actor.graphql("{ rateLimit { limit cost remaining resetAt } }", json!({})).await.data();
    let at = fengqiao::kernel::clock::Clock::now_ms(&*app.clock) + 100;
    let reset = fengqiao::kernel::clock::rfc3339(at);
    assert_eq!(left["rateLimit"], json!({ "limit": 100, "cost": 1, "remaining": 99, "resetAt": reset }));
    app.stop_serving().await;
}

/// The clock of a demo stands still; its buckets must not.
async fn a_bucket_fills_by_a_clock_of_its_own(own: &OwnTestApp) {
    let wall = Arc::new(TestClock::at(0));
    let limits = Limits { bucket: 10, refill: 1, points: 10, ..Limits::default() };
    let options = Options::writing().with_limits(limits).metered_by(wall.clone());
    let app = own.0.next_build(options).await;
    let actor = officer(&app).await;
    let asks = format!("{{ nodes(ids: [{}]) {{ id }} }}", "\"RGl2aXNpb246MzMwNjAz\",".repeat(8));
    let ask = async || actor.graphql(&asks, json!({})).await.status;
    assert_eq!((ask().await, ask().await), (200, 429));
    wall.advance(6_000);
    assert_eq!((ask().await, ask().await), (200, 429));
    app.stop_serving().await;
}
