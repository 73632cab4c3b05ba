//! Which fields are selected where: fragments spread, conditions decided, fields of one response key merged.

use async_graphql::indexmap::IndexMap;
use async_graphql_parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql_parser::{Pos, Positioned};

use super::coerce::{Args, Variables};
use super::error::{Code, Error};
use super::model::{FieldDef, Model, is_abstract};
use crate::read::page::CURSORS;

/// What is needed to read a selection.
#[derive(Clone, Copy)]
pub struct Reader<'d> {
    /// Types of the API.
    pub model: &'d Model,
    /// The document.
    pub document: &'d ExecutableDocument,
    /// Coerced variables.
    pub variables: &'d Variables,
}

/// The selection sets below one field, merged.
pub type Sets<'d> = Vec<&'d SelectionSet>;

/// A field of the answer.
pub struct Selected<'d> {
    /// Key in the answer.
    pub key: &'d str,
    /// Name of the field.
    pub name: &'d str,
    /// Selections below, from every place where the key was selected.
    pub sets: Sets<'d>,
    first: &'d Field,
    pos: Pos,
}

impl<'d> Reader<'d> {
    /// The fields selected on the object type `ty`, in the order of the document.
    pub fn fields(&self, ty: &str, sets: &[&'d SelectionSet]) -> Result<Vec<Selected<'d>>, Error> {
        let mut fields = IndexMap::new();
        for set in sets {
            self.collect(ty, set, &mut fields)?;
        }
        Ok(fields.into_values().collect())
    }

    /// The coerced arguments of a selected field.
    pub fn args(&self, ty: &str, field: &Selected<'d>) -> Result<Args, Error> {
        let definition = self.definition(ty, field)?;
        self.variables.args(self.model, &definition.args, &field.first.arguments)
    }

    /// The same of those arguments alone that are cursors.
    pub fn cursors(&self, ty: &str, field: &Selected<'d>) -> Result<Args, Error> {
        let definitions = self.definition(ty, field)?.args.iter().filter(|arg| CURSORS.contains(&arg.name.as_str()));
        self.variables.args(self.model, definitions, &field.first.arguments)
    }

    /// The definition of a selected field.
    pub fn definition(&self, ty: &str, field: &Selected<'d>) -> Result<&'d FieldDef, Error> {
        self.model.field(ty, field.name).ok_or_else(|| Error {
            at: Some((field.pos.line, field.pos.column)),
            ..Error::new(Code::ValidationFailed, format!("{ty} has no field {}", field.name))
        })
    }

    fn collect(
        &self,
        ty: &str,
        set: &'d SelectionSet,
        fields: &mut IndexMap<&'d str, Selected<'d>>,
    ) -> Result<(), Error> {
        for item in &set.items {
            if self.skipped(item.node.directives())? {
                continue;
            }
            match &item.node {
                Selection::Field(field) => self.add(field, fields)?,
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref().map(|c| c.node.on.node.as_str());
                    if self.applies(ty, condition) {
                        self.collect(ty, &fragment.node.selection_set.node, fields)?;
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.node.fragment_name.node);
                    if let Some(fragment) = fragment
                        && self.applies(ty, Some(fragment.node.type_condition.node.on.node.as_str()))
                    {
                        self.collect(ty, &fragment.node.selection_set.node, fields)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn add(&self, field: &'d Positioned<Field>, fields: &mut IndexMap<&'d str, Selected<'d>>) -> Result<(), Error> {
        let node = &field.node;
        let key = node.response_key().node.as_str();
        let name = node.name.node.as_str();
        match fields.get_mut(key) {
            Some(known) if known.name != name || !same_arguments(known.first, node) => Err(Error {
                at: Some((field.pos.line, field.pos.column)),
                ..Error::new(Code::ValidationFailed, format!("{key} is selected twice with different meaning"))
            }),
            Some(known) => {
                known.sets.push(&node.selection_set.node);
                Ok(())
            }
            None => {
                fields.insert(
                    key,
                    Selected { key, name, sets: vec![&node.selection_set.node], first: node, pos: field.pos },
                );
                Ok(())
            }
        }
    }

    fn applies(&self, ty: &str, condition: Option<&str>) -> bool {
        match condition {
            None => true,
            Some(name) if is_abstract(name) => self.model.objects.get(ty).is_some_and(|o| o.node),
            Some(name) => name == ty,
        }
    }

    fn skipped(&self, directives: &[Positioned<Directive>]) -> Result<bool, Error> {
        for directive in directives {
            let skip_when = match directive.node.name.node.as_str() {
                "skip" => true,
                "include" => false,
                _ => continue,
            };
            let Some(condition) = directive.node.get_argument("if") else { continue };
            if self.variables.condition(self.model, condition)? == skip_when {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn same_arguments(a: &Field, b: &Field) -> bool {
    a.arguments.len() == b.arguments.len()
        && a.arguments.iter().all(|(name, value)| b.get_argument(&name.node).is_some_and(|v| v.node == value.node))
}
