//! Measures the product as its users would feel it: `cargo xtask bench`.
//!
//! Errors are sentences for the person at the terminal, so they are plain strings.

mod city;
mod day;
mod departments;
mod documents;
mod filled;
mod floor;
mod floor_process;
mod gate;
mod growth;
mod instructions;
mod load;
mod loaded;
mod operations;
mod people;
mod planning;
mod postings;
mod roles;
mod sqlite;
mod table;

use std::process::ExitCode;

use instructions::Then;

// As the product does: what is measured in here hangs on it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let began = std::time::Instant::now();
    let outcome = match words.as_slice() {
        ["planning"] => planning::run(),
        ["gate"] => gate::run("full"),
        ["gate", "--small"] => gate::run("medium"),
        ["day"] => day::run("full"),
        ["day", "--small"] => day::run("medium"),
        ["instructions"] => instructions::run(Then::Compared),
        ["instructions", "--keep"] => instructions::run(Then::Kept),
        ["instructions", "--keep", why] => instructions::run(Then::KeptFor(why)),
        ["counted", url] => instructions::asked(url),
        ["documents"] => departments::run("full"),
        ["documents", "--small"] => departments::run("medium"),
        ["growth"] => growth::run(),
        ["growth", "--ten"] => growth::run_ten(),
        ["postings"] => postings::run("full"),
        ["postings", "--small"] => postings::run("medium"),
        ["roles"] => roles::run("full"),
        ["roles", "--small"] => roles::run("medium"),
        ["sqlite"] => sqlite::run("full"),
        ["sqlite", "--small"] => sqlite::run("medium"),
        ["table"] => table::run(None, "full"),
        ["table", "--small"] => table::run(None, "medium"),
        ["cell", name] => cell(name, "full"),
        ["cell", name, "--small"] => cell(name, "medium"),
        ["floor", name, url, secret] => floor::run(name, url, secret),
        _ => {
            eprintln!(
                "bench: the commands are table [--small], cell NAME [--small], day [--small], documents [--small], gate [--small], growth [--ten], postings [--small], roles [--small], sqlite [--small], planning and instructions [--keep [REASON]]"
            );
            return ExitCode::FAILURE;
        }
    };
    // What is run by another is in the time of that.
    if !matches!(words.first(), Some(&"counted" | &"floor")) {
        println!("after {} s", began.elapsed().as_secs());
    }
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}

/// One question, or one document.
fn cell(name: &str, scale: &'static str) -> Result<(), String> {
    if departments::names().contains(&name) { departments::run_one(name, scale) } else { table::run(Some(name), scale) }
}

/// Runs something that waits.
fn block_on<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(work)
}
