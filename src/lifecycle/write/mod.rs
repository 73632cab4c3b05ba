//! 办理. The one writer of state: in one transaction the row with its version, the status event, evidence, clocks, the
//! audit entry, the outbox event and the idempotency record. A refusal has written nothing but its entry in the trail.

mod alarm;
pub mod clock_rows;
mod follow;
mod idempotency;
mod numbers;
mod references;
mod rows;
pub mod slot;
mod step;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

pub use idempotency::{IdempotencyKey, fingerprint};
pub use references::{Named, Reference};

use tokio::sync::Notify;

use super::case::{Actor, Values};
use super::ids::{Batch, Ids};
use super::refusal::{Code, Refusal};
use super::{Lifecycles, room};
use crate::kernel::random;
use crate::kernel::seal::Sealer;
use crate::read::catalog::Catalog;
use crate::read::predicate::Lens;
use crate::read::session::ReadError;
use crate::storage::{Transaction, WritePool};
use crate::trail::append::append;
use crate::trail::entry::{Decision, Deed, HashAlgorithm, Who};

/// How often a write that others got in the way of is tried.
const TRIES: u32 = 5;
/// How long a key of a write is known: 24 hours.
const KEY_KEPT_MS: i64 = 86_400_000;
/// Codes of refusals that are about rights: each has its entry in the trail.
const DENIALS: [Code; 7] = [
    Code::NotFound,
    Code::NotPermitted,
    Code::PurposeForbidden,
    Code::ConflictOfInterest,
    Code::PlaceOutside,
    Code::EvidenceForeign,
    Code::ReferenceUnknown,
];

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Order {
    /// The view of the matter.
    pub view: &'static str,
    /// The action.
    pub action: String,
    /// The matter; `None`: the action begins one.
    pub id: Option<i64>,
    /// The version that the client knows; `None`: it is not compared.
    pub expected_version: Option<i64>,
    /// What is given.
    pub input: Values,
    /// Objects that the input names.
    pub references: Vec<Reference>,
    /// The key under which it is done once; `None`: none was given.
    pub key: Option<IdempotencyKey>,
    /// What was asked for, for the trail.
    pub operation: String,
}

impl Order {
    /// An action of the program.
    pub(crate) fn of_program(view: &'static str, action: &str, id: Option<i64>, input: Values) -> Order {
        let (action, operation) = (action.to_owned(), action.to_owned());
        Order { view, action, id, expected_version: None, input, references: vec![], key: None, operation }
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done {
        /// Key of the matter.
        id: i64,
        /// Version that it led to.
        version: i64,
        /// Whether it was done before, under the same key.
        replayed: bool,
    },
    /// It was refused and has written nothing.
    Refused {
        /// Why.
        refusals: Vec<Refusal>,
        /// The matter, where it is shown and has another version than the client knows.
        conflict: Option<i64>,
    },
}

/// Why a write could not be decided or done.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The database.
    #[error(transparent)]
    Database(#[from] ReadError),
    /// What is stored or declared does not fit together.
    #[error("write: {0}")]
    Broken(String),
    /// A refusal that shows after something was written: all of it is taken back.
    #[error("refused late")]
    Late(Vec<Refusal>),
}

/// The writer.
pub struct Writer {
    pub(crate) pool: WritePool,
    pub(crate) lifecycles: Arc<Lifecycles>,
    pub(crate) catalog: &'static Catalog,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) hash: HashAlgorithm,
    pub(crate) ids: Ids,
    news: Arc<Notify>,
    departments: Arc<BTreeMap<(String, String), String>>,
    sealed: HashSet<(&'static str, &'static str)>,
}

/// Who acts and what they see: a person through the gate, or the program itself, which sees everything.
#[derive(Clone, Copy)]
pub struct Acting<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// Purpose of the request.
    pub purpose: &'a str,
    /// The gate; `None`: the program itself.
    pub lens: Option<&'a Lens<'a>>,
}

impl Acting<'_> {
    fn who(&self) -> Who {
        let person = self.lens.is_some();
        Who {
            account_id: person.then_some(self.actor.account_id),
            posting_id: person.then_some(self.actor.posting_id),
            organisation_id: person.then_some(self.actor.organisation_id),
            role: self.actor.role.clone(),
            purpose: self.purpose.to_owned(),
        }
    }
}

impl Writer {
    /// A writer into a database.
    pub fn new(
        pool: WritePool,
        lifecycles: Arc<Lifecycles>,
        catalog: &'static Catalog,
        sealer: Arc<Sealer>,
        hash: HashAlgorithm,
    ) -> Writer {
        let entries = catalog.code_tables().iter().flat_map(|table| {
            let named = |code: &crate::read::catalog::Code| {
                Some(((table.name.clone(), code.code.clone()), code.department.clone()?))
            };
            table.entries.iter().filter_map(named).collect::<Vec<_>>()
        });
        let departments = Arc::new(entries.collect());
        let news = Arc::new(Notify::new());
        let sealed = rows::sealed(catalog);
        Writer { ids: Ids::new(pool.clone()), pool, lifecycles, catalog, sealer, hash, news, departments, sealed }
    }

    /// The connections that write.
    pub fn pool(&self) -> &WritePool {
        &self.pool
    }

    /// Told whenever something was committed that those who follow are to know.
    pub fn news(&self) -> &Arc<Notify> {
        &self.news
    }

    /// Keys for new rows.
    pub(crate) async fn keys(&self) -> Result<Batch, ReadError> {
        self.ids.batch().await
    }

