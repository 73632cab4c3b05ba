//! 公开密钥. The keys that an issuer publishes (OpenID Connect Discovery, RFC 7517): fetched once for everybody who waits, never more
//! often than bounds allow, and the last good ones go on while the issuer does not answer, for a day.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures_util::StreamExt;
use serde::Deserialize;
use tokio::sync::Mutex;

use super::issuer::VerifyingKey;
use super::key_set;
use crate::kernel::clock::Clock;
use crate::kernel::tls;

const CONNECT: Duration = Duration::from_secs(2);
const WHOLE: Duration = Duration::from_secs(5);
const MOST_BYTES: usize = 200 * 1024;
/// After a fetch that brought the key that was asked for.
const SOON_MS: i64 = 1_000;
/// After a fetch that did not: tokens with invented keys must not make us ask the issuer all the time.
const LATE_MS: i64 = 30_000;
/// Keys older than this are not used any more.
const GOOD_MS: i64 = 24 * 3_600_000;
/// How often keys are fetched without need.
pub const REFRESH: Duration = Duration::from_secs(600);

/// Why keys could not be fetched. For the log and the operator.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The issuer is no address that keys may be fetched from.
    #[error("{0} is no https address (http is allowed on this machine alone)")]
    Address(String),
    /// No answer, or not the one that was expected.
    #[error("{0}: {1}")]
    Answer(String, String),
}

#[derive(Default)]
struct State {
    keys: Arc<Vec<Arc<VerifyingKey>>>,
    fetched_ms: i64,
    next_ms: i64,
}

/// The keys of one issuer.
pub(super) struct PublishedKeys {
    issuer: String,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
    state: RwLock<State>,
    fetching: Mutex<()>,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl PublishedKeys {
    /// Keys of an issuer, none fetched yet.
    pub(super) fn of(issuer: &str, clock: Arc<dyn Clock>) -> Result<PublishedKeys, FetchError> {
        tls::choose_provider();
        may_be_asked(issuer)?;
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| FetchError::Answer(issuer.to_owned(), error.to_string()))?;
        let (state, fetching) = (RwLock::default(), Mutex::new(()));
        Ok(PublishedKeys { issuer: issuer.to_owned(), client, clock, state, fetching })
    }

    /// The keys that may be used now.
    pub(super) fn now(&self) -> Arc<Vec<Arc<VerifyingKey>>> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let is_good = self.clock.now_ms() - state.fetched_ms < GOOD_MS;
        if is_good { state.keys.clone() } else { Arc::default() }
    }

    /// Fetches because a key is missing. Whoever comes while somebody fetches waits for that; false: it is too early to ask.
    pub(super) async fn look_for(&self, key_id: &str) -> bool {
        let has = |keys: &[Arc<VerifyingKey>]| keys.iter().any(|key| key.id == key_id);
        let _fetching = self.fetching.lock().await;
        if has(&self.now()) {
            return true;
        }
        let now = self.clock.now_ms();
        {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            if now < state.next_ms {
                return false;
            }
            state.next_ms = now + LATE_MS;
        }
        if let Err(error) = self.fetch().await {
            tracing::warn!(%error, "keys cannot be fetched");
            return false;
        }
        let found = has(&self.now());
        if found {
            self.state.write().unwrap_or_else(PoisonError::into_inner).next_ms = now + SOON_MS;
        }
        found
    }

    /// Fetches the keys anew.
    pub(super) async fn refresh(&self) -> Result<(), FetchError> {
        let _fetching = self.fetching.lock().await;
        self.fetch().await
    }

    async fn fetch(&self) -> Result<(), FetchError> {
        let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let wrong = |what: &dyn std::fmt::Display| FetchError::Answer(address.clone(), what.to_string());
        let discovery: Discovery = serde_json::from_slice(&self.get(&address).await?).map_err(|error| wrong(&error))?;
        if discovery.issuer != self.issuer {
            return Err(wrong(&"it is of another issuer"));
        }
        may_be_asked(&discovery.jwks_uri)?;
        let set = self.get(&discovery.jwks_uri).await?;
        let keys = key_set::read_published(&set).map_err(|why| FetchError::Answer(discovery.jwks_uri, why))?;
        let fetched_ms = self.clock.now_ms();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        (state.keys, state.fetched_ms) = (Arc::new(keys), fetched_ms);
        Ok(())
    }

    async fn get(&self, address: &str) -> Result<Vec<u8>, FetchError> {
        let wrong = |what: &dyn std::fmt::Display| FetchError::Answer(address.to_owned(), what.to_string());
        let answer = self.client.get(address).send().await.map_err(|error| wrong(&error))?;
        if answer.status() != reqwest::StatusCode::OK {
            return Err(wrong(&answer.status()));
        }
        let (mut body, mut bytes) = (answer.bytes_stream(), Vec::new());
        while let Some(chunk) = body.next().await {
            bytes.extend_from_slice(&chunk.map_err(|error| wrong(&error))?);
            if bytes.len() > MOST_BYTES {
                return Err(wrong(&"it is larger than 200 kB"));
            }
        }
        Ok(bytes)
    }
}

/// Whether an address may be asked for keys: nobody between us and it can put in their own.
fn may_be_asked(address: &str) -> Result<(), FetchError> {
    let uri: axum::http::Uri = address.parse().map_err(|_| FetchError::Address(address.to_owned()))?;
    let on_this_machine = matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if on_this_machine => Ok(()),
        _ => Err(FetchError::Address(address.to_owned())),
    }
}
