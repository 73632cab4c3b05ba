//! Running mutations: each field of the root is one transaction; its payload is read through the gate afterwards.

use async_graphql_value::ConstValue;
use sea_orm::sea_query::ExprTrait;
use serde_json::{Value as Json, json};

use super::coerce::Args;
use super::error::{Code as ErrorCode, Error};
use super::execute::{Execution, fault};
use super::input::{Given, InputReader};
use super::mutations::{MOST, Mutation, lower, pascal};
use super::plain;
use super::select::Selected;
use crate::lifecycle::case::Actor;
use crate::lifecycle::refusal::{Code, Refusal};
use crate::lifecycle::room;
use crate::lifecycle::write::{Acting, IdempotencyKey, Order, Outcome, WriteError, Writer, fingerprint};
use crate::read::compile::Compiler;
use crate::read::declare::Direction;
use crate::read::fetch;
use crate::read::figures::root_path;
use crate::read::page::{Page, usual_order};
use crate::read::predicate::Via;
use crate::read::sql::{all, col};

/// Most status events that a conflict gives back.
const MOST_CHANGES: usize = 100;
/// Longest key of a write.
const LONGEST_KEY: usize = 128;

/// What mutations need beside what queries need.
pub struct Writing<'a> {
    /// The writer.
    pub writer: &'a Writer,
    /// Who acts.
    pub actor: Actor,
    /// Code of the purpose.
    pub purpose: &'static str,
    /// Name of the operation, for the trail; empty: it has none.
    pub operation: String,
    /// Key of the request's header; `None`: there was none.
    pub key: Option<String>,
}

impl Writing<'_> {
    /// The key of a write: as it was given, or made of the request's header and the place of the field.
    pub(super) fn key_of(&self, given: Option<&str>, place: &str) -> Result<Option<String>, Error> {
        let of_header = || Some(format!("{}/{place}", self.key.as_deref()?));
        let key = given.map(str::to_owned).or_else(of_header);
        if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > LONGEST_KEY) {
            return Err(Error::input("clientMutationId", format!("must have 1 to {LONGEST_KEY} bytes")));
        }
        Ok(key)
    }

    /// What the trail is told was asked for.
    pub(super) fn operation_of(&self, action: &str) -> String {
        [self.operation.as_str(), action].join(" ").trim_start().to_owned()
    }
}

/// What an item of a call came to.
struct Done {
    view: &'static str,
    action: String,
    outcome: Outcome,
    key: Option<String>,
    expected: Option<i64>,
}

fn object<'v>(
    args: &'v Args,
    name: &str,
) -> Option<&'v async_graphql::indexmap::IndexMap<async_graphql_value::Name, ConstValue>> {
    match args.get(name) {
        Some(ConstValue::Object(object)) => Some(object),
        _ => None,
    }
}

/// An item of a call that cannot be read or written: refused by itself, so that the others have their outcome.
fn left_out(
    view: &'static str,
    action: &str,
    item: &async_graphql::indexmap::IndexMap<async_graphql_value::Name, ConstValue>,
    refusal: Refusal,
) -> Done {
    let key = match item.get("clientMutationId") {
        Some(ConstValue::String(key)) => Some(key.clone()),
        _ => None,
    };
    let outcome = Outcome::Refused { refusals: vec![refusal], conflict: None };
    Done { view, action: action.to_owned(), outcome, key, expected: None }
}

/// A fault of a write as clients see it.
pub(super) fn broken(error: WriteError) -> Error {
    match error {
        WriteError::Database(error) => fault(error),
        other => Error::internal(&other),
    }
}

