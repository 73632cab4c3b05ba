//! Bounds on a document, checked before any library walks it.
//!
//! The parser recurses without bound on nested values, and the library's own checks walk fragments again at every
//! spread: both take a server down with less than a kilobyte. So the text is scanned once before it is parsed, and
//! the size of the document with its fragments expanded is computed once per fragment before it is validated.

use std::collections::HashMap;

use async_graphql_parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql_value::Name;

use super::error::{Code, Error};
use super::limits::{Limits, beyond};

/// Scans the text once: size, tokens, depth of brackets.
pub fn scan(text: &str, limits: &Limits) -> Result<(), Error> {
    if text.len() > limits.bytes {
        return Err(beyond("bytes", "bytes", limits.bytes as u64));
    }
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut tokens, mut directives) = (0, 0usize, 0usize, 0usize);
    while let Some(byte) = bytes.get(at) {
        tokens += 1;
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                tokens -= 1;
                at += 1;
            }
            b'#' => {
                tokens -= 1;
                at += bytes[at..].iter().position(|b| *b == b'\n' || *b == b'\r').unwrap_or(bytes.len() - at);
            }
            b'"' => at = end_of_string(bytes, at),
            b'{' | b'[' | b'(' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            b if is_word(*b) => at += bytes[at..].iter().position(|b| !is_word(*b)).unwrap_or(bytes.len() - at),
            b => {
                directives += usize::from(*b == b'@');
                at += 1;
            }
        }
        if depth > limits.brackets {
            return Err(beyond("brackets", "open brackets", limits.brackets as u64));
        }
        if tokens > limits.tokens {
            return Err(beyond("tokens", "tokens", limits.tokens as u64));
        }
        if directives > limits.directives {
            return Err(beyond("directives", "directives", limits.directives as u64));
        }
    }
    Ok(())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Where the string that begins at `start` ends.
pub(super) fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let block = bytes[start..].starts_with(b"\"\"\"");
    let mut at = start + if block { 3 } else { 1 };
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => {
                at += if block && bytes[at..].starts_with(b"\\\"\"\"") {
                    4
                } else if block {
                    1
                } else {
                    2
                }
            }
            b'"' if block && bytes[at..].starts_with(b"\"\"\"") => return at + 3,
            b'"' if !block => return at + 1,
            b'\n' | b'\r' if !block => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[derive(Clone, Copy, Default)]
struct Size {
    fields: usize,
    depth: usize,
    lists: usize,
}

/// Lists of the schema: each may lead to all of it again.
const OF_SCHEMA: [&str; 7] = ["types", "fields", "args", "inputFields", "enumValues", "interfaces", "possibleTypes"];

struct Measure<'d> {
    document: &'d ExecutableDocument,
    limits: &'d Limits,
    done: HashMap<&'d Name, Option<Size>>,
}

impl<'d> Measure<'d> {
    fn set(&mut self, set: &'d SelectionSet) -> Result<Size, Error> {
        let mut size = Size::default();
        for item in &set.items {
            if item.node.directives().len() > self.limits.directives_at_once {
                return Err(beyond(
                    "directives_at_once",
                    "directives at one place",
                    self.limits.directives_at_once as u64,
                ));
            }
            let (below, own, list) = match &item.node {
                Selection::Field(f) => {
                    let is_list = OF_SCHEMA.contains(&f.node.name.node.as_str());
                    (self.set(&f.node.selection_set.node)?, 1, usize::from(is_list))
                }
                Selection::InlineFragment(f) => (self.set(&f.node.selection_set.node)?, 0, 0),
                Selection::FragmentSpread(f) => (self.fragment(&f.node.fragment_name.node)?, 0, 0),
            };
            size.lists = size.lists.max(below.lists.saturating_add(list));
            size.fields = size.fields.saturating_add(own).saturating_add(below.fields);
            size.depth = size.depth.max(below.depth.saturating_add(own));
        }
        Ok(size)
    }

