//! Streams of answers over HTTP: server-sent events (GraphQL over SSE, distinct connections) and multipart subscriptions.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::answer::{Code, error_of};
use super::driven::Driven;
use super::seats::{Open, Seat};
use super::{Answer, AnswerStream, App, Ended};
use crate::identity::{AuthError, Standing};

const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream; charset=utf-8");
const PARTS: HeaderValue = HeaderValue::from_static("multipart/mixed; boundary=\"graphql\"; subscriptionSpec=1.0");
/// How often a sign of life is sent.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// How often rights are looked at while nothing happens.
pub(super) const LOOK: Duration = Duration::from_secs(1);

/// In which form a stream is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `text/event-stream`.
    Events,
    /// `multipart/mixed` with a `subscriptionSpec`.
    Parts,
}

/// What comes next in a stream.
enum Step {
    Answer(Answer),
    Alive,
    /// The client's rights have ended.
    Refused,
    Complete,
}

/// One answer in the form of a stream.
pub(super) fn once(form: Form, answer: Answer) -> Response {
    let steps = stream::iter([Step::Answer(answer), Step::Complete]);
    respond(form, steps.boxed())
}

/// A stream of answers.
pub(super) fn many(form: Form, app: &Arc<App>, standing: Arc<Standing>, seat: Seat, answers: AnswerStream) -> Response {
    // A panic breaks the stream off, and nothing else.
    let caught = std::panic::AssertUnwindSafe(answers).catch_unwind();
    let caught = caught.map(|answer| answer.unwrap_or(Err(Ended::Fault))).boxed();
    let state = Running {
        open: app.seats.open(if form == Form::Events { "events" } else { "parts" }),
        seat,
        app: app.clone(),
        standing,
        answers: Driven::new(caught),
        looks: every(LOOK),
        heartbeats: every(HEARTBEAT),
        over: false,
    };
    let next = |mut state: Running| async move { Some((state.step().await?, state)) };
    respond(form, stream::unfold(state, next).boxed())
}

pub(super) fn every(period: Duration) -> Interval {
    let mut interval = tokio::time::interval_at(Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

struct Running {
    app: Arc<App>,
    standing: Arc<Standing>,
    answers: Driven<Result<Answer, Ended>>,
    looks: Interval,
    heartbeats: Interval,
    over: bool,
    #[expect(dead_code, reason = "held until the stream is over")]
    seat: Seat,
    #[expect(dead_code, reason = "held until the stream is over")]
    open: Open,
}

impl Running {
    /// The next step; `None`: the stream breaks off, so that the client begins again, or it is over.
    async fn step(&mut self) -> Option<Step> {
        if self.over {
            return None;
        }
        loop {
            tokio::select! {
                answer = self.answers.next() => return match answer {
                    Some(Ok(answer)) => Some(Step::Answer(answer)),
                    Some(Err(Ended::Rights)) => self.last(Step::Refused),
                    Some(Err(Ended::Fault)) => None,
                    None => self.last(Step::Complete),
                },
                _ = self.looks.tick() => {
                    if let Err(AuthError::Refused(_)) = self.standing.now().await {
                        return self.last(Step::Refused);
                    }
                }
                _ = self.heartbeats.tick() => return Some(Step::Alive),
                () = self.app.seats.stopped() => return None,
            }
        }
    }

    fn last(&mut self, step: Step) -> Option<Step> {
        self.over = true;
        Some(step)
    }
}

fn respond(form: Form, steps: BoxStream<'static, Step>) -> Response {
    let (media, begin): (_, &'static str) = match form {
        Form::Events => (EVENTS, ":\n\n"),
        Form::Parts => (PARTS, "\r\n--graphql"),
    };
    let write = match form {
        Form::Events => event,
        Form::Parts => part,
    };
    let begin = stream::once(async move { Bytes::from_static(begin.as_bytes()) });
    let bytes = begin.chain(steps.map(write)).map(Ok::<_, std::convert::Infallible>);
    let headers = [
        (header::CONTENT_TYPE, media),
        // A proxy that gathers would hold events back.
        (header::HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    (StatusCode::OK, headers, Body::from_stream(bytes)).into_response()
}

fn event(step: Step) -> Bytes {
    match step {
        Step::Answer(answer) => joined(&[b"event: next\ndata: ", &answer.body, b"\n\n"]),
        Step::Alive => Bytes::from_static(b":\n\n"),
        Step::Refused => {
            let body = error_of(Code::Unauthenticated).to_string();
            joined(&[b"event: next\ndata: ", body.as_bytes(), b"\n\nevent: complete\ndata: \n\n"])
        }
        Step::Complete => Bytes::from_static(b"event: complete\ndata: \n\n"),
    }
}

fn part(step: Step) -> Bytes {
    const HEAD: &[u8] = b"\r\nContent-Type: application/json\r\n\r\n";
    match step {
        Step::Answer(answer) => joined(&[HEAD, b"{\"payload\":", &answer.body, b"}\r\n--graphql"]),
        Step::Alive => joined(&[HEAD, b"{}\r\n--graphql"]),
        Step::Refused => {
            let mut body = error_of(Code::Unauthenticated);
            body["payload"] = serde_json::Value::Null;
            joined(&[HEAD, body.to_string().as_bytes(), b"\r\n--graphql--\r\n"])
        }
        Step::Complete => Bytes::from_static(b"--\r\n"),
    }
}

fn joined(parts: &[&[u8]]) -> Bytes {
    parts.concat().into()
}