impl<'a, 'd> Execution<'a, 'd> {
    /// Runs a field of the mutation root.
    pub(super) async fn mutation(&mut self, selected: &Selected<'d>) -> Result<(), Error> {
        let mutation = self.mutations.get(selected.name).ok_or_else(|| Error::internal(&"no such mutation"))?;
        let args = self.compiler.reader.args("Mutation", selected)?;
        let input = object(&args, "input").ok_or_else(|| Error::internal(&"no input"))?;
        // Who waits for a turn to write keeps no connection from those who read.
        self.session.rest();
        match mutation {
            Mutation::Upload => self.slot(input, selected).await,
            Mutation::Action { view, action } => {
                let done = self.act(view, action, input, selected.key).await.map_err(|e| e.under("input"))?;
                self.outer = root_path(selected.key);
                self.payload(&done, &format!("{}Payload", pascal(action)), selected).await
            }
            Mutation::Batch { view, action } => {
                let Some(ConstValue::List(items)) = input.get("items") else {
                    return Err(Error::internal(&"no items"));
                };
                if items.len() > MOST {
                    return self.refused_call(selected, Code::TooMany);
                }
                let mut all = vec![];
                for (at, item) in items.iter().enumerate() {
                    let ConstValue::Object(item) = item else { return Err(Error::internal(&"no item")) };
                    let key = format!("{}.{at}", selected.key);
                    all.push(match self.act(view, action, item, &key).await {
                        Ok(done) => done,
                        Err(error) if error.code == ErrorCode::BadInput => {
                            let field = error.field.unwrap_or_default();
                            left_out(view, action, item, Code::InputIncomplete.of(field))
                        }
                        // What was written before is told all the same.
                        Err(error) => {
                            tracing::warn!(code = error.code.text(), at, "an item of a list was not written");
                            left_out(view, action, item, Code::TryAgain.alone())
                        }
                    });
                }
                self.batch(&all, action, selected).await
            }
        }
    }

    /// Takes one action.
    async fn act(
        &mut self,
        view: &'static str,
        action: &str,
        input: &async_graphql::indexmap::IndexMap<async_graphql_value::Name, ConstValue>,
        place: &str,
    ) -> Result<Done, Error> {
        let (lens, reader) = (self.compiler.lens, self.compiler.reader);
        let Some(writing) = &self.writing else { return Err(Error::internal(&"nothing can be written here")) };
        let name = format!("{}Input", pascal(action));
        let definition = reader.model.inputs.get(&name).ok_or_else(|| Error::internal(&format!("no input {name}")))?;
        let inputs = InputReader { model: reader.model, catalog: lens.catalog };
        let Given { mut values, mut references } = inputs.read(definition, input)?;
        let given = values.remove("clientMutationId").and_then(|key| key.as_str().map(str::to_owned));
        let key = writing.key_of(given.as_deref(), place)?;
        let fingerprint = fingerprint(action, &values);
        references.retain(|reference| reference.field != "id");
        let id = values.remove("id").and_then(|id| id.as_i64());
        let expected = values.remove("expectedVersion").and_then(|version| version.as_i64());
        let order = Order {
            view,
            action: action.to_owned(),
            id,
            expected_version: expected,
            input: values,
            references,
            key: key.map(|key| IdempotencyKey { key, fingerprint }),
            operation: writing.operation_of(action),
        };
        let acting = Acting { actor: &writing.actor, purpose: writing.purpose, lens: Some(&lens) };
        let outcome = writing.writer.transition(acting, &order, lens.now_ms).await.map_err(broken)?;
        Ok(Done { view, action: action.to_owned(), outcome, key: given, expected })
    }

    /// Writes what came of an action, as it is selected.
    async fn payload(&mut self, done: &Done, ty: &str, selected: &Selected<'d>) -> Result<(), Error> {
        let (shown, refusals) = match &done.outcome {
            Outcome::Done { id, .. } => (Some(*id), &[][..]),
            Outcome::Refused { refusals, conflict } => (*conflict, refusals.as_slice()),
        };
        let view = self.view(done.view)?;
        let name = lower(done.view);
        self.writer.out.push(b'{');
        for (n, field) in self.compiler.reader.fields(ty, &selected.sets)?.iter().enumerate() {
            self.begin(n, field.key);
            match (field.name, shown) {
                ("userErrors", _) => {
                    let of = format!("{}Error", pascal(&done.action));
                    self.user_errors(refusals, &of, field)?;
                }
                ("changes", conflict) => {
                    let since = done.expected.filter(|_| !refusals.is_empty());
                    self.changes(done.view, conflict.zip(since), field).await?;
                }
                ("clientMutationId", _) => self.value(&done.key.as_deref().into()),
                ("__typename", _) => self.writer.string(ty),
                (of, Some(id)) if of == name => self.single(view, Via::Key, col("t0", "id").eq(id), field).await?,
                _ => self.null(),
            }
        }
        self.writer.out.push(b'}');
        Ok(())
    }

