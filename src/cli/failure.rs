//! Why a command did not do what it was asked, as a sentence and an exit code.

use crate::storage::StorageError;

/// A failed command.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// Something went wrong while working.
    #[error("{0}")]
    Failed(String),
    /// The configuration cannot be used.
    #[error("configuration: {0}")]
    Configuration(String),
    /// The database is missing, unfit or not up to date.
    #[error("{0}")]
    Database(#[from] StorageError),
    /// What was asked for is not allowed or does not exist.
    #[error("{0}")]
    Refused(String),
}

impl Failure {
    /// The exit code; 2 is wrong usage and comes from the parser of the command line.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Configuration(_) => 3,
            Self::Database(_) => 4,
            Self::Refused(_) => 5,
        }
    }
}

impl From<sea_orm::DbErr> for Failure {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Database(error.into())
    }
}
