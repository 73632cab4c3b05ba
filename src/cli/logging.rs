//! The log of a serving process: to standard error, without personal data.

use std::panic;

use tracing_subscriber::EnvFilter;

use super::Failure;
use crate::config::{Log, LogFormat};

/// Starts the log. May be called once.
pub(super) fn start(log: &Log) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&log.filter)
        .map_err(|_| Failure::Configuration(format!("log.filter: `{}` is no filter", log.filter)))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Text => lines.try_init(),
    };
    started.map_err(|error| Failure::Failed(error.to_string()))?;
    // The text of a panic can hold a value; its place cannot.
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
    Ok(())
}
