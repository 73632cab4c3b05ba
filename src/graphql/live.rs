//! 订阅. A stream of answers: each event is looked at anew with the rights of that moment, and read as every query reads.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use async_graphql_parser::types::{OperationDefinition, OperationType};
use futures_util::future::BoxFuture;
use futures_util::stream;
use futures_util::{StreamExt, TryFutureExt};
use sha2::{Digest, Sha256};

use super::asker::{facts, named};
use super::change_cursor::{self, Since};
use super::changes::{self, Live, Matter, Wanted};
use super::coerce::Variables;
use super::document::Document;
use super::engine::{Engine, Trace, refused};
use super::error::{Code, Error};
use super::execute::text;
use super::select::Reader;
use super::tell::Telling;
use crate::access::{Access, Facts};
use crate::http::{Answer, AnswerStream, Ended, Opened, Request};
use crate::identity::{AuthError, Standing, Viewer};
use crate::outbox::feed::Event;
use crate::outbox::hub::Follower;

/// Matters of which one stream remembers that it has told them. Beyond these, it does not tell that one is not shown any more.
const REMEMBERED: usize = 10_000;
/// How long one reading serves all sockets of a posting that ask for the same.
pub(super) const SHARED: Duration = Duration::from_secs(1);
const MOST_SHARED: u64 = 10_000;

/// What one reading hangs on: the event, the posting, its rights of that moment, and what is asked.
type Asked = (i64, i64, String, [u8; 32]);
/// Readings that are shared; `None`: the matter is not shown.
pub(super) type Readings = moka::future::Cache<Asked, Option<Arc<Answer>>>;

pub(super) fn readings() -> Readings {
    moka::future::Cache::builder().max_capacity(MOST_SHARED).time_to_live(SHARED).build()
}

/// An answer that is kept for others, without the room that it has not needed.
fn shared(mut answer: Answer) -> Arc<Answer> {
    answer.body.shrink_to_fit();
    Arc::new(answer)
}

/// A subscription that runs.
struct Subscription {
    engine: Arc<Engine>,
    standing: Arc<Standing>,
    request: Request,
    document: Arc<Document>,
    print: [u8; 32],
    wanted: Wanted,
    follower: Follower,
    waiting: VecDeque<Arc<Event>>,
    known: HashSet<Matter>,
    rights: String,
    /// Role and facts that these rights are of; `None`: not looked at yet.
    held: Option<(String, Facts)>,
    resync: Option<i64>,
    over: bool,
}

/// What an operation subscribes to, once its arguments have been read.
struct Asking {
    points: u64,
    wanted: Wanted,
    known: HashSet<Matter>,
    since: Option<Since>,
}

impl Engine {
    /// Answers a request, or begins the stream of its answers.
    pub(super) async fn begin(self: Arc<Self>, standing: Arc<Standing>, request: Request, head: i64) -> Opened {
        let viewer = standing.last();
        let (document, known) = match self.prepare(&viewer, &request).await {
            Ok(prepared) => prepared,
            Err(errors) => return Opened::Once(refused(&errors)),
        };
        match document.operation(request.operation_name.as_deref()) {
            Ok(operation) if operation.ty == OperationType::Subscription => {
                let facts = facts(&viewer);
                if let Some(access) = Access::new(self.policy(), viewer.role(), &facts)
                    && let Some(answer) = self.denied_purpose(&access, &named(&request, operation)).await
                {
                    return Opened::Once(answer);
                }
                let begun = self.subscribe(standing, request, (document.clone(), operation), head);
                begun.map_or_else(Opened::Once, Opened::Stream)
            }
            _ => Opened::Once(self.answer(&viewer, &request, &document, known, &mut Trace::default()).await),
        }
    }

    /// Begins a subscription, or refuses it. Without a cursor it follows from `head` on.
    fn subscribe(
        self: Arc<Self>,
        standing: Arc<Standing>,
        request: Request,
        (document, operation): (Arc<Document>, &OperationDefinition),
        head: i64,
    ) -> Result<AnswerStream, Answer> {
        let facts = facts(&standing.last());
        let role = standing.last().role().to_owned();
        let access = Access::new(self.policy(), &role, &facts);
        let access = access.ok_or_else(|| refused(&[Error::internal(&format!("no role {role}"))]))?;
        let rights = change_cursor::rights(&access);
        let asking = self.asking(&request, &document, operation, &rights).map_err(|errors| refused(&errors))?;
        self.charged(&facts, asking.points)?;
        let (after, resync) = match asking.since {
            Some(Since::Position(position)) => (position, None),
            Some(Since::OtherRights) => (head, Some(head)),
            None => (head, None),
        };
        let variables = serde_json::Value::Object(request.variables.clone());
        let asked = (&document.text, &request.operation_name, variables.to_string(), request.language);
        let subscription = Subscription {
            follower: self.hub().follow(after),
            print: Sha256::digest(format!("{asked:?}").as_bytes()).into(),
            engine: self,
            standing,
            request,
            document,
            wanted: asking.wanted,
            waiting: VecDeque::new(),
            known: asking.known,
            rights,
            held: None,
            resync,
            over: false,
        };
        let next = |mut subscription: Subscription| async move { Some((subscription.next().await?, subscription)) };
        Ok(stream::unfold(subscription, next).boxed())
    }

