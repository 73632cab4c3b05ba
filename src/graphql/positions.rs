//! Whether variables stand only where their types allow (specification, "All Variable Usages Are Allowed").
//!
//! The library lets some of them pass; they are errors of the document, whether the place is executed or not.

use std::collections::{HashMap, HashSet};

use async_graphql_parser::Positioned;
use async_graphql_parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql_value::{ConstValue, Name, Value};

use super::coerce::{allowed, type_of};
use super::error::{Code, Error};
use super::model::{Model, Type};

/// The usages of variables that are not allowed.
pub fn errors(model: &Model, document: &ExecutableDocument) -> Vec<Error> {
    let mut errors = vec![];
    for (_, operation) in document.operations.iter() {
        let declared = declared(&operation.node);
        let mut walk = Walk { model, document, declared, seen: HashSet::new(), errors: vec![] };
        walk.directives(&operation.node.directives);
        let root = match operation.node.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        walk.set(root, &operation.node.selection_set.node);
        errors.append(&mut walk.errors);
    }
    errors
}

/// Types of the variables, and whether they have a default that is not null.
fn declared(operation: &OperationDefinition) -> HashMap<&str, (Type, bool)> {
    let definitions = operation.variable_definitions.iter().map(|definition| &definition.node);
    definitions
        .map(|definition| {
            let default = definition.default_value.as_ref().is_some_and(|value| value.node != ConstValue::Null);
            (definition.name.node.as_str(), (type_of(&definition.var_type.node), default))
        })
        .collect()
}

struct Walk<'d> {
    model: &'d Model,
    document: &'d ExecutableDocument,
    declared: HashMap<&'d str, (Type, bool)>,
    seen: HashSet<&'d Name>,
    errors: Vec<Error>,
}

impl<'d> Walk<'d> {
    fn set(&mut self, ty: &str, set: &'d SelectionSet) {
        for item in &set.items {
            self.directives(item.node.directives());
            match &item.node {
                Selection::Field(field) => self.field(ty, &field.node),
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref().map(|c| c.node.on.node.as_str());
                    self.set(condition.unwrap_or(ty), &fragment.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node),
            }
        }
    }

    fn fragment(&mut self, name: &'d Name) {
        let Some(fragment) = self.document.fragments.get(name) else { return };
        if self.seen.insert(name) {
            let on = fragment.node.type_condition.node.on.node.as_str();
            self.set(on, &fragment.node.selection_set.node);
        }
    }

    fn field(&mut self, ty: &str, field: &'d Field) {
        let name = field.name.node.as_str();
        if name == "__type" {
            field
                .arguments
                .iter()
                .for_each(|(_, value)| self.usage(value, &value.node, &Type::parse("String!"), false));
        }
        let Some(definition) = self.model.field(ty, name) else { return };
        for (name, value) in &field.arguments {
            if let Some(arg) = definition.args.iter().find(|arg| arg.name == name.node.as_str()) {
                self.usage(value, &value.node, &arg.ty, arg.default.is_some());
            }
        }
        self.set(definition.ty.name(), &field.selection_set.node);
    }

    fn directives(&mut self, directives: &'d [Positioned<Directive>]) {
        for directive in directives {
            if let Some(condition) = directive.node.get_argument("if") {
                self.usage(condition, &condition.node, &Type::parse("Boolean!"), false);
            }
        }
    }

    fn usage(&mut self, at: &Positioned<Value>, value: &Value, ty: &Type, has_default: bool) {
        match (value, ty.nullable()) {
            (Value::Variable(name), _) => {
                let Some((declared, default)) = self.declared.get(name.as_str()) else { return };
                if !allowed(declared, *default, ty, has_default) {
                    let message = format!("${name} of type {declared} stands where {ty} is expected");
                    let at = Some((at.pos.line, at.pos.column));
                    self.errors.push(Error { at, ..Error::new(Code::ValidationFailed, message) });
                }
            }
            (Value::List(items), Type::List(inner)) => {
                items.iter().for_each(|item| self.usage(at, item, inner, false));
            }
            (value, Type::List(inner)) => self.usage(at, value, inner, false),
            (Value::Object(fields), Type::Named(name)) => {
                let model = self.model;
                let Some(input) = model.inputs.get(name) else { return };
                for (name, value) in fields {
                    if let Some(arg) = input.fields.iter().find(|arg| arg.name == name.as_str()) {
                        self.usage(at, value, &arg.ty, arg.default.is_some());
                    }
                }
            }
            _ => {}
        }
    }
}