    async fn batch(&mut self, all: &[Done], action: &str, selected: &Selected<'d>) -> Result<(), Error> {
        let (ty, of) = (self.payload_type(selected)?, format!("{}Payload", pascal(action)));
        self.outer = root_path(selected.key);
        self.writer.out.push(b'{');
        for (n, field) in self.compiler.reader.fields(&ty, &selected.sets)?.iter().enumerate() {
            self.begin(n, field.key);
            match field.name {
                "results" => {
                    self.outer = [root_path(selected.key), root_path(field.key)].concat();
                    self.writer.out.push(b'[');
                    for (at, done) in all.iter().enumerate() {
                        if at > 0 {
                            self.writer.out.push(b',');
                        }
                        self.payload(done, &of, field).await?;
                    }
                    self.writer.out.push(b']');
                }
                "userErrors" => self.writer.out.extend_from_slice(b"[]"),
                _ => self.writer.string(&ty),
            }
        }
        self.writer.out.push(b'}');
        Ok(())
    }

    /// A call that is refused as a whole.
    fn refused_call(&mut self, selected: &Selected<'d>, code: Code) -> Result<(), Error> {
        let ty = self.payload_type(selected)?;
        let errors = self.told(&[code.of("items")]);
        let value = json!({ "results": [], "userErrors": errors });
        plain::write(&self.compiler.reader, &ty, &value, &selected.sets, &mut self.writer.out)
    }

    fn payload_type(&self, selected: &Selected<'d>) -> Result<String, Error> {
        Ok(self.compiler.reader.definition("Mutation", selected)?.ty.name().to_owned())
    }

    pub(super) fn told(&self, refusals: &[Refusal]) -> Vec<Json> {
        let told = |refusal: &Refusal| {
            let message = refusal.code.message(self.compiler.language);
            json!({ "code": refusal.code.text(), "field": refusal.field, "message": message })
        };
        refusals.iter().map(told).collect()
    }

    fn user_errors(&mut self, refusals: &[Refusal], ty: &str, field: &Selected<'d>) -> Result<(), Error> {
        let told = Json::from(self.told(refusals));
        plain::write(&self.compiler.reader, ty, &told, &field.sets, &mut self.writer.out)
    }

    /// What was done on a matter since a version.
    async fn changes(&mut self, view: &str, since: Option<(i64, i64)>, field: &Selected<'d>) -> Result<(), Error> {
        let (Some((id, version)), Some(room)) = (since, room::of(view)) else {
            self.writer.out.extend_from_slice(b"[]");
            return Ok(());
        };
        let events = self.view("StatusEvent")?;
        let keys = usual_order(events, &vec![("seq", Direction::Asc)]);
        let page = Page { limit: MOST_CHANGES, keys, ..Compiler::one_row() };
        let condition = all([col("t0", room.link).eq(id), col("t0", "seq").gt(version)]);
        let path = self.path(field.key);
        let nodes = [(field.sets.clone(), path.clone())];
        self.writer.out.push(b'[');
        if let Some(plan) = self.compiler.rows(events, Via::List, condition, page, &nodes, &path)? {
            let fetched = fetch::rows(&mut self.reading(), &plan).await.map_err(fault)?;
            for row in 0..fetched.rows.len() {
                if row > 0 {
                    self.writer.out.push(b',');
                }
                self.writer.row(&plan, &fetched, row).map_err(fault)?;
            }
        }
        self.writer.out.push(b']');
        Ok(())
    }

    fn value(&mut self, value: &Json) {
        self.writer.out.extend_from_slice(value.to_string().as_bytes());
    }
}

/// A document without a writer behind it cannot be a mutation.
pub(super) fn no_writer() -> Error {
    Error::new(ErrorCode::ValidationFailed, "only queries can be run here")
}
