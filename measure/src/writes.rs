//! `writes`: what a report costs on PostgreSQL, beside a hand-written transaction that inserts the same rows.

mod floor;

use std::time::Instant;

use xtask::postgres::{self, Cluster};
use xtask::product::{Client, Product};
use xtask::scratch::Scratch;

use crate::cpu::Clock;
use crate::reporters::{self, Answer, Reporter};
use crate::table::Tables;
use crate::{dice, number, only, statements};

/// Connections at the same time.
const CONNECTIONS: usize = 32;
/// Connections that the server writes with; so many write at the same time, whoever else waits.
const WRITERS: usize = 4;
/// Requests before anything is measured.
const WARM_UP: usize = 500;
/// What the ratio may be at most.
const BAR: f64 = 3.0;

/// CPU of one request in microseconds.
#[derive(Clone, Copy, Debug)]
struct Cost {
    program: f64,
    database: f64,
}

impl Cost {
    fn total(self) -> f64 {
        self.program + self.database
    }
}

/// Measures by turns and prints.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    only(arguments, &["--requests", "--rounds"])?;
    let requests = number(arguments, "--requests", 4_000)?;
    let rounds: usize = number(arguments, "--rounds", 3)?;
    let cluster = Cluster::start(&postgres::find_or_install()?)?;
    let url = cluster.database("writes")?;
    let folder = Scratch::new("writes")?;
    let product = Product::new(folder.path(), "small", Some(&url));
    product.load()?;
    let tables = Tables::open(&url)?;
    let people = reporters::find(&product, &tables, CONNECTIONS)?;
    let clock = Clock::new(&tables)?;
    println!(
        "{CONNECTIONS} connections, {} people, {requests} requests a round, PostgreSQL with fsync off",
        people.len()
    );
    let each = statements::of_each(&product, &tables, |client, key| report(client, &people[0], key))?;
    println!("statements of a report, by the database's log:");
    each.iter().for_each(|(times, text)| println!("{times:>4} × {text}"));
    println!("{:>4} in all", each.iter().map(|(times, _)| times).sum::<usize>());
    let mut ratios = vec![];
    let mut templates = None;
    for round in 1..=rounds {
        let engine = engine(&product, &people, &clock, requests)?;
        told(&format!("round {round}, reportHazard"), engine);
        let templates = match &mut templates {
            Some(templates) => templates,
            None => templates.insert(measure::bare::templates(&tables, CONNECTIONS)?),
        };
        let floor = floor::run(&url, templates, &clock, CONNECTIONS, (WARM_UP, requests))?;
        told(&format!("round {round}, the bare inserts"), floor.0);
        // Not what the bar is about: without the waits of the many for one another.
        let few = floor::run(&url, templates, &clock, WRITERS, (WARM_UP, requests))?;
        told(&format!("round {round}, the bare inserts over {WRITERS} connections"), few.0);
        ratios.push(engine.total() / floor.0.total());
        if round == 1 {
            println!("the bare transaction: {} statements", floor.1);
        }
    }
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[ratios.len() / 2];
    println!("ratio: {ratio:.2} (median of {ratios:.2?}); at most {BAR:.1}");
    if ratio <= BAR { Ok(()) } else { Err(format!("a report costs {ratio:.2} times the bare inserts")) }
}

fn told(what: &str, cost: Cost) {
    let Cost { program, database } = cost;
    println!("{what}: {:.0} µs CPU each ({program:.0} in the program, {database:.0} in PostgreSQL)", cost.total());
}

/// Reports over as many connections at once, each with its own person as far as there are some.
fn engine(product: &Product, people: &[Reporter], clock: &Clock, requests: usize) -> Result<Cost, String> {
    let server = product.serve()?;
    let send = |count: usize| {
        let seed = dice::seed();
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..CONNECTIONS)
                .map(|worker| {
                    let (server, reporter) = (&server, &people[worker % people.len()]);
                    scope.spawn(move || {
                        let mut client = Client::connect(server.address())?;
                        (worker..count)
                            .step_by(CONNECTIONS)
                            .try_for_each(|n| report(&mut client, reporter, &format!("{count}-{seed}-{n:06}")))
                    })
                })
                .collect();
            workers.into_iter().try_for_each(|w| w.join().map_err(|_| "a client panicked".to_owned())?)
        })
    };
    send(WARM_UP)?;
    let (program, database, started) = (clock.process(server.id())?, clock.database()?, Instant::now());
    send(requests)?;
    let seconds = started.elapsed().as_secs_f64();
    let each = |spent: f64| spent * 1e6 / requests as f64;
    let cost =
        Cost { program: each(clock.process(server.id())? - program), database: each(clock.database()? - database) };
    println!("{:.0} reports a second", requests as f64 / seconds);
    Ok(cost)
}

fn report(client: &mut Client, reporter: &Reporter, key: &str) -> Result<(), String> {
    let description = "三楼楼道堆放电动自行车电池和纸箱, 占用疏散通道";
    // The server says so when others were in its way too often; the client sends it again, as it would in earnest.
    for _ in 0..10 {
        let (status, text) = client.post(&reporter.token, &reporter.body(key, description))?;
        match reporters::read(&status, &text, description) {
            Answer::Done(_) => return Ok(()),
            Answer::Refused(text) => return Err(text),
            Answer::Later(why) => eprintln!("again: {why}"),
        }
    }
    Err(format!("{key} is not answered"))
}
