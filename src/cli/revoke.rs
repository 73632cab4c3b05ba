//! `fengqiao revoke`: what is not accepted any more, within a second, on every path.

use clap::{ArgGroup, Args, Subcommand};

use super::failure::print;
use super::{Failure, setup};
use crate::config::Settings;
use crate::identity::{Revocation, revoke};
use crate::kernel::clock::{Clock, SystemClock};
use crate::storage::Storage;

pub(super) const EXAMPLES: &str = "\
Examples:
  fengqiao revoke subject u-1042               the account is disabled: no token of it is accepted
  fengqiao revoke posting 45                   the posting ends now
  fengqiao revoke token --subject u-1042 --id 7d0f...   one token, by its jti
  fengqiao revoke token --subject u-1042 --all          every token issued until now; newer ones are accepted";

/// What to revoke.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// An account, by its subject.
    Subject {
        /// The subject, as tokens name it.
        subject: String,
    },
    /// A posting, by its id.
    Posting {
        /// The id.
        #[arg(value_parser = clap::value_parser!(i64).range(1..))]
        id: i64,
    },
    /// Tokens of a subject.
    Token(Token),
}

/// Which tokens.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").required(true).args(["id", "all"]))]
struct Token {
    /// The subject, as tokens name it.
    #[arg(long)]
    subject: String,
    /// One token, by its `jti`.
    #[arg(long)]
    id: Option<String>,
    /// All that were issued until now.
    #[arg(long)]
    all: bool,
}

pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    let storage = Storage::open(&setup::database(settings)?).await?;
    storage.check().await?;
    let now = SystemClock.now_ms();
    let what = match &arguments.what {
        What::Subject { subject } => Revocation::Subject(subject),
        What::Posting { id } => Revocation::Posting(*id),
        What::Token(Token { subject, id: Some(id), .. }) => Revocation::Token(subject, id),
        What::Token(Token { subject, .. }) => Revocation::Tokens(subject),
    };
    let done = revoke(&storage, settings.audit.hash, what, now).await;
    let done = done.map_err(|error| Failure::Failed(error.to_string()))?;
    storage.close().await?;
    if done { print("revoked\n") } else { Err(Failure::Refused("there is no such subject or posting".into())) }
}
