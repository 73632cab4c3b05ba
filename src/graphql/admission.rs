//! 准入. How much runs at once. Beyond that a few may wait, and the rest is told to come again: a server that takes
//! everything answers nothing. Writes have places of their own, and what reads much never takes the places of what reads little.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Objects of an answer from which on an operation counts as an export.
const EXPORT: u64 = 2_000;

/// How many of a kind may run and wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// Run at once.
    pub running: usize,
    /// Wait.
    pub waiting: usize,
}

/// Who is let in.
pub struct Admission {
    writes: Lane,
    reads: Lane,
    exports: Lane,
}

/// What an operation is, as far as its place goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lanes {
    /// A mutation.
    Write,
    /// A query of somebody who looks at a screen.
    Read,
    /// A query whose answer may be large.
    Export,
}

impl Lanes {
    /// The lane of an operation.
    pub fn of(is_mutation: bool, objects: u64) -> Lanes {
        match (is_mutation, objects >= EXPORT) {
            (true, _) => Lanes::Write,
            (false, true) => Lanes::Export,
            (false, false) => Lanes::Read,
        }
    }
}

struct Lane {
    places: Semaphore,
    /// Who is patient takes half of the places at most: however many they are, others find one.
    patient: Semaphore,
    waiting: AtomicUsize,
    most_waiting: usize,
    longest: Duration,
    /// Whether somebody was sent away, and nobody has found a place at once since. One waits but shortly then: what a burst may
    /// wait for would be, where there is always too much, what everybody waits for.
    strained: AtomicBool,
}

/// One waits for such a part of the longest wait after others were sent away.
const SHORTLY: u32 = 20;

/// A place, until it is dropped.
pub struct Place<'l> {
    _place: SemaphorePermit<'l>,
    _patient: Option<SemaphorePermit<'l>>,
}

/// There is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overloaded;

impl Admission {
    /// Places for writes, reads and exports.
    pub fn new(writes: Places, reads: Places, exports: Places, longest: Duration) -> Admission {
        let lane = |places| Lane::new(places, longest);
        Admission { writes: lane(writes), reads: lane(reads), exports: lane(exports) }
    }

    /// A place, now or after a wait that is not too long. Who is patient is never sent away: what is told to a subscription,
    /// of which there are no more than streams.
    pub async fn enter(&self, lane: Lanes, patient: bool) -> Result<Place<'_>, Overloaded> {
        let lane = match lane {
            Lanes::Write => &self.writes,
            Lanes::Read => &self.reads,
            Lanes::Export => &self.exports,
        };
        lane.enter(patient).await
    }
}

impl Lane {
    fn new(places: Places, longest: Duration) -> Lane {
        let running = places.running.clamp(1, Semaphore::MAX_PERMITS);
        let patient = Semaphore::new((running / 2).max(1));
        Lane {
            places: Semaphore::new(running),
            patient,
            waiting: AtomicUsize::new(0),
            most_waiting: places.waiting,
            longest,
            strained: AtomicBool::new(false),
        }
    }

    async fn enter(&self, patient: bool) -> Result<Place<'_>, Overloaded> {
        if patient {
            let first = self.patient.acquire().await.map_err(|_| Overloaded)?;
            let place = self.places.acquire().await.map_err(|_| Overloaded)?;
            return Ok(Place { _place: place, _patient: Some(first) });
        }
        if let Ok(place) = self.places.try_acquire() {
            // Whoever waits comes first, so nobody does.
            self.strained.store(false, Ordering::Relaxed);
            return Ok(Place { _place: place, _patient: None });
        }
        // Whoever would be answered late is better told so soon: late answers to those who have gone are what a server that
        // has too much to do drowns in.
        match self.waited().await {
            Some(place) => Ok(Place { _place: place, _patient: None }),
            None => {
                self.strained.store(true, Ordering::Relaxed);
                Err(Overloaded)
            }
        }
    }

    /// A place after a wait; `None`: too many wait, or it took too long.
    async fn waited(&self) -> Option<SemaphorePermit<'_>> {
        let _waits = Waits::begin(self).ok()?;
        let mut place = pin!(self.places.acquire());
        let shortly = self.longest / SHORTLY;
        match timeout(shortly, &mut place).await {
            Ok(place) => place.ok(),
            Err(_) if self.strained.load(Ordering::Relaxed) => None,
            Err(_) => timeout(self.longest - shortly, place).await.ok()?.ok(),
        }
    }
}

