//! `fengqiao audit`: the audit trail, checked and exported.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, Subcommand};

use super::failure::print;
use super::{Failure, setup};
use crate::config::Settings;
use crate::kernel::clock::rfc3339;
use crate::kernel::private;
use crate::read::session::Session;
use crate::storage::{DatabaseConfig, Storage};
use crate::trail::export::{self, ExportError};
use crate::trail::seal::Seal;
use crate::trail::seal_file;
use crate::trail::sign::VerifyingKey;
use crate::trail::verify::Verified;

pub(super) const EXAMPLES: &str = "\
Examples:
  fengqiao audit verify                                      check the trail in the database
  fengqiao audit export trail.jsonl                          write it out
  fengqiao audit verify --export trail.jsonl --key audit-key.pub.pem
  fengqiao audit verify --seals /mnt/elsewhere/audit-seals.jsonl

Exit code 0: every entry is as it was written. 1: it is not; the first bad entry is named.";

/// What to do with the trail.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Check every entry, its place and the signed heads.
    Verify(Verify),
    /// Write the trail into a file that `verify --export` takes anywhere.
    Export(Export),
}

#[derive(Debug, Args)]
struct Verify {
    /// Check this export instead of the database; nothing else of the installation is needed.
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    /// Public key of the seals; once for each key that the trail was ever sealed with [default: audit-key.pub.pem of the
    /// data directory, if it is there].
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
    /// Further seals: the file that the server writes them to, wherever it was kept [default for a database: the
    /// configured file, if it is there].
    #[arg(long, value_name = "FILE")]
    seals: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Export {
    /// File to create.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.action {
        Action::Verify(verify) => self::verify(settings, verify).await,
        Action::Export(export) => write(settings, export).await,
    }
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::Failed(format!("{}: {error}", path.display()))
}

fn refused(error: &ExportError) -> Failure {
    Failure::Failed(error.to_string())
}

async fn verify(settings: &Settings, arguments: &Verify) -> Result<(), Failure> {
    let keys = keys(settings, arguments)?;
    // The file of the server is looked at where it lies; an export is checked by what is named.
    let usual = Some(setup::seals_file(settings)).filter(|file| arguments.export.is_none() && file.exists());
    let seals = arguments.seals.clone().or(usual).map(seals).transpose()?.into_iter().flatten();
    let started = Instant::now();
    let verified = match &arguments.export {
        Some(path) => {
            let file = File::open(path).map_err(|error| failed(path, &error))?;
            export::verify_export(BufReader::new(file), seals, &keys)
        }
        None => {
            let storage = storage(settings).await?;
            let mut session = session(&storage).await?;
            export::verify_stored(&mut session, seals, &keys).await
        }
    };
    let verified = verified.map_err(|error| refused(&error))?;
    if arguments.export.is_some() && !keys.is_empty() && verified.entries > 0 && verified.seals == 0 {
        // Without a key anybody can make a chain anew; what nobody has signed proves nothing.
        return Err(Failure::Failed("the export has entries and no seal: name the file of seals with --seals, or export again when the server has made \
             its first seal"
                .into()));
    }
    let seconds = started.elapsed().as_secs_f64();
    print(&format!("{}\n", told(&verified, keys.len(), seconds)))
}

fn told(verified: &Verified, keys: usize, seconds: f64) -> String {
    let per_second = verified.entries as f64 / seconds.max(1e-9);
    let seals = match (verified.sealed_at, keys) {
        (None, _) => "no seal yet".to_owned(),
        (Some(at), 0) => {
            format!("{} seals, the last of {}, their signatures not checked: no key", verified.seals, rfc3339(at))
        }
        (Some(at), 1) => format!("{} seals signed by the key, the last of {}", verified.seals, rfc3339(at)),
        (Some(at), _) => format!("{} seals signed by the keys, the last of {}", verified.seals, rfc3339(at)),
    };
    format!(
        "{} entries in {} chains are as they were written ({per_second:.0} a second)\n{seals}; {} entries after it",
        verified.entries, verified.chains, verified.unsealed
    )
}

fn keys(settings: &Settings, arguments: &Verify) -> Result<Vec<VerifyingKey>, Failure> {
    let usual = Some(setup::audit_public_key(settings)).filter(|file| arguments.keys.is_empty() && file.exists());
    let key = |path: &PathBuf| {
        let pem = std::fs::read_to_string(path).map_err(|error| failed(path, &error))?;
        VerifyingKey::read(&pem).map_err(|error| failed(path, &error))
    };
    arguments.keys.iter().chain(&usual).map(key).collect()
}

/// The seals of a file; which of its lines are none is told on standard error.
fn seals(path: PathBuf) -> Result<impl Iterator<Item = Result<Seal, ExportError>>, Failure> {
    seal_file::seals(path.clone(), |line| eprintln!("fengqiao: {line}")).map_err(|error| failed(&path, &error))
}

/// The database to read a trail from. No read is cut off: some look at every row of a trail that grows for years.
fn database(settings: &Settings) -> Result<DatabaseConfig, Failure> {
    let mut config = setup::database(settings)?;
    if let DatabaseConfig::Postgres { statement_timeout_ms, .. } = &mut config {
        *statement_timeout_ms = 0;
    }
    Ok(config)
}

/// Opens the database, which must be there and fit to serve.
async fn storage(settings: &Settings) -> Result<Storage, Failure> {
    let storage = Storage::open(&database(settings)?).await?;
    storage.check().await?;
    Ok(storage)
}

async fn session(storage: &Storage) -> Result<Session, Failure> {
    Session::open(&storage.read).await.map_err(|error| Failure::Failed(error.to_string()))
}

async fn write(settings: &Settings, arguments: &Export) -> Result<(), Failure> {
    let storage = storage(settings).await?;
    let path = &arguments.file;
    let file = private::writing().create_new(true).open(path).map_err(|error| failed(path, &error))?;
    let mut session = session(&storage).await?;
    let written = export::export(&mut session, &mut BufWriter::new(file)).await.map_err(|error| refused(&error))?;
    print(&format!("{written} entries written to {}\n", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;

    #[test]
    fn no_read_of_a_trail_is_cut_off() {
        let url = ("FENGQIAO_DATABASE__URL".to_owned(), "postgres://h/d".to_owned());
        let settings = load(None, std::iter::once(url)).unwrap();
        let serving = setup::database(&settings).unwrap();
        assert!(matches!(serving, DatabaseConfig::Postgres { statement_timeout_ms: 1.., .. }));
        let reading = database(&settings).unwrap();
        assert!(matches!(reading, DatabaseConfig::Postgres { statement_timeout_ms: 0, .. }));
    }
}
