//! The storm: people who report until they are answered, and a server that is killed under them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use xtask::product::{Client, Product, Server};

use super::{Acknowledged, Plan};
use crate::dice::Dice;
use crate::reporters::{self, Answer, Reporter};

/// No report waits longer for its answer, however often the server dies.
const PATIENCE: Duration = Duration::from_secs(120);
/// Before the same is sent again.
const PAUSE: Duration = Duration::from_millis(20);
/// The server dies this much later than its time has come, at most, so that no kill is in step with an answer.
const LATER_MS: usize = 40;

/// What writers and killer share.
struct Shared<'s> {
    plan: Plan,
    people: &'s [Reporter],
    address: Mutex<String>,
    /// Number of the next mutation.
    next: AtomicUsize,
    acknowledged: Mutex<Vec<Acknowledged>>,
    count: AtomicUsize,
    again: AtomicUsize,
    /// Somebody has given up.
    over: AtomicBool,
}

/// Reports until every mutation is acknowledged.
pub(super) fn run(product: &Product, people: &[Reporter], plan: Plan) -> Result<Vec<Acknowledged>, String> {
    let server = product.serve()?;
    let shared = Shared {
        plan,
        people,
        address: Mutex::new(server.address().to_owned()),
        next: AtomicUsize::new(0),
        acknowledged: Mutex::new(vec![]),
        count: AtomicUsize::new(0),
        again: AtomicUsize::new(0),
        over: AtomicBool::new(false),
    };
    let started = Instant::now();
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..people.len())
            .map(|writer| {
                let shared = &shared;
                scope.spawn(move || {
                    let outcome = write(shared, writer);
                    if outcome.is_err() {
                        shared.over.store(true, Ordering::SeqCst);
                    }
                    outcome
                })
            })
            .collect();
        let killed = kill(product, server, &shared);
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
    println!("{} mutations in {seconds:.1} s; {again} sent again", plan.mutations);
    Ok(shared.acknowledged.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Kills the server at random moments and starts it anew; gives back the one that lives.
fn kill(product: &Product, mut server: Server, shared: &Shared<'_>) -> Result<Server, String> {
    let mut dice = Dice::new(shared.plan.seed);
    let mut moments: Vec<usize> = (0..shared.plan.kills).map(|_| dice.below(shared.plan.mutations)).collect();
    moments.sort_unstable();
    for moment in moments {
        while shared.count.load(Ordering::SeqCst) < moment {
            if shared.over.load(Ordering::SeqCst) {
                return Ok(server);
            }
            if !server.runs() {
                return Err("the server ended by itself".into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(dice.below(LATER_MS) as u64));
        drop(server);
        server = product.serve()?;
        server.address().clone_into(&mut shared.address.lock().unwrap_or_else(PoisonError::into_inner));
    }
    Ok(server)
}

fn write(shared: &Shared<'_>, writer: usize) -> Result<(), String> {
    let reporter = &shared.people[writer];
    let mut client = None;
    loop {
        let number = shared.next.fetch_add(1, Ordering::SeqCst);
        if number >= shared.plan.mutations {
            return Ok(());
        }
        let key = format!("crash-{}-{number}", shared.plan.seed);
        let description = format!("楼道堆放杂物, 第 {number} 处, 试验 {}", shared.plan.seed);
        let body = reporter.body(&key, &description);
        let started = Instant::now();
        let hazard = loop {
            let why = match attempt(&mut client, shared, reporter, &body)
                .map(|(s, t)| reporters::read(&s, &t, &description))
            {
                Ok(Answer::Done(hazard)) => break hazard,
                Ok(Answer::Refused(text)) => return Err(format!("{key} was refused: {text}")),
                Ok(Answer::Later(why)) => why,
                Err(why) => {
                    client = None;
                    why
                }
            };
            if started.elapsed() > PATIENCE || shared.over.load(Ordering::SeqCst) {
                return Err(format!("{key} was not answered: {why}"));
            }
            shared.again.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(PAUSE);
        };
        let done = Acknowledged { writer, key, description, hazard };
        shared.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).push(done);
        shared.count.fetch_add(1, Ordering::SeqCst);
    }
}

/// Sends once, on the connection there is or on a new one.
fn attempt(
    client: &mut Option<Client>,
    shared: &Shared<'_>,
    reporter: &Reporter,
    body: &str,
) -> Result<(String, String), String> {
    let connected = match client {
        Some(client) => client,
        None => {
            let address = shared.address.lock().unwrap_or_else(PoisonError::into_inner).clone();
            client.insert(Client::connect(&address)?)
        }
    };
    connected.post(&reporter.token, body)
}
