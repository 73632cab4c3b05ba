//! Everything that is turned away, and that nothing of it harms the next request.

use std::io::Write;

use super::*;
use futures_util::stream;

const PLAIN: &str = r#"{"query":"{a}"}"#;

async fn refused(edge: &Edge, request: HttpRequest<Body>) -> (u16, String) {
    let reply = edge.send(request).await;
    (reply.status, reply.code())
}

#[tokio::test]
async fn every_bad_token_gives_the_same_answer() {
    let edge = Edge::build().await;
    let bearer = |claims: &Value| format!("Bearer {}", sign_demo(&demo_header(), claims));
    let now = crate::identity::tests::NOW_S;
    let good = bearer(&demo_claims());
    let mut attacks: Vec<Vec<String>> = [
        bearer(&with(demo_claims(), "exp", json!(now - 60))),
        bearer(&with(demo_claims(), "iss", json!("https://other.example"))),
        bearer(&with(demo_claims(), "posting", json!("999"))),
        bearer(&with(demo_claims(), "aud", json!("other"))),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer a.b.c".to_owned(),
        good.replace("Bearer ", "Bearer  "),
        good.replace("Bearer ", "Basic "),
        good.replace("Bearer ", ""),
        format!("{good}, {good}"),
        format!("Bearer {}", "a".repeat(20_000)),
    ]
    .map(|header| vec![header])
    .to_vec();
    attacks.push(vec![]);
    attacks.push(vec![good.clone(), good.clone()]);
    attacks.push(vec![good.clone(), "Bearer x".to_owned()]);
    let mut answers = Vec::new();
    for headers in &attacks {
        let mut request = edge.post(PLAIN);
        request.headers_mut().remove("authorization");
        for header in headers {
            request.headers_mut().append("authorization", header.parse().unwrap());
        }
        let reply = edge.send(request).await;
        assert_eq!((reply.status, reply.header("www-authenticate")), (401, "Bearer"), "{headers:?}");
        answers.push(reply.body);
    }
    answers.dedup();
    let only = r#"{"errors":[{"extensions":{"code":"UNAUTHENTICATED"},"message":"a valid access token is needed"}]}"#;
    assert_eq!(answers, [only]);
    assert_eq!(edge.calls(), 0);
    let mut request = edge.post(PLAIN);
    request.headers_mut().insert("authorization", good.replace("Bearer", "bearer").parse().unwrap());
    assert_eq!(edge.send(request).await.status, 200);
}

#[tokio::test]
async fn a_token_elsewhere_is_no_token() {
    let edge = Edge::build().await;
    let request = HttpRequest::post(format!("/graphql?access_token={}", edge.token))
        .header("content-type", "application/json")
        .header("cookie", format!("token={0}; authorization=Bearer {0}", edge.token));
    assert_eq!(refused(&edge, request.body(Body::from(PLAIN)).unwrap()).await.0, 401);
}

#[tokio::test]
async fn a_stranger_does_not_reach_the_body() {
    let edge = Edge::build().await;
    for body in ["", "{", "[]", PLAIN] {
        let mut request = edge.post(body);
        request.headers_mut().remove("authorization");
        assert_eq!(refused(&edge, request).await.0, 401, "{body}");
    }
    let mut request = edge.post(Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>()));
    request.headers_mut().remove("authorization");
    assert_eq!(refused(&edge, request).await.0, 401, "an endless body is not waited for");
}

#[tokio::test]
async fn only_json_in_utf_8_is_taken() {
    let edge = Edge::build().await;
    for (kind, status) in [
        ("application/json", 200),
        ("Application/JSON; charset=UTF-8", 200),
        ("application/json;charset=\"utf-8\"", 200),
        ("application/json; charset=gb18030", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/graphql", 415),
        ("application/jsonx", 415),
        ("text/plain; application/json", 415),
        ("", 415),
    ] {
        let mut request = edge.post(PLAIN);
        request.headers_mut().insert("content-type", kind.parse().unwrap());
        assert_eq!(refused(&edge, request).await.0, status, "{kind}");
    }
    let mut request = edge.post(PLAIN);
    request.headers_mut().remove("content-type");
    assert_eq!(refused(&edge, request).await, (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()));
    let mut request = edge.post(PLAIN);
    request.headers_mut().append("content-type", "text/plain".parse().unwrap());
    assert_eq!(refused(&edge, request).await.0, 415, "two content types");
}

#[tokio::test]
async fn malformed_bodies_are_coded() {
    let edge = Edge::build().await;
    for body in [&b"{"[..], b"", b"[]", b"{}", b"\xff\xfe", br#"{"query":1}"#, br#"[{"query":"{a}"}]"#] {
        assert_eq!(refused(&edge, edge.post(body.to_vec())).await, (400, "BAD_REQUEST".to_owned()), "{body:?}");
    }
    assert_eq!(edge.calls(), 0);
    assert_eq!(edge.send(edge.post(PLAIN)).await.status, 200);
}

#[tokio::test]
async fn bodies_are_bounded_announced_or_not() {
    let edge = Edge::build().await;
    let sized = |size: usize| json!({"query": "a".repeat(size - 12)}).to_string();
    assert_eq!(refused(&edge, edge.post(sized(64 * 1024))).await.0, 200);
    let too_large = (413, "PAYLOAD_TOO_LARGE".to_owned());
    assert_eq!(refused(&edge, edge.post(sized(64 * 1024 + 1))).await, too_large);
    assert_eq!(refused(&edge, edge.post(sized(10 * 1024 * 1024))).await, too_large);
    let chunks = stream::iter((0..100).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1024])));
    assert_eq!(refused(&edge, edge.post(Body::from_stream(chunks))).await, too_large);
    let mut request = edge.post(PLAIN);
    request.headers_mut().insert("content-length", "10000000".parse().unwrap());
    assert_eq!(refused(&edge, request).await, too_large);
}

