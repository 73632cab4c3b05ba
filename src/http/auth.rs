//! The bearer token of a request: from the `Authorization` header and from nowhere else.

use axum::http::{HeaderMap, header};

use crate::identity::AuthError;

/// The token, if there is exactly one `Authorization` header and it is `Bearer <token>`.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
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
