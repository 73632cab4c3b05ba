//! Reading a token: JWS compact form, RFC 9068 profile, strict in every part. The library verifies the signature only;
//! the claims are checked here, because its defaults are lax and its clock is the machine's.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, crypto};
use serde_json::{Map, Value};

use super::issuer::{Issuer, VerifyingKey};
use super::verified::Verified;
use super::{Purpose, strict_json};

/// `typ` of an access token.
pub(super) const TOKEN_TYPE: &str = "at+jwt";
const MOST_BYTES: usize = 8 * 1024;
pub(super) const LEEWAY_SECONDS: i64 = 5;
const LONGEST_ID: usize = 255;
/// 2200-01-01: later instants are nonsense.
const LATEST_SECONDS: i64 = 7_258_118_400;

/// What a verified token says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Claims {
    pub(super) subject: String,
    pub(super) posting_id: i64,
    pub(super) purpose: Option<Purpose>,
    pub(super) client_id: String,
    pub(super) token_id: String,
    pub(super) issued_ms: i64,
    pub(super) expires_ms: i64,
}

/// Why a token is refused: for the log, never for the client.
pub(super) type Refusal = &'static str;

/// No key of the issuer fits the header.
pub(super) const NO_KEY: Refusal = "no such key";

/// The parts of a JWS in compact form, read and not verified.
pub(super) struct Parts<'t> {
    message: &'t str,
    signature: &'t str,
    header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
}

impl<'t> Parts<'t> {
    pub(super) fn read(token: &'t str) -> Result<Parts<'t>, Refusal> {
        if token.len() > MOST_BYTES {
            return Err("token too long");
        }
        let (message, signature) = token.rsplit_once('.').ok_or("not three parts")?;
        let (header, payload) = message.split_once('.').ok_or("not three parts")?;
        let header = part(header).ok_or("malformed header")?;
        let claims = part(payload).ok_or("malformed claims")?;
        Ok(Parts { message, signature, header, claims })
    }

    /// The type in the header, in small letters and without what may stand before it. `None`: it names none.
    pub(super) fn kind(&self) -> Option<String> {
        let kind = text(&self.header, "typ")?.to_ascii_lowercase();
        Some(kind.strip_prefix("application/").map(str::to_owned).unwrap_or(kind))
    }

    /// The algorithm and the key that the header names.
    pub(super) fn key_named(&self) -> Result<(Algorithm, Option<&str>), Refusal> {
        // No extension is understood, so none may be critical. Keys that a token brings along (jwk, jku, x5u, x5c) are not read.
        if self.header.contains_key("crit") || self.header.contains_key("b64") {
            return Err("critical header");
        }
        let key_id = match self.header.get("kid") {
            None => None,
            Some(Value::String(id)) if (1..=LONGEST_ID).contains(&id.len()) => Some(id.as_str()),
            Some(_) => return Err("malformed kid"),
        };
        let algorithm = match text(&self.header, "alg") {
            Some("HS256") => Algorithm::HS256,
            Some("ES256") => Algorithm::ES256,
            Some("EdDSA") => Algorithm::EdDSA,
            Some("RS256") => Algorithm::RS256,
            _ => return Err("algorithm not offered"),
        };
        Ok((algorithm, key_id))
    }

    pub(super) fn check_signature(&self, key: &VerifyingKey) -> Result<(), Refusal> {
        // The library's own decoding of the signature is as strict: no padding, no stray bits.
        match crypto::verify(self.signature, self.message.as_bytes(), &key.key, key.algorithm) {
            Ok(true) => Ok(()),
            _ => Err("bad signature"),
        }
    }
}

/// The issuer and the key that a token names, verified or not: only to know whom to ask for a key.
pub(super) fn named_key<'i>(token: &str, issuers: &'i [Issuer]) -> Option<(&'i Issuer, String)> {
    let parts = Parts::read(token).ok()?;
    let issuer = issuers.iter().find(|issuer| text(&parts.claims, "iss") == Some(&issuer.name))?;
    let (_, key_id) = parts.key_named().ok()?;
    Some((issuer, key_id?.to_owned()))
}

