//! 文件服务. Files as the edge sees them: slots by their seal, content by its link and through the gate.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use serde_json::{Value as Json, json};

use super::kind::Kind;
use super::link::{Link, Slot};
use super::store::{self, Store, StoreError};
use super::upload::{Uploads, lost};
use crate::access::Purpose;
use crate::graphql::engine::Engine;
use crate::graphql::error::Code;
use crate::http::{Content, ContentStream, FileRefusal, FileService, GraphqlService, Request, UploadState};
use crate::identity::{AuthError, Authenticator};
use crate::kernel::seal::Sealer;
use crate::read::write::global_id;

/// What the gate is asked before content is given.
const ASKED: &str = "query EvidenceContent($id: ID!) { node(id: $id) { ... on Evidence { hash mime class url } } }";
/// Longest time for which whoever fetched content may keep it, in milliseconds.
const KEPT_MS: i64 = 600_000;

/// The desk.
pub struct Desk {
    /// Uploads and their store.
    pub uploads: Uploads,
    /// The gate.
    pub engine: Arc<Engine>,
    /// Who a link was sealed for.
    pub authenticator: Arc<Authenticator>,
    /// Opens slots and links.
    pub sealer: Arc<Sealer>,
}

impl Desk {
    fn slot(&self, token: &str) -> Result<i64, FileRefusal> {
        Slot::open(&self.sealer, token).map(|slot| slot.upload).ok_or(FileRefusal::Unknown)
    }

    /// The content of a link, if whoever it was sealed for may still see it; that it was refused is noted.
    async fn given(&self, token: &str) -> Result<Content, FileRefusal> {
        let link = Link::open(&self.sealer, token).ok_or(FileRefusal::Unknown)?;
        let purpose = Purpose::parse(&link.purpose).ok_or(FileRefusal::Unknown)?;
        let given = self.shown(&link, purpose).await;
        if let Err(FileRefusal::Unknown) = given {
            self.engine.record_refused_download(link.posting, purpose, link.evidence).await.map_err(lost)?;
        }
        given
    }

    async fn shown(&self, link: &Link, purpose: Purpose) -> Result<Content, FileRefusal> {
        let left = link.until.saturating_sub(self.uploads.clock.now_ms());
        if left <= 0 {
            return Err(FileRefusal::Gone);
        }
        let viewer =
            self.authenticator.viewer_of_sealed_link(link.posting, purpose).await.map_err(|error| match error {
                AuthError::Refused(_) => FileRefusal::Unknown,
                AuthError::Unavailable(error) => lost(error),
            })?;
        let variables = json!({ "id": global_id("Evidence", link.evidence) });
        let request = Request {
            query: ASKED.to_owned(),
            operation_name: Some("EvidenceContent".to_owned()),
            variables: variables.as_object().cloned().unwrap_or_default(),
            ..Request::default()
        };
        let answer = self.engine.execute(&viewer, request).await;
        let answer: Json = serde_json::from_slice(&answer.body).map_err(lost)?;
        if let Some(errors) = answer.get("errors") {
            // Who may not act for the purpose is told what everybody is told; anything else is a fault.
            let denied = errors[0]["extensions"]["code"] == Code::ForbiddenPurpose.text();
            return Err(if denied { FileRefusal::Unknown } else { lost(errors) });
        }
        let found = &answer["data"]["node"];
        let (Some(hash), Some(mime), Some(_)) = (found["hash"].as_str(), found["mime"].as_str(), found["url"].as_str())
        else {
            return Err(FileRefusal::Unknown);
        };
        let kind = Kind::of_mime(mime).ok_or(FileRefusal::Unknown)?;
        let place = if link.small { store::small(hash) } else { store::content(hash) };
        let store = self.uploads.store.clone();
        let size = store.size(&place).await?.ok_or_else(|| lost("content that the gate gives is not there"))?;
        // Told before the first byte: what cannot be told is not given.
        self.engine.record_download(&viewer, link.evidence, hash).await.map_err(lost)?;
        let kind = if link.small { Kind::Jpeg } else { kind };
        Ok(Content {
            mime: kind.mime(),
            name: format!("evidence-{}.{}", link.evidence, kind.extension()),
            hash: if link.small { format!("{hash}-small") } else { hash.to_owned() },
            attachment: kind == Kind::Pdf,
            size,
            kept_seconds: (!shows_persons(found["class"].as_str())).then_some(left.min(KEPT_MS) / 1_000),
            open: Box::new(move |range| opened(store, place, range).boxed()),
        })
    }
}

/// Whether content of this class shows persons; what has no class does not, as the gate sees it.
fn shows_persons(class: Option<&str>) -> bool {
    class.is_some_and(|class| !["PUBLIC", "INTERNAL"].contains(&class))
}

/// Opens a range of what is kept at a place.
async fn opened(store: Store, place: String, range: Range<u64>) -> Result<ContentStream, FileRefusal> {
    let chunks = store.stream(&place, range).await?.ok_or(FileRefusal::Unknown)?;
    let broken = |error: StoreError| {
        tracing::error!(%error, "content that is being given cannot be read on");
        std::io::Error::other(error)
    };
    Ok(chunks.map_err(broken).boxed())
}

impl FileService for Desk {
    fn state<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<UploadState, FileRefusal>> {
        Box::pin(async move { self.uploads.state(self.slot(token)?).await })
    }

    fn append<'a>(&'a self, token: &'a str, offset: u64, part: Bytes) -> BoxFuture<'a, Result<u64, FileRefusal>> {
        Box::pin(async move { self.uploads.append(self.slot(token)?, offset, part).await })
    }

    fn finish<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<UploadState, FileRefusal>> {
        Box::pin(async move { self.uploads.finish(self.slot(token)?).await })
    }

    fn terminate<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<(), FileRefusal>> {
        Box::pin(async move { self.uploads.terminate(self.slot(token)?).await })
    }

    fn content<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Content, FileRefusal>> {
        Box::pin(self.given(token))
    }
}
