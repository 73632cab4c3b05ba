//! The demo issuer: HS256 with a secret of this installation. For trying things out, never for a city.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretSlice};
use serde::Serialize;

use super::Purpose;
use super::issuer::{Issuer, IssuerError, Keys, SECRET_BYTES, VerifyingKey};
use super::token::TOKEN_TYPE;
use crate::kernel::random::{self, RandomError};

/// `iss` of the demo issuer.
pub const DEMO_ISSUER: &str = "fengqiao-demo";
/// `aud` of the demo issuer.
pub const DEMO_AUDIENCE: &str = "fengqiao";
/// `client_id` of its tokens.
const DEMO_CLIENT: &str = "fengqiao-console";
const KEY_ID: &str = "demo";

/// Issues tokens for the demo.
pub struct DemoIssuer {
    secret: SecretSlice<u8>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    jti: String,
    client_id: &'a str,
    iat: i64,
    exp: i64,
    posting: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<&'static str>,
}

/// Why a token could not be made.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// No randomness for the token's id.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The library refused to sign.
    #[error("the token could not be signed")]
    Sign(#[from] jsonwebtoken::errors::Error),
}

impl DemoIssuer {
    /// The issuer with a secret of at least 32 bytes.
    pub fn new(secret: SecretSlice<u8>) -> Result<Self, IssuerError> {
        if secret.expose_secret().len() < SECRET_BYTES { Err(IssuerError::ShortSecret) } else { Ok(Self { secret }) }
    }

    /// What the server needs to accept this issuer's tokens.
    pub fn issuer(&self) -> Issuer {
        let key = DecodingKey::from_secret(self.secret.expose_secret());
        let key = VerifyingKey { id: KEY_ID.to_owned(), algorithm: Algorithm::HS256, key };
        let keys = Keys::Fixed(vec![Arc::new(key)]);
        Issuer { name: DEMO_ISSUER.to_owned(), audience: DEMO_AUDIENCE.to_owned(), keys, is_demo: true }
    }

    /// A token for one posting of an account, good from `now_ms` for `ttl_seconds`.
    pub fn issue(
        &self,
        subject: &str,
        posting_id: i64,
        purpose: Option<Purpose>,
        now_ms: i64,
        ttl_seconds: i64,
    ) -> Result<String, IssueError> {
        let iat = now_ms.div_euclid(1000);
        let claims = Claims {
            iss: DEMO_ISSUER,
            aud: DEMO_AUDIENCE,
            sub: subject,
            jti: random::id()?,
            client_id: DEMO_CLIENT,
            iat,
            exp: iat.saturating_add(ttl_seconds),
            posting: posting_id.to_string(),
            purpose: purpose.map(Purpose::code),
        };
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(KEY_ID.to_owned());
        Ok(jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(self.secret.expose_secret()))?)
    }
}
