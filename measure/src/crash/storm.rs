//! The storm: people who write until they are answered, and a server that is killed under them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use xtask::product::{Client, Product, Server};

use super::deed::{Acknowledged, Deed};
use super::{Storm, photo};
use crate::dice::Dice;
use crate::reporters::{Answer, Reporter};
use crate::table::Tables;

/// Nothing waits longer for its answer, however often the server dies.
const PATIENCE: Duration = Duration::from_secs(120);
/// Before the same is sent again.
const PAUSE: Duration = Duration::from_millis(20);
/// The server dies this much later than its time has come, at most, so that no kill is in step with an answer.
const LATER_MS: usize = 40;
/// Every other time it dies so soon after its start, at most: while it rings the clocks that were over meanwhile.
const SOON_MS: usize = 200;
/// Of so many mutations of a person the last puts a hazard right, and the others report.
const ROUND: usize = 4;

/// What writers and killer share.
struct Shared<'s> {
    storm: &'s Storm<'s>,
    address: Mutex<String>,
    /// Number of the next mutation.
    next: AtomicUsize,
    acknowledged: Mutex<Vec<Acknowledged>>,
    count: AtomicUsize,
    again: AtomicUsize,
    /// Somebody has given up.
    over: AtomicBool,
}

/// Somebody who writes.
struct Writer<'s> {
    shared: &'s Shared<'s>,
    place: usize,
    reporter: &'s Reporter,
    client: Option<Client>,
    /// Hazards that they have reported and not put right.
    open: VecDeque<i64>,
}

/// Writes until every mutation is acknowledged.
pub(super) fn run(product: &Product, tables: &Tables, storm: &Storm<'_>) -> Result<Vec<Acknowledged>, String> {
    storm.alarms.release(tables, 0)?;
    let server = product.serve_today()?;
    let shared = Shared {
        storm,
        address: Mutex::new(server.address().to_owned()),
        next: AtomicUsize::new(0),
        acknowledged: Mutex::new(vec![]),
        count: AtomicUsize::new(0),
        again: AtomicUsize::new(0),
        over: AtomicBool::new(false),
    };
    let started = Instant::now();
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..)
            .zip(storm.people)
            .map(|(place, reporter)| {
                let shared = &shared;
                scope.spawn(move || {
                    let outcome = Writer { shared, place, reporter, client: None, open: VecDeque::new() }.write();
                    if outcome.is_err() {
                        shared.over.store(true, Ordering::SeqCst);
                    }
                    outcome
                })
            })
            .collect();
        let killed = kill(product, tables, server, &shared);
        if killed.is_err() {
            shared.over.store(true, Ordering::SeqCst);
        }
        for writer in writers {
            writer.join().map_err(|_| "a writer panicked".to_owned())??;
        }
        // Held until here: the last writers still need it.
        killed.map(drop)
    })?;
    let (seconds, again) = (started.elapsed().as_secs_f64(), shared.again.into_inner());
    println!("{} mutations in {seconds:.1} s; {again} requests sent again", storm.plan.mutations);
    Ok(shared.acknowledged.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Kills the server at random moments and starts it anew; gives back the one that lives.
fn kill(product: &Product, tables: &Tables, mut server: Server, shared: &Shared<'_>) -> Result<Server, String> {
    let Storm { plan, alarms, .. } = shared.storm;
    let mut dice = Dice::new(plan.seed);
    let mut moments: Vec<usize> = (0..plan.kills.div_ceil(2)).map(|_| dice.below(plan.mutations)).collect();
    moments.sort_unstable();
    for start in 1..=plan.kills {
        let soon = start % 2 == 0;
        while !soon && shared.count.load(Ordering::SeqCst) < moments[start / 2] {
            if shared.over.load(Ordering::SeqCst) {
                return Ok(server);
            }
            if !server.runs() {
                return Err("the server ended by itself".into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(dice.below(if soon { SOON_MS } else { LATER_MS }) as u64));
        drop(server);
        alarms.release(tables, start)?;
        server = product.serve_today()?;
        server.address().clone_into(&mut shared.address.lock().unwrap_or_else(PoisonError::into_inner));
    }
    Ok(server)
}

impl Writer<'_> {
    fn write(mut self) -> Result<(), String> {
        let (shared, reporter) = (self.shared, self.reporter);
        let plan = shared.storm.plan;
        for done in 1.. {
            let number = shared.next.fetch_add(1, Ordering::SeqCst);
            if number >= plan.mutations {
                break;
            }
            let key = format!("crash-{}-{number}", plan.seed);
            let deed = self.deed(number, done % ROUND == 0)?;
            let body = deed.body(reporter, &key);
            let hazard = self.answered(&key, |client| {
                let (status, text) = client.post(&reporter.token, &body)?;
                Ok(deed.read(&status, &text))
            })?;
            if let Deed::Report { .. } = deed {
                self.open.push_back(hazard);
            }
            let done = Acknowledged { writer: self.place, key, deed, hazard };
            shared.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).push(done);
            shared.count.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }

    /// What they do as the mutation of a number; for a step the photos are uploaded.
    fn deed(&mut self, number: usize, step: bool) -> Result<Deed, String> {
        let seed = self.shared.storm.plan.seed;
        let Some(hazard) = self.open.front().copied().filter(|_| step) else {
            return Ok(Deed::Report { description: format!("楼道堆放杂物, 第 {number} 处, 试验 {seed}") });
        };
        self.open.pop_front();
        let reporter = self.reporter;
        let mut photo = |phase: u64| {
            let content = photo::of((seed << 32) + 2 * number as u64 + phase)?;
            self.answered(&format!("a photo for {number}"), |client| photo::upload(client, reporter, &content))
        };
        let photos = [photo(0)?, photo(1)?];
        Ok(Deed::Fix { hazard, measure: format!("已清理, 第 {number} 处, 试验 {seed}"), photos })
    }

    /// Sends until it is answered, on the connection there is or on a new one.
    fn answered<T>(
        &mut self,
        what: &str,
        mut send: impl FnMut(&mut Client) -> Result<Answer<T>, String>,
    ) -> Result<T, String> {
        let shared = self.shared;
        let started = Instant::now();
        loop {
            let why = match self.connected().and_then(&mut send) {
                Ok(Answer::Done(done)) => return Ok(done),
                Ok(Answer::Refused(text)) => return Err(format!("{what} was refused: {text}")),
                Ok(Answer::Later(why)) => why,
                Err(why) => {
                    self.client = None;
                    why
                }
            };
            if started.elapsed() > PATIENCE || shared.over.load(Ordering::SeqCst) {
                return Err(format!("{what} was not answered: {why}"));
            }
            shared.again.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(PAUSE);
        }
    }

    fn connected(&mut self) -> Result<&mut Client, String> {
        match &mut self.client {
            Some(client) => Ok(client),
            client => {
                let address = self.shared.address.lock().unwrap_or_else(PoisonError::into_inner).clone();
                Ok(client.insert(Client::connect(&address)?))
            }
        }
    }
}
