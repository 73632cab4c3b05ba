//! The demo issuer: HS256 with a secret of this installation. For trying things out, never for a city.

use secrecy::SecretSlice;

use super::Purpose;
use super::issuer::{Issuer, IssuerError};
use super::mint::{Grant, IssueError, Mint};

/// `iss` of the demo issuer.
pub const DEMO_ISSUER: &str = "fengqiao-demo";
/// `aud` of the demo issuer.
pub const DEMO_AUDIENCE: &str = "fengqiao";
/// `client_id` of its tokens.
const DEMO_CLIENT: &str = "fengqiao-console";
const KEY_ID: &str = "demo";

/// Issues tokens for the demo.
pub struct DemoIssuer {
    mint: Mint,
}

impl DemoIssuer {
    /// The issuer with a secret of at least 32 bytes.
    pub fn new(secret: SecretSlice<u8>) -> Result<Self, IssuerError> {
        Ok(Self { mint: Mint::new(DEMO_ISSUER, DEMO_AUDIENCE, KEY_ID, secret)? })
    }

    /// What the server needs to accept this issuer's tokens.
    pub fn issuer(&self) -> Issuer {
        self.mint.issuer(true)
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
        self.mint.sign(&Grant { client: DEMO_CLIENT, subject, posting_id, purpose, now_ms, seconds: ttl_seconds })
    }
}
