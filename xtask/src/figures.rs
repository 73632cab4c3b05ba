//! `cargo xtask figures`: the figures that the README states, measured on this machine in a release build.

use std::time::{Duration, Instant};

use xtask::postgres::{self, Cluster};
use xtask::product::{Client, Product, Server};
use xtask::scratch::Scratch;

use crate::run;

/// Asked so often before times are kept.
const WARM_UP: usize = 50;
/// Times kept.
const KEPT: usize = 400;
/// Connections under load, and for how long.
const LOAD: (usize, Duration) = (32, Duration::from_secs(10));

/// centre → 10 grids → 10 sites → 5 hazards: a centre's village and what hangs on it.
const NESTED: &str = r#"{"query":"{ centre(code: \"CODE\") { name division { grids(first: 10) { edges { node { code name sites(first: 10) { edges { node { code name hazards(first: 5) { edges { node { no status grade foundAt } } } } } } } } } } } }"}"#;
/// 50 open hazards of a county with site and grid names.
const LIST: &str = r#"{"query":"{ hazards(first: 50, filter: { division: \"330603\", status: [REPORTED, GRADED, ASSIGNED, RECTIFYING, RECTIFIED, ACCEPTED] }) { edges { node { no status grade foundAt deadline site { name grid { name } } } } } }"}"#;
/// A village centre whose village has sites.
const CENTRES: &str = r#"{"query":"{ governanceCentres(first: 100, filter: { division: \"330603\", level: [VILLAGE_STATION] }) { edges { node { code division { grids(first: 10) { edges { node { siteSummary { count } } } } } } } } }"}"#;

/// Measures and prints; `--small` leaves the full city out.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    run::succeed(&mut run::cargo(&["build", "--release", "--bin", "fengqiao"]), "`cargo build`")?;
    println!("{} cores; release build; loopback; PostgreSQL with fsync off", cores());
    first_answer()?;
    if arguments == ["--small"] {
        return Ok(());
    }
    let folder = Scratch::new("figures")?;
    let sqlite = Product::new(folder.path(), "full", None).load()?;
    println!("load the full city, SQLite: {:.1} s, {} MB resident at most", sqlite.seconds, sqlite.peak_mb);
    drop(folder);
    let cluster = Cluster::start(&postgres::find_or_install()?)?;
    let url = cluster.database("figures")?;
    let folder = Scratch::new("figures")?;
    let product = Product::new(folder.path(), "full", Some(&url));
    let loaded = product.load()?;
    println!("load the full city, PostgreSQL: {:.1} s, {} MB resident at most", loaded.seconds, loaded.peak_mb);
    let server = product.serve()?;
    println!("serving the full city: {} MB resident when started", server.resident_mb()?);
    documents(&server)?;
    println!("serving the full city: {} MB resident idle", server.resident_mb()?);
    load(&server)?;
    println!("serving the full city: {} MB resident under load", server.resident_mb()?);
    Ok(())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn first_answer() -> Result<(), String> {
    let folder = Scratch::new("figures")?;
    let started = Instant::now();
    let server = Product::new(folder.path(), "small", None).serve()?;
    Client::connect(server.address())?.ask(server.token("COUNTY_PEACE_OFFICER")?, LIST)?;
    let seconds = started.elapsed().as_secs_f32();
    println!("demo --scale small, from an empty directory to the first answer: {seconds:.2} s");
    Ok(())
}

fn documents(server: &Server) -> Result<(), String> {
    let token = server.token("COUNTY_PEACE_OFFICER")?;
    let mut client = Client::connect(server.address())?;
    let code = busiest_centre(&client.ask(token, CENTRES)?)?;
    let nested = NESTED.replace("CODE", &code);
    for (name, body) in
        [("centre → 10 grids → 10 sites → 5 hazards", nested.as_str()), ("50 open hazards of a county", LIST)]
    {
        let mut times = vec![];
        let mut bytes = 0;
        for n in 0..WARM_UP + KEPT {
            let started = Instant::now();
            bytes = client.ask(token, body)?.len();
            if n >= WARM_UP {
                times.push(started.elapsed());
            }
        }
        times.sort_unstable();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        println!("{name}: p50 {:.2} ms, p99 {:.2} ms, {bytes} bytes", at(0.5), at(0.99));
    }
    Ok(())
}

/// The code of the centre whose village has the most sites, read from the answer's text.
fn busiest_centre(answer: &str) -> Result<String, String> {
    let mut best = (0, None);
    for part in answer.split("\"code\":\"").skip(1) {
        let code = part.split('"').next().unwrap_or_default();
        let sites: u64 = part
            .split("\"count\":")
            .skip(1)
            .filter_map(|n| n.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u64>().ok())
            .sum();
        if sites >= best.0 {
            best = (sites, Some(code.to_owned()));
        }
    }
    best.1.ok_or_else(|| format!("no centre in {answer}"))
}

fn load(server: &Server) -> Result<(), String> {
    let token = server.token("COUNTY_PEACE_OFFICER")?;
    let until = Instant::now() + LOAD.1;
    let asked = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..LOAD.0)
            .map(|_| {
                scope.spawn(move || {
                    let mut client = Client::connect(server.address())?;
                    let mut asked = 0u64;
                    while Instant::now() < until {
                        client.ask(token, LIST)?;
                        asked += 1;
                    }
                    Ok::<u64, String>(asked)
                })
            })
            .collect();
        workers.into_iter().map(|w| w.join().map_err(|_| "a client panicked".to_owned())?).sum::<Result<u64, String>>()
    })?;
    let per_second = asked as f64 / LOAD.1.as_secs_f64();
    println!("50 open hazards of a county, {} connections: {per_second:.0} requests/s", LOAD.0);
    Ok(())
}
