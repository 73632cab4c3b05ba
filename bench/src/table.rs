//! `table` and `cell`: each question against the product and against the floor, by turns, in one run.

use std::time::Duration;

use measure::bare::{self, Template};
use measure::cpu::Clock;
use measure::table::Tables;
use measure::{reporters, statements};
use serde_json::{Value as Json, json};
use xtask::product::{Client, Product, Server};

use crate::filled::{Filled, filled};
use crate::floor_process::Floor;
use crate::load::{Compared, PACED_TURN, ROUNDS, Sent, Side, Way, by_turns, middle, ms, turn, turns};
use crate::loaded::{Loaded, settled};
use crate::operations::{ALL, Operation};

/// Over which is asked.
pub(crate) const CONNECTIONS: usize = 32;
/// Answers that are compared, where each asks something else.
const COMPARED: usize = 100;
/// Seconds for which nobody asks.
const IDLE: u64 = 3;
const ALL_AT_ONCE: Way = Way::at_once(CONNECTIONS);
/// How several floors are tried, each so often, by turns.
const TRIAL: Way = ALL_AT_ONCE.lasting(Duration::from_secs(1));
const TRIALS: usize = 3;
/// Who asks.
pub(crate) const ROLE: &str = "COUNTY_PEACE_OFFICER";

/// Measures all of them, or one.
pub(crate) fn run(only: Option<&str>, scale: &'static str) -> Result<(), String> {
    let chosen: Vec<Operation> = ALL.into_iter().filter(|one| only.is_none_or(|only| only == one.name)).collect();
    if chosen.is_empty() {
        return Err("no such question".into());
    }
    let writes = chosen.iter().any(|one| one.name == "Q6");
    let loaded = if writes { Loaded::new(scale)? } else { Loaded::to_read(scale)? };
    println!("{CONNECTIONS} connections");
    let Loaded { product, tables, .. } = &loaded;
    let (server, clock) = (product.serve()?, Clock::new(tables)?);
    let token = server.token(ROLE)?;
    idle(&server, &clock)?;
    compared(&chosen, &Bench { product, server: &server, token, clock: &clock, tables })
}

/// What the server takes while nobody asks: it goes on while the floor is asked, and the database counts for that.
fn idle(server: &Server, clock: &Clock) -> Result<(), String> {
    let (program, database) = (clock.process(server.id())?, clock.database()?);
    std::thread::sleep(Duration::from_secs(IDLE));
    let each = |before: f64, after: f64| (after - before) * 1e3 / IDLE as f64;
    let (program, database) = (each(program, clock.process(server.id())?), each(database, clock.database()?));
    println!("idle: {program:.1} ms of CPU a second, and {database:.1} of the database");
    Ok(())
}

/// The heading of the lines.
pub(crate) fn heading() {
    println!(
        "{:<53} {:>9} {:>9} {:>9} {:>9} {:>17} {:>17} {:>6} {:>5}",
        "", "req/s", "p50 ms", "p99 ms", "floor/s", "CPU-ms app+db", "floor app+db", "ratio", "bar"
    );
}

/// Asks these of both sides and prints; an error where one is over its bar.
pub(crate) fn compared(chosen: &[Operation], bench: &Bench<'_>) -> Result<(), String> {
    heading();
    let mut over = vec![];
    for operation in chosen {
        let ratio = measured(operation, sent(operation, bench)?, bench)?;
        if ratio > operation.bar {
            over.push(format!("{} is {ratio:.2} times the floor, at most {}", operation.name, operation.bar));
        }
    }
    println!("{} MB resident", bench.server.resident_mb()?);
    if over.is_empty() { Ok(()) } else { Err(over.join("; ")) }
}

/// What is measured with.
pub(crate) struct Bench<'b> {
    pub(crate) product: &'b Product,
    pub(crate) server: &'b Server,
    pub(crate) token: &'b str,
    pub(crate) clock: &'b Clock,
    pub(crate) tables: &'b Tables,
}

