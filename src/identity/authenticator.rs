//! Token to viewer: the only place where a [`Viewer`] is built.

use std::sync::Arc;

use entity::{posting, token_revocation};

use super::mint::{Grant, IssueError};
use super::postings::{ADMIN_ROLES, PostingRecord, RESIDENT};
use super::service::{Service, TOKEN_SECONDS};
use super::token::{self, Claims};
use super::verified::Tokens;
use super::{Issuer, Postings, Purpose, Services, Thumbprint, Viewer};
use crate::access::Policy;
use crate::kernel::clock::Clock;

/// How long a trusted viewer lasts, in milliseconds.
const TRUSTED_MS: i64 = 8 * 3_600_000;
/// How long whoever came with a certificate may stay before it is shown again, in milliseconds.
const CERTIFIED_MS: i64 = 3_600_000;

/// Why a service gets no token.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// It is not let in.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The token cannot be signed.
    #[error("no token can be made: {0}")]
    Mint(#[source] IssueError),
}

/// A token for a service.
#[derive(Debug)]
pub struct Granted {
    /// The access token.
    pub token: String,
    /// For how long it is good.
    pub seconds: i64,
}

/// Why nobody was let in.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The token or its posting is not accepted. The reason is for the log; clients all get the same answer.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// The database did not answer.
    #[error("postings cannot be read")]
    Unavailable(#[source] Arc<sea_orm::DbErr>),
}

/// Turns tokens into viewers.
pub struct Authenticator {
    issuers: Vec<Issuer>,
    postings: Arc<dyn Postings>,
    policy: Arc<Policy>,
    clock: Arc<dyn Clock>,
    services: Services,
    tokens: Tokens,
}

impl Authenticator {
    /// An authenticator that accepts the tokens of these issuers for these postings. The policy gives the purpose of a
    /// token that names none: the first of the role's.
    pub fn new(issuers: Vec<Issuer>, postings: Arc<dyn Postings>, policy: Arc<Policy>, clock: Arc<dyn Clock>) -> Self {
        Self { issuers, postings, policy, clock, services: Services::default(), tokens: Tokens::new() }
    }

    /// The same, for these services too.
    pub fn with_services(mut self, services: Services) -> Self {
        self.issuers.extend(services.issuer());
        Self { services, ..self }
    }

    /// The name under which services get tokens here. `None`: they get none.
    pub fn gives_tokens_as(&self) -> Option<&str> {
        self.services.counter().map(|counter| counter.mint.name.as_str())
    }

    /// The viewer that a bearer token stands for, now.
    pub async fn authenticate(&self, token: &str) -> Result<Viewer, AuthError> {
        let now = self.clock.now_ms();
        let verified = match self.tokens.verified(token, &self.issuers, now) {
            Err(token::NO_KEY) if self.finds_key(token).await => self.tokens.verified(token, &self.issuers, now),
            verified => verified,
        };
        let verified = verified.map_err(AuthError::Refused)?;
        let claims = &verified.claims;
        let record = self.record(claims.posting_id).await?;
        if record.subject != claims.subject {
            return Err(AuthError::Refused("another account's posting"));
        }
        viewer(&self.policy, &record, claims, now).map_err(AuthError::Refused)
    }

    /// The viewer that a certificate stands for, now. That it is shown by who has its key is the proxy's word.
    pub async fn authenticate_certificate(&self, thumbprint: &Thumbprint) -> Result<Viewer, AuthError> {
        let service = self.services.of_certificate(thumbprint).ok_or(AuthError::Refused("unknown certificate"))?;
        self.viewer_of_service(service, self.clock.now_ms()).await
    }

    /// A token for the service that signed an assertion. `client`: who it says it is beside that, if it does.
    pub async fn token_for(&self, assertion: &str, client: Option<&str>) -> Result<Granted, GrantError> {
        let counter = self.services.counter().ok_or(AuthError::Refused("no tokens are given here"))?;
        let now_ms = self.clock.now_ms();
        let assertion = self.services.of_assertion(assertion, now_ms).map_err(AuthError::Refused)?;
        let service = assertion.service;
        if client.is_some_and(|client| client != service.client()) {
            return Err(AuthError::Refused("another client_id than the assertion's").into());
        }
        let viewer = self.viewer_of_service(service, now_ms).await?;
        // Last, so that a fault of ours does not use it up.
        counter.take(&assertion, now_ms).map_err(AuthError::Refused)?;
        let grant = Grant {
            client: service.client(),
            subject: viewer.subject(),
            posting_id: viewer.posting_id(),
            purpose: Some(viewer.purpose()),
            now_ms,
            seconds: TOKEN_SECONDS,
        };
        let token = counter.mint.sign(&grant).map_err(GrantError::Mint)?;
        Ok(Granted { token, seconds: TOKEN_SECONDS })
    }

    async fn viewer_of_service(&self, service: &Service, now: i64) -> Result<Viewer, AuthError> {
        let record = self.record(service.posting_id()).await?;
        let claims = Claims {
            subject: record.subject.clone(),
            posting_id: service.posting_id(),
            purpose: service.purpose(),
            client_id: service.client().to_owned(),
            token_id: String::new(),
            issued_ms: now,
            expires_ms: now.saturating_add(CERTIFIED_MS),
        };
        viewer(&self.policy, &record, &claims, now).map_err(AuthError::Refused)
    }

