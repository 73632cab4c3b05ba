//! The command line. Each command is a thin call into the library.

mod audit;
mod background;
mod demo;
mod documents;
mod explain;
mod failure;
mod flow;
mod logging;
mod migrate;
mod outbox;
mod progress;
mod revoke;
mod schema;
mod serve;
mod services;
mod setup;
mod token;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::failure::Failure;
use crate::config;

/// Deep documents are parsed on a worker's stack; the guard in front bounds them, this is the second belt.
const WORKER_STACK_BYTES: usize = 8 * 1024 * 1024;

const AFTER_HELP: &str = "\
Configuration: a TOML file (--config), then FENGQIAO_* variables (FENGQIAO_HTTP__LISTEN=0.0.0.0:8080), then flags.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 wrong configuration, 4 database not ready, 5 refused.";

/// One role-secured GraphQL API over a city's grassroots-governance data.
#[derive(Debug, Parser)]
#[command(name = "fengqiao", version, after_help = AFTER_HELP)]
struct Arguments {
    /// Configuration file (TOML).
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory of the SQLite file and the demo secret [default: fengqiao-data].
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Database: postgres://... or sqlite:PATH [default: fengqiao.db in the data directory].
    #[arg(long, global = true, value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Load the demo city if the database is empty, and serve it.
    #[command(after_help = demo::EXAMPLES)]
    Demo(demo::Arguments),
    /// Serve the API.
    #[command(after_help = serve::EXAMPLES)]
    Serve(serve::Arguments),
    /// Bring the database's schema up to date, or show its state.
    #[command(after_help = migrate::EXAMPLES)]
    Migrate(migrate::Arguments),
    /// Print a token of the demo issuer, and nothing else.
    #[command(after_help = token::EXAMPLES)]
    Token(token::Arguments),
    /// Revoke an account, a posting or tokens.
    #[command(after_help = revoke::EXAMPLES)]
    Revoke(revoke::Arguments),
    /// Print the contract as SDL, for all or for a role.
    #[command(after_help = schema::EXAMPLES)]
    Schema(schema::Arguments),
    /// Check the documents of applications against this build, or put them together as a manifest.
    #[command(after_help = documents::EXAMPLES)]
    Documents(documents::Arguments),
    /// Print a lifecycle as a page with its diagram, or check one that is being written.
    #[command(after_help = flow::EXAMPLES)]
    Flow(flow::Arguments),
    /// Check the audit trail, or write it out.
    #[command(after_help = audit::EXAMPLES)]
    Audit(audit::Arguments),
    /// Follow the feed of events.
    #[command(after_help = outbox::EXAMPLES)]
    Outbox(outbox::Arguments),
    /// Show under which policy and as which SQL an operation runs for a posting.
    #[command(after_help = explain::EXAMPLES)]
    Explain(explain::Arguments),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(WORKER_STACK_BYTES).build();
    let outcome = match runtime {
        // On a worker, not on the caller's own smaller stack.
        Ok(runtime) => runtime.block_on(async {
            tokio::spawn(run(arguments)).await.unwrap_or_else(|error| Err(Failure::Failed(error.to_string())))
        }),
        Err(error) => Err(Failure::Failed(error.to_string())),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("fengqiao: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut settings = config::load(arguments.config.as_deref(), std::env::vars()).map_err(Failure::Configuration)?;
    if let Some(folder) = arguments.data_dir {
        settings.data_dir = folder;
    }
    if let Some(url) = arguments.database_url {
        settings.database.url = Some(url.into());
    }
    match arguments.command {
        Command::Demo(command) => demo::run(settings, &command).await,
        Command::Serve(command) => serve::run(settings, &command).await,
        Command::Migrate(command) => migrate::run(&settings, &command).await,
        Command::Token(command) => token::run(&settings, &command).await,
        Command::Revoke(command) => revoke::run(&settings, &command).await,
        Command::Schema(command) => schema::run(&command),
        Command::Documents(command) => documents::run(&command).await,
        Command::Flow(command) => flow::run(&command),
        Command::Audit(command) => audit::run(&settings, &command).await,
        Command::Outbox(command) => outbox::run(&settings, &command).await,
        Command::Explain(command) => explain::run(&settings, &command).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_has_examples() {
        for command in Arguments::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains(&format!("fengqiao {}", command.get_name())), "{}", command.get_name());
        }
    }

    #[test]
    fn wrong_usage_is_refused() {
        for line in [
            "fengqiao",
            "fengqiao fly",
            "fengqiao token",
            "fengqiao flow",
            "fengqiao flow Hazard --check f",
            "fengqiao token --role GRID_MEMBER",
            "fengqiao token --posting 1 --role GRID_MEMBER --division 330603",
            "fengqiao token --posting 0",
            "fengqiao token --posting 1 --ttl 8x",
            "fengqiao token --posting 1 --ttl 31d",
            "fengqiao token --posting 1 --purpose FUN",
            "fengqiao token --role GRID_MEMBER --division 33060",
            "fengqiao explain --posting 1 --operation f --variables [1]",
            "fengqiao explain --posting 1 --operation f --purpose FUN",
            "fengqiao migrate down",
            "fengqiao audit",
            "fengqiao audit export",
            "fengqiao outbox",
            "fengqiao revoke token --subject s",
            "fengqiao revoke token --subject s --id i --all",
            "fengqiao documents check",
            "fengqiao serve --listen here",
            "fengqiao demo --scale huge",
            "fengqiao demo --port 70000",
        ] {
            assert!(Arguments::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
        for line in [
            "fengqiao demo --scale full --port 9000 --data-dir d --database-url postgres://h/d --load-only",
            "fengqiao --data-dir d serve --listen 0.0.0.0:80",
            "fengqiao migrate status --database-url sqlite:a.db",
            "fengqiao audit verify --export f --key k --seals s",
            "fengqiao outbox follow --consumer c --once",
            "fengqiao token --role GRID_MEMBER --division 330603001001 --ttl 90m --purpose STATISTICS --data-dir d",
        ] {
            assert!(Arguments::try_parse_from(line.split(' ')).is_ok(), "{line}");
        }
    }
}
