//! The log of a serving process, to standard error and without personal data, and its traces.

use std::panic;

use tracing_subscriber::filter::{EnvFilter, LevelFilter, Targets};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use super::Failure;
use crate::config::{LogFormat, Settings};
use crate::traces::{self, Traces};

/// Starts the log, and the traces if a collector is named. May be called once.
pub(super) fn start(settings: &Settings) -> Result<Option<Traces>, Failure> {
    let log = &settings.log;
    let wrong = |error: &dyn std::fmt::Display| Failure::Configuration(format!("log.filter: `{}` {error}", log.filter));
    let filter = EnvFilter::try_new(&log.filter).map_err(|_| wrong(&"is no filter"))?;
    // Spans are for the collector, and would be repeated in each line.
    let without = format!("{}=off", traces::TARGET).parse().map_err(|error| wrong(&error))?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match log.format {
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
        LogFormat::Text => lines.boxed(),
    };
    let given = &settings.traces;
    let share = given.share;
    if !(0.0..=1.0).contains(&share) {
        return Err(Failure::Configuration(format!("traces.share: {share} is no share, 0 to 1")));
    }
    let opened = given.collector.as_ref().map(|address| Traces::open(address, share)).transpose();
    let opened = opened.map_err(|error| Failure::Configuration(format!("[traces] {error}")))?;
    let spans = opened
        .as_ref()
        .map(|traces| traces.layer().with_filter(Targets::new().with_target(traces::TARGET, LevelFilter::INFO)));
    let registry = tracing_subscriber::registry().with(lines.with_filter(filter.add_directive(without)));
    // A layer that is none would have spans made that nobody looks at.
    let begun = match spans {
        Some(spans) => registry.with(spans).try_init(),
        None => registry.try_init(),
    };
    begun.map_err(|error| Failure::Failed(error.to_string()))?;
    // The text of a panic can hold a value; its place cannot.
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
    Ok(opened)
}

/// Sends the traces that are left.
pub(super) async fn end(traces: Option<Traces>) {
    if let Some(traces) = traces {
        traces.end().await;
    }
}
