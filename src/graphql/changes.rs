//! 变更. The types of what is told while it happens, and which of it somebody asks for.

use std::collections::HashSet;

use async_graphql_value::ConstValue;
use serde_json::Value as Json;

use super::coerce::Args;
use super::error::Error;
use super::model::{Arg, EnumDef, FieldDef, InputDef, Model, ObjectDef};
use crate::access::Facts;
use crate::lifecycle::flow::Flows;
use crate::outbox::feed::Event;
use crate::read::declare::upper_snake;
use crate::read::write::parse_global_id;

/// The one type without a lifecycle of which something is told.
const SITE: &str = "KeySite";

/// A root of the subscriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Live {
    /// Whatever happens to matters.
    Matters,
    /// What is given to the viewer to do.
    Assignments,
    /// Clocks that are nearly due or breached.
    Deadlines,
    /// The feed from a cursor on.
    Feed,
}

impl Live {
    /// The root of this name.
    pub fn named(name: &str) -> Option<Live> {
        Some(match name {
            "matterChanged" => Live::Matters,
            "assignmentReceived" => Live::Assignments,
            "slaNearBreach" => Live::Deadlines,
            "changes" => Live::Feed,
            _ => return None,
        })
    }
}

/// Which events somebody asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    live: Live,
    types: Option<Vec<String>>,
    ids: Option<HashSet<(String, i64)>>,
    divisions: Option<Vec<String>>,
    mine: bool,
}

/// A matter: its type and key.
pub type Matter = (String, i64);

fn list(value: Option<&ConstValue>) -> Option<&[ConstValue]> {
    match value {
        Some(ConstValue::List(items)) => Some(items),
        _ => None,
    }
}

fn word(value: &ConstValue) -> &str {
    match value {
        ConstValue::String(text) => text,
        ConstValue::Enum(name) => name,
        _ => "",
    }
}

/// The matters that ids name.
fn matters(items: &[ConstValue]) -> Result<Vec<Matter>, Error> {
    let wrong = || Error { field: None, ..Error::input("", "is not a global id") };
    items.iter().map(|id| parse_global_id(word(id)).ok_or_else(wrong)).collect()
}

/// What somebody has and asks whether it is still shown.
pub fn known(args: &Args) -> Result<Vec<Matter>, Error> {
    matters(list(args.get("known")).unwrap_or_default()).map_err(|error| error.under("known"))
}

/// The code of a type in `MatterType`.
pub fn code_of(view: &str) -> String {
    upper_snake(view).trim_start_matches('_').to_owned()
}

impl Wanted {
    /// Reads the arguments of a root.
    pub fn read(live: Live, args: &Args) -> Result<Wanted, Error> {
        let none = async_graphql::indexmap::IndexMap::new();
        let filter = match args.get("filter") {
            Some(ConstValue::Object(filter)) => filter,
            _ => &none,
        };
        let texts = |name: &str| list(filter.get(name)).map(|l| l.iter().map(|v| word(v).to_owned()).collect());
        let ids = match list(filter.get("ids")) {
            Some(items) => Some(matters(items).map_err(|e| e.under("filter.ids"))?.into_iter().collect()),
            None => None,
        };
        let mine = filter.get("mine") == Some(&ConstValue::Boolean(true));
        Ok(Wanted { live, types: texts("types"), ids, divisions: texts("division"), mine })
    }

    /// Whether the event is one of those asked for. Whether the viewer may see it is another matter.
    pub fn fits(&self, event: &Event, facts: &Facts) -> bool {
        let of_kind = match self.live {
            Live::Matters | Live::Feed => true,
            Live::Assignments => names(&event.told["assignees"], facts),
            Live::Deadlines => matches!(event.kind.as_str(), "CLOCK_NEAR" | "CLOCK_BREACHED"),
        };
        let within = |codes: &Vec<String>| codes.iter().any(|code| event.division_code.starts_with(code.as_str()));
        of_kind
            && self.types.as_ref().is_none_or(|types| types.contains(&code_of(&event.view)))
            && self.ids.as_ref().is_none_or(|ids| ids.contains(&(event.view.clone(), event.matter_id)))
            && self.divisions.as_ref().is_none_or(within)
            && (!self.mine || names(&event.told["recipients"], facts))
    }
}

/// Whether one of these recipients is the viewer or the organisation acted for.
fn names(recipients: &Json, facts: &Facts) -> bool {
    let is_me = |recipient: &Json| {
        recipient["organisation"] == facts.organisation_id
            || recipient["account"] == facts.account_id
            || recipient["posting"] == facts.posting_id
    };
    recipients.as_array().is_some_and(|all| all.iter().any(is_me))
}

