//! Who may issue tokens: a name, an audience and keys, each key bound to one algorithm by configuration.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey};

use super::key_set;
use super::published_keys::{FetchError, PublishedKeys};
use crate::kernel::clock::Clock;

/// Shortest secret that may sign tokens, in bytes.
pub(super) const SECRET_BYTES: usize = 32;

/// An issuer whose tokens are accepted.
pub struct Issuer {
    pub(super) name: String,
    pub(super) audience: String,
    pub(super) keys: Keys,
    pub(super) is_demo: bool,
}

/// Where the keys of an issuer are from.
pub(super) enum Keys {
    /// From a file, for as long as the server runs.
    Fixed(Vec<Arc<VerifyingKey>>),
    /// From the issuer itself.
    Published(PublishedKeys),
}

/// A key that verifies, with the one algorithm it is good for.
pub(super) struct VerifyingKey {
    pub(super) id: String,
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// Why an issuer cannot be used. A sentence for the operator.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// The secret of the demo issuer is too short.
    #[error("the secret that signs tokens must have at least 32 bytes")]
    ShortSecret,
    /// The name or the audience is empty.
    #[error("an issuer needs a name (iss) and an audience (aud)")]
    Nameless,
    /// The issuer cannot be asked for its keys.
    #[error("keys cannot be fetched from the issuer: {0}")]
    Discovery(String),
    /// The key set cannot be used.
    #[error("the key set cannot be used: {0}")]
    KeySet(String),
}

impl Issuer {
    /// An issuer in production, with the public keys of a key set file (RFC 7517). Each key must carry `kid` and `alg`,
    /// one of ES256, EdDSA and RS256.
    pub fn with_key_set(name: &str, audience: &str, key_set: &[u8]) -> Result<Self, IssuerError> {
        if name.is_empty() || audience.is_empty() {
            return Err(IssuerError::Nameless);
        }
        let keys = key_set::read(key_set).map_err(IssuerError::KeySet)?;
        Ok(Self { name: name.to_owned(), audience: audience.to_owned(), keys: Keys::Fixed(keys), is_demo: false })
    }

    /// An issuer in production that publishes its keys (OpenID Connect Discovery). None are fetched yet.
    pub fn with_discovery(name: &str, audience: &str, clock: Arc<dyn Clock>) -> Result<Self, IssuerError> {
        if name.is_empty() || audience.is_empty() {
            return Err(IssuerError::Nameless);
        }
        let keys = PublishedKeys::of(name, clock).map_err(|error| IssuerError::Discovery(error.to_string()))?;
        Ok(Self { name: name.to_owned(), audience: audience.to_owned(), keys: Keys::Published(keys), is_demo: false })
    }

    /// Fetches the keys anew, where the issuer publishes them.
    pub async fn refresh(&self) -> Result<(), FetchError> {
        match &self.keys {
            Keys::Fixed(_) => Ok(()),
            Keys::Published(keys) => keys.refresh().await,
        }
    }

    /// Looks for a key that is not known yet; whether it is known now.
    pub(super) async fn look_for(&self, key_id: &str) -> bool {
        match &self.keys {
            Keys::Fixed(_) => false,
            Keys::Published(keys) => keys.look_for(key_id).await,
        }
    }

    /// The name, as in `iss`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this is the demo issuer, whose tokens anybody with the data directory can make.
    pub fn is_demo(&self) -> bool {
        self.is_demo
    }

    /// The key for a token's header.
    pub(super) fn key(&self, algorithm: Algorithm, id: Option<&str>) -> Option<Arc<VerifyingKey>> {
        self.among(|keys| fitting(keys, algorithm, id).cloned())
    }

    /// Whether a key is still one of its own, and may be used now.
    pub(super) fn holds(&self, key: &Arc<VerifyingKey>) -> bool {
        self.among(|keys| keys.iter().any(|one| Arc::ptr_eq(one, key)))
    }

    fn among<T>(&self, look: impl FnOnce(&[Arc<VerifyingKey>]) -> T) -> T {
        match &self.keys {
            Keys::Fixed(keys) => look(keys),
            Keys::Published(keys) => look(&keys.now()),
        }
    }
}

/// The key that a header names. Without a `kid` the algorithm must leave no choice.
pub(super) fn fitting<'k>(
    keys: &'k [Arc<VerifyingKey>],
    algorithm: Algorithm,
    id: Option<&str>,
) -> Option<&'k Arc<VerifyingKey>> {
    let mut fitting = keys.iter().filter(|key| key.algorithm == algorithm && id.is_none_or(|id| key.id == id));
    fitting.next().filter(|_| fitting.next().is_none())
}