    fn asking(
        &self,
        request: &Request,
        document: &Document,
        operation: &OperationDefinition,
        rights: &str,
    ) -> Result<Asking, Vec<Error>> {
        let variables = Variables::coerce(self.model(), operation, &request.variables)?;
        let reader = Reader { model: self.model(), document: &document.ast, variables: &variables };
        let fields = reader.fields("Subscription", &[&operation.selection_set.node]).map_err(|e| vec![e])?;
        let one = || vec![Error::new(Code::ValidationFailed, "a subscription has exactly one field at its root")];
        let [field] = fields.as_slice() else { return Err(one()) };
        let live = Live::named(field.name).ok_or_else(one)?;
        let read = || {
            let args = reader.args("Subscription", field)?;
            let since = text(&args, "after").map(|cursor| change_cursor::open(self.sealer(), rights, cursor));
            let known = changes::known(&args)?.into_iter().collect();
            let points = self.priced(&reader, operation)?.points;
            Ok(Asking { points, wanted: Wanted::read(live, &args)?, known, since: since.transpose()? })
        };
        read().map_err(|error: Error| vec![error])
    }
}

impl Subscription {
    /// The next answer; `None`: the stream is over.
    async fn next(&mut self) -> Option<Result<Answer, Ended>> {
        if self.over {
            return None;
        }
        if let Some(position) = self.resync.take() {
            let viewer = match self.standing.now().await {
                Ok(viewer) => viewer,
                Err(error) => return self.end(ended(&error)),
            };
            return match self.told(&viewer, Telling::Resync(position)).await {
                Ok(answer) => answer.map(Ok),
                Err(why) => self.end(why),
            };
        }
        loop {
            let Some(event) = self.waiting.pop_front() else {
                match self.follower.next().await {
                    Ok(events) => self.waiting.extend(events),
                    Err(error) => {
                        tracing::error!(%error, "the feed cannot be followed");
                        return self.end(Ended::Fault);
                    }
                }
                continue;
            };
            let viewer = match self.standing.now().await {
                Ok(viewer) => viewer,
                Err(error) => return self.end(ended(&error)),
            };
            let facts = facts(&viewer);
            if self.has_other_rights(&viewer, &facts) {
                let position = event.position - 1;
                self.waiting.push_front(event);
                return match self.told(&viewer, Telling::Resync(position)).await {
                    Ok(answer) => answer.map(Ok),
                    Err(why) => self.end(why),
                };
            }
            match Box::pin(self.look_at(&event, &viewer, &facts)).await {
                Ok(Some(answer)) => return Some(Ok(answer)),
                Ok(None) => {}
                Err(why) => return self.end(why),
            }
        }
    }

    fn end(&mut self, why: Ended) -> Option<Result<Answer, Ended>> {
        self.over = true;
        Some(Err(why))
    }

    /// Whether the viewer's rights have changed since the last event.
    fn has_other_rights(&mut self, viewer: &Viewer, facts: &Facts) -> bool {
        if self.held.as_ref().is_some_and(|(role, held)| role == viewer.role() && held == facts) {
            return false;
        }
        self.held = Some((viewer.role().to_owned(), facts.clone()));
        let rights =
            Access::new(self.engine.policy(), viewer.role(), facts).map(|access| change_cursor::rights(&access));
        let changed = rights.as_ref().is_some_and(|rights| *rights != self.rights);
        if let (true, Some(rights)) = (changed, rights) {
            self.rights = rights;
        }
        changed
    }

    /// What is told of an event; `None`: nothing.
    async fn look_at(&mut self, event: &Arc<Event>, viewer: &Viewer, facts: &Facts) -> Result<Option<Answer>, Ended> {
        let matter = (event.view.clone(), event.matter_id);
        let (fits, knew) = (self.wanted.fits(event, facts), self.known.contains(&matter));
        if fits && !self.engine.surely_unseen(event, viewer, facts).await {
            let asked = (event.position, viewer.posting_id(), self.rights.clone(), self.print);
            let reading = self.told(viewer, Telling::Event(event)).map_ok(|answer| answer.map(shared));
            // What failed is not kept: it is read again for the next one.
            let read = self.engine.readings().try_get_with(asked, reading).await.map_err(|why| *why)?;
            if let Some(answer) = read {
                if self.known.len() < REMEMBERED {
                    self.known.insert(matter);
                }
                return Ok(Some(Answer::clone(&answer)));
            }
        }
        if !knew || (!fits && self.told(viewer, Telling::Check(event)).await?.is_some()) {
            return Ok(None);
        }
        self.known.remove(&matter);
        self.told(viewer, Telling::Removed(event)).await
    }

    /// What the viewer is told; `None`: the matter is not shown. What could not be read must come again: the stream ends, and
    /// the client goes on from the cursor it has.
    fn told<'s>(&'s self, viewer: &'s Viewer, telling: Telling<'s>) -> BoxFuture<'s, Result<Option<Answer>, Ended>> {
        // Boxed: nobody who only waits should hold the room of a reading.
        Box::pin(async move {
            let mut trace = Trace::default();
            let answer = self.engine.run(viewer, &self.request, &self.document, Some(telling), &mut trace).await;
            if !trace.shown {
                return Ok(None);
            }
            let failed = [Code::Internal.text(), Code::Timeout.text()];
            match answer.status {
                200 if !answer.codes.iter().any(|code| failed.contains(code)) => Ok(Some(answer)),
                // The role may not act for the purpose any more.
                403 => Err(Ended::Rights),
                _ => Err(Ended::Fault),
            }
        })
    }
}

fn ended(error: &AuthError) -> Ended {
    match error {
        AuthError::Refused(_) => Ended::Rights,
        AuthError::Unavailable(_) => Ended::Fault,
    }
}
