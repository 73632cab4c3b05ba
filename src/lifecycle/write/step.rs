//! One action within a transaction: decided, then written.

use std::future::Future;
use std::pin::Pin;
use std::sync::LazyLock;

use sea_orm::sea_query::{ExprTrait, InsertStatement};

use super::alarm::reaction;
use super::references::shown;
use super::{Acting, Order, Outcome, WriteError, Writer, numbers};
use crate::lifecycle::case::{Actor, Attempt, Case, Event, Known, Values, number, text};
use crate::lifecycle::flow::{Action, End, Flow, SYSTEM};
use crate::lifecycle::ids::Batch;
use crate::lifecycle::refusal::{Code, Refusal};
use crate::lifecycle::room::{Effects, Following, Made, Room};
use crate::lifecycle::{decide, load};
use crate::read::declare::View;
use crate::read::predicate::Via;
use crate::read::session::ReadError;
use crate::read::sql::{all, col};
use crate::storage::Transaction;
use crate::trail::entry::{Decision, Deed};

/// A write under way.
pub(super) struct Run<'w, 'a> {
    pub(super) writer: &'w Writer,
    pub(super) acting: Acting<'a>,
    pub(super) now: i64,
    pub(super) ids: Batch,
    /// Key of the matter that the order itself begins, until it is given to it.
    pub(super) begun: Option<i64>,
    /// What claims the key of that order, until it is written when the matter gets its number.
    pub(super) claim: Option<InsertStatement>,
    pub(super) transaction: Transaction,
    /// Entries for the trail, in order.
    pub(super) deeds: Vec<Deed>,
}

/// What an action is taken on.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) view: &'p View,
    pub(super) room: &'static Room,
    pub(super) flow: &'p Flow,
    pub(super) action: &'p Action,
}

/// An action that is being written.
pub(super) struct Step<'p> {
    pub(super) place: Place<'p>,
    /// What was given.
    pub(super) order: &'p Order,
    /// Rows and files that it names.
    pub(super) known: &'p Known,
    /// Key of the matter.
    pub(super) id: i64,
    /// Key of the status event.
    pub(super) event: i64,
    /// Version that it leads to.
    pub(super) version: i64,
    /// When.
    pub(super) at: i64,
    /// State before; `None`: the matter comes into being.
    pub(super) from: Option<String>,
    /// State after.
    pub(super) to: String,
    /// What the event keeps.
    pub(super) kept: Values,
    /// Entry of the trail.
    pub(super) deed: Deed,
}

/// The program, acting because time has passed or another matter has ended.
pub(super) static PROGRAM: LazyLock<Actor> = LazyLock::new(|| Actor { role: SYSTEM.to_owned(), ..Actor::default() });

type Taking<'t> = Pin<Box<dyn Future<Output = Result<Outcome, WriteError>> + Send + 't>>;

fn refused(refusals: Vec<Refusal>) -> Outcome {
    Outcome::Refused { refusals, conflict: None }
}

impl Run<'_, '_> {
    /// Takes the action of an order. A refusal has written nothing; one that shows late comes as an error.
    pub(super) fn take<'t>(&'t mut self, order: &'t Order) -> Taking<'t> {
        Box::pin(async move { self.taken(order).await })
    }

    async fn taken(&mut self, order: &Order) -> Result<Outcome, WriteError> {
        let writer = self.writer;
        let view = writer.catalog.view(order.view);
        let view = view.ok_or_else(|| WriteError::Broken(format!("no view {}", order.view)))?;
        let room = writer.room(order.view)?;
        let case = match order.id {
            None => Case::default(),
            Some(id) => match self.matter(view, room, id).await? {
                Some(case) => case,
                None => return Ok(refused(vec![Code::NotFound.of("id")])),
            },
        };
        let version = case.number("version").unwrap_or_default();
        if order.expected_version.is_some_and(|expected| expected != version) {
            let refusals = vec![Code::Conflict.of("expectedVersion")];
            return Ok(Outcome::Refused { refusals, conflict: order.id });
        }
        let flows = &writer.lifecycles.flows;
        let flow = match case.number("flow_version") {
            Some(version) => flows.version(order.view, version),
            None => flows.newest(order.view),
        };
        let broken = || WriteError::Broken(format!("{} has no action {}", order.view, order.action));
        let flow = flow.ok_or_else(broken)?;
        let Some(action) = flow.action(&order.action) else {
            // The action is of another version than the matter; of no version it is a fault of ours.
            let elsewhere = flows.every(order.view, &order.action).next().is_some();
            return if elsewhere { Ok(refused(vec![Code::NotPermitted.alone()])) } else { Err(broken()) };
        };
        let place = Place { view, room, flow, action };
        // What others may change too: matters of the same kind, and rows that several share.
        let shared = room.parts.iter().filter(|part| part.shared).map(|part| part.table);
        let locked: Vec<&str> = shared.chain([view.table]).collect();
        let named = writer.references(&mut self.transaction, self.acting, &order.references, &locked).await?;
        let mut known = match named {
            Ok(known) => known,
            Err(missing) => return Ok(refused(missing)),
        };
        self.prepare(place, &case, &order.input, &mut known).await?;
        let (actor, input) = (self.acting.actor, Some(&order.input));
        let attempt = Attempt { case: &case, actor, input, known: &known, now: self.now };
        let refusals = decide::refusals(flow, room, action, &attempt);
        if !refusals.is_empty() {
            return Ok(refused(refusals));
        }
        self.write(place, case, order, &known).await
    }