    fn fragment(&mut self, name: &'d Name) -> Result<Size, Error> {
        match self.done.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                return Err(Error::new(Code::ValidationFailed, format!("fragment {name} spreads itself")));
            }
            None => {}
        }
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(Size::default());
        };
        self.done.insert(name, None);
        let size = self.set(&fragment.node.selection_set.node)?;
        self.done.insert(name, Some(size));
        Ok(size)
    }
}

fn asks_for_the_schema(set: &SelectionSet) -> bool {
    // What is in fragments is taken for it as well: nothing else has so many of these names below one another.
    set.items.iter().any(|item| match &item.node {
        Selection::Field(field) => field.node.name.node.starts_with("__"),
        _ => true,
    })
}

fn asks_for_the_schema_alone(set: &SelectionSet) -> bool {
    let is_of_schema = |item: &Selection| match item {
        Selection::Field(field) => field.node.name.node.starts_with("__"),
        _ => false,
    };
    set.items.iter().all(|item| is_of_schema(&item.node))
}

/// Computes the size of the document with its fragments expanded, each fragment once.
pub fn measure(document: &ExecutableDocument, limits: &Limits) -> Result<(), Error> {
    if document.operations.iter().count() > limits.operations {
        return Err(beyond("operations", "operations", limits.operations as u64));
    }
    if document.fragments.len() > limits.fragments {
        return Err(beyond("fragments", "fragments", limits.fragments as u64));
    }
    let mut measure = Measure { document, limits, done: HashMap::new() };
    for name in document.fragments.keys() {
        measure.fragment(name)?;
    }
    for (_, operation) in document.operations.iter() {
        let set = &operation.node.selection_set.node;
        let size = measure.set(set)?;
        let (key, depth) = match asks_for_the_schema_alone(set) {
            true => ("introspection_depth", limits.introspection_depth),
            false => ("depth", limits.depth),
        };
        if size.depth > depth {
            return Err(beyond(key, "levels", depth as u64));
        }
        if size.lists > limits.introspection_lists && asks_for_the_schema(set) {
            let most = limits.introspection_lists as u64;
            return Err(beyond("introspection_lists", "lists of the schema within each other", most));
        }
        if size.fields > limits.fields {
            return Err(beyond("fields", "fields", limits.fields as u64));
        }
        if set.items.len() > limits.roots {
            return Err(beyond("roots", "root fields", limits.roots as u64));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<Code> {
        let limits = Limits::default();
        let checked = scan(text, &limits).and_then(|()| match async_graphql_parser::parse_query(text) {
            Ok(document) => measure(&document, &limits),
            Err(_) => Err(Error::new(Code::ParseFailed, "no")),
        });
        checked.err().map(|e| e.code)
    }

    #[test]
    fn nested_values_are_refused_before_the_parser_sees_them() {
        let deep = format!("{{ a(x: {}{}) }}", "[".repeat(1_601), "]".repeat(1_601));
        assert_eq!(code(&deep), Some(Code::TooComplex));
    }

    #[test]
    fn fragment_bombs_are_refused_at_once() {
        let mut bomb = String::from("{ ...F0 }");
        for i in 0..30 {
            bomb += &format!(" fragment F{i} on Query {{ ...F{n} ...F{n} }}", n = i + 1);
        }
        bomb += " fragment F30 on Query { a b }";
        assert_eq!(code(&bomb), Some(Code::TooComplex));
    }

    #[test]
    fn a_fragment_that_spreads_itself_is_refused() {
        assert_eq!(
            code("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"),
            Some(Code::ValidationFailed)
        );
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let text = format!("{{ a(x: \"{}\") # {}\n }}", "[".repeat(200), "{".repeat(200));
        assert_eq!(code(&text), None);
        let block = format!("{{ a(x: \"\"\"{} \\\"\"\" \"\"\") }}", "[".repeat(200));
        assert_eq!(code(&block), None);
    }

    #[test]
    fn tokens_are_counted() {
        let text = format!("{{ {} }}", "a ".repeat(2_100));
        assert_eq!(code(&text), Some(Code::TooComplex));
    }
}
