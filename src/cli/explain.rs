//! `fengqiao explain`: under which policy and as which SQL an operation runs for a posting.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::{Map, Value as Json};

use super::failure::print;
use super::{Failure, setup};
use crate::access::{Policy, Purpose};
use crate::config::Settings;
use crate::graphql::engine::{Engine, Options};
use crate::http::Request;
use crate::identity::{Authenticator, DatabasePostings};
use crate::kernel::clock::SystemClock;
use crate::storage::Storage;
use crate::trail::recorder::Memory;

pub(super) const EXAMPLES: &str = "\
Examples:
  fengqiao explain --posting 45 --operation query.graphql
  fengqiao explain --posting 279 --operation schema/operations/centre/CentreWorkbench.graphql \\
    --variables '{\"code\": \"ZZ-330603001\"}'

The demo prints the numbers of its postings. Days and instants go by the clock of the machine, those of the demo by its own.";

const SCOPES: &str = "{ viewer { role purpose scopes { family branches } } }";

/// What and for whom.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The posting, by its id.
    #[arg(long, value_name = "ID")]
    posting: i64,
    /// File that holds the document.
    #[arg(long, value_name = "FILE")]
    operation: PathBuf,
    /// Variables, as a JSON object.
    #[arg(long, value_name = "JSON", default_value = "{}", value_parser = object)]
    variables: Map<String, Json>,
    /// What the request is for [default: the usual purpose of the role].
    #[arg(long, value_parser = super::token::purpose)]
    purpose: Option<Purpose>,
}

pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Failed(error.to_string());
    let query = std::fs::read_to_string(&arguments.operation)
        .map_err(|e| Failure::Failed(format!("{}: {e}", arguments.operation.display())))?;
    let storage = Storage::open(&setup::database(settings)?).await?;
    storage.check().await?;
    let policy = Arc::new(Policy::built_in().map_err(|e| failed(&e))?);
    let clock = Arc::new(SystemClock);
    let postings = Arc::new(DatabasePostings::new(storage.read.to_sea_orm()));
    let authenticator = Authenticator::new(vec![], postings, policy.clone(), clock.clone());
    let viewer = authenticator
        .trusted_viewer_for_posting(arguments.posting, arguments.purpose)
        .await
        .map_err(|e| Failure::Refused(e.to_string()))?;
    let sealer = Arc::new(setup::sealer(settings)?);
    let options = Options::reading_with_trail_in_memory(Memory::default());
    let engine = Engine::new(&storage, policy, sealer, clock, options).await.map_err(|e| failed(&e))?;

    let scopes = engine.execute_traced(&viewer, Request { query: SCOPES.into(), ..Request::default() }).await;
    let traced = engine
        .execute_traced(&viewer, Request { query, variables: arguments.variables.clone(), ..Request::default() })
        .await;
    let answer: Json = serde_json::from_slice(&traced.answer.body).map_err(|e| failed(&e))?;
    let scopes: Json = serde_json::from_slice(&scopes.answer.body).map_err(|e| failed(&e))?;
    storage.close().await?;
    let mut text = policy_text(&scopes["data"]["viewer"], &answer);
    for (n, statement) in traced.statements.iter().enumerate() {
        text.push_str(&format!("\n-- statement {}\n{statement};\n", n + 1));
    }
    print(&text)?;
    match answer["errors"].as_array() {
        Some(_) => Err(Failure::Refused("the operation was refused, at least in part".into())),
        None => Ok(()),
    }
}

fn object(text: &str) -> Result<Map<String, Json>, String> {
    serde_json::from_str(text).map_err(|error| format!("it is no JSON object: {error}"))
}

fn policy_text(viewer: &Json, answer: &Json) -> String {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let mut lines = vec![format!("-- role {}, purpose {}", text(&viewer["role"]), text(&viewer["purpose"]))];
    for scope in viewer["scopes"].as_array().into_iter().flatten() {
        let branches: Vec<String> = scope["branches"].as_array().into_iter().flatten().map(text).collect();
        let rule = if branches.is_empty() { "no rule".to_owned() } else { branches.join(" or ") };
        lines.push(format!("-- rows of {}: {rule}", text(&scope["family"])));
    }
    for redaction in answer["extensions"]["redactions"].as_array().into_iter().flatten() {
        let path: Vec<String> = redaction["path"].as_array().into_iter().flatten().map(text).collect();
        let (class, effect, reason) = (&redaction["class"], &redaction["effect"], &redaction["reason"]);
        lines.push(format!("-- {} is {} (class {}, {})", path.join("."), text(effect), text(class), text(reason)));
    }
    for error in answer["errors"].as_array().into_iter().flatten() {
        let (code, field) = (text(&error["extensions"]["code"]), text(&error["extensions"]["field"]));
        let about = if field.is_empty() { code } else { format!("{code}, {field}") };
        lines.push(format!("-- refused: {} ({about})", text(&error["message"])));
    }
    lines.join("\n") + "\n"
}