/// What both sides are sent.
fn sent(operation: &Operation, bench: &Bench<'_>) -> Result<[Sent; 2], String> {
    if operation.name == "Q6" {
        let reports = Sent::Reports(reporters::find(bench.product, bench.tables, CONNECTIONS)?);
        return Ok([reports.clone(), reports]);
    }
    let same = |body: String| Sent::Same { token: bench.token.to_owned(), body };
    let (mut ours, mut theirs) = (vec![], vec![]);
    for Filled { body, parameters } in filled(operation, bench)? {
        ours.push(same(body));
        theirs.push(same(json!(parameters).to_string()));
    }
    Ok([Sent::of(ours), Sent::of(theirs)])
}

/// What a side answers, without what can never be the same, after everybody has asked once.
fn answered(side: &Side<'_>, name: &str) -> Result<(Json, usize), String> {
    let mut client = Client::connect(side.address)?;
    for worker in 1..CONNECTIONS {
        side.sent.send(&mut client, worker)?;
    }
    let (mut answers, mut bytes) = (vec![], 0);
    for sent in side.sent.each().take(COMPARED) {
        let text = sent.send(&mut client, 0)?.ok_or("not now")?;
        let mut answer: Json = serde_json::from_str(&text).map_err(|_| format!("{name}: {text}"))?;
        if let Some(hazard) = answer["data"]["reportHazard"]["hazard"].as_object_mut() {
            hazard.remove("id");
        }
        let mut data = answer["data"].take();
        if data.is_null() {
            return Err(format!("{name}: {text}"));
        }
        without_cursors(&mut data);
        answers.push(data);
        bytes = text.len();
    }
    Ok((answers.into(), bytes))
}

/// Cursors are sealed by a key that the floor has not.
fn without_cursors(json: &mut Json) {
    match json {
        Json::Array(items) => items.iter_mut().for_each(without_cursors),
        Json::Object(members) => {
            members.remove("endCursor");
            members.values_mut().for_each(without_cursors);
        }
        _ => {}
    }
}

/// Both from a little before where they begin to differ.
fn difference(one: &Json, other: &Json) -> String {
    let (one, other) = (one.to_string(), other.to_string());
    let alike = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let text = |json: &str| json.chars().skip(alike.saturating_sub(200)).take(500).collect::<String>();
    format!("{}\n{}", text(&one), text(&other))
}

/// The floor that takes least CPU, after all of them have given this answer; what each took, where there are two.
fn cheapest(name: &str, answer: &Json, sent: &Sent, bench: &Bench<'_>) -> Result<(Floor, Option<[f64; 2]>), String> {
    let mut floors = Floor::all(bench.product, name)?;
    for floor in &floors {
        let (expected, _) = answered(&floor.asked(sent), name)?;
        if *answer != expected {
            return Err(format!("{}: the answers differ:\n{}", floor.name, difference(answer, &expected)));
        }
    }
    let [by_hand, by_database] = floors.as_slice() else { return Ok((floors.swap_remove(0), None)) };
    let (mut hands, mut databases) = (vec![], vec![]);
    for round in 0..TRIALS {
        let mut both = [(by_hand, &mut hands), (by_database, &mut databases)];
        // Now the one first and now the other.
        both.rotate_left(round % 2);
        for (floor, turns) in both {
            turns.push(turn(&floor.asked(sent), bench.clock, TRIAL)?);
        }
    }
    let took = [middle(hands).cpu(), middle(databases).cpu()];
    Ok((floors.swap_remove(usize::from(took[1] < took[0])), Some(took)))
}