/// Verifies a token against the issuers at an instant.
pub(super) fn verify(token: &str, issuers: &[Issuer], now_ms: i64) -> Result<Verified, Refusal> {
    let parts = Parts::read(token)?;
    match parts.kind().ok_or("no typ")?.as_str() {
        TOKEN_TYPE => {}
        _ => return Err("not an access token"),
    }
    let (algorithm, key_id) = parts.key_named()?;
    let claims = &parts.claims;
    let mut named = issuers.iter().enumerate().filter(|(_, issuer)| text(claims, "iss") == Some(&issuer.name));
    let (at, issuer) = named.next().ok_or("unknown issuer")?;
    let key = issuer.key(algorithm, key_id).ok_or(NO_KEY)?;
    parts.check_signature(&key)?;
    let (claims, lifetime) = check_claims(claims, issuer, now_ms.div_euclid(1000))?;
    Ok(Verified { claims, lifetime, issuer: at, key })
}

fn part(encoded: &str) -> Option<Map<String, Value>> {
    strict_json::object(&URL_SAFE_NO_PAD.decode(encoded).ok()?)
}

fn check_claims(claims: &Map<String, Value>, issuer: &Issuer, now: i64) -> Result<(Claims, Lifetime), Refusal> {
    if !is_for(claims, &[&issuer.audience]) {
        return Err("other audience");
    }
    let issued = seconds(claims, "iat")?.ok_or("no iat")?;
    let lifetime = Lifetime::of(claims, issued)?;
    lifetime.holds(now)?;
    // Who shows it would have to show a key as well (RFC 7800), and nobody asks for that here.
    if claims.contains_key("cnf") {
        return Err("bound to a key");
    }
    let token_id = identifier(claims, "jti").ok_or("no jti")?.to_owned();
    let client_id = identifier(claims, "client_id").ok_or("no client_id")?.to_owned();
    let subject = identifier(claims, "sub").ok_or("no sub")?.to_owned();
    let posting_id = text(claims, "posting").and_then(posting_id).ok_or("no posting")?;
    let purpose = match claims.get("purpose") {
        None => None,
        Some(value) => Some(value.as_str().and_then(Purpose::parse).ok_or("unknown purpose")?),
    };
    let (issued_ms, expires_ms) = (issued * 1000, lifetime.ends * 1000);
    let claims = Claims { subject, posting_id, purpose, client_id, token_id, issued_ms, expires_ms };
    Ok((claims, lifetime))
}

/// Whether one of our names is among those that it is for.
pub(super) fn is_for(claims: &Map<String, Value>, names: &[&str]) -> bool {
    match claims.get("aud") {
        Some(Value::String(audience)) => names.contains(&audience.as_str()),
        Some(Value::Array(all)) => {
            all.iter().all(Value::is_string)
                && all.iter().filter_map(Value::as_str).any(|audience| names.contains(&audience))
        }
        _ => false,
    }
}

/// From when until when something that was signed is good, in seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lifetime {
    begins: i64,
    pub(super) ends: i64,
}

impl Lifetime {
    /// That of what was issued then. It must end after it was issued.
    pub(super) fn of(claims: &Map<String, Value>, issued: i64) -> Result<Lifetime, Refusal> {
        let ends = seconds(claims, "exp")?.ok_or("no exp")?;
        let not_before = seconds(claims, "nbf")?.unwrap_or(issued);
        if ends <= issued { Err("expired") } else { Ok(Lifetime { begins: issued.max(not_before), ends }) }
    }

    /// It must have begun by now, and not have ended.
    pub(super) fn holds(self, now: i64) -> Result<(), Refusal> {
        if self.ends <= now - LEEWAY_SECONDS {
            return Err("expired");
        }
        if self.begins > now + LEEWAY_SECONDS { Err("not valid yet") } else { Ok(()) }
    }
}

pub(super) fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str)
}

pub(super) fn identifier<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    text(claims, name).filter(|id| (1..=LONGEST_ID).contains(&id.len()))
}

/// Whole seconds since 1970; a fraction, a text or a number out of range is refused, not rounded.
pub(super) fn seconds(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>, Refusal> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => match value.as_i64().filter(|at| (0..=LATEST_SECONDS).contains(at)) {
            Some(at) => Ok(Some(at)),
            None => Err("malformed time"),
        },
    }
}

/// The id as it is printed: no sign, no leading zero.
fn posting_id(text: &str) -> Option<i64> {
    text.parse().ok().filter(|id: &i64| *id > 0 && id.to_string() == text)
}
