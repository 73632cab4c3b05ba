//! The project's commands, `cargo xtask <command>`. DEVELOPERS.md says when to use which.

mod check;
mod clients;
mod faults;
mod figures;
mod measure;
mod test;

use std::process::ExitCode;

use xtask::run;

const USAGE: &str = "\
Usage: cargo xtask <command>

  test [FILTER] [ARGS]  run all tests on SQLite and on a throw-away PostgreSQL (installed where missing);
                        everything after `test` goes to `cargo test --workspace`
  check                 format, lints, generated files, dependency rules, source rules
  crash [ARGS]          kill the server at random while 8 writers report hazards and put some right, on both databases, and
                        check that nothing acknowledged is lost or doubled: --mutations N (10000), --kills K (20), --seed S
  faults [WORDS]        put seeded faults into a copy of the tree; each must be caught by the proof of the gate
  clients [NAME..]      clients of the GraphQL world against a server of a release build; needs node
  figures [--small]     measure what the README states, in a release build; --small leaves the full city out
  figures --writes      the CPU of a report on PostgreSQL against the bare inserts, and its statements
  figures --attacks     that what hurts other servers is refused here, and how soon
  figures --sockets     what an idle socket costs
  figures --live        how soon a thousand subscribers know of an event, and that nobody else does
  figures --rotation    that nobody is refused while an issuer changes its keys
  figures --overload    ten times of what the server can: who is answered, who is told to come again, and how soon it is over
  figures --trail       how fast a trail of a million entries is exported and checked
  bench table [--small] each question beside a hand-written floor in the same run; --small: over one county
  bench cell Q2         one of them
  bench day [--small]   a mixed day: phones, desks, dashboards and reports
  bench documents       documents of the departments, each beside a floor of its own; --small: over one county
  bench gate [--small]  what it costs to ask each row for the rule of a role
  bench growth [--ten]  that points and lists cost the same where there is more; --ten: ten times the matters of the full city
  bench postings        one list asked by 1, 100 and 10,000 postings in turn; --small: over one county
  bench roles [--small] how soon first pages and figures are there for each role
  bench sqlite          points and lists on SQLite, beside a floor over the same file; --small: over one county
  bench planning        what goes before the database, for a known document
  bench instructions    how many instructions documents take, beside bench/instructions.csv; --keep writes it, with a reason also more; needs valgrind
  generate              write the generated files anew
  ci                    check, then test: what has to pass before a change lands
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test", rest @ ..] => test::run(rest),
        ["check"] => check::run(),
        ["clients", rest @ ..] => clients::run(rest),
        ["crash", rest @ ..] => measure::run("crash", rest),
        ["faults", rest @ ..] => faults::run(rest),
        ["figures", "--writes", rest @ ..] => measure::run("writes", rest),
        ["figures", "--trail", rest @ ..] => measure::run("trail", rest),
        ["figures", "--attacks", rest @ ..] => measure::run("attacks", rest),
        ["figures", "--sockets", rest @ ..] => measure::run("sockets", rest),
        ["figures", "--live", rest @ ..] => measure::run("live", rest),
        ["figures", "--rotation", rest @ ..] => measure::run("rotation", rest),
        ["figures", "--overload", rest @ ..] => measure::run("overload", rest),
        ["figures", rest @ ..] => figures::run(rest),
        ["bench", rest @ ..] => measure::bench(rest),
        ["generate"] => check::generated::write(),
        ["ci"] => check::run().and_then(|()| test::run(&[])),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
