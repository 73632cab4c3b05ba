//! Rules of the specification that the library does not hold: it does not look at `__typename` at all, and its parser takes a few
//! things that are none.

use std::collections::HashSet;

use async_graphql_parser::types::{Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql_parser::{Pos, Positioned};
use async_graphql_value::{Name, Value};

use super::error::{Code, Error};
use super::guard::end_of_string;

/// What the library says of a variable that it has not seen used. It is not asked: it does not see all uses.
pub fn is_of_unused_variable(message: &str) -> bool {
    message.starts_with("Variable \"$") && message.ends_with("is not used")
}

/// What the document has against these rules.
pub fn errors(document: &ExecutableDocument) -> Vec<Error> {
    let mut walk = Walk { document, seen: HashSet::new(), used: HashSet::new(), errors: vec![] };
    for (name, fragment) in &document.fragments {
        if name.as_str() == "on" {
            walk.refuse(fragment.pos, "a fragment cannot be named on");
        }
    }
    for (_, operation) in document.operations.iter() {
        walk.operation(&operation.node);
    }
    walk.errors
}

struct Walk<'d> {
    document: &'d ExecutableDocument,
    seen: HashSet<&'d Name>,
    used: HashSet<&'d Name>,
    errors: Vec<Error>,
}

impl<'d> Walk<'d> {
    fn refuse(&mut self, at: Pos, message: impl Into<String>) {
        self.errors.push(Error { at: Some((at.line, at.column)), ..Error::new(Code::ValidationFailed, message) });
    }

    fn operation(&mut self, operation: &'d OperationDefinition) {
        self.seen.clear();
        self.used.clear();
        self.directives(&operation.directives);
        self.set(&operation.selection_set.node);
        for definition in &operation.variable_definitions {
            let name = &definition.node.name.node;
            if !self.used.contains(name) {
                self.refuse(definition.pos, format!("Variable \"${name}\" is not used"));
            }
            if let Some(directive) = definition.node.directives.first() {
                self.refuse(directive.pos, format!("Directive \"{}\" cannot stand at a variable", directive.node.name));
            }
        }
    }

    fn set(&mut self, set: &'d SelectionSet) {
        for item in &set.items {
            self.directives(item.node.directives());
            match &item.node {
                Selection::Field(field) => {
                    if field.node.name.node.as_str() == "__typename" {
                        self.typename(field);
                    }
                    field.node.arguments.iter().for_each(|(_, value)| self.value(&value.node));
                    self.set(&field.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => self.set(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && self.seen.insert(name)
                    {
                        self.directives(&fragment.node.directives);
                        self.set(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &'d [Positioned<Directive>]) {
        for directive in directives {
            directive.node.arguments.iter().for_each(|(_, value)| self.value(&value.node));
        }
    }

    fn value(&mut self, value: &'d Value) {
        match value {
            Value::Variable(name) => {
                self.used.insert(name);
            }
            Value::List(items) => items.iter().for_each(|item| self.value(item)),
            Value::Object(fields) => fields.values().for_each(|value| self.value(value)),
            _ => {}
        }
    }

    /// `__typename` is a leaf without arguments, under the same directives as every field.
    fn typename(&mut self, field: &'d Positioned<Field>) {
        if let Some((name, _)) = field.node.arguments.first() {
            self.refuse(name.pos, format!("Unknown argument \"{}\" of __typename", name.node));
        }
        if !field.node.selection_set.node.items.is_empty() {
            self.refuse(field.pos, "__typename has no fields");
        }
        let mut known = HashSet::new();
        for directive in &field.node.directives {
            let name = directive.node.name.node.as_str();
            let has_if = directive.node.arguments.len() == 1 && directive.node.get_argument("if").is_some();
            if !matches!(name, "skip" | "include") {
                self.refuse(directive.pos, format!("Unknown directive \"{name}\""));
            } else if !has_if {
                self.refuse(directive.pos, format!("Directive \"{name}\" takes if and nothing else"));
            } else if !known.insert(name) {
                self.refuse(directive.pos, format!("Directive \"{name}\" stands here twice"));
            }
        }
    }
}

/// A field that stands twice in an object value of the text. The parser keeps the last one without a word.
pub fn field_twice(text: &str) -> Option<Error> {
    let bytes = text.as_bytes();
    // For each open bracket: the names of an object value, or none for any other bracket.
    let mut open: Vec<Option<HashSet<&str>>> = vec![];
    let (mut at, mut parens) = (0, 0usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'#' => at += bytes[at..].iter().position(|b| *b == b'\n' || *b == b'\r').unwrap_or(bytes.len() - at),
            b'"' => at = end_of_string(bytes, at),
            b'(' => {
                parens += 1;
                open.push(None);
                at += 1;
            }
            b'{' | b'[' => {
                open.push((*byte == b'{' && parens > 0).then(HashSet::new));
                at += 1;
            }
            b')' | b'}' | b']' => {
                parens = parens.saturating_sub(usize::from(*byte == b')'));
                open.pop();
                at += 1;
            }
            b if b.is_ascii_alphabetic() || *b == b'_' => {
                let len = bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
                let (name, rest) =
                    (&text[at..at + len], text[at + len..].trim_start_matches([' ', '\t', '\n', '\r', ',']));
                if let Some(Some(names)) = open.last_mut()
                    && rest.starts_with(':')
                    && !names.insert(name)
                {
                    return Some(Error::new(Code::ValidationFailed, format!("the field {name} is given twice")));
                }
                at += len;
            }
            _ => at += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Vec<String> {
        let document = async_graphql_parser::parse_query(text).unwrap();
        errors(&document).into_iter().chain(field_twice(text)).map(|error| error.message).collect()
    }

    #[test]
    fn what_the_library_does_not_see_is_seen() {
        for (text, message) in [
            ("{ __typename(a: 1) }", "Unknown argument \"a\""),
            ("{ __typename { a } }", "no fields"),
            ("{ __typename @nope }", "Unknown directive \"nope\""),
            ("{ __typename @include }", "takes if"),
            ("{ __typename @include(if: true) @include(if: true) }", "twice"),
            ("query($x: Int) { a }", "\"$x\" is not used"),
            ("query($x: Int @deprecated) { a(x: $x) }", "cannot stand at a variable"),
            ("{ a(x: { b: 1, c: { b: 2 }, b: 3 }) }", "the field b is given twice"),
            ("query($x: T = { b: 1 b: 2 }) { a(x: $x) }", "the field b is given twice"),
        ] {
            let refused = refused(text);
            assert!(refused.iter().any(|told| told.contains(message)), "{text}: {refused:?}");
        }
    }

    #[test]
    fn what_is_right_passes() {
        for text in [
            "query($x: Boolean!) { __typename @include(if: $x) a }",
            "query($x: Int) { ...F } fragment F on Query { a(x: [{ b: $x }]) }",
            "query A($x: Int) { a(x: $x) } query B($x: Int) { a(x: $x) }",
            "{ a(x: { b: 1, c: { b: 2 } }, y: { b: 1 }) { b: c d: b } b: d }",
            "{ a(x: [{ b: 1 }, { b: 2 }], y: \"{ b: 1, b: 2 }\") # { b: 1, b: 2 }\n }",
        ] {
            assert_eq!(refused(text), Vec::<String>::new(), "{text}");
        }
    }
}
