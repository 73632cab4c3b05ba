//! Issuers that publish their keys, over real HTTP: rotation, floods of invented keys, and every way in which an issuer can fail.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use futures_util::future::join_all;

use super::*;
use crate::kernel::clock::Clock;

const SET: &str = include_str!("../test_keys/key_set.json");
const DAY_MS: i64 = 24 * 3_600_000;

/// How the issuer behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Well,
    Down,
    Slow,
    Garbage,
    Huge,
    OtherIssuer,
    Elsewhere,
}

/// An OpenID provider, as far as its keys go.
struct Provider {
    address: String,
    mood: Mutex<Mood>,
    kid: Mutex<String>,
    fetches: AtomicUsize,
}

impl Provider {
    async fn start() -> Arc<Provider> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (mood, kid) = (Mutex::new(Mood::Well), Mutex::new("k1".to_owned()));
        let provider = Arc::new(Provider { address, mood, kid, fetches: AtomicUsize::new(0) });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/elsewhere", get(keys))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn rotates_to(&self, kid: &str) {
        *self.kid.lock().unwrap() = kid.to_owned();
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}

async fn discovery(State(provider): State<Arc<Provider>>) -> Response {
    let mood = *provider.mood.lock().unwrap();
    let issuer = if mood == Mood::OtherIssuer { "https://id.other.example" } else { &provider.address };
    axum::Json(json!({ "issuer": issuer, "jwks_uri": format!("{}/keys", provider.address) })).into_response()
}

async fn keys(State(provider): State<Arc<Provider>>) -> Response {
    provider.fetches.fetch_add(1, Ordering::SeqCst);
    let mood = *provider.mood.lock().unwrap();
    match mood {
        Mood::Down => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mood::Slow => tokio::time::sleep(Duration::from_secs(60)).await,
        Mood::Garbage => return "{\"keys\": [".into_response(),
        Mood::Huge => return "x".repeat(300 * 1024).into_response(),
        Mood::Elsewhere => return Redirect::temporary("/elsewhere").into_response(),
        Mood::Well | Mood::OtherIssuer => {}
    }
    let mut set: Value = serde_json::from_str(SET).unwrap();
    set["keys"][1]["kid"] = json!(*provider.kid.lock().unwrap());
    // What an issuer publishes beside the keys of its tokens.
    set["keys"].as_array_mut().unwrap().push(json!({ "kid": "enc", "kty": "RSA", "use": "enc", "alg": "RSA-OAEP" }));
    axum::Json(set).into_response()
}

#[derive(Debug)]
struct Moving(AtomicI64);

impl Clock for Moving {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

struct City {
    provider: Arc<Provider>,
    clock: Arc<Moving>,
    authenticator: Authenticator,
    _house: House,
}

impl City {
    async fn build() -> City {
        let (house, provider) = (House::with_one().await, Provider::start().await);
        let clock = Arc::new(Moving(AtomicI64::new(NOW_MS)));
        let issuer = Issuer::with_discovery(&provider.address, DEMO_AUDIENCE, clock.clone()).unwrap();
        let postings = Arc::new(DatabasePostings::new(house.storage.read.to_sea_orm()));
        let policy = Arc::new(Policy::built_in().unwrap());
        let authenticator = Authenticator::new(vec![issuer], postings, policy, clock.clone());
        City { provider, clock, authenticator, _house: house }
    }

    fn token(&self, kid: &str) -> String {
        let now = self.clock.now_ms() / 1000;
        let claims = json!({"iss": self.provider.address, "aud": DEMO_AUDIENCE, "sub": "subject-1", "jti": "1",
                            "client_id": "desk", "iat": now - 10, "exp": now + 600, "posting": "100"});
        let key = EncodingKey::from_ed_pem(include_bytes!("../test_keys/eddsa.pem")).unwrap();
        let header = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": kid});
        sign(&header.to_string(), &claims.to_string(), &key, Algorithm::EdDSA)
    }

    async fn accepts(&self, kid: &str) -> bool {
        self.authenticator.authenticate(&self.token(kid)).await.is_ok()
    }

