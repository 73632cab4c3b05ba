//! 服务账号. Systems that ask by themselves: known by the certificate that a proxy has checked, or by a key with which they sign
//! for a token (RFC 7523, `private_key_jwt`). Each acts with one posting, like a person, and no more.

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::Algorithm;
use moka::sync::Cache;
use secrecy::SecretSlice;

use super::issuer::{Issuer, IssuerError, VerifyingKey};
use super::mint::Mint;
use super::token::{self, LEEWAY_SECONDS, Parts, Refusal};
use super::{Purpose, key_set};

/// How long a token of a service is good, in seconds.
pub const TOKEN_SECONDS: i64 = 600;
/// Longest life of an assertion, in seconds.
const ASSERTION_SECONDS: i64 = 300;
/// Assertions whose ids are remembered, so that none is taken twice.
const MOST_REMEMBERED: u64 = 100_000;
const KEY_ID: &str = "service";

/// SHA-256 of a certificate in DER.
pub type Thumbprint = [u8; 32];

/// A system that asks by itself.
pub struct Service {
    client: String,
    posting_id: i64,
    purpose: Option<Purpose>,
    certificate: Option<Thumbprint>,
    keys: Vec<Arc<VerifyingKey>>,
}

impl Service {
    /// A service: its `client_id`, its posting, and what for it asks (`None`: the first purpose of the role). It cannot show
    /// who it is yet.
    pub fn new(client: &str, posting_id: i64, purpose: Option<Purpose>) -> Service {
        Service { client: client.to_owned(), posting_id, purpose, certificate: None, keys: vec![] }
    }

    /// The same, known by a certificate.
    pub fn with_certificate(self, thumbprint: Thumbprint) -> Service {
        Service { certificate: Some(thumbprint), ..self }
    }

    /// The same, known by the public keys of a set (RFC 7517).
    pub fn with_key_set(self, key_set: &[u8]) -> Result<Service, IssuerError> {
        Ok(Service { keys: key_set::read(key_set).map_err(IssuerError::KeySet)?, ..self })
    }

    /// Its name, as `client_id` has it.
    pub fn client(&self) -> &str {
        &self.client
    }

    pub(super) fn posting_id(&self) -> i64 {
        self.posting_id
    }

    pub(super) fn purpose(&self) -> Option<Purpose> {
        self.purpose
    }

    fn key(&self, algorithm: Algorithm, id: Option<&str>) -> Option<&VerifyingKey> {
        let mut fitting = self.keys.iter().filter(|key| key.algorithm == algorithm && id.is_none_or(|id| key.id == id));
        fitting.next().filter(|_| fitting.next().is_none()).map(AsRef::as_ref)
    }
}

/// Where services get tokens.
pub(super) struct Counter {
    pub(super) mint: Mint,
    taken: Cache<(String, String), ()>,
}

/// All services, and where they get tokens.
#[derive(Default)]
pub struct Services {
    all: Vec<Service>,
    counter: Option<Counter>,
}

impl Services {
    /// These services, known by certificates alone.
    pub fn new(all: Vec<Service>) -> Services {
        Services { all, counter: None }
    }

    /// The same, and tokens for those that sign, given under this name: `iss` and `aud` of the tokens, and what an assertion
    /// must be for. The secret that signs has at least 32 bytes.
    pub fn with_tokens(self, name: &str, secret: SecretSlice<u8>) -> Result<Services, IssuerError> {
        let kept = Duration::from_secs((ASSERTION_SECONDS + 2 * LEEWAY_SECONDS).unsigned_abs());
        let taken = Cache::builder().max_capacity(MOST_REMEMBERED).time_to_live(kept).build();
        Ok(Services { counter: Some(Counter { mint: Mint::new(name, name, KEY_ID, secret)?, taken }), ..self })
    }

    /// Whose tokens are to be accepted besides.
    pub(super) fn issuer(&self) -> Option<Issuer> {
        self.counter.as_ref().map(|counter| counter.mint.issuer(false))
    }

    /// Where tokens are given. `None`: nowhere.
    pub(super) fn counter(&self) -> Option<&Counter> {
        self.counter.as_ref()
    }

    pub(super) fn of_certificate(&self, thumbprint: &Thumbprint) -> Option<&Service> {
        self.all.iter().find(|service| service.certificate.as_ref() == Some(thumbprint))
    }

    /// The service that signed an assertion for us, which is good once.
    pub(super) fn of_assertion(&self, assertion: &str, now_ms: i64) -> Result<&Service, Refusal> {
        let counter = self.counter.as_ref().ok_or("no tokens are given here")?;
        let now = now_ms.div_euclid(1000);
        let parts = Parts::read(assertion)?;
        if !matches!(parts.kind().as_deref(), None | Some("jwt" | "client-authentication+jwt")) {
            return Err("not an assertion");
        }
        let (algorithm, key_id) = parts.key_named()?;
        let claims = &parts.claims;
        let client = token::identifier(claims, "sub").ok_or("no sub")?;
        if token::identifier(claims, "iss") != Some(client) {
            return Err("iss and sub differ");
        }
        let service = self.all.iter().find(|service| service.client == client).ok_or("unknown service")?;
        parts.check_signature(service.key(algorithm, key_id).ok_or(token::NO_KEY)?)?;
        if !token::is_for(claims, &[&counter.mint.name, &token_endpoint(&counter.mint.name)]) {
            return Err("other audience");
        }
        let issued = token::seconds(claims, "iat")?.unwrap_or(now.saturating_sub(LEEWAY_SECONDS));
        if token::lifetime(claims, issued, now)? > now + ASSERTION_SECONDS {
            return Err("an assertion that lasts too long");
        }
        let id = token::identifier(claims, "jti").ok_or("no jti")?;
        let first = counter.taken.entry((client.to_owned(), id.to_owned())).or_insert(());
        if first.is_fresh() { Ok(service) } else { Err("an assertion for the second time") }
    }
}

/// Where a server of this name gives tokens.
pub fn token_endpoint(name: &str) -> String {
    format!("{name}/oauth/token")
}