    /// The matter with this key, if it is shown; locked until the end.
    async fn matter(&mut self, view: &View, room: &Room, id: i64) -> Result<Option<Case>, WriteError> {
        let Some(rule) = shown(self.acting.lens, view, Via::Key) else { return Ok(None) };
        let rule = (!rule.is_empty()).then(|| all(rule));
        let mut found = load::cases(&mut self.transaction, room, view.table, &[id], rule, true).await?;
        Ok(found.remove(&id))
    }

    /// Reads what the action looks at beside the matter.
    async fn prepare(
        &mut self,
        place: Place<'_>,
        case: &Case,
        input: &Values,
        known: &mut Known,
    ) -> Result<(), WriteError> {
        let attempt = Attempt { case, actor: self.acting.actor, input: Some(input), known, now: self.now };
        let hashes = (place.room.attaches)(&attempt).into_iter().map(|attachment| attachment.hash).collect();
        let needed =
            self.writer.needs(&mut self.transaction, place.room, &place.action.name, (self.acting, &attempt)).await?;
        let matter = (place.room, case);
        let files = self.writer.files(&mut self.transaction, self.acting, matter, hashes, self.now).await?;
        known.rows.extend(needed);
        known.files.extend(files);
        Ok(())
    }

    async fn write(
        &mut self,
        place: Place<'_>,
        mut case: Case,
        order: &Order,
        known: &Known,
    ) -> Result<Outcome, WriteError> {
        let Place { view, room, flow, action } = place;
        let id = match order.id {
            Some(id) => id,
            None => self.begun.take().unwrap_or_else(|| self.ids.next()),
        };
        case.row.insert("id".to_owned(), id.into());
        // Events of a matter never run backwards, whatever the clocks of two machines say.
        let at = case.events.last().map_or(self.now, |event| std::cmp::max(event.at, self.now));
        let (actor, input) = (self.acting.actor, Some(&order.input));
        let attempt = Attempt { case: &case, actor, input, known, now: at };
        let attachments = (room.attaches)(&attempt);
        let to = action.leads_to(&case.state, |field| attempt.text(field)).unwrap_or_default().to_owned();
        let Made { row: mut changed, changes, kept, begins, follows, told } =
            made(place, &attempt, order, &mut self.ids);
        let version = case.number("version").unwrap_or_default() + 1;
        let from = (!action.begins()).then(|| case.state.clone());
        let rule = format!("{} v{} {}", flow.object, flow.version, action.name);
        let deed = Deed::new(at, self.acting.who(), order.operation.as_str(), Decision::Allow, rule);
        let event = self.ids.next();
        let mut step = Step { place, order, known, id, event, version, at, from, to, kept, deed };
        step.deed.objects.insert(format!("{}:{id}", view.name));
        changed.insert("status".to_owned(), step.to.as_str().into());
        changed.insert("version".to_owned(), version.into());
        changed.extend(self.begin(&begins).await?);
        self.matter_row(&step, &case, &mut changed).await?;
        self.note(&mut step.deed, view, view.table, id, &changed);
        case.row.extend(changed);
        let alone = changes.is_empty() && begins.is_empty();
        for change in changes {
            self.change(&mut step, &mut case, change).await?;
        }
        if action.begins() && !alone {
            self.reach(view, id, false).await?;
        }
        self.event_row(&step, &case).await?;
        step.deed.objects.extend(attachments.iter().map(|attachment| format!("File:{}", attachment.hash)));
        self.attach(&mut step, &case, &attachments).await?;
        case.state.clone_from(&step.to);
        case.events.push(Event {
            action: action.name.clone(),
            to: step.to.clone(),
            at,
            account_id: step.deed.who.account_id,
            organisation_id: step.deed.who.organisation_id,
            input: std::mem::take(&mut step.kept),
        });
        let breached = self.tell(&step, &case, told).await;
        // Asked before a late refusal of the clocks is told: that somebody reached too far is what the trail is to know.
        if action.begins() && alone && matches!(breached, Ok(_) | Err(WriteError::Late(_))) {
            self.reach(view, id, breached.is_ok()).await?;
        }
        let breached = breached?;
        step.deed.object_no = case.text("no").map(str::to_owned);
        self.deeds.push(step.deed);
        if flow.is_last(&step.to) {
            self.release(room, &case, id).await?;
        }
        for Following { view, id, action, input } in follows {
            let order = Order::of_program(view, action, Some(id), input);
            if let Outcome::Refused { refusals, .. } = self.by_program(&order).await? {
                return Err(WriteError::Broken(format!("{action} does not follow: {refusals:?}")));
            }
        }
        // Whoever acts before the clocks have rung finds what a breach brings about done all the same.
        for order in breached.iter().filter_map(|clock| reaction(view, flow, clock, &case)) {
            self.by_program(&order).await?;
        }
        Ok(Outcome::Done { id, version, replayed: false })
    }

