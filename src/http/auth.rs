//! Who asks: by the bearer token of the `Authorization` header, or by a certificate that a proxy tells. From nowhere else.

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::App;
use crate::identity::{AuthError, Thumbprint, Viewer};

/// What a request shows of who asks.
pub(super) enum Shown {
    Token(String),
    Certificate(Thumbprint),
}

impl Shown {
    /// The viewer that it stands for, now.
    pub(super) async fn viewer(&self, app: &App) -> Result<Viewer, AuthError> {
        match self {
            Shown::Token(token) => app.authenticator.authenticate(token).await,
            Shown::Certificate(thumbprint) => app.authenticator.authenticate_certificate(thumbprint).await,
        }
    }
}

/// What a request shows. Where there is a token, or something in its place, no certificate is looked at.
pub(super) fn shown(app: &App, parts: &Parts) -> Option<Shown> {
    if parts.headers.contains_key(header::AUTHORIZATION) {
        return bearer(&parts.headers).map(|token| Shown::Token(token.to_owned()));
    }
    // A page could use what a browser shows by itself.
    if parts.headers.contains_key(header::ORIGIN) {
        return None;
    }
    app.certificates.as_ref()?.told(parts).map(Shown::Certificate)
}

/// The token, if there is exactly one `Authorization` header and it is `Bearer <token>`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(only), None) = (all.next(), all.next()) else { return None };
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// Notes in the log why somebody was not let in.
pub(super) fn note(error: &AuthError) {
    match error {
        AuthError::Refused(reason) => tracing::debug!(target: "fengqiao::http", reason, "token refused"),
        AuthError::Unavailable(cause) => {
            tracing::error!(target: "fengqiao::http", %cause, "postings cannot be read");
        }
    }
}
