//! Progress of long work, shown on a terminal and nowhere else.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::demo::Progress;

const TEMPLATE: &str = "{spinner} {bar:32} {percent:>3} % {msg} ({elapsed})";

/// A bar on standard error.
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// A bar that is drawn only if standard error is a terminal.
    pub(super) fn start() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(10));
        let bar = match ProgressStyle::with_template(TEMPLATE) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        };
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn step(&self, label: &str, done: u64, total: u64) {
        self.0.set_length(total.max(done));
        self.0.set_position(done);
        self.0.set_message(label.to_owned());
    }
}
