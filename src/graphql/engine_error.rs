//! Why an engine could not be made.

/// Why the engine could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The declarations do not fit together.
    #[error(transparent)]
    Catalog(#[from] crate::read::catalog::CatalogError),
    /// The registry refused the types.
    #[error("schema: {0}")]
    Schema(#[from] async_graphql::dynamic::SchemaError),
    /// The lifecycles do not hold together.
    #[error(transparent)]
    Lifecycle(#[from] crate::lifecycle::LifecycleError),
    /// The end of the feed could not be read.
    #[error("the feed cannot be read")]
    Feed(#[source] crate::read::session::ReadError),
    /// The divisions could not be read.
    #[error("divisions cannot be read")]
    Divisions(#[source] crate::read::session::ReadError),
}