/// Somebody who waits; counted until it is dropped, also when the client has gone.
struct Waits<'l>(&'l Lane);

impl<'l> Waits<'l> {
    fn begin(lane: &'l Lane) -> Result<Waits<'l>, Overloaded> {
        let waits = Waits(lane);
        if lane.waiting.fetch_add(1, Ordering::Relaxed) < lane.most_waiting { Ok(waits) } else { Err(Overloaded) }
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::poll;

    #[tokio::test]
    async fn who_finds_no_place_waits_or_is_sent_away() {
        let one = Places { running: 1, waiting: 1 };
        let admission = Admission::new(one, one, one, Duration::from_secs(60));
        let first = admission.enter(Lanes::Read, false).await.unwrap();
        let mut second = Box::pin(admission.enter(Lanes::Read, false));
        assert!(poll!(&mut second).is_pending());
        assert_eq!(admission.enter(Lanes::Read, false).await.err(), Some(Overloaded));
        assert!(admission.enter(Lanes::Write, false).await.is_ok(), "reads do not keep writes out");
        drop(first);
        let second = second.await.unwrap();
        let mut third = Box::pin(admission.enter(Lanes::Read, false));
        assert!(poll!(&mut third).is_pending());
        drop(third);
        let mut fourth = Box::pin(admission.enter(Lanes::Read, false));
        assert!(poll!(&mut fourth).is_pending(), "whoever went away waits no more");
        let mut patient = Box::pin(admission.enter(Lanes::Read, true));
        assert!(poll!(&mut patient).is_pending(), "who is patient waits beyond those who may");
        drop(second);
        drop(fourth.await);
        assert!(patient.await.is_ok());
    }

    #[tokio::test]
    async fn who_is_patient_leaves_places_to_others() {
        let two = Places { running: 2, waiting: 0 };
        let admission = Admission::new(two, two, two, Duration::from_secs(60));
        let first = admission.enter(Lanes::Read, true).await.unwrap();
        let mut second = Box::pin(admission.enter(Lanes::Read, true));
        assert!(poll!(&mut second).is_pending());
        assert!(admission.enter(Lanes::Read, false).await.is_ok());
        drop(first);
        assert!(second.await.is_ok());
    }

    #[tokio::test]
    async fn who_waits_too_long_is_sent_away() {
        let one = Places { running: 1, waiting: 1 };
        let admission = Admission::new(one, one, one, Duration::from_millis(20));
        let first = admission.enter(Lanes::Read, false).await.unwrap();
        assert_eq!(admission.enter(Lanes::Read, false).await.err(), Some(Overloaded));
        drop(first);
        assert!(admission.enter(Lanes::Read, false).await.is_ok());
    }

    #[tokio::test]
    async fn where_others_were_sent_away_one_waits_but_shortly() {
        let one = Places { running: 1, waiting: 1 };
        let longest = Duration::from_secs(20);
        let admission = Admission::new(one, one, one, longest);
        let first = admission.enter(Lanes::Read, false).await.unwrap();
        let mut waits = Box::pin(admission.enter(Lanes::Read, false));
        assert!(poll!(&mut waits).is_pending());
        let strained = |lane: &Lane| lane.strained.load(Ordering::Relaxed);
        assert!(!strained(&admission.reads));
        assert_eq!(admission.enter(Lanes::Read, false).await.err(), Some(Overloaded));
        assert!(strained(&admission.reads) && !strained(&admission.writes));
        assert_eq!(timeout(longest / 2, waits).await.unwrap().err(), Some(Overloaded));
        drop(first);
        assert!(admission.enter(Lanes::Read, false).await.is_ok());
        assert!(!strained(&admission.reads), "there was a place again");
    }

    #[test]
    fn large_answers_are_exports() {
        assert_eq!(
            [Lanes::of(true, u64::MAX), Lanes::of(false, 1_999), Lanes::of(false, 2_000)],
            [Lanes::Write, Lanes::Read, Lanes::Export]
        );
    }
}
