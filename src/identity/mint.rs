//! Access tokens (RFC 9068) that this installation signs itself, with a secret of its own.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretSlice};
use serde::Serialize;

use super::Purpose;
use super::issuer::{Issuer, IssuerError, Keys, SECRET_BYTES, VerifyingKey};
use super::token::TOKEN_TYPE;
use crate::kernel::random::{self, RandomError};

/// Signs tokens with HS256.
pub(super) struct Mint {
    /// `iss` of its tokens.
    pub(super) name: String,
    /// `aud` of its tokens.
    pub(super) audience: String,
    key_id: &'static str,
    secret: SecretSlice<u8>,
}

/// What a token is to say.
pub(super) struct Grant<'a> {
    /// `client_id`.
    pub(super) client: &'a str,
    /// `sub`.
    pub(super) subject: &'a str,
    /// The posting whose authority it gives.
    pub(super) posting_id: i64,
    /// What for; `None`: the first purpose of the role.
    pub(super) purpose: Option<Purpose>,
    /// From when, milliseconds since 1970 UTC.
    pub(super) now_ms: i64,
    /// For how long.
    pub(super) seconds: i64,
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

impl Mint {
    /// A mint with a secret of at least 32 bytes.
    pub(super) fn new(
        name: &str,
        audience: &str,
        key_id: &'static str,
        secret: SecretSlice<u8>,
    ) -> Result<Self, IssuerError> {
        if secret.expose_secret().len() < SECRET_BYTES {
            return Err(IssuerError::ShortSecret);
        }
        Ok(Self { name: name.to_owned(), audience: audience.to_owned(), key_id, secret })
    }

    /// What the server needs to accept its tokens.
    pub(super) fn issuer(&self, is_demo: bool) -> Issuer {
        let key = DecodingKey::from_secret(self.secret.expose_secret());
        let key = VerifyingKey { id: self.key_id.to_owned(), algorithm: Algorithm::HS256, key };
        let keys = Keys::Fixed(vec![Arc::new(key)]);
        Issuer { name: self.name.clone(), audience: self.audience.clone(), keys, is_demo }
    }

    /// A token.
    pub(super) fn sign(&self, grant: &Grant<'_>) -> Result<String, IssueError> {
        let iat = grant.now_ms.div_euclid(1000);
        let claims = Claims {
            iss: &self.name,
            aud: &self.audience,
            sub: grant.subject,
            jti: random::id()?,
            client_id: grant.client,
            iat,
            exp: iat.saturating_add(grant.seconds),
            posting: grant.posting_id.to_string(),
            purpose: grant.purpose.map(Purpose::code),
        };
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(self.key_id.to_owned());
        Ok(jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(self.secret.expose_secret()))?)
    }
}