/// Adds the types and the subscription root.
pub fn add(model: &mut Model, flows: &Flows) {
    let types = flows.objects().chain([SITE]).map(|view| {
        let doc = model.objects.get(view).map(|object| object.doc.clone()).unwrap_or_default();
        (code_of(view), doc)
    });
    let types = EnumDef { doc: "事项类型. Of what changes are told.".into(), values: types.collect() };
    model.enums.insert("MatterType".into(), types);
    let kinds = [
        ("TRANSITION", "办理. An action was taken."),
        ("CLOCK_NEAR", "临期. A clock is nearly due."),
        ("CLOCK_BREACHED", "超期. A clock was due and had not stopped."),
        ("CYCLE_MISSED", "自查缺失. A cycle of self-inspection ended without one."),
        (
            "REMOVED",
            "不再可见. It was shown to you and is no longer: the right was lost or it was deleted; which of the two is not told.",
        ),
        ("RESYNC", "权限已变. What you may see has changed: read your lists again. Carries no matter."),
    ];
    let values = kinds.map(|(code, doc)| (code.to_owned(), doc.to_owned())).to_vec();
    model.enums.insert("ChangeKind".into(), EnumDef { doc: "变更种类. What kind of news it is.".into(), values });
    model.objects.insert("ChangeClock".into(), clock_type());
    model.objects.insert("Change".into(), change_type());
    model.objects.insert("ChangePage".into(), page_type());
    model.inputs.insert("ChangeFilter".into(), filter_type());
    model.objects.insert("Subscription".into(), root());
}

fn clock_type() -> ObjectDef {
    ObjectDef::new("时限. The clock that a change is about.")
        .field("kind", FieldDef::new("ClockKind!", "种类. Kind of the clock."))
        .field("dueAt", FieldDef::new("DateTime!", "到期时间. When it is due."))
}

fn change_type() -> ObjectDef {
    ObjectDef::new("变更. Something that happened to a matter that you may see.")
        .field("cursor", FieldDef::new("String!", "游标. Where this stands in the feed; opaque, for `after`."))
        .field("at", FieldDef::new("DateTime!", "时间. When it happened."))
        .field("kind", FieldDef::new("ChangeKind!", "种类. What kind of news it is."))
        .field("type", FieldDef::new("MatterType", "事项类型. Type of the matter. Null: of RESYNC."))
        .field("matterId", FieldDef::new("ID", "事项标识. Global id of the matter. Null: of RESYNC."))
        .field(
            "version",
            FieldDef::new(
                "Int",
                "版本. Version of the matter that it led to. Null: of REMOVED and RESYNC, or it has none.",
            ),
        )
        .field("action", FieldDef::new("String", "动作. Name of the action. Null: it came by time alone."))
        .field("clock", FieldDef::new("ChangeClock", "时限. The clock that rang. Null: none did."))
        .field(
            "matter",
            FieldDef::new("Node", "事项. The matter as it is now and as you may see it. Null: of REMOVED and RESYNC."),
        )
}

fn page_type() -> ObjectDef {
    ObjectDef::new("变更页. What has changed since a cursor.")
        .field(
            "changes",
            FieldDef::new("[Change!]!", "变更. The last change of each matter, in order; then what is no longer shown."),
        )
        .field("cursor", FieldDef::new("String!", "游标. To go on from."))
        .field("hasMore", FieldDef::new("Boolean!", "是否还有. Whether to ask again at once."))
        .field(
            "resync",
            FieldDef::new(
                "Boolean!",
                "是否需重读. What you may see has changed since the cursor, or it is unknown: read your lists again, then go on from here.",
            ),
        )
}

fn filter_type() -> InputDef {
    InputDef {
        doc: "变更筛选. Which changes. All given conditions hold together.".into(),
        fields: vec![
            Arg::new("types", "[MatterType!]", "事项类型. Of these types."),
            Arg::new("ids", "[ID!]", "标识. Of these matters, at most 200."),
            Arg::new("division", "[String!]", "区划. Lying in the subtree of any of these codes, at most 200."),
            Arg::new("mine", "Boolean", "与我有关. Only what you or your organisation are to be told of.").or(false),
        ],
    }
}

/// The arguments of the delta and of the feed.
pub fn since_args() -> Vec<Arg> {
    vec![
        Arg::new("after", "String", "其后. Go on after this cursor. Absent: from now on."),
        Arg::new("filter", "ChangeFilter", "筛选. Which changes."),
        Arg::new(
            "known",
            "[ID!]",
            "已有. Matters that you hold, at most 200: what you may no longer see of them comes as REMOVED.",
        ),
    ]
}

/// The arguments of `changesSince`.
pub fn page_args() -> Vec<Arg> {
    let mut args = since_args();
    args.push(Arg::new("first", "Int", "条数. At most so many matters, 1 to 100.").or(50));
    args
}

fn root() -> ObjectDef {
    let filter = || vec![Arg::new("filter", "ChangeFilter", "筛选. Which changes.")];
    let change = |doc: &str, args| FieldDef::new("Change!", doc).with(args);
    ObjectDef::new("订阅. What is told while it happens. Each event is looked at with your rights of that moment.")
        .field("matterChanged", change("事项变更. Whatever happens to the matters you may see.", filter()))
        .field(
            "assignmentReceived",
            change("任务到达. A matter that you or your organisation have just been given to do.", filter()),
        )
        .field(
            "slaNearBreach",
            change("时限提醒. A clock of a matter you may see is nearly due, or breached.", filter()),
        )
        .field(
            "changes",
            change(
                "变更流. The feed from a cursor on: after a drop it goes on without a gap and without a repeat.",
                since_args(),
            ),
        )
}