    fn pass(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn many_at_once_make_one_fetch() {
    let city = City::build().await;
    assert_eq!(city.provider.fetches(), 0, "nothing is fetched before it is needed");
    let all = join_all((0..100).map(|_| city.accepts("k1"))).await;
    assert!(all.into_iter().all(|accepted| accepted));
    assert_eq!(city.provider.fetches(), 1);
}

#[tokio::test]
async fn keys_rotate_and_no_valid_token_is_refused() {
    let city = City::build().await;
    assert!(city.accepts("k1").await);
    for kid in ["k2", "k3"] {
        city.pass(1_500);
        city.provider.rotates_to(kid);
        let all = join_all((0..50).map(|_| city.accepts(kid))).await;
        assert!(all.into_iter().all(|accepted| accepted), "{kid}");
    }
    assert_eq!(city.provider.fetches(), 3);
    assert!(!city.accepts("k1").await, "what is not published any more is not accepted");
}

#[tokio::test]
async fn what_was_verified_is_refused_once_its_key_or_its_time_is_gone() {
    let city = City::build().await;
    let token = city.token("k1");
    let accepted = || async { city.authenticator.authenticate(&token).await.is_ok() };
    assert!(accepted().await && accepted().await);
    city.provider.rotates_to("k2");
    city.authenticator.refresh_keys().await;
    assert!(!accepted().await, "its key is not published any more");
    city.provider.rotates_to("k1");
    city.authenticator.refresh_keys().await;
    assert!(accepted().await && accepted().await);
    city.pass(606_000);
    assert!(!accepted().await, "it has ended");
    city.pass(-700_000);
    assert!(!accepted().await, "it has not begun");
}

#[tokio::test]
async fn invented_keys_do_not_make_us_ask_again_and_again() {
    let city = City::build().await;
    assert!(city.accepts("k1").await);
    city.pass(2_000);
    for n in 0..200 {
        assert!(!city.accepts(&format!("invented-{n}")).await);
    }
    assert_eq!(city.provider.fetches(), 2, "one fetch for all of them");
    assert!(city.accepts("k1").await, "known keys go on meanwhile");
    city.pass(31_000);
    assert!(!city.accepts("invented").await);
    assert_eq!(city.provider.fetches(), 3);
    // A token that is bad for another reason is no reason to ask.
    city.pass(31_000);
    for token in ["x", "a.b.c", &format!("{}x", city.token("k1"))] {
        assert!(city.authenticator.authenticate(token).await.is_err());
    }
    assert_eq!(city.provider.fetches(), 3);
}

#[tokio::test]
async fn the_last_good_keys_go_on_for_a_day_whatever_the_issuer_does() {
    let city = City::build().await;
    assert!(city.accepts("k1").await);
    for mood in [Mood::Down, Mood::Garbage, Mood::Huge, Mood::OtherIssuer, Mood::Elsewhere] {
        city.pass(31_000);
        city.provider.is(mood);
        city.provider.rotates_to("k2");
        assert!(!city.accepts("k2").await, "{mood:?}");
        assert!(city.accepts("k1").await, "{mood:?}");
    }
    city.pass(DAY_MS);
    city.provider.is(Mood::Down);
    assert!(!city.accepts("k1").await, "keys that are a day old are not trusted");
    city.provider.is(Mood::Well);
    city.pass(31_000);
    assert!(city.accepts("k2").await, "and it goes on when the issuer is back");
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_holds_nobody_for_long() {
    let city = City::build().await;
    city.provider.is(Mood::Slow);
    let outcome = tokio::time::timeout(Duration::from_secs(30), city.accepts("k1")).await;
    assert_eq!(outcome, Ok(false));
}

#[tokio::test]
async fn keys_are_fetched_over_https_alone() {
    let clock: Arc<dyn Clock> = Arc::new(FixedClock(NOW_MS));
    for address in ["http://id.example", "ftp://id.example", "id.example", "file:///keys"] {
        assert!(Issuer::with_discovery(address, DEMO_AUDIENCE, clock.clone()).is_err(), "{address}");
    }
    assert!(Issuer::with_discovery("https://id.example", DEMO_AUDIENCE, clock).is_ok());
}
