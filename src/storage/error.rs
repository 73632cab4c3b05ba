//! What can be wrong with a database, as sentences that say what to do.

use std::path::PathBuf;

/// Why a database cannot be opened or served. For the operator's terminal and log, never for a client.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The URL is of no known kind.
    #[error("the database URL must begin with postgres://, postgresql:// or sqlite:")]
    Url,
    /// There is no SQLite file.
    #[error("there is no database at {}: run `fengqiao demo` for the demo city, or `fengqiao migrate up` for an empty database", .0.display())]
    Missing(PathBuf),
    /// The SQLite file cannot be created.
    #[error("the database file {} cannot be created: {source}", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// Others may read the SQLite file.
    #[error("other users of this machine may read the database file {path}: run `chmod 600 {path}`")]
    FileMode {
        /// The file.
        path: String,
    },
    /// SQLite knows no roles.
    #[error("an SQLite file has no roles: whoever may read the file has all of it")]
    NoRoles,
    /// A role's name has other characters than letters, digits and `_`.
    #[error("a role's name has 1 to 63 letters, digits and underscores")]
    RoleName,
    /// Migrations have not been applied.
    #[error("the database lacks {0} schema change(s): run `fengqiao migrate up`")]
    Pending(usize),
    /// Migrations have been applied that this program does not know.
    #[error("the database was made by a newer fengqiao: use that version, or restore a backup of before the upgrade")]
    Newer,
    /// PostgreSQL is too old.
    #[error("the server is PostgreSQL {0}: fengqiao needs 15 or later")]
    Version(i32),
    /// Encoding, collation or character type are wrong.
    #[error(
        "the database has encoding {encoding}, collation {collate} and character type {ctype}: create it with \
         CREATE DATABASE <name> TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
    )]
    Encoding {
        /// Encoding found.
        encoding: String,
        /// Collation found.
        collate: String,
        /// Character type found.
        ctype: String,
    },
    /// The server cannot be reached.
    #[error(
        "the database server lets nobody in at this URL ({0}): see that it runs, that host, port and name are right, and that the role may connect"
    )]
    Unreachable(sea_orm::DbErr),
    /// The connection failed.
    #[error("the database does not answer: {0}")]
    Connect(#[from] sqlx::Error),
    /// A statement failed.
    #[error("the database refused: {0}")]
    Database(#[from] sea_orm::DbErr),
}
