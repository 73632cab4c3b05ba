//! Services over HTTP: certificates as proxies tell them, and tokens for assertions.

use super::*;
use crate::http::certificate::{CertificateProxy, Peer, thumbprint_of_pem};
use crate::identity::tests::{NOW_S, plain_posting, sign_es256};
use crate::identity::{Service, Services};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const NAME: &str = "https://city.example";
const PEM: &str = include_str!("../test_keys/certificate.pem");
const KEY_SET: &[u8] = include_bytes!("../../identity/test_keys/key_set.json");

async fn edge() -> Edge {
    let known = Service::new("mirror", 101, None).with_certificate(thumbprint_of_pem(PEM.as_bytes()).unwrap());
    let signs = Service::new("feed", 100, None).with_key_set(KEY_SET).unwrap();
    let services = Services::new(vec![known, signs]).with_tokens(NAME, vec![9; 32].into()).unwrap();
    let postings = vec![plain_posting(100, 1, "GRID_MEMBER"), plain_posting(101, 3, "COUNTY_PEACE_OFFICER")];
    let mut edge = Edge::over(House::build_with(postings, services).await, Limits::default(), true);
    let proxy = CertificateProxy::new("Client-Cert", &["10.0.0.0/24".to_owned(), "127.0.0.1".to_owned()]);
    edge.state = edge.state.with_certificates(proxy.unwrap());
    edge
}

fn base64_of_der() -> String {
    PEM.lines().filter(|line| !line.starts_with('-')).collect()
}

