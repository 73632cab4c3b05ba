//! The GraphQL front: documents, types, execution.

mod nouns;
