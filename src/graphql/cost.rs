//! 计费. What an operation may cost at most, computed before anything is read: points for the bucket of its subject, and the
//! objects that its answer can hold. All sums saturate: no document makes them wrap.

use async_graphql_parser::types::OperationDefinition;
use async_graphql_value::ConstValue;

use super::coerce::Args;
use super::error::Error;
use super::model::{FieldDef, Type, is_abstract};
use super::select::{Reader, Selected, Sets};

/// Rows of a connection when neither first nor last is given.
const PAGE: u64 = 20;
/// Items of a list that has no argument for it: the parts of one matter, the entries of one column.
const PARTS: u64 = 10;
/// Groups of a figure when their number is not given.
const GROUPS: u64 = 50;
/// Most rows and groups that may be asked for.
const MOST_ROWS: u64 = 100;
const MOST_GROUPS: u64 = 5_000;
const OBJECT: u64 = 1;
const CONNECTION: u64 = 2;
const FIGURES: u64 = 10;
const SEARCH: u64 = 20;
const WRITE: u64 = 10;
/// What is told of the schema is computed anew each time.
const SCHEMA: u64 = 500;

/// What an operation may cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Points.
    pub points: u64,
    /// Objects of the answer.
    pub objects: u64,
    /// Lists within each other.
    pub lists: u64,
    /// Most names under which one field is selected at one place.
    pub aliases: u64,
}

impl Cost {
    fn beside(self, other: Cost) -> Cost {
        Cost {
            points: self.points.saturating_add(other.points),
            objects: self.objects.saturating_add(other.objects),
            lists: self.lists.max(other.lists),
            aliases: self.aliases.max(other.aliases),
        }
    }

    fn times(self, count: u64) -> Cost {
        Cost {
            points: self.points.saturating_mul(count),
            objects: self.objects.saturating_mul(count),
            lists: self.lists + 1,
            ..self
        }
    }

    fn plus(self, points: u64) -> Cost {
        Cost { points: self.points.saturating_add(points), ..self }
    }
}

/// The cost of an operation with its variables.
pub fn of(reader: &Reader<'_>, root: &str, operation: &OperationDefinition) -> Result<Cost, Error> {
    set(reader, root, &vec![&operation.selection_set.node], PAGE)
}

/// `page`: rows of the connection that the selection belongs to.
fn set(reader: &Reader<'_>, ty: &str, sets: &Sets<'_>, page: u64) -> Result<Cost, Error> {
    let fields = reader.fields(ty, sets)?;
    let mut cost = Cost::default();
    for selected in &fields {
        if selected.name.starts_with("__") {
            let asks = matches!(selected.name, "__schema" | "__type");
            cost = cost.plus(if asks { SCHEMA } else { 0 });
            continue;
        }
        let aliases = fields.iter().filter(|other| other.name == selected.name).count() as u64;
        cost = cost.beside(field(reader, ty, selected, page)?).beside(Cost { aliases, ..Cost::default() });
    }
    Ok(cost)
}

fn field(reader: &Reader<'_>, ty: &str, selected: &Selected<'_>, page: u64) -> Result<Cost, Error> {
    // An interface has no definition of its own: its one field is a leaf.
    let Ok(definition) = reader.definition(ty, selected) else { return Ok(Cost::default()) };
    let target = definition.ty.name();
    let is_object = reader.model.objects.contains_key(target) || is_abstract(target);
    if !is_object {
        return Ok(Cost::default());
    }
    let args = reader.args(ty, selected)?;
    let rows = rows(definition, &args, page);
    let below =
        if is_abstract(target) { node(reader, selected, page)? } else { set(reader, target, &selected.sets, rows)? };
    let one = Cost { objects: below.objects.saturating_add(1), ..below }.plus(OBJECT);
    let mut cost = match is_list(&definition.ty) {
        // Groups come of one statement, however many there are.
        true if target.ends_with("Group") => Cost { points: one.points, ..one.times(rows) },
        true => one.times(rows),
        false => one,
    };
    if target.ends_with("Connection") {
        cost = cost.plus(CONNECTION);
    }
    if target.ends_with("Summary") || selected.name == "groups" {
        cost = cost.plus(FIGURES);
    }
    if target == "_Service" {
        let texts = reader.fields(target, &selected.sets)?.len() as u64;
        cost = cost.plus(SCHEMA.saturating_mul(texts));
    }
    if searches(args.get("filter")) {
        cost = cost.plus(SEARCH);
    }
    if ty == "Mutation" {
        cost = cost.plus(WRITE.saturating_mul(written(&args)));
    }
    Ok(cost)
}

/// A node is one of its types: the dearest one.
fn node(reader: &Reader<'_>, selected: &Selected<'_>, page: u64) -> Result<Cost, Error> {
    let mut dearest = Cost::default();
    for (name, _) in reader.model.objects.iter().filter(|(_, object)| object.node) {
        let cost = set(reader, name, &selected.sets, page)?;
        if cost.objects > dearest.objects || cost.points > dearest.points {
            dearest = cost;
        }
    }
    Ok(dearest)
}

fn is_list(ty: &Type) -> bool {
    matches!(ty.nullable(), Type::List(_))
}

/// How many rows a field may have.
fn rows(definition: &FieldDef, args: &Args, page: u64) -> u64 {
    let given = ["first", "last"].into_iter().find_map(|name| match args.get(name) {
        Some(ConstValue::Number(n)) => n.as_u64(),
        _ => None,
    });
    let target = definition.ty.name();
    // More than may be asked for is refused by its own name.
    let given = given.map(|given| given.min(if target.ends_with("Group") { MOST_GROUPS } else { MOST_ROWS }));
    match args.get("ids").or_else(|| args.get("representations")) {
        Some(ConstValue::List(ids)) => ids.len() as u64,
        _ if target.ends_with("Connection") => given.unwrap_or(PAGE),
        _ if target.ends_with("Edge") || target == "Change" => page,
        _ if target.ends_with("Group") => given.unwrap_or(GROUPS),
        _ if target == "ChangePage" => given.unwrap_or(PAGE),
        _ => given.unwrap_or(PARTS),
    }
}

fn searches(filter: Option<&ConstValue>) -> bool {
    match filter {
        Some(ConstValue::Object(fields)) => fields.iter().any(|(name, value)| name == "text" || searches(Some(value))),
        Some(ConstValue::List(items)) => items.iter().any(|item| searches(Some(item))),
        _ => false,
    }
}

/// How many matters a mutation writes.
fn written(args: &Args) -> u64 {
    match args.get("input") {
        Some(ConstValue::Object(input)) => match input.get("items") {
            Some(ConstValue::List(items)) => items.len() as u64,
            _ => 1,
        },
        _ => 1,
    }
}