/// A question from an address, with certificates in the header and perhaps another one.
fn asked(peer: &str, certificates: &[&str], authorization: Option<&str>) -> HttpRequest<Body> {
    let mut request = HttpRequest::post("/graphql").header("content-type", "application/json");
    for certificate in certificates {
        request = request.header("client-cert", *certificate);
    }
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let mut request = request.body(Body::from(r#"{"query":"{a}"}"#)).unwrap();
    request.extensions_mut().insert(Peer(peer.parse().unwrap()));
    request
}

#[tokio::test]
async fn a_proxy_that_is_named_is_believed_and_nobody_else() {
    let edge = edge().await;
    let bare = base64_of_der();
    let rfc_9440 = format!(":{bare}:");
    let escaped =
        PEM.replace('\n', "%0A").replace(' ', "%20").replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    for form in [&bare, &rfc_9440, &escaped] {
        for peer in ["10.0.0.7", "127.0.0.1", "::ffff:10.0.0.7"] {
            let reply = edge.send(asked(peer, &[form], None)).await;
            assert_eq!(reply.body, r#"{"data":{"role":"COUNTY_PEACE_OFFICER"}}"#, "{peer} {form}");
        }
        for peer in ["10.0.1.7", "127.0.0.2", "::1", "192.0.2.1"] {
            assert_eq!(edge.send(asked(peer, &[form], None)).await.status, 401, "{peer}");
        }
    }
    let other = STANDARD.encode(b"another certificate");
    let token = format!("Bearer {}", edge.token);
    for (certificates, authorization) in [
        (vec![], None),
        (vec![other.as_str()], None),
        (vec![""], None),
        (vec!["::"], None),
        (vec!["%00%ff"], None),
        (vec![rfc_9440.as_str(), rfc_9440.as_str()], None),
        // What stands in the place of a token is what is looked at.
        (vec![rfc_9440.as_str()], Some("Bearer nothing")),
        (vec![rfc_9440.as_str()], Some("Basic abc")),
    ] {
        let reply = edge.send(asked("10.0.0.7", &certificates, authorization)).await;
        assert_eq!((reply.status, reply.code().as_str()), (401, "UNAUTHENTICATED"), "{certificates:?}");
    }
    let reply = edge.send(asked("10.0.0.7", &[&rfc_9440], Some(&token))).await;
    assert_eq!(reply.body, r#"{"data":{"role":"GRID_MEMBER"}}"#);
    let mut from_page = asked("10.0.0.7", &[&rfc_9440], None);
    from_page.headers_mut().insert("origin", "https://page.example".parse().unwrap());
    assert_eq!(edge.send(from_page).await.status, 401, "a browser shows certificates by itself");
    // No address is known of a request that came by no connection.
    let mut nowhere = asked("10.0.0.7", &[&rfc_9440], None);
    nowhere.extensions_mut().clear();
    assert_eq!(edge.send(nowhere).await.status, 401);
}

#[tokio::test]
async fn the_address_is_that_of_the_connection() {
    let edge = edge().await;
    let ask = format!(
        "POST /graphql HTTP/1.1\r\nhost: t\r\nconnection: close\r\ncontent-type: application/json\r\n\
         x-forwarded-for: 192.0.2.1\r\nclient-cert: :{}:\r\ncontent-length: 15\r\n\r\n{{\"query\":\"{{a}}\"}}",
        base64_of_der()
    );
    let running = serving::run(&edge, Duration::from_secs(5)).await;
    let answer = serving::exchange(running.address, ask.as_bytes()).await;
    assert!(answer.ends_with(r#"{"data":{"role":"COUNTY_PEACE_OFFICER"}}"#), "{answer}");
}

fn form(pairs: &[(&str, &str)]) -> HttpRequest<Body> {
    HttpRequest::post("/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .body(Body::from(serde_urlencoded::to_string(pairs).unwrap()))
        .unwrap()
}

fn assertion(id: &str) -> String {
    let claims = json!({"iss": "feed", "sub": "feed", "aud": NAME, "jti": id, "exp": NOW_S + 60});
    sign_es256(&json!({"alg": "ES256", "kid": "es-1"}), &claims)
}

const GRANT: (&str, &str) = ("grant_type", "client_credentials");
const BEARER: (&str, &str) = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");

#[tokio::test]
async fn an_assertion_is_changed_for_a_token() {
    let edge = edge().await;
    let found =
        edge.send(HttpRequest::get("/.well-known/oauth-authorization-server").body(Body::empty()).unwrap()).await;
    let found: Value = serde_json::from_str(&found.body).unwrap();
    assert_eq!(found["token_endpoint"], "https://city.example/oauth/token");
    let reply = edge.send(form(&[GRANT, BEARER, ("client_assertion", &assertion("a")), ("scope", "all")])).await;
    assert_eq!((reply.status, reply.header("cache-control")), (200, "no-store"));
    let granted: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!((&granted["token_type"], &granted["expires_in"]), (&json!("Bearer"), &json!(600)));
    let token = format!("Bearer {}", granted["access_token"].as_str().unwrap());
    let reply = edge.send(asked("192.0.2.1", &[], Some(&token))).await;
    assert_eq!(reply.body, r#"{"data":{"role":"GRID_MEMBER"}}"#);
}

#[tokio::test]
async fn a_bad_request_for_a_token_is_told_as_the_standard_says() {
    let edge = edge().await;
    let good = assertion("b");
    let shown = ("client_assertion", good.as_str());
    for (pairs, status, told) in [
        (vec![], 400, "invalid_request"),
        (vec![GRANT, BEARER], 400, "invalid_request"),
        (vec![GRANT, GRANT, BEARER, shown], 400, "invalid_request"),
        (vec![("grant_type", "password"), BEARER, shown], 400, "unsupported_grant_type"),
        (vec![GRANT, shown], 401, "invalid_client"),
        (vec![GRANT, BEARER, ("client_assertion", "a.b.c")], 401, "invalid_client"),
        (vec![GRANT, BEARER, shown, ("client_id", "mirror")], 401, "invalid_client"),
    ] {
        let reply = edge.send(form(&pairs)).await;
        let expected = json!({"error": told}).to_string();
        assert_eq!((reply.status, reply.body), (status, expected), "{pairs:?}");
    }
    let json = HttpRequest::post("/oauth/token").header("content-type", "application/json").body(Body::from("{}"));
    assert_eq!(edge.send(json.unwrap()).await.status, 400);
    assert_eq!(edge.send(form(&[GRANT, BEARER, ("x", &"a".repeat(70_000))])).await.status, 413);
    // The first use is the only one.
    assert_eq!(edge.send(form(&[GRANT, BEARER, shown, ("client_id", "feed")])).await.status, 200);
    assert_eq!(edge.send(form(&[GRANT, BEARER, shown])).await.status, 401);
    // Elsewhere there is no such place.
    let other = Edge::build().await;
    assert_eq!(other.send(form(&[GRANT, BEARER, shown])).await.status, 404);
}
