//! 服务账号. Systems that ask by themselves: known by the certificate that a proxy has checked, or by a key with which they sign
//! for a token (RFC 7523, `private_key_jwt`). Each acts with one posting, like a person, and no more.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretSlice;

use super::issuer::{Issuer, IssuerError, VerifyingKey, fitting};
use super::mint::Mint;
use super::token::{self, LEEWAY_SECONDS, Lifetime, Parts, Refusal};
use super::{Purpose, key_set};

/// How long a token of a service is good, in seconds.
pub const TOKEN_SECONDS: i64 = 600;
/// Longest life of an assertion, in seconds.
const ASSERTION_SECONDS: i64 = 300;
/// Assertions of one service that are remembered, so that none is taken twice. Whoever signs more must wait until some have ended.
const MOST_REMEMBERED: usize = 1_000;
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

    /// The certificate that it is known by. `None`: by none.
    pub fn certificate(&self) -> Option<&Thumbprint> {
        self.certificate.as_ref()
    }
}

/// Where services get tokens.
pub(super) struct Counter {
    pub(super) mint: Mint,
    /// Ids of each service's assertions, and when each ends, in seconds.
    taken: Mutex<HashMap<String, HashMap<String, i64>>>,
}

/// An assertion that is good, and was not taken yet.
pub(super) struct Assertion<'s> {
    pub(super) service: &'s Service,
    id: String,
    expires: i64,
}

impl Counter {
    /// Takes an assertion, which is good once.
    pub(super) fn take(&self, assertion: &Assertion<'_>, now_ms: i64) -> Result<(), Refusal> {
        let now = now_ms.div_euclid(1000);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_service = taken.entry(assertion.service.client.clone()).or_default();
        of_service.retain(|_, expires| *expires > now - LEEWAY_SECONDS);
        if of_service.len() >= MOST_REMEMBERED {
            return Err("too many assertions");
        }
        match of_service.insert(assertion.id.clone(), assertion.expires) {
            None => Ok(()),
            Some(_) => Err("an assertion for the second time"),
        }
    }
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
        let counter = Counter { mint: Mint::new(name, name, KEY_ID, secret)?, taken: Mutex::default() };
        Ok(Services { counter: Some(counter), ..self })
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

    /// An assertion for us, verified.
    pub(super) fn of_assertion(&self, assertion: &str, now_ms: i64) -> Result<Assertion<'_>, Refusal> {
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
        parts.check_signature(fitting(&service.keys, algorithm, key_id).ok_or(token::NO_KEY)?)?;
        // Whoever is named beside us could use it here.
        if claims.get("aud").and_then(|audience| audience.as_array()).is_some_and(|all| all.len() > 1) {
            return Err("more than one audience");
        }
        if !token::is_for(claims, &[&counter.mint.name, &token_endpoint(&counter.mint.name)]) {
            return Err("other audience");
        }
        let issued = token::seconds(claims, "iat")?.unwrap_or(now.saturating_sub(LEEWAY_SECONDS));
        let lifetime = Lifetime::of(claims, issued)?;
        lifetime.holds(now)?;
        let expires = lifetime.ends;
        if expires > now + ASSERTION_SECONDS {
            return Err("an assertion that lasts too long");
        }
        let id = token::identifier(claims, "jti").ok_or("no jti")?.to_owned();
        Ok(Assertion { service, id, expires })
    }
}

/// Where a server of this name gives tokens.
pub fn token_endpoint(name: &str) -> String {
    format!("{name}/oauth/token")
}
