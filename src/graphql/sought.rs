//! 所寻之键. The row that a root field looks for by its key, and the rows that pages of a list at the root begin after and end
//! before. The plan is the same whichever rows they are, so variables that do nothing but name such a row are no part of what
//! the plan hangs on: who opens one matter after the other, or one page, has each read by the plan of the first.

use std::collections::BTreeSet;

use async_graphql_parser::Positioned;
use async_graphql_parser::types::{Directive, ExecutableDocument, Field, Selection};
use async_graphql_value::{ConstValue, Value};
use sea_orm::sea_query::{Expr, ExprTrait, Value as Sent};
use serde_json::{Map, Value as Json};

use super::coerce::Args;
use super::error::Error;
use super::execute::{Execution, text};
use super::roots::{self, Root};
use super::select::Selected;
use crate::access::Family;
use crate::kernel::division_code::DivisionCode;
use crate::kernel::uscc::Uscc;
use crate::read::compile::Compiler;
use crate::read::declare::View;
use crate::read::page::{CURSORS, Page, told_nulls};
use crate::read::predicate::Lens;
use crate::read::sql::{all, col};
use crate::read::template::given;
use crate::read::write::parse_global_id;

/// A row that is looked for: its view, and the values of the columns that find it.
pub(super) struct Sought {
    pub(super) view: &'static View,
    by: Vec<(&'static str, Sent)>,
}

impl Sought {
    /// The condition, with places for the values.
    pub(super) fn condition(&self) -> Expr {
        all(self.by.iter().enumerate().map(|(n, (column, _))| col("t0", column).eq(given(n))))
    }

    /// One row: of those that share a code of their organisation, the first.
    pub(super) fn page(&self) -> Page {
        let shared = self.by.iter().any(|(column, _)| *column == "uscc");
        if shared { Compiler::by_id(self.view, 1) } else { Compiler::one_row() }
    }

