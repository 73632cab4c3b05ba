//! Reading a key set file (RFC 7517): public keys only, each bound to one algorithm.

use std::collections::HashSet;
use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::Deserialize;

use super::issuer::VerifyingKey;

const MOST_KEYS: usize = 20;
/// Keys of a published set that are looked at.
const MOST_PUBLISHED: usize = 100;
const MOST_BYTES: usize = 200 * 1024;
/// Shortest RSA modulus: 2048 bits in base64url.
const RSA_MODULUS_CHARS: usize = 342;
const ED25519_CHARS: usize = 43;

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Published {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kid: Option<String>,
    kty: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    d: Option<serde::de::IgnoredAny>,
    k: Option<serde::de::IgnoredAny>,
}

/// The keys of a published set that are good for tokens: an issuer publishes others too, for encryption and for other
/// algorithms. A sentence where there is none.
pub(super) fn read_published(bytes: &[u8]) -> Result<Vec<Arc<VerifyingKey>>, String> {
    let set: Published = serde_json::from_slice(bytes).map_err(|error| format!("it is no JSON key set ({error})"))?;
    let usable = |value: serde_json::Value| {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        let id = jwk.kid.clone().filter(|id| (1..=255).contains(&id.len()))?;
        verifying_key(&jwk, &id).ok()
    };
    let keys: Vec<VerifyingKey> =
        set.keys.into_iter().take(MOST_PUBLISHED).filter_map(usable).take(MOST_KEYS).collect();
    let ids: HashSet<&str> = keys.iter().map(|key| key.id.as_str()).collect();
    if keys.is_empty() || ids.len() < keys.len() {
        return Err("it holds no key that is good for tokens, or two of one kid".to_owned());
    }
    Ok(keys.into_iter().map(Arc::new).collect())
}

/// The keys of a set, or a sentence on what is wrong with it.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Arc<VerifyingKey>>, String> {
    if bytes.len() > MOST_BYTES {
        return Err("it is larger than 200 kB".to_owned());
    }
    let set: KeySet = serde_json::from_slice(bytes).map_err(|error| format!("it is no JSON key set ({error})"))?;
    if set.keys.is_empty() || set.keys.len() > MOST_KEYS {
        return Err("it must hold 1 to 20 keys".to_owned());
    }
    let mut ids = HashSet::new();
    let mut keys = Vec::new();
    for jwk in &set.keys {
        let id = jwk.kid.clone().filter(|id| (1..=255).contains(&id.len())).ok_or("a key has no kid")?;
        if !ids.insert(id.clone()) {
            return Err(format!("two keys have the kid {id}"));
        }
        keys.push(Arc::new(verifying_key(jwk, &id).map_err(|reason| format!("key {id}: {reason}"))?));
    }
    Ok(keys)
}

fn verifying_key(jwk: &Jwk, id: &str) -> Result<VerifyingKey, &'static str> {
    if jwk.d.is_some() || jwk.k.is_some() {
        return Err("it is a private or symmetric key; a key set holds public keys only");
    }
    if jwk.usage.as_deref().is_some_and(|usage| usage != "sig") {
        return Err("its use is not sig");
    }
    let part = |text: &Option<String>| text.clone().ok_or("a part of the key is missing");
    let (algorithm, key) = match (jwk.alg.as_deref(), jwk.kty.as_str(), jwk.crv.as_deref()) {
        (Some("ES256"), "EC", Some("P-256")) => {
            (Algorithm::ES256, DecodingKey::from_ec_components(&part(&jwk.x)?, &part(&jwk.y)?))
        }
        (Some("EdDSA"), "OKP", Some("Ed25519")) => {
            let x = part(&jwk.x)?;
            if x.len() != ED25519_CHARS {
                return Err("an Ed25519 key has 32 bytes");
            }
            (Algorithm::EdDSA, DecodingKey::from_ed_components(&x))
        }
        (Some("RS256"), "RSA", None) => {
            let modulus = part(&jwk.n)?;
            if modulus.len() < RSA_MODULUS_CHARS {
                return Err("an RSA key needs at least 2048 bits");
            }
            (Algorithm::RS256, DecodingKey::from_rsa_components(&modulus, &part(&jwk.e)?))
        }
        (None, ..) => return Err("it has no alg; the algorithm must be fixed by the key set"),
        _ => return Err("alg, kty and crv must be ES256/EC/P-256, EdDSA/OKP/Ed25519 or RS256/RSA"),
    };
    let key = key.map_err(|_| "it is not base64url")?;
    // The library reads the key only when it verifies, so a bad point would show as refused tokens.
    crypto::verify("", b"", &key, algorithm).map_err(|_| "it is no key of that kind")?;
    Ok(VerifyingKey { id: id.to_owned(), algorithm, key })
}
