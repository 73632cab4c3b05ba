//! 事件中枢. The newest events of the feed in memory, for everybody in this process who follows. Whoever is behind reads the
//! feed itself, so nobody who is slow loses an event, and nobody who is slow is waited for.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::Kind;
use super::feed::{self, CHANNEL, Event};
use crate::kernel::clock::Clock;
use crate::metrics::Metrics;
use crate::read::session::{ReadError, Session};
use crate::storage::{Listener, ReadPool, WritePool};

/// Events in memory.
const KEPT: usize = 4_096;
/// Events read at once.
const AT_ONCE: u64 = 500;
/// How long at most until the feed is looked at, whatever was told.
const LOOK: Duration = Duration::from_millis(200);
/// Pause after events were given their places, so that those of a busy moment get theirs together.
const GATHER: Duration = Duration::from_millis(20);

/// The events of this process.
pub struct Hub {
    pool: ReadPool,
    newest: RwLock<VecDeque<Arc<Event>>>,
    head: watch::Sender<i64>,
    wake: Arc<Notify>,
    figures: (Arc<Metrics>, Arc<dyn Clock>),
}

impl Hub {
    /// A hub over a database, at the end of its feed. `wake` is told of what this process writes.
    pub async fn open(
        pool: ReadPool,
        wake: Arc<Notify>,
        figures: (Arc<Metrics>, Arc<dyn Clock>),
    ) -> Result<Hub, ReadError> {
        let head = feed::head(&mut Session::open(&pool).await?).await?;
        Ok(Hub { pool, newest: RwLock::default(), head: watch::Sender::new(head), wake, figures })
    }

    /// The last position that is known here.
    pub fn head(&self) -> i64 {
        *self.head.borrow()
    }

    /// Follows from after a position.
    pub fn follow(self: &Arc<Self>, after: i64) -> Follower {
        Follower { head: self.head.subscribe(), hub: self.clone(), position: after }
    }

    /// Gives positions to what was committed, and takes in what is new.
    pub async fn turn(&self, writing: &WritePool) -> Result<(), ReadError> {
        self.turned(writing).await.map(drop)
    }

    /// The same; tells whether anything waited for its position.
    async fn turned(&self, writing: &WritePool) -> Result<bool, ReadError> {
        let waited = feed::waits(&mut Session::open(&self.pool).await?).await?;
        // What comes in after this has its own news.
        while waited && feed::sequence(writing).await? == feed::AT_ONCE {}
        self.take_in().await?;
        Ok(waited)
    }

    /// Turns for ever: at once when this process or another one tells of something, and now and then all the same.
    pub async fn run(self: Arc<Self>, writing: WritePool) {
        let mut listener = None;
        loop {
            let turned = self.turned(&writing).await;
            let look = tokio::time::Instant::now() + LOOK;
            match turned {
                Ok(true) => tokio::time::sleep(GATHER).await,
                Ok(false) => {}
                Err(error) => tracing::error!(%error, "events cannot be given their places"),
            }
            if listener.is_none() {
                listener = Listener::on(&self.pool, CHANNEL).await;
            }
            tokio::select! {
                () = self.wake.notified() => {}
                () = told(&mut listener, self.head()) => {}
                () = tokio::time::sleep_until(look) => {}
            }
        }
    }

    async fn take_in(&self) -> Result<(), ReadError> {
        loop {
            let events = feed::after(&mut Session::open(&self.pool).await?, self.head(), AT_ONCE).await?;
            let Some(head) = events.last().map(|event| event.position) else { return Ok(()) };
            let more = events.len() as u64 == AT_ONCE;
            let (metrics, clock) = &self.figures;
            for event in &events {
                metrics.event(event.position, clock.now_ms() - event.at, event.kind == Kind::ClockBreached.code());
            }
            {
                let mut newest = self.newest.write().unwrap_or_else(PoisonError::into_inner);
                newest.extend(events.into_iter().map(Arc::new));
                let over = newest.len().saturating_sub(KEPT);
                newest.drain(..over);
            }
            self.head.send_replace(head);
            if !more {
                return Ok(());
            }
        }
    }

    /// Events after a position, as far as they are in memory without a gap.
    fn known_after(&self, position: i64) -> Option<Vec<Arc<Event>>> {
        let newest = self.newest.read().unwrap_or_else(PoisonError::into_inner);
        let first = newest.front()?.position;
        // Positions have no gaps, so the place follows from the number.
        let skipped = usize::try_from(position + 1 - first).ok()?;
        Some(newest.iter().skip(skipped).cloned().collect())
    }
}

/// Waits until another process tells of an event that is not known yet; for ever where nothing is listened to.
async fn told(listener: &mut Option<Listener>, head: i64) {
    let Some(open) = listener else { return std::future::pending().await };
    loop {
        match open.told().await {
            // Told by this process itself, most of the time.
            Some(position) if position.parse().is_ok_and(|position: i64| position <= head) => {}
            Some(_) => return,
            None => {
                *listener = None;
                return;
            }
        }
    }
}

/// Somebody who follows.
pub struct Follower {
    hub: Arc<Hub>,
    head: watch::Receiver<i64>,
    position: i64,
}

impl Follower {
    /// The next events, at least one and in order, once there are any.
    pub async fn next(&mut self) -> Result<Vec<Arc<Event>>, ReadError> {
        loop {
            // The sender lives in the hub that is held here, so waiting cannot fail.
            let waited = self.head.wait_for(|head| *head > self.position).await.is_ok();
            let events = match self.hub.known_after(self.position) {
                Some(known) => known,
                // Boxed: nobody who only waits should hold the room of a reading.
                None => Box::pin(self.read()).await?,
            };
            if let Some(last) = events.last() {
                self.position = last.position;
                return Ok(events);
            }
            if !waited {
                return std::future::pending().await;
            }
        }
    }

    /// The next events from the feed itself.
    async fn read(&self) -> Result<Vec<Arc<Event>>, ReadError> {
        let mut session = Session::open(&self.hub.pool).await?;
        let read = feed::after(&mut session, self.position, AT_ONCE).await?;
        Ok(read.into_iter().map(Arc::new).collect())
    }
}
