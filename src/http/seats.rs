//! Who stays: sockets and streams, counted for each subject, told when the server stops, and waited for then.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::metrics::{Counted, Metrics};

/// Everybody who stays.
#[derive(Clone)]
pub(super) struct Seats(Arc<Inner>);

struct Inner {
    most: usize,
    metrics: Arc<Metrics>,
    by_subject: Mutex<HashMap<String, usize>>,
    taken: watch::Sender<usize>,
    stopping: watch::Sender<bool>,
}

/// A place of somebody; given back when it is dropped.
pub(super) struct Seat {
    seats: Seats,
    subject: String,
}

/// That something is open which the stop waits for.
pub(super) struct Open {
    seats: Seats,
    #[expect(dead_code, reason = "held until it closes")]
    counted: Counted,
}

impl Seats {
    /// Places for at most so many of each subject.
    pub(super) fn new(most: usize, metrics: Arc<Metrics>) -> Self {
        let (taken, stopping) = (watch::Sender::new(0), watch::Sender::new(false));
        Self(Arc::new(Inner { most, metrics, by_subject: Mutex::default(), taken, stopping }))
    }

    /// A place for a subject. `None`: the subject has as many as allowed.
    pub(super) fn take(&self, subject: &str) -> Option<Seat> {
        let mut all = self.0.by_subject.lock().unwrap_or_else(PoisonError::into_inner);
        let count = all.entry(subject.to_owned()).or_default();
        if *count >= self.0.most {
            return None;
        }
        *count += 1;
        Some(Seat { seats: self.clone(), subject: subject.to_owned() })
    }

    /// Something opens in this form.
    pub(super) fn open(&self, form: &'static str) -> Open {
        self.0.taken.send_modify(|taken| *taken += 1);
        Open { seats: self.clone(), counted: Counted::new(&self.0.metrics, form) }
    }

    /// From now on everybody is asked to leave.
    pub(super) fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// Whether the server stops.
    pub(super) fn is_stopping(&self) -> bool {
        *self.0.stopping.borrow()
    }

    /// Resolves when the server stops.
    pub(super) async fn stopped(&self) {
        let mut stopping = self.0.stopping.subscribe();
        // The sender lives in `self`, so the wait ends with a stop only.
        if stopping.wait_for(|stopping| *stopping).await.is_err() {
            std::future::pending().await
        }
    }

    /// Resolves when nothing is open any more.
    pub(super) async fn emptied(&self) {
        let mut taken = self.0.taken.subscribe();
        if taken.wait_for(|taken| *taken == 0).await.is_err() {
            std::future::pending().await
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut all = self.seats.0.by_subject.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = all.get_mut(&self.subject) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.subject);
            }
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.seats.0.taken.send_modify(|taken| *taken -= 1);
    }
}
