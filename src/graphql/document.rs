//! Documents: scanned, parsed, measured and validated once, then kept.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ahash::RandomState;
use async_graphql::dynamic::Schema;
use async_graphql_parser::types::{ExecutableDocument, OperationDefinition, Selection};

use super::error::{Code, Error};
use super::guard;
use super::limits::Limits;
use super::model::Model;
use super::{escapes, positions, rules, sought, validate};

/// A document that passed every check that does not hang on variables.
pub struct Document {
    /// Its number in this engine: no other has it, also not the same text when it is read again.
    pub id: u64,
    /// Its text.
    pub text: String,
    /// What was parsed.
    pub ast: ExecutableDocument,
    /// Variables that do nothing but name the row that is looked for, or that a page begins after or ends before.
    pub naming: BTreeSet<String>,
}

/// What came of reading a document.
type Known = Result<Arc<Document>, Arc<Vec<Error>>>;

/// Documents by their text.
pub struct Documents {
    schema: Schema,
    limits: Limits,
    known: moka::future::Cache<String, Known, RandomState>,
    read: AtomicU64,
}

/// How many documents are kept.
const KEPT: u64 = 1_000;

impl Documents {
    /// No documents yet.
    pub fn new(schema: Schema, limits: Limits) -> Self {
        let known = moka::future::Cache::builder().max_capacity(KEPT).build_with_hasher(RandomState::new());
        Documents { schema, limits, known, read: AtomicU64::new(0) }
    }

    /// The registry that validates them.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The document of this text.
    pub async fn get(&self, model: &Model, text: &str) -> Known {
        // What is known was within the bounds when it was read.
        if let Some(known) = self.known.get(text).await {
            return known;
        }
        guard::scan(text, &self.limits).map_err(|e| Arc::new(vec![e]))?;
        let read = self.read(model, text).await.map_err(Arc::new);
        self.known.insert(text.to_owned(), read.clone()).await;
        read
    }

    async fn read(&self, model: &Model, text: &str) -> Result<Arc<Document>, Vec<Error>> {
        let text = &*escapes::read(text).map_err(|e| vec![e])?;
        let ast = async_graphql_parser::parse_query(text).map_err(|e| {
            let at = e.positions().next().map(|p| (p.line, p.column));
            vec![Error { at, ..Error::new(Code::ParseFailed, "the document is not GraphQL") }]
        })?;
        guard::measure(&ast, &self.limits).map_err(|e| vec![e])?;
        let mut errors = validate::errors(&self.schema, text, &ast).await;
        if errors.is_empty() {
            errors = rules::errors(&ast);
            errors.extend(rules::field_twice(text));
        }
        if errors.is_empty() {
            errors = positions::errors(model, &ast);
        }
        if errors.is_empty() {
            let id = self.read.fetch_add(1, Ordering::Relaxed);
            let naming = sought::variables(&ast);
            Ok(Arc::new(Document { id, text: text.to_owned(), ast, naming }))
        } else {
            Err(errors)
        }
    }
}

impl Document {
    /// The operation to run.
    pub fn operation(&self, name: Option<&str>) -> Result<&OperationDefinition, Error> {
        let mut operations = self.ast.operations.iter();
        let found = match (name, operations.next(), operations.next()) {
            (Some(name), ..) => {
                self.ast.operations.iter().find(|(n, _)| n.is_some_and(|n| n.as_str() == name)).map(|(_, o)| o)
            }
            (None, Some((_, only)), None) => Some(only),
            (None, ..) => {
                return Err(Error::input("operationName", "is required: the document has several operations"));
            }
        };
        let operation = found.ok_or_else(|| Error::input("operationName", "names no operation of the document"))?;
        Ok(&operation.node)
    }

    /// Whether the operation asks at its root for one of these.
    pub fn asks_for(&self, operation: &OperationDefinition, names: &[&str]) -> bool {
        fn any(document: &Document, items: &[async_graphql_parser::Positioned<Selection>], names: &[&str]) -> bool {
            items.iter().any(|item| match &item.node {
                Selection::Field(f) => names.contains(&f.node.name.node.as_str()),
                Selection::InlineFragment(f) => any(document, &f.node.selection_set.node.items, names),
                Selection::FragmentSpread(f) => document
                    .ast
                    .fragments
                    .get(&f.node.fragment_name.node)
                    .is_some_and(|f| any(document, &f.node.selection_set.node.items, names)),
            })
        }
        any(self, &operation.selection_set.node.items, names)
    }
}
