//! 已验令牌. Tokens whose signature was found good, so that it is checked once and not with each request. What may change is asked
//! each time: whether the issuer still has the key, whether the token has begun and not ended, and whoever it stands for, revocation
//! among that (`authenticator`). Tokens are known by a hash, and none is kept that was refused.

use std::sync::Arc;
use std::time::Duration;

use ahash::RandomState;
use sha2::{Digest, Sha256};

use super::issuer::{Issuer, VerifyingKey};
use super::token::{self, Claims, Lifetime, Refusal};

/// How many are kept, and for how long after they were last shown.
const KEPT: u64 = 50_000;
const IDLE: Duration = Duration::from_secs(600);

/// A token that was verified, and by what.
pub(super) struct Verified {
    pub(super) claims: Claims,
    pub(super) lifetime: Lifetime,
    /// Which issuer, of those that are accepted.
    pub(super) issuer: usize,
    pub(super) key: Arc<VerifyingKey>,
}

/// Tokens by their hashes.
pub(super) struct Tokens(moka::sync::Cache<[u8; 32], Arc<Verified>, RandomState>);

impl Tokens {
    pub(super) fn new() -> Tokens {
        let builder = moka::sync::Cache::builder().max_capacity(KEPT).time_to_idle(IDLE);
        Tokens(builder.build_with_hasher(RandomState::new()))
    }

    /// What a token says that is good at an instant.
    pub(super) fn verified(&self, token: &str, issuers: &[Issuer], now_ms: i64) -> Result<Arc<Verified>, Refusal> {
        let hash = Sha256::digest(token.as_bytes()).into();
        let still = |known: &Arc<Verified>| issuers.get(known.issuer).is_some_and(|issuer| issuer.holds(&known.key));
        if let Some(known) = self.0.get(&hash).filter(still) {
            known.lifetime.holds(now_ms.div_euclid(1000))?;
            return Ok(known);
        }
        let verified = Arc::new(token::verify(token, issuers, now_ms)?);
        self.0.insert(hash, verified.clone());
        Ok(verified)
    }
}