    /// The viewer that somebody who came in with a token stands for now. Refused: the token has ended since.
    pub(super) async fn again(&self, viewer: &Viewer) -> Result<Viewer, AuthError> {
        let now = self.clock.now_ms();
        if viewer.expires_ms <= now {
            return Err(AuthError::Refused("expired"));
        }
        let record = self.record(viewer.posting_id).await?;
        let claims = Claims {
            subject: viewer.subject.clone(),
            posting_id: viewer.posting_id,
            purpose: Some(viewer.purpose),
            client_id: viewer.client_id.clone(),
            token_id: viewer.token_id.clone(),
            issued_ms: viewer.issued_ms,
            expires_ms: viewer.expires_ms,
        };
        self::viewer(&self.policy, &record, &claims, now).map_err(AuthError::Refused)
    }

    /// The viewer of a posting without a token: for an operator at the machine (`explain`) and for tests. A request must
    /// never reach this but by a link that we sealed ourselves. The posting must be as valid as for a token.
    pub async fn trusted_viewer_for_posting(&self, id: i64, purpose: Option<Purpose>) -> Result<Viewer, AuthError> {
        let now = self.clock.now_ms();
        let record = self.record(id).await?;
        let expires_ms = now.saturating_add(TRUSTED_MS);
        let (client_id, token_id) = (String::new(), String::new());
        let claims = Claims {
            subject: record.subject.clone(),
            posting_id: id,
            purpose,
            client_id,
            token_id,
            issued_ms: now,
            expires_ms,
        };
        viewer(&self.policy, &record, &claims, now).map_err(AuthError::Refused)
    }

    /// The viewer of a posting that a link was sealed for by ourselves, as long as the posting is valid.
    pub async fn viewer_of_sealed_link(&self, posting: i64, purpose: Purpose) -> Result<Viewer, AuthError> {
        self.trusted_viewer_for_posting(posting, Some(purpose)).await
    }

    /// Fetches the keys of issuers that publish them, and tells which could not be asked.
    pub async fn refresh_keys(&self) {
        for issuer in &self.issuers {
            if let Err(error) = issuer.refresh().await {
                tracing::warn!(issuer = issuer.name(), %error, "keys cannot be fetched; the last good ones are used");
            }
        }
    }

    /// Whether the key that a token names is known after its issuer was asked.
    async fn finds_key(&self, token: &str) -> bool {
        match token::named_key(token, &self.issuers) {
            Some((issuer, key_id)) => issuer.look_for(&key_id).await,
            None => false,
        }
    }

    async fn record(&self, posting_id: i64) -> Result<Arc<PostingRecord>, AuthError> {
        let found = self.postings.find(posting_id).await.map_err(AuthError::Unavailable)?;
        found.ok_or(AuthError::Refused("no such posting"))
    }
}

/// Builds the viewer, if the posting is valid now.
fn viewer(policy: &Policy, record: &PostingRecord, claims: &Claims, now: i64) -> Result<Viewer, &'static str> {
    let posting = &record.posting;
    if record.disabled {
        return Err("account disabled");
    }
    let is_revoked = |row: &token_revocation::Model| match &row.token_id {
        Some(id) => *id == claims.token_id,
        None => claims.issued_ms <= row.at,
    };
    if record.revoked_tokens.iter().any(is_revoked) {
        return Err("token revoked");
    }
    if !is_valid(posting, now) {
        return Err("posting not valid");
    }
    let is_admin = ADMIN_ROLES.contains(&posting.role.as_str());
    let others = record.of_account.iter().filter(|other| other.id != posting.id && is_valid(other, now));
    let another_admin =
        |other: &posting::Model| other.role != posting.role && ADMIN_ROLES.contains(&other.role.as_str());
    if is_admin && others.clone().any(another_admin) {
        return Err("administrator roles exclude each other");
    }
    let role = policy.role(&posting.role).ok_or("role not in the policy")?;
    let purpose = claims.purpose.or_else(|| role.purposes.first().copied()).ok_or("role without a purpose")?;
    Ok(Viewer {
        subject: record.subject.clone(),
        account_id: posting.account_id,
        posting_id: posting.id,
        organisation_id: posting.organisation_id,
        other_organisation_ids: others
            .filter(|other| other.role != RESIDENT)
            .map(|other| other.organisation_id)
            .collect(),
        organisation_department: record.department.clone(),
        division_code: posting.division_code.clone(),
        role: posting.role.clone(),
        clearance: posting.clearance.clone(),
        grid_ids: grid_ids(posting.grid_codes.as_deref()).ok_or("malformed grids")?,
        site_code: posting.site_code.clone(),
        zone_id: posting.zone_id,
        mechanism_id: posting.mechanism_id,
        purpose,
        client_id: claims.client_id.clone(),
        token_id: claims.token_id.clone(),
        issued_ms: claims.issued_ms,
        expires_ms: posting.valid_to.map_or(claims.expires_ms, |end| end.min(claims.expires_ms)),
    })
}

/// From `valid_from`, before `valid_to` and before its revocation.
pub(super) fn is_valid(posting: &posting::Model, now: i64) -> bool {
    let over = |end: Option<i64>| end.is_some_and(|end| end <= now);
    posting.valid_from <= now && !over(posting.valid_to) && !over(posting.revoked_at)
}

fn grid_ids(codes: Option<&str>) -> Option<Vec<i64>> {
    let Some(codes) = codes else { return Some(Vec::new()) };
    let codes: Vec<String> = serde_json::from_str(codes).ok()?;
    codes.iter().map(|code| code.parse().ok().filter(|_| code.len() == 15)).collect()
}
