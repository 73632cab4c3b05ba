//! 在场身份. Who asks for as long as a stream or a socket lasts: never longer than the token, and never with more than the
//! posting gives at that moment.

use std::sync::{Arc, PoisonError, RwLock};

use super::{AuthError, Authenticator, Viewer};

/// Somebody who stays.
pub struct Standing {
    authenticator: Arc<Authenticator>,
    viewer: RwLock<Viewer>,
}

impl Standing {
    /// Somebody who has just come in.
    pub fn new(authenticator: Arc<Authenticator>, viewer: Viewer) -> Self {
        Self { authenticator, viewer: RwLock::new(viewer) }
    }

    /// The viewer as of the last look.
    pub fn last(&self) -> Viewer {
        self.viewer.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The viewer as of now. Refused: the token or the posting has ended, or was revoked.
    pub async fn now(&self) -> Result<Viewer, AuthError> {
        // Boxed: it is held by whoever waits, and there are many who do.
        Box::pin(self.authenticator.again(&self.last())).await
    }

    /// Goes on with another token of the same person and posting.
    pub async fn renew(&self, token: &str) -> Result<(), AuthError> {
        let renewed = self.authenticator.authenticate(token).await?;
        let mut viewer = self.viewer.write().unwrap_or_else(PoisonError::into_inner);
        if renewed.subject() != viewer.subject()
            || renewed.posting_id() != viewer.posting_id()
            || renewed.purpose() != viewer.purpose()
        {
            return Err(AuthError::Refused("another posting or purpose than before"));
        }
        *viewer = renewed;
        Ok(())
    }
}
