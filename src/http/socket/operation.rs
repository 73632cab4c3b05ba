//! What runs on a socket: each operation a stream of frames, dropped as soon as the client wants no more of it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use futures_util::stream::{self, AbortHandle, Abortable, BoxStream};
use futures_util::{FutureExt, StreamExt};

use super::message;
use crate::http::answer::{Code, error_of};
use crate::http::driven::Driven;
use crate::http::graphql::operation_for_log;
use crate::http::{Answer, App, Ended, Opened, Request};
use crate::identity::{Standing, Viewer};
use crate::metrics::{Counted, Metrics};

/// What an operation says.
pub(super) enum Said {
    /// A frame.
    Frame(String),
    /// The last frame; `None`: it has been said already.
    Last { id: String, frame: String },
    /// Rights have ended: the whole socket ends.
    Refused,
    /// A fault of ours: the whole socket ends, and the client begins again where it was.
    Fault,
}

/// Begins an operation.
pub(super) fn begin(
    app: &App,
    standing: Arc<Standing>,
    id: String,
    request: Request,
) -> (AbortHandle, BoxStream<'static, Said>) {
    let (handle, registration) = AbortHandle::new_pair();
    let viewer = standing.last();
    let operation = operation_for_log(request.operation_name.as_deref());
    let opening = app.service.clone().open(standing, request);
    let opening = opened(app.limits.answer_time, opening, viewer, operation, app.metrics.clone());
    let counted = Counted::new(&app.metrics, "operation");
    let name = id.clone();
    let said = opening.into_stream().flat_map(move |opened| frames(name.clone(), opened));
    // A panic ends the operation and nothing else.
    let caught = AssertUnwindSafe(said).catch_unwind().map(move |said| {
        // Held until the stream is dropped.
        let _counted = &counted;
        said.unwrap_or_else(|_| {
            let body = error_of(Code::Internal).to_string();
            Said::Last { frame: message::error(&id, body.as_bytes()), id: id.clone() }
        })
    });
    (handle, Abortable::new(Driven::new(caught.boxed()), registration).boxed())
}

async fn opened(
    longest: Duration,
    opening: BoxFuture<'static, Opened>,
    viewer: Viewer,
    operation: Option<String>,
    metrics: Arc<Metrics>,
) -> Opened {
    let started = Instant::now();
    let opened = match tokio::time::timeout(longest, opening).await {
        Ok(opened) => opened,
        Err(_) => {
            let body = error_of(Code::Timeout).to_string().into_bytes();
            Opened::Once(Answer { status: 503, body, codes: vec![Code::Timeout.text()], ..Answer::default() })
        }
    };
    let codes = match &opened {
        Opened::Once(answer) => {
            answer.count(&metrics, viewer.role(), started.elapsed());
            answer.codes.join(",")
        }
        Opened::Stream(_) => String::new(),
    };
    let (micros, posting) = (u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX), viewer.posting_id());
    tracing::info!(target: "fengqiao::http", path = "/graphql", method = "SOCKET", micros, posting, operation, codes, "operation");
    opened
}

fn frames(id: String, opened: Opened) -> BoxStream<'static, Said> {
    match opened {
        Opened::Once(answer) if answer.status == 200 => {
            let next = Said::Frame(message::next(&id, &answer.body));
            stream::iter([next, Said::Last { frame: message::complete(&id), id }]).boxed()
        }
        Opened::Once(answer) => stream::iter([Said::Last { frame: message::error(&id, &answer.body), id }]).boxed(),
        Opened::Stream(answers) => {
            let name = id.clone();
            let each = answers.map(move |answer| match answer {
                Ok(answer) => Said::Frame(message::next(&name, &answer.body)),
                Err(Ended::Rights) => Said::Refused,
                Err(Ended::Fault) => Said::Fault,
            });
            let last = stream::iter([Said::Last { frame: message::complete(&id), id }]);
            each.chain(last).boxed()
        }
    }
}
