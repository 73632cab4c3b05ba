//! Why a command did not do what it was asked, as a sentence and an exit code.

use std::io::{ErrorKind, Write};

use crate::storage::StorageError;

/// A failed command.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// What was typed names what does not exist.
    #[error("{0}")]
    Usage(String),
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
    /// The exit code. Most wrong usage is found by the parser of the command line, which ends with 2 as well.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Configuration(_) => 3,
            Self::Database(_) => 4,
            Self::Refused(_) => 5,
        }
    }
}

/// Prints on standard output. A reader that has seen enough and gone is no failure.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Failed(error.to_string())),
        _ => Ok(()),
    }
}

impl From<sea_orm::DbErr> for Failure {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Database(error.into())
    }
}