    /// The values, in their order.
    pub(super) fn values(&self) -> Vec<Sent> {
        self.by.iter().map(|(_, value)| value.clone()).collect()
    }
}

/// The variables of a document that name rows at the root of an operation and stand nowhere else.
pub(super) fn variables(document: &ExecutableDocument) -> BTreeSet<String> {
    let mut uses = Uses::default();
    for (_, operation) in document.operations.iter() {
        uses.directives(&operation.node.directives);
        uses.selections(&operation.node.selection_set.node.items, true);
    }
    for fragment in document.fragments.values() {
        uses.directives(&fragment.node.directives);
        uses.selections(&fragment.node.selection_set.node.items, false);
    }
    uses.names.difference(&uses.others).cloned().collect()
}

/// Where variables stand.
#[derive(Default)]
struct Uses {
    names: BTreeSet<String>,
    others: BTreeSet<String>,
}

impl Uses {
    fn selections(&mut self, items: &[Positioned<Selection>], at_root: bool) {
        for item in items {
            self.directives(item.node.directives());
            match &item.node {
                Selection::Field(field) => self.field(&field.node, at_root),
                Selection::InlineFragment(inline) => self.selections(&inline.node.selection_set.node.items, false),
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn field(&mut self, field: &Field, at_root: bool) {
        for (name, value) in &field.arguments {
            match &value.node {
                Value::Variable(variable) if at_root && names_a_row(&field.name.node, &name.node) => {
                    self.names.insert(variable.to_string());
                }
                value => self.value(value),
            }
        }
        self.selections(&field.selection_set.node.items, false);
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        let arguments = directives.iter().flat_map(|directive| &directive.node.arguments);
        arguments.for_each(|(_, value)| self.value(&value.node));
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Variable(variable) => {
                self.others.insert(variable.to_string());
            }
            Value::List(items) => items.iter().for_each(|item| self.value(item)),
            Value::Object(fields) => fields.values().for_each(|value| self.value(value)),
            _ => {}
        }
    }
}

/// Whether an argument of a root field does nothing but name a row.
fn names_a_row(field: &str, argument: &str) -> bool {
    match roots::all().into_iter().find(|root| root.name == field).map(|root| root.root) {
        Some(Root::Lookup { view, .. }) => !is_checked(view, argument),
        Some(Root::Node) => true,
        Some(Root::List { .. }) => CURSORS.contains(&argument),
        _ => false,
    }
}

/// Whether a key has a form that it is checked for, so that a wrong one has an answer of its own.
fn is_checked(view: &str, argument: &str) -> bool {
    matches!(view, "Division" | "Grid") || argument == "uscc"
}

/// Variables as plans hang on them: of those that only name a row, whether they are given, the kind that a global id tells,
/// and the nulls that a cursor does.
pub(super) fn shape(variables: &Map<String, Json>, naming: &BTreeSet<String>) -> String {
    if naming.is_empty() {
        return serde_json::to_string(variables).unwrap_or_default();
    }
    let shape = |(name, value): (&String, &Json)| match value {
        // As objects, which no such variable can be.
        Json::String(text) if naming.contains(name) => match parse_global_id(text) {
            Some((view, _)) => (name.clone(), serde_json::json!({ "of": view })),
            None => (name.clone(), serde_json::json!({ "nulls": told_nulls(text) })),
        },
        Json::Number(_) if naming.contains(name) => (name.clone(), serde_json::json!({})),
        _ => (name.clone(), value.clone()),
    };
    serde_json::to_string(&variables.iter().map(shape).collect::<Vec<_>>()).unwrap_or_default()
}

impl<'d> Execution<'_, 'd> {
    /// The row that a root field looks for; `None`: it looks for none, or of a kind that ids do not open.
    pub(super) fn sought(&self, root: &Root, selected: &Selected<'d>) -> Result<Option<Sought>, Error> {
        let args = || self.compiler.reader.args("Query", selected);
        match root {
            Root::Lookup { view, by } => {
                let view = self.view(view)?;
                Ok(Some(Sought { view, by: lookup(&self.compiler.lens, view, by, &args()?)? }))
            }
            Root::Node => {
                let args = args()?;
                let id = text(&args, "id").unwrap_or_default();
                let named = self.named_view(id).map_err(|error| error.under("id"))?;
                Ok(named.map(|(view, id)| Sought { view, by: vec![("id", id.into())] }))
            }
            _ => Ok(None),
        }
    }

    /// The view that a global id names; `None`: of a kind that ids do not open.
    pub(super) fn named_view(&self, id: &str) -> Result<Option<(&'static View, i64)>, Error> {
        let wrong = || Error { field: None, ..Error::input("", "is not a global id") };
        let (name, id) = parse_global_id(id).ok_or_else(wrong)?;
        let view = self.compiler.lens.catalog.view(&name).ok_or_else(wrong)?;
        Ok((!matches!(view.family, Family::Posting | Family::System)).then_some((view, id)))
    }
}

/// The code of a division that there is.
pub(super) fn division(lens: &Lens<'_>, code: &str) -> Result<DivisionCode, Error> {
    let wrong = || Error { field: None, ..Error::input("", "is not the code of a known division") };
    DivisionCode::parse(code).ok().filter(|c| lens.divisions.contains_key(c.as_str())).ok_or_else(wrong)
}

/// A key that has a form of its own, if this one has it.
fn checked(lens: &Lens<'_>, view: &View, arg: &str, key: &str) -> Result<String, Error> {
    match view.name {
        "Division" => Ok(division(lens, key).map_err(|e| e.under(arg))?.as_str().to_owned()),
        "Grid" if key.len() != 15 || !key.bytes().all(|b| b.is_ascii_digit()) => {
            Err(Error::input(arg, "must be the 15 digits of a grid"))
        }
        "Grid" => Ok(key.to_owned()),
        _ => Ok(Uscc::parse(key).map_err(|e| Error::input(arg, e.to_string()))?.as_str().to_owned()),
    }
}

/// What a lookup looks for. Keys are checked for their form; whether a row exists is not told apart from rights.
fn lookup(
    lens: &Lens<'_>,
    view: &View,
    by: &[(&'static str, &'static str)],
    args: &Args,
) -> Result<Vec<(&'static str, Sent)>, Error> {
    let mut keys = vec![];
    for (arg, column) in by {
        let key: Sent = match args.get(*arg) {
            // What is checked is told by `is_checked` alone: plans hang on it.
            Some(ConstValue::String(key)) if is_checked(view.name, arg) => checked(lens, view, arg, key)?.into(),
            Some(ConstValue::String(key)) => key.as_str().into(),
            Some(ConstValue::Number(n)) => n.as_i64().unwrap_or_default().into(),
            _ => continue,
        };
        keys.push((*column, key));
    }
    if keys.is_empty() {
        let names: Vec<&str> = by.iter().map(|(arg, _)| *arg).collect();
        return Err(Error::input(names[0], format!("one of {} is required", names.join(", "))));
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naming(document: &str) -> Vec<String> {
        variables(&async_graphql_parser::parse_query(document).expect("a document")).into_iter().collect()
    }

    #[test]
    fn variables_that_only_name_a_row_are_told_from_others() {
        let kept = [
            ("query($no: String!) { hazard(no: $no) { id } }", vec!["no"]),
            (
                "query($a: ID!, $b: Int!) { node(id: $a) { id } supervisionRound(year: $b, no: 1) { id } }",
                vec!["a", "b"],
            ),
            ("query($code: String, $uscc: String) { organisation(code: $code, uscc: $uscc) { id } }", vec!["code"]),
            (
                "query($a: String, $b: String) { hazards(after: $a, before: $b, first: 9) { totalCount } }",
                vec!["a", "b"],
            ),
            (
                "query($a: String) { sites: keySites(after: $a) { totalCount } hazards(after: $a) { totalCount } }",
                vec!["a"],
            ),
            ("query($n: Int) { hazards(first: $n) { totalCount } }", vec![]),
            ("query($a: String!) { hazard(no: \"1\") { site { hazards(after: $a) { totalCount } } } }", vec![]),
            ("query($code: String!) { division(code: $code) { id } grid(code: $code) { id } }", vec![]),
            ("query($a: ID!) { nodes(ids: [$a]) { id } node(id: $a) { id } }", vec![]),
            ("query($a: ID!, $x: Boolean!) { node(id: $a) @include(if: $x) { id } }", vec!["a"]),
            ("query($a: String!) { hazard(no: $a) { site { hazards(division: $a) { totalCount } } } }", vec![]),
            (
                "query A($no: String!) { hazard(no: $no) { id } } query B($no: String!) { hazards(division: $no) { totalCount } }",
                vec![],
            ),
            (
                "query($a: ID!) { node(id: $a) { ...F } } fragment F on Site { hazards(division: $a) { totalCount } }",
                vec![],
            ),
        ];
        for (document, expected) in kept {
            assert_eq!(naming(document), expected, "{document}");
        }
    }

    #[test]
    fn plans_hang_on_the_kind_that_is_named_and_on_nothing_more() {
        let of = |value: Json| shape(&Map::from_iter([("id".to_owned(), value)]), &BTreeSet::from(["id".to_owned()]));
        let id = |view, id| Json::from(crate::read::write::global_id(view, id));
        assert_eq!(of(id("Hazard", 1)), of(id("Hazard", 2)));
        assert_ne!(of(id("Hazard", 1)), of(id("Dispute", 1)));
        assert_eq!(of("YH-1".into()), of("YH-2".into()));
        assert_eq!(of("YH-1.a".into()), of("YH-2".into()));
        assert_eq!(of("one.10".into()), of("other.10".into()));
        assert_ne!(of("one.10".into()), of("one.01".into()));
        assert_ne!(of("one.10".into()), of("one".into()));
        assert_ne!(of("YH-1".into()), of(Json::Null));
        assert_ne!(of("YH-1".into()), shape(&Map::new(), &BTreeSet::from(["id".to_owned()])));
    }
}