    /// Nobody begins what they would not see: asked when everything that makes it theirs is there. `soon`: of the row alone,
    /// when what waits is sent.
    async fn reach(&mut self, view: &View, id: i64, soon: bool) -> Result<(), WriteError> {
        let Some(lens) = self.acting.lens else { return Ok(()) };
        let rule = lens.reach(view, "t0").ok_or(ReadError::Unfulfilled)?;
        match soon {
            true => self.transaction.require_inserted(view.table, id, &rule).await?,
            false => self.transaction.require(view.table, id, &rule).await?,
        }
        Ok(())
    }

    /// Inserts or changes the row of the matter.
    async fn matter_row(&mut self, step: &Step<'_>, case: &Case, changed: &mut Values) -> Result<(), WriteError> {
        let view = step.place.view;
        if !step.place.action.begins() {
            return self.writer.update(&mut self.transaction, view.table, step.id, changed).await;
        }
        changed.insert("flow_version".to_owned(), step.place.flow.version.into());
        let division =
            text(changed, "division_code").or_else(|| case.text("division_code")).unwrap_or_default().to_owned();
        // Before the head of the trail is locked: whoever claims the same key at the same time waits here.
        let claim = self.claim.take();
        if let Some(prefix) = step.place.room.prefix {
            if let Some(claim) = claim {
                self.transaction.insert_soon(&claim).await?;
            }
            let row = self.ids.next();
            let no = numbers::next(&mut self.transaction, view.table, prefix, &division, step.at, row).await?;
            changed.insert("no".to_owned(), no.into());
        } else if let Some(claim) = claim {
            self.transaction.insert(&claim).await?;
        }
        changed.insert("id".to_owned(), step.id.into());
        self.writer.insert_matter(&mut self.transaction, (view.table, step.id), &division, changed).await
    }

    /// Lets go on what waited for the end of a matter.
    async fn release(&mut self, room: &Room, case: &Case, id: i64) -> Result<(), WriteError> {
        for waiting in room.waiting {
            let Some(view) = self.writer.catalog.view(waiting.view) else { continue };
            let condition = col("t0", waiting.column).eq(id);
            for row in load::rows(&mut self.transaction, view.table, condition, false).await? {
                let (action, given) = (waiting.action)(case, &row);
                let order = Order::of_program(waiting.view, action, number(&row, "id"), given);
                self.by_program(&order).await?;
            }
        }
        Ok(())
    }

    /// An action of the program in the same transaction. That it does not fit the state any more is no fault.
    pub(super) async fn by_program(&mut self, order: &Order) -> Result<Outcome, WriteError> {
        let program = Acting { actor: &PROGRAM, purpose: SYSTEM, lens: None };
        let person = std::mem::replace(&mut self.acting, program);
        let outcome = self.take(order).await;
        self.acting = person;
        outcome
    }
}

/// What the action makes of rows: columns that the inputs name, what the room makes, and what the event keeps.
fn made(place: Place<'_>, attempt: &Attempt<'_>, order: &Order, ids: &mut Batch) -> Made {
    let Place { room, flow, action, .. } = place;
    let mut next = || ids.next();
    let mut effects = Effects::new(&mut next);
    for input in &action.inputs {
        if let (Some(column), Some(value)) = (&input.column, order.input.get(&input.name)) {
            effects.set(column, value.clone());
        }
    }
    if let Some(effect) = room.effect(&action.name) {
        effect(attempt, &mut effects);
    }
    let mut made = effects.made();
    for input in action.inputs.iter().filter(|input| input.keep || limits(flow, action, &input.name)) {
        if let Some(value) = order.input.get(&input.name) {
            made.kept.entry(input.name.clone()).or_insert_with(|| value.clone());
        }
    }
    made
}

/// Whether an input is the limit of a clock that the action starts or moves.
fn limits(flow: &Flow, action: &Action, input: &str) -> bool {
    let clocks = action.starts.iter().chain(&action.moves).filter_map(|kind| flow.clock(kind));
    clocks.into_iter().any(|clock| matches!(&clock.end, End::At(name) if name == input))
}
