//! `fengqiao outbox`: the feed of events, for those who follow.

use std::io::Write;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::{Failure, setup};
use crate::config::Settings;
use crate::kernel::clock::{Clock, SystemClock};
use crate::outbox::feed;
use crate::read::session::Session;
use crate::storage::Storage;

pub(super) const EXAMPLES: &str = "\
Examples:
  fengqiao outbox follow                            print every event from the first one on, a JSON object a line
  fengqiao outbox follow --consumer notifier        go on where this consumer was, and note how far it has come
  fengqiao outbox follow --consumer notifier --once

An event may come again after a crash of the consumer, never not at all; its position tells whether it did.";

/// How often the feed is looked at when nothing is new.
const WAIT: Duration = Duration::from_millis(200);
/// Events read at once.
const AT_ONCE: u64 = 500;

/// What to do with the feed.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print events in their order as they come.
    Follow(Follow),
}

#[derive(Debug, Args)]
struct Follow {
    /// Name under which the place is kept. Without one, the feed is read from its beginning.
    #[arg(long, value_name = "NAME")]
    consumer: Option<String>,
    /// End when there is nothing more for now.
    #[arg(long)]
    once: bool,
}

pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    let Action::Follow(follow) = &arguments.action;
    let storage = Storage::open(&setup::database(settings)?).await?;
    storage.check().await?;
    let failed = |error: &dyn std::fmt::Display| Failure::Failed(error.to_string());
    let session = || async { Session::open(&storage.read).await.map_err(|error| failed(&error)) };
    let mut position = match &follow.consumer {
        Some(name) => feed::position(&mut session().await?, name).await.map_err(|error| failed(&error))?,
        None => 0,
    };
    loop {
        let events = feed::after(&mut session().await?, position, AT_ONCE).await.map_err(|error| failed(&error))?;
        print(&events).map_err(|error| failed(&error))?;
        // Noted once it is out: what was printed and not noted comes again.
        if let Some(last) = events.last() {
            position = last.position;
            if let Some(name) = &follow.consumer {
                let now = SystemClock.now_ms();
                feed::dealt_with(&storage.write_pool(), name, position, now).await.map_err(|error| failed(&error))?;
            }
            continue;
        }
        if follow.once {
            return Ok(());
        }
        tokio::time::sleep(WAIT).await;
    }
}

fn print(events: &[feed::Event]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for event in events {
        writeln!(out, "{}", event.body())?;
    }
    out.flush()
}
