//! Asking over many connections for a while, and what that took.

use std::cmp::Ordering;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use measure::cpu::Clock;
use measure::reporters::{self, Answer, Reporter};
use xtask::product::Client;

/// How long a turn lasts, and before it counts.
const TURN: Duration = Duration::from_secs(2);
/// The same where answers are fewer than there could be: the slowest of a hundred needs many.
pub(crate) const PACED_TURN: Duration = Duration::from_secs(3);
const WARM_UP: Duration = Duration::from_millis(500);
/// Turns of each of two sides; the middle one counts.
pub(crate) const ROUNDS: usize = 5;
/// Keys of reports, each used once in a run.
static KEYS: AtomicUsize = AtomicUsize::new(0);
/// How many were sent of those that come one after the other.
static TURNS: AtomicUsize = AtomicUsize::new(0);
/// What a report is told that may go well when it is sent again.
const AGAIN: [&str; 3] = ["OVERLOADED", "RATE_LIMITED", "TRY_AGAIN"];
/// More than so many of a hundred that were told so are no measurement of those who were not.
const MOST_AGAIN: usize = 1;
const DESCRIPTION: &str = "三楼楼道堆放电动自行车电池和纸箱, 占用疏散通道";

/// What is sent.
#[derive(Clone)]
pub(crate) enum Sent {
    /// The same each time.
    Same {
        /// Who asks.
        token: String,
        /// The body.
        body: String,
    },
    /// Reports of hazards, each by somebody of these.
    Reports(Vec<Reporter>),
    /// One after the other.
    Turns(Vec<Sent>),
}

impl Sent {
    /// One, or one after the other.
    pub(crate) fn of(mut all: Vec<Sent>) -> Sent {
        if all.len() == 1 { all.remove(0) } else { Sent::Turns(all) }
    }

    /// What is sent, in its order.
    pub(crate) fn each(&self) -> impl Iterator<Item = &Sent> {
        match self {
            Sent::Turns(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        }
        .iter()
    }

    /// Sends it over a connection; the answer, or nothing where it may go well later.
    pub(crate) fn send(&self, client: &mut Client, worker: usize) -> Result<Option<String>, String> {
        match self {
            Sent::Same { token, body } => {
                let (status, text) = client.post(token, body)?;
                let answered = status.contains(" 200 ") && !text.contains("\"errors\":");
                if answered { Ok(Some(text)) } else { Err(format!("{status}: {text}")) }
            }
            Sent::Reports(people) => {
                let reporter = &people[worker % people.len()];
                let key = format!("bench-{}-{}", std::process::id(), KEYS.fetch_add(1, Relaxed));
                let (status, text) = client.post(&reporter.token, &reporter.body(&key, DESCRIPTION))?;
                match reporters::read(&status, &text, DESCRIPTION) {
                    Answer::Done(_) => Ok(Some(text)),
                    Answer::Later(why) if AGAIN.iter().any(|code| why.contains(code)) => Ok(None),
                    Answer::Later(why) | Answer::Refused(why) => Err(why),
                }
            }
            Sent::Turns(all) => {
                let next = TURNS.fetch_add(1, Relaxed);
                all[next % all.len()].send(client, worker)
            }
        }
    }
}

/// A side that is asked.
pub(crate) struct Side<'s> {
    /// Where it listens.
    pub(crate) address: &'s str,
    /// Its process.
    pub(crate) process: u32,
    /// What it is sent.
    pub(crate) sent: Sent,
}

/// How it is asked.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    /// Connections.
    pub(crate) connections: usize,
    /// So many a second in all, whatever the answers take; `None`: again as soon as there is an answer.
    pace: Option<f64>,
    /// For how long.
    lasts: Duration,
}

impl Way {
    /// Over so many connections, each again as soon as there is an answer.
    pub(crate) const fn at_once(connections: usize) -> Way {
        Way { connections, pace: None, lasts: TURN }
    }

    /// As long as this.
    pub(crate) const fn lasting(self, lasts: Duration) -> Way {
        Way { lasts, ..self }
    }

    /// Over as many, so often a second in all.
    pub(crate) fn paced(self, pace: f64, lasts: Duration) -> Way {
        Way { pace: Some(pace), lasts, ..self }
    }
}

/// What a side did in a turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// How many answers there were.
    pub(crate) answers: usize,
    /// Answers a second.
    pub(crate) per_second: f64,
    /// Of the answers, from when they were due to be asked.
    pub(crate) p50: Duration,
    /// The slowest of a hundred.
    pub(crate) p99: Duration,
    /// CPU of a request in milliseconds: of the program.
    pub(crate) program: f64,
    /// Of the database.
    pub(crate) database: f64,
}