#[tokio::test]
async fn other_methods_and_addresses_are_coded() {
    let edge = Edge::build().await;
    for method in ["PUT", "PATCH", "DELETE", "OPTIONS"] {
        let request = HttpRequest::builder().method(method).uri("/graphql?query={a}").body(Body::empty()).unwrap();
        let reply = edge.send(request).await;
        assert_eq!((reply.status, reply.header("allow")), (405, "GET, POST"), "{method}");
        assert_eq!(reply.code(), "METHOD_NOT_ALLOWED");
    }
    let request = HttpRequest::get("/etc/passwd").body(Body::empty()).unwrap();
    assert_eq!(refused(&edge, request).await, (404, "NOT_FOUND".to_owned()));
}

#[tokio::test]
async fn who_sends_files_with_an_operation_is_told_where_they_go() {
    let edge = Edge::build().await;
    let mut asked = edge.post("--x\r\n");
    asked.headers_mut().insert("content-type", "Multipart/Form-Data; boundary=x".parse().unwrap());
    let reply = edge.send(asked).await;
    assert!(reply.status == 415 && reply.body.contains("open a slot with requestUpload"), "{}", reply.body);
}

#[tokio::test]
async fn slow_bodies_and_slow_answers_end() {
    let soon = Duration::from_millis(300);
    let limits = Limits { answer_time: soon, body_time: soon, ..Limits::default() };
    let edge = Edge::with_limits(limits, true).await;
    let endless = edge.post(Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>()));
    assert_eq!(refused(&edge, endless).await, (408, "TIMEOUT".to_owned()));
    assert_eq!(refused(&edge, edge.post(r#"{"query":"never"}"#)).await, (503, "TIMEOUT".to_owned()));
    let broken = stream::iter([Err::<Vec<u8>, _>(std::io::Error::other("canary"))]);
    assert_eq!(refused(&edge, edge.post(Body::from_stream(broken))).await, (400, "BAD_REQUEST".to_owned()));
}

#[tokio::test]
async fn a_panic_is_a_coded_error_without_its_text() {
    let edge = Edge::build().await;
    let reply = edge.send(edge.post(r#"{"query":"panic"}"#)).await;
    assert_eq!((reply.status, reply.code().as_str()), (500, "INTERNAL"));
    assert!(!reply.body.contains("canary"));
    assert_eq!(edge.send(edge.post(PLAIN)).await.status, 200);
}

/// A place for log lines that the test can read.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_tells_what_happened_and_nothing_of_a_person() {
    let edge = Edge::build().await;
    let lines = Lines::default();
    let writer = lines.clone();
    // For the whole process: a subscriber of one thread can miss a line that another thread met first.
    tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).init();
    let body =
        json!({"query": "query canaryQuery {a}", "operationName": "GridToday", "variables": {"x": "canaryVariable"}});
    let mut request = edge.post(body.to_string());
    *request.uri_mut() = "/graphql?canaryAddress=1".parse().unwrap();
    let refused = edge.post(r#"{"query":"bad","operationName":"canary name 10012345678"}"#);
    let nowhere = HttpRequest::get("/canaryPath").body(Body::empty()).unwrap();
    for (id, mut request) in [("log-test-1", request), ("log-test-2", refused), ("log-test-3", nowhere)] {
        request.headers_mut().insert("x-request-id", id.parse().unwrap());
        edge.send(request).await;
    }
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let logged: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // Other tests of this process answer requests meanwhile: only these three are counted.
    let is_ours = |fields: &&Value| fields["request"].as_str().is_some_and(|id| id.starts_with("log-test-"));
    let requests: Vec<&Value> = logged
        .iter()
        .filter(|line| line["target"] == "fengqiao::http")
        .map(|line| &line["fields"])
        .filter(is_ours)
        .collect();
    assert_eq!(requests.len(), 3, "{text}");
    let first = requests[0];
    assert_eq!((&first["path"], &first["status"], &first["method"]), (&json!("/graphql"), &json!(200), &json!("POST")));
    assert_eq!((&first["operation"], &first["posting"]), (&json!("GridToday"), &json!(100)));
    assert_eq!(requests[1]["codes"], "PARSE_FAILED");
    assert_eq!((&requests[2]["path"], &requests[2]["codes"]), (&json!("-"), &json!("NOT_FOUND")));
    for canary in ["canary", "10012345678", "subject-1", edge.token.as_str()] {
        assert!(!text.contains(canary), "{canary} in {text}");
    }
}