    /// Takes an action, or refuses it.
    pub async fn transition(&self, acting: Acting<'_>, order: &Order, now: i64) -> Result<Outcome, WriteError> {
        let mut tried = 1;
        let outcome = loop {
            match self.attempt(acting, order, now).await {
                Err(WriteError::Database(error)) if error.is_contention() && tried < TRIES => {
                    tokio::time::sleep(jitter(tried)).await;
                    tried += 1;
                }
                other => break other?,
            }
        };
        if let Outcome::Refused { refusals, .. } = &outcome
            && let Some(denial) = refusals.iter().find(|refusal| DENIALS.contains(&refusal.code))
        {
            self.denied(acting, order, denial.code, now).await?;
        }
        Ok(outcome)
    }

    async fn attempt(&self, acting: Acting<'_>, order: &Order, now: i64) -> Result<Outcome, WriteError> {
        let outcome = match self.tried(acting, order, now).await {
            Err(WriteError::Late(refusals)) => Ok(Outcome::Refused { refusals, conflict: None }),
            Err(WriteError::Database(ReadError::Unfulfilled)) => {
                Ok(Outcome::Refused { refusals: vec![Code::PlaceOutside.alone()], conflict: None })
            }
            other => other,
        };
        // The key of what begins is claimed with its number: that it was claimed before shows by now.
        let in_the_way = match &outcome {
            Ok(outcome) => matches!(outcome, Outcome::Refused { .. }),
            Err(error) => matches!(error, WriteError::Database(error) if error.is_duplicate()),
        };
        if let Some(key) = order.key.as_ref().filter(|_| order.id.is_none() && in_the_way) {
            let mut new = self.ids.batch().await?;
            let mut transaction = Transaction::begin(&self.pool).await?;
            let account = acting.actor.account_id;
            let earlier = idempotency::claim(&mut transaction, account, key, (now, new.next())).await?;
            transaction.rollback().await?;
            return earlier.map_or(outcome, |earlier| Ok(again(earlier)));
        }
        outcome
    }

    /// Takes an action in a transaction, which is taken back where it is refused.
    async fn tried(&self, acting: Acting<'_>, order: &Order, now: i64) -> Result<Outcome, WriteError> {
        let mut ids = self.ids.batch().await?;
        let mut transaction = Transaction::begin(&self.pool).await?;
        let account = acting.actor.account_id;
        let begun = order.id.is_none().then(|| ids.next());
        let mut claim = None;
        if let Some(key) = &order.key {
            let new = (now, ids.next());
            claim = begun.map(|id| idempotency::row(account, key, new, Some((order.view, id))));
            if claim.is_none()
                && let Some(earlier) = idempotency::claim(&mut transaction, account, key, new).await?
            {
                transaction.rollback().await?;
                return Ok(again(earlier));
            }
        }
        let mut run = step::Run { writer: self, acting, now, ids, begun, claim, transaction, deeds: vec![] };
        let outcome = run.take(order).await?;
        let step::Run { mut transaction, mut ids, deeds, .. } = run;
        match &outcome {
            Outcome::Done { id, version, .. } => {
                if let Some(key) = order.key.as_ref().filter(|_| begun.is_none()) {
                    idempotency::settle(&mut transaction, account, key, order.view, *id, *version).await?;
                }
                self.append_to(&mut transaction, &deeds, &mut ids).await?;
                transaction.commit().await?;
                self.news.notify_one();
            }
            Outcome::Refused { .. } => transaction.rollback().await?,
        }
        Ok(outcome)
    }

    /// Writes the entry of a refusal that is about rights.
    async fn denied(&self, acting: Acting<'_>, order: &Order, code: Code, now: i64) -> Result<(), WriteError> {
        let rule = format!("{} {}: {}", order.view, order.action, code.text());
        let mut deed = Deed::new(now, acting.who(), order.operation.as_str(), Decision::Deny, rule);
        deed.objects.extend(order.id.map(|id| format!("{}:{id}", order.view)));
        self.record(&[deed]).await
    }

    /// Appends entries to the trail within a transaction: the last that happens in it.
    pub(crate) async fn append_to(
        &self,
        transaction: &mut Transaction,
        deeds: &[Deed],
        ids: &mut Batch,
    ) -> Result<(), ReadError> {
        append(transaction, self.hash, deeds, &mut || ids.next()).await
    }

    /// Appends entries of their own to the trail.
    pub async fn record(&self, deeds: &[Deed]) -> Result<(), WriteError> {
        let keys = deeds.iter().map(Deed::rows).sum();
        let mut ids = self.ids.batch_of(keys).await?;
        let mut transaction = Transaction::begin(&self.pool).await?;
        self.append_to(&mut transaction, deeds, &mut ids).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Forgets keys of writes that are older than a day: under them the same may be done again.
    pub async fn forget_keys(&self, now: i64) -> Result<u64, WriteError> {
        let mut transaction = Transaction::begin(&self.pool).await?;
        let forgotten = idempotency::forget(&mut transaction, now - KEY_KEPT_MS).await?;
        transaction.commit().await?;
        Ok(forgotten)
    }

    fn room(&self, view: &str) -> Result<&'static room::Room, WriteError> {
        room::of(view).ok_or_else(|| WriteError::Broken(format!("{view} has no lifecycle")))
    }
}

/// What comes of a key under which something was done before.
fn again(earlier: idempotency::Earlier) -> Outcome {
    match earlier {
        idempotency::Earlier::Same { id, version } => Outcome::Done { id, version, replayed: true },
        idempotency::Earlier::Other => {
            let refusals = vec![Code::IdempotencyMismatch.of("clientMutationId")];
            Outcome::Refused { refusals, conflict: None }
        }
    }
}

/// Somewhere below the power of two of milliseconds that the number of tries gives.
fn jitter(tried: u32) -> Duration {
    let most = 4_u64 << tried;
    let chance = random::bytes::<2>().map_or(0, |bytes| u64::from(u16::from_be_bytes(bytes)));
    Duration::from_millis(1 + chance % most)
}
