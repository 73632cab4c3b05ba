//! `fengqiao documents`: the documents of applications, checked against this build and put together as manifests.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::Failure;
use super::failure::print;
use crate::access::Policy;
use crate::graphql::document::Documents;
use crate::graphql::limits::Limits;
use crate::graphql::model::Model;
use crate::graphql::trusted::Manifest;
use crate::graphql::{build, nouns, register};
use crate::lifecycle::Lifecycles;

pub(super) const EXAMPLES: &str = "\
Examples:
  fengqiao documents check schema/operations           every application of the folder, each a folder of its own
  fengqiao documents check /etc/fengqiao/desk.json     a manifest
  fengqiao documents manifest schema/operations/fire > fire.json";

/// What to do.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Check that every document still fits this build; names the applications that it would break.
    Check {
        /// Folders of applications, or manifests.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Print the manifest of the documents of a folder: a JSON object of documents by their SHA-256.
    Manifest {
        /// The folder of one application.
        folder: PathBuf,
    },
}

/// A document: the application, where it stands, its text.
struct Found {
    application: String,
    place: String,
    text: String,
}

pub(super) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.action {
        Action::Manifest { folder } => {
            let manifest = Manifest::of(files(folder)?.into_iter().map(|(_, text)| text));
            let text = serde_json::to_string_pretty(&manifest.documents());
            print(&format!("{}\n", text.map_err(|error| Failure::Failed(error.to_string()))?))
        }
        Action::Check { paths } => check(paths).await,
    }
}

async fn check(paths: &[PathBuf]) -> Result<(), Failure> {
    let mut found = vec![];
    for path in paths {
        found.append(&mut documents(path)?);
    }
    let (model, documents) = contract()?;
    let mut broken = vec![];
    for Found { application, place, text } in &found {
        if let Err(errors) = documents.get(&model, text).await {
            for error in errors.iter() {
                let at = error.at.map_or_else(String::new, |(line, column)| format!(":{line}:{column}"));
                broken.push((application, format!("{place}{at}: {}", error.message)));
            }
        }
    }
    if broken.is_empty() {
        return print(&format!("{} documents fit\n", found.len()));
    }
    let lines: Vec<String> = broken.iter().map(|(application, line)| format!("{application}: {line}")).collect();
    let mut applications: Vec<&str> = broken.iter().map(|(application, _)| application.as_str()).collect();
    applications.sort_unstable();
    applications.dedup();
    let named = applications.join(", ");
    Err(Failure::Failed(format!("{}\nthis build would break {named}", lines.join("\n"))))
}

/// The contract of this build, and what checks documents against it.
fn contract() -> Result<(Model, Documents), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Failed(error.to_string());
    let catalog = nouns::catalog().map_err(|e| failed(&e))?;
    let policy = Policy::built_in().map_err(|e| failed(&e))?;
    let lifecycles = Lifecycles::built_in(catalog, &policy).map_err(|e| failed(&e))?;
    let model = build::model(catalog, &lifecycles.flows);
    let schema = register::schema(&model).map_err(|e| failed(&e))?;
    Ok((model, Documents::new(schema, Limits::default())))
}

fn documents(path: &Path) -> Result<Vec<Found>, Failure> {
    let name = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if path.is_file() {
        let manifest = Manifest::read(path).map_err(|error| Failure::Failed(error.to_string()))?;
        let found = |(hash, text): (&str, &str)| Found {
            application: name(path),
            place: hash.to_owned(),
            text: text.to_owned(),
        };
        return Ok(manifest.documents().into_iter().map(found).collect());
    }
    let mut found = vec![];
    for folder in entries(path)?.into_iter().filter(|entry| entry.is_dir()) {
        found.extend(files(&folder)?.into_iter().map(|(file, text)| Found {
            application: name(&folder),
            place: file.display().to_string(),
            text,
        }));
    }
    found.extend(files(path)?.into_iter().map(|(file, text)| Found {
        application: name(path),
        place: file.display().to_string(),
        text,
    }));
    Ok(found)
}

/// The documents of a folder, in the order of their names.
fn files(folder: &Path) -> Result<Vec<(PathBuf, String)>, Failure> {
    let of_graphql = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "graphql");
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        Ok((path, text))
    };
    entries(folder)?.into_iter().filter(of_graphql).map(read).collect()
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let listed = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let paths = listed.map(|entry| entry.map(|entry| entry.path()).map_err(|error| unreadable(folder, &error)));
    let mut paths = paths.collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Failed(format!("{} cannot be read: {error}", path.display()))
}
