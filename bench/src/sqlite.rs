//! `sqlite`: a point, a list and a nested list on SQLite, beside a floor over the same file. The database runs within both
//! programs, so what it takes is in their CPU.

use measure::cpu::Clock;
use measure::table::Tables;
use xtask::scratch::Scratch;

use crate::loaded::product;
use crate::operations::{ALL, Operation};
use crate::table::{self, Bench, CONNECTIONS, ROLE};

/// What is asked, at most so many times the floor.
const ASKED: [&str; 3] = ["Q1", "Q2", "Q3"];
const BAR: f64 = 2.5;

/// Measures and prints.
pub(crate) fn run(scale: &'static str) -> Result<(), String> {
    let folder = Scratch::new("sqlite")?;
    let product = product(&folder, scale, None);
    let loaded = product.load()?;
    println!("the {scale} city on SQLite, loaded in {:.0} s; {CONNECTIONS} connections", loaded.seconds);
    let tables = Tables::open(&product.database())?;
    let (server, clock) = (product.serve()?, Clock::without_server()?);
    let token = server.token(ROLE)?;
    let asked = ALL.into_iter().filter(|one| ASKED.contains(&one.name));
    let asked: Vec<Operation> = asked.map(|one| Operation { bar: BAR, ..one }).collect();
    table::compared(&asked, &Bench { product: &product, server: &server, token, clock: &clock, tables: &tables })
}
