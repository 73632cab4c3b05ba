//! Who asks: a token becomes a [`Viewer`], and nothing else does.
//!
//! The token names a posting (岗位); authority is read from that posting in the database. Claims can only narrow it.

mod authenticator;
mod demo_issuer;
mod issuer;
mod key_set;
mod mint;
mod postings;
mod published_keys;
mod service;
mod standing;
mod strict_json;
#[cfg(test)]
pub(crate) mod tests;
mod token;
mod verified;
mod viewer;

pub use crate::access::Purpose;
pub use authenticator::{AuthError, Authenticator, GrantError, Granted};
pub use demo_issuer::{DEMO_AUDIENCE, DEMO_ISSUER, DemoIssuer};
pub use issuer::{Issuer, IssuerError};
pub use postings::{
    DatabasePostings, PostingRecord, PostingRef, Postings, Revocation, posting_at_organisation, posting_by_id,
    posting_by_role, revoke,
};
pub use published_keys::{FetchError, REFRESH};
pub use service::{Service, Services, Thumbprint, token_endpoint};
pub use standing::Standing;
pub use viewer::Viewer;
