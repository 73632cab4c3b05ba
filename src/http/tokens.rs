//! 服务令牌. Tokens for services that sign an assertion: the client credentials grant (RFC 6749, 4.4) with `private_key_jwt`
//! (RFC 7523), and where it is found (RFC 8414).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::answer::{Code, refusal, unavailable};
use super::{App, auth, graphql};
use crate::identity::{AuthError, GrantError, token_endpoint};

const FORM: &str = "application/x-www-form-urlencoded";
const GRANT: &str = "client_credentials";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a token request is refused with (RFC 6749, 5.2).
struct Refused(StatusCode, &'static str);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

const INVALID: Refused = Refused(StatusCode::BAD_REQUEST, "invalid_request");

/// `GET /.well-known/oauth-authorization-server`.
pub(super) async fn metadata(State(app): State<Arc<App>>) -> Response {
    let Some(name) = app.authenticator.gives_tokens_as() else { return nothing() };
    Json(json!({
        "issuer": name,
        "token_endpoint": token_endpoint(name),
        "grant_types_supported": [GRANT],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "EdDSA", "RS256"],
    }))
    .into_response()
}

/// `POST /oauth/token`.
pub(super) async fn give(State(app): State<Arc<App>>, request: HttpRequest) -> Response {
    if app.authenticator.gives_tokens_as().is_none() {
        return nothing();
    }
    let (parts, body) = request.into_parts();
    if !graphql::is_of_type(&parts.headers, FORM) {
        return INVALID.into_response();
    }
    let bytes = match graphql::collect(body, &app.limits).await {
        Ok(bytes) => bytes,
        Err(refused) => return refused,
    };
    let (assertion, client) = match assertion(&bytes) {
        Ok(given) => given,
        Err(refused) => return refused.into_response(),
    };
    match app.authenticator.token_for(&assertion, client.as_deref()).await {
        Ok(granted) => {
            let answer = json!({"access_token": granted.token, "token_type": "Bearer", "expires_in": granted.seconds});
            ([(header::PRAGMA, HeaderValue::from_static("no-cache"))], Json(answer)).into_response()
        }
        Err(GrantError::Auth(error)) => {
            auth::note(&error);
            match error {
                AuthError::Refused(_) => Refused(StatusCode::UNAUTHORIZED, "invalid_client").into_response(),
                AuthError::Unavailable(_) => unavailable(),
            }
        }
        Err(GrantError::Mint(cause)) => {
            tracing::error!(target: "fengqiao::http", %cause, "no token can be made");
            unavailable()
        }
    }
}

fn nothing() -> Response {
    refusal(StatusCode::NOT_FOUND, Code::NotFound, "no tokens are given here")
}

/// The assertion of a form, and the `client_id` beside it, which is not needed.
fn assertion(form: &[u8]) -> Result<(String, Option<String>), Refused> {
    let given: Vec<(String, String)> = serde_urlencoded::from_bytes(form).map_err(|_| INVALID)?;
    let one = |name: &str| {
        let mut all = given.iter().filter(|(given, _)| given == name).map(|(_, value)| value);
        let first = all.next();
        if all.next().is_some() { Err(INVALID) } else { Ok(first) }
    };
    match one("grant_type")?.map(String::as_str) {
        Some(GRANT) => {}
        Some(_) => return Err(Refused(StatusCode::BAD_REQUEST, "unsupported_grant_type")),
        None => return Err(INVALID),
    }
    if one("client_assertion_type")?.map(String::as_str) != Some(ASSERTION) {
        return Err(Refused(StatusCode::UNAUTHORIZED, "invalid_client"));
    }
    Ok((one("client_assertion")?.cloned().ok_or(INVALID)?, one("client_id")?.cloned()))
}
