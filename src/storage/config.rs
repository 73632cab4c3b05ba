//! Which database to open.

use std::path::PathBuf;

use secrecy::SecretString;

use super::StorageError;

/// A read that takes longer is cut off. Milliseconds.
const DEFAULT_STATEMENT_TIMEOUT_MS: u32 = 4_000;
const DEFAULT_SQLITE_READERS: u32 = 4;
const DEFAULT_POSTGRES_READERS: u32 = 16;

/// Where the data is.
#[derive(Clone, Debug)]
pub enum DatabaseConfig {
    /// One file.
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Connections that read.
        readers: u32,
        /// Longest read in milliseconds; 0 is no limit.
        statement_timeout_ms: u32,
    },
    /// A server.
    Postgres {
        /// `postgres://user:password@host:port/database`; secret because of the password.
        url: SecretString,
        /// Connections that read; writers are a quarter of it, at least 2. Of both there are two more, for what is no request's.
        readers: u32,
        /// Longest read in milliseconds; 0 is no limit.
        statement_timeout_ms: u32,
    },
}

impl DatabaseConfig {
    /// An SQLite file with the usual number of readers.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::Sqlite {
            path: path.into(),
            readers: DEFAULT_SQLITE_READERS,
            statement_timeout_ms: DEFAULT_STATEMENT_TIMEOUT_MS,
        }
    }

    /// The database that a URL names: `postgres://...`, `postgresql://...` or `sqlite:PATH`.
    pub fn from_url(url: &str) -> Result<Self, StorageError> {
        if let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
            return if path.is_empty() { Err(StorageError::Url) } else { Ok(Self::sqlite(path)) };
        }
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(StorageError::Url);
        }
        Ok(Self::Postgres {
            url: url.into(),
            readers: DEFAULT_POSTGRES_READERS,
            statement_timeout_ms: DEFAULT_STATEMENT_TIMEOUT_MS,
        })
    }

    /// The same database with another number of readers, at least one.
    #[must_use]
    pub fn with_readers(mut self, count: u32) -> Self {
        let (Self::Sqlite { readers, .. } | Self::Postgres { readers, .. }) = &mut self;
        *readers = count.max(1);
        self
    }

    /// The same database with another limit for a read, in milliseconds; 0 is none.
    #[must_use]
    pub fn with_statement_timeout(mut self, ms: u32) -> Self {
        let (Self::Sqlite { statement_timeout_ms, .. } | Self::Postgres { statement_timeout_ms, .. }) = &mut self;
        *statement_timeout_ms = ms;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_name_databases() {
        assert!(
            matches!(DatabaseConfig::from_url("sqlite:a/b.db"), Ok(DatabaseConfig::Sqlite { path, .. }) if path == *"a/b.db")
        );
        assert!(
            matches!(DatabaseConfig::from_url("sqlite:///a.db"), Ok(DatabaseConfig::Sqlite { path, .. }) if path == *"/a.db")
        );
        assert!(matches!(DatabaseConfig::from_url("postgres://h/d"), Ok(DatabaseConfig::Postgres { .. })));
        for bad in ["", "mysql://h/d", "fengqiao.db", "sqlite:"] {
            assert!(matches!(DatabaseConfig::from_url(bad), Err(StorageError::Url)), "{bad}");
        }
    }

    #[test]
    fn a_password_is_not_printed() {
        let config = DatabaseConfig::from_url("postgres://u:canary@h/d").unwrap();
        assert!(!format!("{config:?}").contains("canary"));
    }
}
