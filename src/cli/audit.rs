//! `fengqiao audit`: the audit trail, checked and exported.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, Subcommand};

use super::failure::print;
use super::{Failure, setup};
use crate::config::Settings;
use crate::kernel::clock::{Clock, SystemClock, rfc3339};
use crate::kernel::private;
use crate::read::session::Session;
use crate::storage::{DatabaseConfig, Storage};
use crate::trail::export::{self, ExportError};
use crate::trail::seal::Seal;
use crate::trail::seal_file;
use crate::trail::sign::VerifyingKey;
use crate::trail::verify::Verified;

/// How far the clocks of two machines may be apart, in milliseconds.
const CLOCKS_APART_MS: i64 = 300_000;

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
    let seals = further_seals(settings, arguments)?.map(seals).transpose()?.into_iter().flatten();
    let started = Instant::now();
    let (verified, begun) = match &arguments.export {
        Some(path) => {
            let file = File::open(path).map_err(|error| failed(path, &error))?;
            (export::verify_export(BufReader::new(file), seals, &keys).map_err(|error| refused(&error))?, None)
        }
        None => {
            let storage = storage(settings).await?;
            let mut session = session(&storage).await?;
            let verified = export::verify_stored(&mut session, seals, &keys).await.map_err(|error| refused(&error))?;
            (verified, export::begun(&mut session).await.map_err(|error| Failure::Failed(error.to_string()))?)
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    let told = told(&verified, keys.len(), seconds);
    // Without a key anybody can make a chain anew; what nobody has signed proves nothing.
    if keys.is_empty() || verified.entries == 0 || verified.seals > 0 {
        return print(&format!("{told}\n"));
    }
    let now = SystemClock.now_ms();
    let due = begun.map(|at| due(at, seal_ms(settings), now));
    print(&format!("{told}; {}\n", unsealed(due, now)?))
}

/// The file of further seals: the one that is named; of a database also the one that the server writes, which must be there
/// if the configuration names it.
fn further_seals(settings: &Settings, arguments: &Verify) -> Result<Option<PathBuf>, Failure> {
    if arguments.seals.is_some() || arguments.export.is_some() {
        return Ok(arguments.seals.clone());
    }
    let file = setup::seals_file(settings);
    if file.exists() {
        return Ok(Some(file));
    }
    match settings.audit.seals_file {
        None => Ok(None),
        Some(_) => Err(Failure::Failed(format!(
            "{}: the file of seals that the configuration names is not there: put it back, or name a copy with --seals",
            file.display()
        ))),
    }
}

/// How long after the first entry the first seal is made at the latest, in milliseconds.
fn seal_ms(settings: &Settings) -> i64 {
    i64::try_from(settings.audit.seal_seconds.max(1)).unwrap_or(i64::MAX).saturating_mul(1_000)
}

/// When the first seal is due of a trail that began then. One that begins later than now, as clocks of machines may differ,
/// was not written by a server that is to seal it: its seal was due.
fn due(begun: i64, seal_ms: i64, now: i64) -> i64 {
    if begun > now.saturating_add(CLOCKS_APART_MS) { i64::MIN } else { begun.saturating_add(seal_ms) }
}

/// What is to be said of entries without a seal: they are not sound, unless a database is so young that its first seal,
/// due then, cannot have been made.
fn unsealed(due: Option<i64>, now: i64) -> Result<String, Failure> {
    let how = match due {
        Some(due) if now < due => {
            return Ok(format!("the first one is not due before {}, and proves what it reaches over", rfc3339(due)));
        }
        Some(_) => "let a server run until it has made its first seal",
        None => "export again when the server has made its first seal",
    };
    let sentence =
        "the trail has entries and no seal, so nothing shows who wrote them: name the file of seals with --seals, or";
    Err(Failure::Failed(format!("{sentence} {how}")))
}

fn told(verified: &Verified, keys: usize, seconds: f64) -> String {
    let per_second = verified.entries as f64 / seconds.max(1e-9);
    let (entries, chains) =
        (counted(verified.entries, "entry", "entries"), counted(verified.chains as u64, "chain", "chains"));
    let made = counted(verified.seals as u64, "seal", "seals");
    let seals = match (verified.sealed_at.map(rfc3339), keys) {
        (None, _) => "no seal yet".to_owned(),
        (Some(at), 0) => format!("{made}, the last of {at}, their signatures not checked: no key"),
        (Some(at), 1) => format!("{made} signed by the key, the last of {at}"),
        (Some(at), _) => format!("{made} signed by the keys, the last of {at}"),
    };
    let after = counted(verified.unsealed, "entry", "entries");
    let are = if verified.entries == 1 { "is as it was written" } else { "are as they were written" };
    format!("{entries} in {chains} {are} ({per_second:.0} a second)\n{seals}; {after} after it")
}

/// A number and what is counted, as one or as many.
fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
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
    Ok(setup::database(settings)?.with_statement_timeout(0))
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
        let longest = |config| match config {
            DatabaseConfig::Sqlite { statement_timeout_ms, .. }
            | DatabaseConfig::Postgres { statement_timeout_ms, .. } => statement_timeout_ms,
        };
        for url in ["postgres://h/d", "sqlite:a.db"] {
            let url = ("FENGQIAO_DATABASE__URL".to_owned(), url.to_owned());
            let settings = load(None, std::iter::once(url)).unwrap();
            assert_eq!(longest(setup::database(&settings).unwrap()), 4_000);
            assert_eq!(longest(database(&settings).unwrap()), 0);
        }
    }

    #[test]
    fn entries_without_a_seal_are_sound_only_before_one_is_due() {
        assert!(unsealed(Some(1_774_972_800_000), 1_774_972_799_999).unwrap().contains("2026-04-01T00:00:00+08:00"));
        for (due, told) in [(Some(1_774_972_800_000), "let a server run"), (None, "export again")] {
            let refused = unsealed(due, 1_774_972_800_000).unwrap_err();
            assert!(refused.exit_code() == 1 && refused.to_string().contains(told), "{refused}");
        }
    }

    #[test]
    fn a_trail_that_begins_ahead_of_its_time_is_no_young_one() {
        let now = 1_774_972_800_000;
        assert!(unsealed(Some(due(now - 1, 60_000, now)), now).is_ok());
        assert!(unsealed(Some(due(now + CLOCKS_APART_MS, 60_000, now)), now).is_ok());
        assert!(unsealed(Some(due(now + CLOCKS_APART_MS + 1, 60_000, now)), now).is_err());
    }

    #[test]
    fn a_file_of_seals_that_the_configuration_names_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("seals.jsonl");
        let settings = |names: bool| {
            let (folder, file) = (folder.path().display().to_string(), file.display().to_string());
            let named = ("FENGQIAO_AUDIT__SEALS_FILE".to_owned(), file);
            load(None, [("FENGQIAO_DATA_DIR".to_owned(), folder)].into_iter().chain(names.then_some(named))).unwrap()
        };
        let verify = |export: Option<&str>| Verify { export: export.map(Into::into), keys: vec![], seals: None };
        assert_eq!(further_seals(&settings(false), &verify(None)).unwrap(), None);
        let refused = further_seals(&settings(true), &verify(None)).unwrap_err();
        assert!(refused.exit_code() == 1 && refused.to_string().contains("is not there"), "{refused}");
        // An export is checked by what is named, and what is named goes before.
        assert_eq!(further_seals(&settings(true), &verify(Some("trail.jsonl"))).unwrap(), None);
        let named = Verify { seals: Some("copy.jsonl".into()), ..verify(None) };
        assert_eq!(further_seals(&settings(true), &named).unwrap(), Some("copy.jsonl".into()));
        std::fs::write(&file, "").unwrap();
        assert_eq!(further_seals(&settings(true), &verify(None)).unwrap(), Some(file.clone()));
    }

    #[test]
    fn one_is_one() {
        let one = Verified { entries: 1, chains: 1, seals: 1, sealed_at: Some(0), unsealed: 1 };
        let said = told(&one, 1, 1.0);
        assert!(said.starts_with("1 entry in 1 chain is as it was written"), "{said}");
        assert!(said.contains("\n1 seal signed by the key") && said.ends_with("; 1 entry after it"), "{said}");
        let none = Verified { seals: 0, sealed_at: None, ..one };
        assert!(told(&none, 0, 1.0).contains("\nno seal yet; "));
    }
}
