//! 办理. The mutations, made from the lifecycles: one an action, with its input, its payload and its own codes.

use async_graphql::indexmap::IndexMap;

use super::model::{Arg, EnumDef, FieldDef, InputDef, Model, ObjectDef};
use super::slots;
use crate::lifecycle::flow::{Action, Flow, Flows};
use crate::lifecycle::refusal::Code;
use crate::lifecycle::write::slot;
use crate::lifecycle::{decide, room};

/// Most actions that one call of a list mutation takes.
pub const MOST: usize = 50;

/// What a mutation is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// An action of a lifecycle.
    Action {
        /// The view of the matter.
        view: &'static str,
        /// The action.
        action: String,
    },
    /// A slot for an upload.
    Upload,
    /// Many of an action that begins matters, each on its own.
    Batch {
        /// The view of the matters.
        view: &'static str,
        /// The action.
        action: String,
    },
}

/// `reportHazard` becomes `ReportHazard`.
pub fn pascal(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `GridEvent` becomes `gridEvent`.
pub fn lower(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// All mutations by name.
pub fn all(flows: &Flows) -> IndexMap<String, Mutation> {
    let mut all = IndexMap::from([(slot::ACTION.to_owned(), Mutation::Upload)]);
    for (flow, action) in flows.for_people() {
        let Some(view) = room_view(&flow.object) else { continue };
        all.insert(action.name.clone(), Mutation::Action { view, action: action.name.clone() });
        if let Some(batch) = &action.batch {
            all.insert(batch.clone(), Mutation::Batch { view, action: action.name.clone() });
        }
    }
    all
}

/// The name of a view that has a lifecycle.
fn room_view(object: &str) -> Option<&'static str> {
    room::OBJECTS.iter().find(|known| **known == object).copied()
}

/// The codes that a mutation can refuse with, whatever version of its lifecycle the matter is on.
fn codes(flows: &Flows, object: &str, name: &str) -> Vec<Code> {
    let mut codes = vec![Code::IdempotencyMismatch];
    for (flow, action) in flows.every(object, name) {
        codes.extend(room::of(object).map_or_else(Vec::new, |room| decide::codes(room, action)));
        if !action.inputs.is_empty() {
            codes.push(Code::ReferenceUnknown);
        }
        match action.begins() {
            true => codes.push(Code::PlaceOutside),
            false => codes.extend([Code::NotFound, Code::Conflict]),
        }
        if !flow.clocks.is_empty() {
            codes.push(Code::CalendarMissing);
        }
        if action.batch.is_some() {
            codes.push(Code::TryAgain);
        }
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Adds the mutations and their types to the model.
pub fn add(model: &mut Model, flows: &Flows) {
    let mut root = ObjectDef::new(
        "办理. Where every mutation begins. Each field is one transaction of its own, in the order of the document.",
    );
    for (flow, action) in flows.for_people() {
        let name = pascal(&action.name);
        model.inputs.insert(format!("{name}Input"), input(flow, action));
        let known = codes(flows, &flow.object, &action.name);
        add_error(model, &name, &known);
        model.objects.insert(format!("{name}Payload"), payload(flow, action, &name));
        let arg = Arg::new("input", &format!("{name}Input!"), "输入. What is given.");
        root = root
            .field(action.name.clone(), FieldDef::new(&format!("{name}Payload!"), action.doc.as_str()).with(vec![arg]));
        if let Some(batch) = &action.batch {
            let list = pascal(batch);
            model.inputs.insert(format!("{list}Input"), batch_input(&name));
            add_error(model, &list, &[known, vec![Code::TooMany]].concat());
            model.objects.insert(format!("{list}Payload"), batch_payload(&name, &list));
            let arg = Arg::new("input", &format!("{list}Input!"), "输入. What is given.");
            let doc = format!(
                "{} Many in one call, each with its own outcome: for phones that come back on line.",
                action.doc
            );
            root = root.field(batch.clone(), FieldDef::new(&format!("{list}Payload!"), doc).with(vec![arg]));
        }
    }
    slots::add(model);
    model.objects.insert("Mutation".into(), root.field(slot::ACTION, slots::field()));
}

pub(super) fn client_mutation_id() -> Arg {
    let doc = "请求标识. Chosen by the client: for 24 hours the same id and input has one effect and one outcome, \
               told with the matter as it is now. Instead of the header Idempotency-Key.";
    Arg::new("clientMutationId", "String", doc)
}

fn input(flow: &Flow, action: &Action) -> InputDef {
    let mut fields = vec![];
    if !action.begins() {
        fields.push(Arg::new("id", "ID!", "标识. The matter.").refer(&flow.object));
        fields.push(Arg::new(
            "expectedVersion",
            "Int!",
            "版本. The version that you have read; another one is a CONFLICT.",
        ));
    }
    for given in &action.inputs {
        let arg = Arg::new(&given.name, &given.ty, &given.doc);
        fields.push(match &given.refers {
            Some(view) => arg.refer(view),
            None => arg,
        });
    }
    let needed = match action.evidence.is_empty() {
        true => "证据. Content that you have uploaded.".to_owned(),
        false => format!("证据. Content that you have uploaded; required: {}.", action.evidence.join(", ")),
    };
    fields.push(Arg::new("evidence", "[EvidenceInput!]", needed));
    fields.push(client_mutation_id());
    InputDef { doc: format!("{} 的输入. {}", action.name, action.doc), fields }
}

fn add_error(model: &mut Model, name: &str, codes: &[Code]) {
    let code = format!("{name}ErrorCode");
    let values = codes.iter().map(|code| (code.text().to_owned(), format!("{}. {}.", code.zh(), code.en()))).collect();
    model.enums.insert(code.clone(), EnumDef { doc: format!("{name} 的拒绝代码. Why it was refused."), values });
    let error = ObjectDef::new(format!("{name} 的拒绝. A refusal; nothing was written."))
        .field("code", FieldDef::new(&format!("{code}!"), "代码. Why."))
        .field(
            "field",
            FieldDef::new("String", "字段. The field of the input that it is about. Null: none in particular."),
        )
        .field("message", FieldDef::new("String!", "说明. In the language that the request accepts."));
    model.objects.insert(format!("{name}Error"), error);
}

fn payload(flow: &Flow, action: &Action, name: &str) -> ObjectDef {
    let doc = if action.begins() {
        format!("{}. The new one. Null: refused.", flow.object)
    } else {
        format!("{}. As it is afterwards; on a CONFLICT as it is now. Null: refused otherwise.", flow.object)
    };
    let zh = flow.doc.split('.').next().unwrap_or_default();
    let object = ObjectDef::new(format!("{} 的结果. What came of it.", action.name))
        .field(lower(&flow.object), FieldDef::new(&flow.object, format!("{zh}. {doc}")))
        .field(
            "userErrors",
            FieldDef::new(&format!("[{name}Error!]!"), "拒绝. Why it was refused. Empty: it is done."),
        );
    let object = match action.begins() {
        true => object,
        false => object.field(
            "changes",
            FieldDef::new(
                "[StatusEvent!]!",
                "其间变更. On a CONFLICT what was done since the version that you have read, oldest first. Empty otherwise.",
            ),
        ),
    };
    object.field("clientMutationId", FieldDef::new("String", "请求标识. As it was given. Null: none was."))
}

fn batch_input(name: &str) -> InputDef {
    let fields = vec![Arg::new(
        "items",
        &format!("[{name}Input!]!"),
        format!("内容. At most {MOST}, in the order in which they are done."),
    )];
    InputDef { doc: format!("{name} 的批量输入. Many at once."), fields }
}

fn batch_payload(name: &str, list: &str) -> ObjectDef {
    ObjectDef::new(format!("{list} 的结果. What came of each."))
        .field(
            "results",
            FieldDef::new(
                &format!("[{name}Payload!]!"),
                "结果. One for each item, in their order. Empty: the call was refused.",
            ),
        )
        .field(
            "userErrors",
            FieldDef::new(&format!("[{list}Error!]!"), "拒绝. Why the call as a whole was refused. Empty: it was not."),
        )
}
