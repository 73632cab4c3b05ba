//! Validation of a document by async-graphql, without execution.

use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::{Response, async_trait, dynamic::Schema};
use async_graphql_parser::types::ExecutableDocument;

use super::error::{Code, Error};
use super::rules;

/// Marks a request that asks for validation alone.
struct ValidateOnly;

/// Stops a request that asks for validation alone before anything is executed.
pub struct StopBeforeExecution;

impl ExtensionFactory for StopBeforeExecution {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Stop)
    }
}

struct Stop;

#[async_trait::async_trait]
impl Extension for Stop {
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        if ctx.data_opt::<ValidateOnly>().is_some() {
            return Response::default();
        }
        next.run(ctx, operation_name).await
    }
}

/// Most errors that are sent.
const MOST: usize = 20;

/// The document's errors against the schema; empty when it is valid.
///
/// Each operation of the document is checked: a document is validated once, whichever operation is run.
pub async fn errors(schema: &Schema, text: &str, document: &ExecutableDocument) -> Vec<Error> {
    let name = document.operations.iter().next().and_then(|(name, _)| name.map(|n| n.to_string()));
    let mut request = async_graphql::Request::new(text).data(ValidateOnly);
    request.set_parsed_query(document.clone());
    request.operation_name = name;
    let response = schema.execute(request).await;
    response
        .errors
        .into_iter()
        .filter(|error| !rules::is_of_unused_variable(&error.message))
        .take(MOST)
        .map(|e| {
            let at = e.locations.first().map(|p| (p.line, p.column));
            Error { at, ..Error::new(Code::ValidationFailed, e.message) }
        })
        .collect()
}
