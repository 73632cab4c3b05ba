//! `fengqiao migrate`: the schema of the database.

use clap::{Args, ValueEnum};

use super::failure::print;
use super::{Failure, setup};
use crate::config::Settings;
use crate::storage::{Storage, grant_to, migrate_up, migration_states};

pub(super) const EXAMPLES: &str = "\
Examples:
  fengqiao migrate                      apply what is pending
  fengqiao migrate status               show what is applied and what is not
  fengqiao migrate up --database-url postgres://owner@db.example/city --grant-to fengqiao";

/// What to do.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Apply what is pending, or only show it.
    #[arg(value_enum, default_value_t = Action::Up)]
    action: Action,

    /// Role of the PostgreSQL server that is to serve: it may read and write, and append to the audit trail, no more.
    #[arg(long, value_name = "ROLE")]
    grant_to: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Action {
    Up,
    Status,
}

pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    let config = setup::database(settings)?;
    match arguments.action {
        Action::Up => {
            let storage = Storage::open_to_maintain(&config).await?;
            let applied = migrate_up(&storage.write, None).await?;
            storage.check().await?;
            if let Some(role) = &arguments.grant_to {
                grant_to(&storage.write, role).await?;
            }
            storage.close().await?;
            print(&format!("{applied} schema change(s) applied, the schema is current\n"))?;
        }
        Action::Status => {
            let storage = Storage::open(&config).await?;
            let states = migration_states(&storage.write).await?;
            storage.close().await?;
            let word = |applied| if applied { "applied" } else { "pending" };
            let lines = states.iter().map(|change| format!("{} {}\n", word(change.applied), change.name));
            print(&lines.collect::<String>())?;
        }
    }
    Ok(())
}
