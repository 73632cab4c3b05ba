//! Tries and measures the running product where that takes a database: `cargo xtask crash`, `cargo xtask figures
//! --writes`, `--trail`, `--attacks`, `--sockets`, `--live`, `--rotation` and `--overload` build it and run it.
//!
//! Errors are sentences for the person at the terminal, so they are plain strings.

mod crash;
mod dice;
mod edge;
mod trail;
mod writes;

use std::process::ExitCode;

use measure::{cpu, people, reporters, statements, table};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["crash", rest @ ..] => crash::run(rest),
        ["writes", rest @ ..] => writes::run(rest),
        ["trail", rest @ ..] => trail::run(rest),
        ["attacks", rest @ ..] => edge::attacks(rest),
        ["sockets", rest @ ..] => edge::sockets(rest),
        ["live", rest @ ..] => edge::live(rest),
        ["rotation", rest @ ..] => edge::rotation(rest),
        ["overload", rest @ ..] => edge::overload(rest),
        _ => Err("the commands are crash, writes, trail, attacks, sockets, live, rotation and overload".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("measure: {why}");
            ExitCode::FAILURE
        }
    }
}

/// The number after an option; the usual one where the option is not given.
fn number<T: std::str::FromStr>(arguments: &[&str], option: &str, usual: T) -> Result<T, String> {
    match arguments.iter().position(|word| *word == option) {
        None => Ok(usual),
        Some(at) => {
            let given = arguments.get(at + 1).and_then(|text| text.parse().ok());
            given.ok_or_else(|| format!("{option} needs a number"))
        }
    }
}

/// Refuses words that are no option of the command; each option takes a number.
fn only(arguments: &[&str], options: &[&str]) -> Result<(), String> {
    match arguments.chunks(2).find(|pair| !options.contains(&pair[0])) {
        Some(pair) => Err(format!("`{}` is no option; there are {}", pair[0], options.join(", "))),
        None => Ok(()),
    }
}
