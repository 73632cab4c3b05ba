//! `instructions`: how many the program itself takes for a document, by callgrind. Times differ from run to run on a machine that
//! others use as well; these hardly do, so they are kept in `bench/instructions.csv` and compared.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use fengqiao::http::Request;
use fengqiao::identity::Viewer;
use xtask::product::Product;
use xtask::run;
use xtask::scratch::Scratch;

use crate::city::City;
use crate::departments;
use crate::documents::{self, Document};

/// Where they are kept.
const KEPT: &str = "bench/instructions.csv";
/// Asked so often before anything is counted, and while it is.
const WARM_UP: usize = 20;
const COUNTED: usize = 50;
/// More than so many of a hundred too many is a slow-down.
const MORE: f64 = 3.0;

/// Instructions of a request: for a document that was never seen, parse, validation, plan, rendering and writing; and for one
/// that is known.
type Counts = [u64; 2];

/// What is done with the counts.
#[derive(Clone, Copy)]
pub(crate) enum Then<'w> {
    /// Nothing.
    Compared,
    /// They are kept, if none is more than before.
    Kept,
    /// They are kept, and what they are more for, after what they ever were more for.
    KeptFor(&'w str),
}

/// Counts, compares with what is kept, and keeps it.
pub(crate) fn run(then: Then<'_>) -> Result<(), String> {
    let folder = Scratch::new("instructions")?;
    let product = Product::new(folder.path(), "small", None);
    product.load()?;
    let url = product.database();
    let path = run::root().join(KEPT);
    let was = std::fs::read_to_string(&path).unwrap_or_default();
    let before = kept(&was);
    let mut text: String = was.lines().filter(|line| line.starts_with('#')).map(|why| format!("{why}\n")).collect();
    if let Then::KeptFor(why) = then {
        text.push_str(&format!("# more than before: {why}\n"));
    }
    text.push_str("document,unknown,known\n");
    let mut more = vec![];
    println!("{:<28} {:>12} {:>8} {:>12} {:>8}", "instructions of a request", "unknown", "", "known", "");
    for (name, counts) in departments::names().into_iter().zip(counted(&url, folder.path())?) {
        let [unknown, known] = counts;
        writeln!(text, "{name},{unknown},{known}").map_err(|error| error.to_string())?;
        let was = before.get(name);
        let change = |at: usize| was.map(|was| (counts[at] as f64 / was[at] as f64 - 1.0) * 100.0);
        let shown = |at: usize| change(at).map_or_else(String::new, |change| format!("{change:+.1} %"));
        println!("{name:<28} {unknown:>12} {:>8} {known:>12} {:>8}", shown(0), shown(1));
        if (0..2).any(|at| change(at).is_none_or(|change| change > MORE)) {
            more.push(name);
        }
    }
    if !more.is_empty() && !matches!(then, Then::KeptFor(_)) {
        let more = more.join(", ");
        return Err(format!("more than is kept in {KEPT}: {more}; to keep that, say what for: --keep REASON"));
    }
    match then {
        Then::Compared => Ok(()),
        Then::Kept | Then::KeptFor(_) => std::fs::write(&path, text).map_err(|error| format!("{KEPT}: {error}")),
    }
}

fn kept(text: &str) -> BTreeMap<String, Counts> {
    let row = |line: &str| {
        let mut cells = line.split(',');
        let name = cells.next()?.to_owned();
        Some((name, [cells.next()?.parse().ok()?, cells.next()?.parse().ok()?]))
    };
    text.lines().filter_map(row).collect()
}

/// Runs this program under callgrind, which writes a file each time the function has been called.
fn counted(url: &str, folder: &Path) -> Result<Vec<Counts>, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let out = folder.join("callgrind");
    let function = "bench::instructions::ask_often";
    let mut callgrind = Command::new("valgrind");
    callgrind
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(format!("--toggle-collect={function}"))
        .arg(format!("--dump-after={function}"))
        .arg(program)
        .args(["counted", url])
        .stderr(Stdio::null());
    run::succeed(&mut callgrind, "`valgrind`")?;
    let total = |part: usize| {
        let file = out.with_extension(part.to_string());
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let totals = text.lines().find_map(|line| line.strip_prefix("totals: ")).and_then(|n| n.trim().parse().ok());
        let each = totals.map(|total: u64| total / COUNTED as u64).filter(|each| *each > 0);
        each.ok_or_else(|| "callgrind counted nothing".to_owned())
    };
    (0..departments::names().len()).map(|at| Ok([total(2 * at + 1)?, total(2 * at + 2)?])).collect()
}

/// What is counted: the documents, in this process.
pub(crate) fn asked(url: &str) -> Result<(), String> {
    let all = documents::all()?;
    // One thread, so that all but the database's own work is counted in it.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let city = runtime.block_on(City::open(url))?;
    for name in departments::names() {
        let document = all.iter().find(|document| document.name == name);
        let document = document.ok_or_else(|| format!("no document {name}"))?;
        let viewer = runtime.block_on(async {
            let (posting, _) = document.who.posting(&city.database).await?;
            let viewer = city.authenticator.trusted_viewer_for_posting(posting, None).await;
            viewer.map_err(|error| error.to_string())
        })?;
        for turn in 0..WARM_UP {
            runtime.block_on(ask(&city, &viewer, document, Some(turn)))?;
            runtime.block_on(ask(&city, &viewer, document, None))?;
        }
        for known in [false, true] {
            let asked = ask_often(&runtime, (&city, &viewer), document, known);
            // Not the last thing of the turn, which the compiler would jump to and callgrind lose sight of.
            std::hint::black_box(&asked);
            asked?;
        }
    }
    Ok(())
}

/// Under a name that was never used, so that nothing of it is known; or the same again.
#[inline(never)]
fn ask_often(
    runtime: &tokio::runtime::Runtime,
    (city, viewer): (&City, &Viewer),
    document: &Document,
    known: bool,
) -> Result<(), String> {
    (0..COUNTED).try_for_each(|turn| runtime.block_on(ask(city, viewer, document, (!known).then_some(WARM_UP + turn))))
}

async fn ask(city: &City, viewer: &Viewer, document: &Document, turn: Option<usize>) -> Result<(), String> {
    let mut query = document.text.clone();
    if let Some(turn) = turn {
        query.push_str(&format!("\n# {turn}"));
    }
    let request = Request { query, variables: document.variables.clone(), ..Request::default() };
    let answer = city.engine.execute_traced(viewer, request).await.answer;
    let text = String::from_utf8_lossy(&answer.body);
    let answered = answer.status == 200 && !text.contains("\"errors\":");
    if answered { Ok(()) } else { Err(format!("{}: {text}", document.name)) }
}
