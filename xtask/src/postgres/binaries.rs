//! Where PostgreSQL's server binaries are.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{BIN_VARIABLE, OLDEST};

/// Folders that hold one installation a version: `prefix/<version>/suffix`, `<version>` matched by the name's start.
const PLACES: &[(&str, &str, &str)] = &[
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr/libexec", "postgresql", ""),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
];

/// A usable installation.
#[derive(Clone, Debug)]
pub struct Binaries {
    directory: PathBuf,
    major: u32,
    version: String,
}

impl Binaries {
    /// The installation to use: the one that `FENGQIAO_PG_BIN` names, else the newest found. Null: none is installed.
    /// Fails when the variable names something unusable, or when only too old versions are installed.
    pub fn find() -> Result<Option<Self>, String> {
        if let Some(directory) = std::env::var_os(BIN_VARIABLE) {
            let directory = PathBuf::from(directory);
            let found = Self::at(&directory).ok_or_else(|| {
                format!("{BIN_VARIABLE} is {}, which has no initdb, pg_ctl and postgres in it", directory.display())
            })?;
            return found.recent_enough().map(Some);
        }
        let newest = candidates().iter().filter_map(|path| Self::at(path)).max_by_key(|found| found.major);
        newest.map(Self::recent_enough).transpose()
    }

    /// The path of one binary.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The full version, such as `15.18`.
    pub fn version(&self) -> &str {
        &self.version
    }

    fn at(directory: &Path) -> Option<Self> {
        if !["initdb", "pg_ctl", "postgres"].iter().all(|name| directory.join(name).is_file()) {
            return None;
        }
        let output = Command::new(directory.join("postgres")).arg("--version").output().ok()?;
        let (major, version) = parse_version(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self { directory: directory.to_owned(), major, version })
    }

    fn recent_enough(self) -> Result<Self, String> {
        if self.major >= OLDEST {
            return Ok(self);
        }
        Err(format!(
            "PostgreSQL {} in {} is too old: install {OLDEST} or later (https://www.postgresql.org/download/) or set \
             {BIN_VARIABLE} to the directory of its binaries",
            self.version,
            self.directory.display()
        ))
    }
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian ...)`; test versions such as `19beta1` count as their major version.
fn parse_version(text: &str) -> Option<(u32, String)> {
    let version = text.split_whitespace().nth(2)?;
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    Some((version[..digits].parse().ok()?, version.to_owned()))
}

fn candidates() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (folder, start, suffix) in PLACES {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(start) {
                found.push(entry.path().join(suffix));
            }
        }
    }
    if let Some(output) = Command::new("pg_config").arg("--bindir").output().ok().filter(|o| o.status.success()) {
        found.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    for folder in std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()) {
        // A link on the PATH points into the folder that has the rest.
        if let Ok(initdb) = folder.join("initdb").canonicalize() {
            found.extend(initdb.parent().map(Path::to_owned));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn versions_are_read_in_every_form_that_postgres_prints() {
        let read = |text| parse_version(text).map(|(major, _)| major);
        assert_eq!(read("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(read("postgres (PostgreSQL) 18.1"), Some(18));
        assert_eq!(read("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(read("postgres (PostgreSQL)"), None);
        assert_eq!(read(""), None);
    }
}
