//! Services: a certificate or a signed assertion gives the rights of one posting, and nothing that is only like them does.

use super::*;

const NAME: &str = "https://city.example";
const KEY_SET: &[u8] = include_bytes!("../test_keys/key_set.json");
const THUMBPRINT: Thumbprint = [7; 32];

fn services() -> Services {
    let signs = Service::new("feed", 100, None).with_key_set(KEY_SET).unwrap();
    let shows = Service::new("mirror", 101, Some(Purpose::Supervise)).with_certificate(THUMBPRINT);
    let revoked = Service::new("gone", 102, None).with_key_set(KEY_SET).unwrap();
    Services::new(vec![signs, shows, revoked]).with_tokens(NAME, vec![9; 32].into()).unwrap()
}

async fn house() -> House {
    let ended = posting::Model { revoked_at: Some(NOW_MS), ..plain_posting(102, 4, "GRID_MEMBER") };
    let postings = vec![plain_posting(100, 1, "GRID_MEMBER"), plain_posting(101, 3, "COUNTY_PEACE_OFFICER"), ended];
    House::build_with(postings, services()).await
}

fn header() -> Value {
    json!({"alg": "ES256", "typ": "JWT", "kid": "es-1"})
}

/// An assertion that is good, but for its id.
fn claims(id: &str) -> Value {
    json!({"iss": "feed", "sub": "feed", "aud": NAME, "jti": id, "iat": NOW_S, "exp": NOW_S + 60})
}

#[tokio::test]
async fn an_assertion_gives_a_token_of_the_posting() {
    let house = house().await;
    let endpoint = token_endpoint(NAME);
    for (id, audience) in [("a", json!(NAME)), ("b", json!(endpoint)), ("c", json!([NAME]))] {
        let assertion = sign_es256(&header(), &with(claims(id), "aud", audience));
        let granted = house.authenticator.token_for(&assertion, None).await.unwrap();
        assert_eq!(granted.seconds, 600);
        let viewer = house.authenticator.authenticate(&granted.token).await.unwrap();
        let of = (viewer.client_id(), viewer.posting_id(), viewer.subject(), viewer.role());
        assert_eq!(of, ("feed", 100, "subject-1", "GRID_MEMBER"));
        assert_eq!(viewer.expires_ms(), NOW_MS + 600_000);
    }
}

#[tokio::test]
async fn an_assertion_is_good_once() {
    let house = house().await;
    let assertion = sign_es256(&header(), &claims("a"));
    let all = (0..8).map(|_| house.authenticator.token_for(&assertion, None));
    let granted = futures_util::future::join_all(all).await.into_iter().filter(Result::is_ok).count();
    assert_eq!(granted, 1);
}

#[tokio::test]
async fn a_service_signs_no_more_than_can_be_remembered() {
    let house = house().await;
    let tokens = (0..1_001).map(|n| sign_es256(&header(), &claims(&n.to_string())));
    let mut granted = 0;
    for assertion in tokens {
        granted += usize::from(house.authenticator.token_for(&assertion, None).await.is_ok());
    }
    assert_eq!(granted, 1_000);
}

#[tokio::test]
async fn what_is_only_like_an_assertion_is_refused() {
    let house = house().await;
    let long = NOW_S + 301;
    let changed = |name: &str, value: Value| sign_es256(&header(), &with(claims("x"), name, value));
    let headed = |name: &str, value: Value| sign_es256(&with(header(), name, value), &claims("x"));
    let good = sign_es256(&header(), &claims("x"));
    let shared = sign(
        &json!({"alg": "HS256", "kid": "es-1"}).to_string(),
        &claims("x").to_string(),
        &EncodingKey::from_secret(KEY_SET),
        Algorithm::HS256,
    );
    for (name, assertion) in [
        ("another's key", headed("kid", json!("ed-1"))),
        ("an unknown key", headed("kid", json!("none"))),
        ("an access token", headed("typ", json!("at+jwt"))),
        ("an id token", headed("typ", json!("id_token"))),
        ("something critical", headed("crit", json!(["exp"]))),
        ("a key of its own", sign_demo(&with(header(), "alg", json!("HS256")), &claims("x"))),
        ("a secret", shared),
        ("another's name", changed("iss", json!("mirror"))),
        ("unknown", with_both("nobody")),
        ("without keys", with_both("mirror")),
        ("a posting that has ended", with_both("gone")),
        ("no subject", changed("sub", Value::Null)),
        ("for others", changed("aud", json!("https://other.example"))),
        ("for us and a slash", changed("aud", json!("https://city.example/"))),
        ("for us and others", changed("aud", json!([NAME, "https://other.example"]))),
        ("for nobody", changed("aud", Value::Null)),
        ("ended", changed("exp", json!(NOW_S - 5))),
        ("without end", changed("exp", Value::Null)),
        ("too long", changed("exp", json!(long))),
        ("later", changed("nbf", json!(NOW_S + 60))),
        ("without id", changed("jti", Value::Null)),
        ("an empty id", changed("jti", json!(""))),
        ("cut", good[..good.len() - 2].to_owned()),
        ("nothing", String::new()),
        ("two parts", "a.b".to_owned()),
    ] {
        let refused = house.authenticator.token_for(&assertion, None).await;
        assert!(matches!(refused, Err(GrantError::Auth(AuthError::Refused(_)))), "{name}: {refused:?}");
    }
    let other = house.authenticator.token_for(&good, Some("mirror")).await;
    assert!(other.is_err(), "another client_id");
    // None of them used the id up.
    assert!(house.authenticator.token_for(&good, Some("feed")).await.is_ok());
    // And an assertion is no access token.
    assert!(house.is_refused(&sign_es256(&header(), &claims("y"))).await);
}

fn with_both(client: &str) -> String {
    sign_es256(&header(), &with(with(claims("x"), "iss", json!(client)), "sub", json!(client)))
}

#[tokio::test]
async fn a_certificate_stands_for_its_posting() {
    let house = house().await;
    let viewer = house.authenticator.authenticate_certificate(&THUMBPRINT).await.unwrap();
    assert_eq!((viewer.client_id(), viewer.posting_id(), viewer.purpose()), ("mirror", 101, Purpose::Supervise));
    assert!(house.authenticator.authenticate_certificate(&[8; 32]).await.is_err());
    assert!(house.revoke(Revocation::Subject("subject-3"), NOW_MS).await);
    // Postings are kept for a second.
    while house.authenticator.authenticate_certificate(&THUMBPRINT).await.is_ok() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn nobody_gets_a_token_where_none_are_given() {
    let service = Service::new("feed", 100, None).with_key_set(KEY_SET).unwrap();
    let house = House::build_with(vec![plain_posting(100, 1, "GRID_MEMBER")], Services::new(vec![service])).await;
    assert!(house.authenticator.token_for(&sign_es256(&header(), &claims("a")), None).await.is_err());
    assert_eq!(house.authenticator.gives_tokens_as(), None);
    assert!(Services::new(vec![]).with_tokens(NAME, vec![9; 31].into()).is_err());
}

#[tokio::test]
async fn a_token_that_is_bound_to_a_key_is_not_a_bearer_token() {
    let house = House::with_one().await;
    let bound = with(demo_claims(), "cnf", json!({"x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}));
    assert!(house.is_refused(&sign_demo(&demo_header(), &bound)).await);
}