/// Asks both sides for an operation by turns and prints; the times of the floor's CPU.
pub(crate) fn measured(operation: &Operation, [ours, theirs]: [Sent; 2], bench: &Bench<'_>) -> Result<f64, String> {
    let ours = Side { address: bench.server.address(), process: bench.server.id(), sent: ours };
    // Before the floor starts: that of the reports writes again what was written here.
    let (answer, bytes) = answered(&ours, operation.name)?;
    let written = if operation.statements.is_none() { written(bench, &ours.sent)? } else { String::new() };
    let (floor, tried) = cheapest(operation.name, &answer, &theirs, bench)?;
    let theirs = floor.asked(&theirs);
    if operation.name == "Q6" {
        // What was planned while tables were empty goes through all of their rows, until they are analyzed: as they are, within
        // a minute, where somebody has worked.
        turn(&ours, bench.clock, ALL_AT_ONCE)?;
        crate::block_on(settled(&bench.product.database()))?;
    }
    let before = read(bench.server)?;
    let sides = by_turns(&ours, &theirs, bench.clock, ALL_AT_ONCE)?;
    let after = read(bench.server)?;
    line(&format!("{:<4} {}", operation.name, operation.what), &sides, Some(operation.bar));
    let counted = match operation.statements {
        Some(by_hand) => {
            let floor = if floor.is_by_database() { 1 } else { by_hand };
            format!(", {:.1} statements (floor {floor})", (after.0 - before.0) / (after.1 - before.1))
        }
        None => written,
    };
    let counted = match tried {
        Some([by_hand, by_database]) => format!(
            "{counted}, {by_hand:.3} ms of CPU where the floor writes and {by_database:.3} where the database does"
        ),
        None => counted,
    };
    let alone = by_turns(&ours, &theirs, bench.clock, Way::at_once(1))?;
    line("     over one connection", &alone, None);
    let mut halves = turns(&ours, bench.clock, ALL_AT_ONCE.paced(sides.one.per_second / 2.0, PACED_TURN))?;
    halves.sort_by_key(|half| half.p99);
    let half = halves[ROUNDS / 2];
    println!(
        "     {bytes} bytes{counted}; at half of what it can, {:.0} a second: p50 {:.2} ms, p99 {:.2} ms of {} {:.2?}",
        half.per_second,
        ms(half.p50),
        ms(half.p99),
        half.answers,
        halves.iter().map(|half| ms(half.p99)).collect::<Vec<f64>>()
    );
    Ok(sides.ratio())
}

/// Prints what both sides did. Rates and times are of the turns whose CPU is the middle one, the ratio is the middle one of all.
fn line(what: &str, sides: &Compared, bar: Option<f64>) {
    let (one, other) = (sides.one, sides.other);
    println!(
        "{what:<53} {:>9.0} {:>9.2} {:>9.2} {:>9.0} {:>8.3}+{:<8.3} {:>8.3}+{:<8.3} {:>6.2} {:>5}  {:.2?}",
        one.per_second,
        ms(one.p50),
        ms(one.p99),
        other.per_second,
        one.program,
        one.database,
        other.program,
        other.database,
        sides.ratio(),
        bar.map(|bar| format!("{bar:.1}")).unwrap_or_default(),
        sides.ratios
    );
}

/// Statements of a report and of its floor, beginning and end of the transaction among them: the server tells those of reads.
fn written(bench: &Bench<'_>, sent: &Sent) -> Result<String, String> {
    let ask = |client: &mut Client, _: &str| sent.send(client, 0)?.map(drop).ok_or_else(|| "not now".to_owned());
    let each = statements::of_each(bench.product, bench.tables, ask)?;
    let floor = bare::templates(bench.tables, 1)?.first().map_or(0, Template::statements);
    Ok(format!(", {} statements (floor {floor})", each.iter().map(|(times, _)| times).sum::<usize>()))
}

/// Statements that a server has read by so far, and operations that it has run them for.
fn read(server: &Server) -> Result<(f64, f64), String> {
    Ok((server.figure("fengqiao_statements_sum")?, server.figure("fengqiao_statements_count")?))
}