impl Turn {
    /// CPU of both.
    pub(crate) fn cpu(&self) -> f64 {
        self.program + self.database
    }
}

/// Asks for a while.
pub(crate) fn turn(side: &Side<'_>, clock: &Clock, way: Way) -> Result<Turn, String> {
    load(side, way, WARM_UP)?;
    let (program, database) = (clock.process(side.process)?, clock.database()?);
    let began = Instant::now();
    let mut times = load(side, way, way.lasts)?;
    let seconds = began.elapsed().as_secs_f64();
    let (program, database) = (clock.process(side.process)? - program, clock.database()? - database);
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let each = |spent: f64| spent * 1e3 / times.len() as f64;
    Ok(Turn {
        answers: times.len(),
        per_second: times.len() as f64 / seconds,
        p50: at(0.5),
        p99: at(0.99),
        program: each(program),
        database: each(database),
    })
}

/// What two sides did by turns.
pub(crate) struct Compared {
    /// The middle turn of the one.
    pub(crate) one: Turn,
    /// That of the other.
    pub(crate) other: Turn,
    /// Times that the one took the CPU of the other, in order.
    pub(crate) ratios: [f64; ROUNDS],
}

impl Compared {
    /// The middle one.
    pub(crate) fn ratio(&self) -> f64 {
        self.ratios[ROUNDS / 2]
    }
}

/// Asks both by turns, now the one first and now the other, so that what else the machine does meets both.
pub(crate) fn by_turns(one: &Side<'_>, other: &Side<'_>, clock: &Clock, way: Way) -> Result<Compared, String> {
    let (mut ones, mut others, mut ratios) = (vec![], vec![], [0.0; ROUNDS]);
    for (round, ratio) in ratios.iter_mut().enumerate() {
        let (mine, yours) = if round % 2 == 0 {
            (turn(one, clock, way)?, turn(other, clock, way)?)
        } else {
            let yours = turn(other, clock, way)?;
            (turn(one, clock, way)?, yours)
        };
        *ratio = mine.cpu() / yours.cpu();
        ones.push(mine);
        others.push(yours);
    }
    ratios.sort_by(f64::total_cmp);
    Ok(Compared { one: middle(ones), other: middle(others), ratios })
}

/// Asks one side in as many turns.
pub(crate) fn turns(side: &Side<'_>, clock: &Clock, way: Way) -> Result<Vec<Turn>, String> {
    (0..ROUNDS).map(|_| turn(side, clock, way)).collect()
}

/// That of the turns whose CPU is the middle one.
pub(crate) fn middle(turns: Vec<Turn>) -> Turn {
    middle_by(turns, |one, other| one.cpu().total_cmp(&other.cpu()))
}

/// The middle one in an order, of at least one.
pub(crate) fn middle_by<T: Copy>(mut all: Vec<T>, order: impl Fn(&T, &T) -> Ordering) -> T {
    all.sort_by(order);
    all[all.len() / 2]
}

/// A time as it is printed.
pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn load(side: &Side<'_>, way: Way, lasts: Duration) -> Result<Vec<Duration>, String> {
    let ends = Instant::now() + lasts;
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..way.connections).map(|worker| scope.spawn(move || one(side, way, worker, ends))).collect();
        let (mut all, mut again) = (vec![], 0);
        for worker in workers {
            let (times, later) = worker.join().map_err(|_| "a client panicked".to_owned())??;
            all.extend(times);
            again += later;
        }
        if again * 100 > all.len() * MOST_AGAIN {
            return Err(format!("{again} were told to come again, {} were answered", all.len()));
        }
        if all.is_empty() { Err("nothing was answered".into()) } else { Ok(all) }
    })
}

/// How long the answers took, and how many were told to come again.
fn one(side: &Side<'_>, way: Way, worker: usize, ends: Instant) -> Result<(Vec<Duration>, usize), String> {
    let mut client = Client::connect(side.address)?;
    let (mut times, mut again) = (vec![], 0);
    let every = way.pace.map(|pace| Duration::from_secs_f64(way.connections as f64 / pace));
    let mut due = Instant::now() + every.unwrap_or_default() * worker as u32 / way.connections as u32;
    while due < ends {
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        match side.sent.send(&mut client, worker)? {
            Some(_) => times.push(due.elapsed()),
            None => again += 1,
        }
        due = every.map_or_else(Instant::now, |every| due + every);
    }
    Ok((times, again))
}
