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
use crate::documents::{self, Document};

/// The documents that are counted.
const NAMES: [&str; 10] = [
    "CentreWorkbench",
    "ConfirmationDeadlines",
    "DualAssignmentInbox",
    "EbikeChargingMap",
    "FireJointCoverage",
    "MyRegulatedSitesAtRisk",
    "WriteOffQueue",
    "EscalationWatch",
    "PublicSafetyFacts",
    "MarketDisputes",
];
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

/// Counts, and compares with what is kept, or keeps it.
pub(crate) fn run(keep: bool) -> Result<(), String> {
    let folder = Scratch::new("instructions")?;
    let product = Product::new(folder.path(), "small", None);
    product.load()?;
    let url = product.database();
    let path = run::root().join(KEPT);
    let before = kept(&std::fs::read_to_string(&path).unwrap_or_default());
    let (mut text, mut more) = (String::from("document,unknown,known\n"), vec![]);
    println!("{:<28} {:>12} {:>8} {:>12} {:>8}", "instructions of a request", "unknown", "", "known", "");
    for name in NAMES {
        let counts = counted(name, &url, folder.path())?;
        let [unknown, known] = counts;
        writeln!(text, "{name},{unknown},{known}").map_err(|error| error.to_string())?;
        let was = before.get(name);
        let change = |at: usize| was.map(|was| (counts[at] as f64 / was[at] as f64 - 1.0) * 100.0);
        let shown = |at: usize| change(at).map_or_else(String::new, |change| format!("{change:+.1} %"));
        println!("{name:<28} {unknown:>12} {:>8} {known:>12} {:>8}", shown(0), shown(1));
        if !keep && (0..2).any(|at| change(at).is_none_or(|change| change > MORE)) {
            more.push(name);
        }
    }
    if keep {
        return std::fs::write(&path, text).map_err(|error| format!("{KEPT}: {error}"));
    }
    if more.is_empty() { Ok(()) } else { Err(format!("more than is kept in {KEPT}: {}", more.join(", "))) }
}

fn kept(text: &str) -> BTreeMap<String, Counts> {
    let row = |line: &str| {
        let mut cells = line.split(',');
        let name = cells.next()?.to_owned();
        Some((name, [cells.next()?.parse().ok()?, cells.next()?.parse().ok()?]))
    };
    text.lines().filter_map(row).collect()
}

/// Runs this program under callgrind, which writes a file for each of the two functions that it counts in.
fn counted(name: &str, url: &str, folder: &Path) -> Result<Counts, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let out = folder.join(name);
    let mut callgrind = Command::new("valgrind");
    callgrind.arg("--tool=callgrind").arg(format!("--callgrind-out-file={}", out.display()));
    for function in ["unknown", "known"] {
        let function = format!("bench::instructions::asked_{function}");
        callgrind.arg(format!("--toggle-collect={function}")).arg(format!("--dump-after={function}"));
    }
    callgrind.arg(program).args(["counted", name, url]).stderr(Stdio::null());
    run::succeed(&mut callgrind, "`valgrind`")?;
    let total = |part: usize| {
        let file = out.with_extension(part.to_string());
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let totals = text.lines().find_map(|line| line.strip_prefix("totals: ")).and_then(|n| n.trim().parse().ok());
        totals.map(|total: u64| total / COUNTED as u64).ok_or_else(|| format!("{name}: callgrind counted nothing"))
    };
    Ok([total(1)?, total(2)?])
}

/// What is counted: one document, in this process.
pub(crate) fn asked(name: &str, url: &str) -> Result<(), String> {
    let known = documents::all()?.into_iter().find(|document| document.name == name);
    let document = known.ok_or_else(|| format!("no document {name}"))?;
    // One thread, so that all but the database's own work is counted in it.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let City { database, authenticator, engine } = City::open(url).await?;
        let (posting, _) = document.who.posting(&database).await?;
        let viewer = authenticator.trusted_viewer_for_posting(posting, None).await.map_err(|e| e.to_string())?;
        let city = City { database, authenticator, engine };
        for turn in 0..WARM_UP {
            ask(&city, &viewer, &document, Some(turn)).await?;
            ask(&city, &viewer, &document, None).await?;
        }
        Ok::<(City, Viewer), String>((city, viewer))
    })
    .and_then(|(city, viewer)| {
        asked_unknown(&runtime, &city, &viewer, &document)?;
        asked_known(&runtime, &city, &viewer, &document)
    })
}

/// Under a name that was never used, so that nothing of it is known.
#[inline(never)]
fn asked_unknown(
    runtime: &tokio::runtime::Runtime,
    city: &City,
    viewer: &Viewer,
    document: &Document,
) -> Result<(), String> {
    (0..COUNTED).try_for_each(|turn| runtime.block_on(ask(city, viewer, document, Some(WARM_UP + turn))))
}

#[inline(never)]
fn asked_known(
    runtime: &tokio::runtime::Runtime,
    city: &City,
    viewer: &Viewer,
    document: &Document,
) -> Result<(), String> {
    (0..COUNTED).try_for_each(|_| runtime.block_on(ask(city, viewer, document, None)))
}

async fn ask(city: &City, viewer: &Viewer, document: &Document, turn: Option<usize>) -> Result<(), String> {
    let mut query = document.text.clone();
    if let Some(turn) = turn {
        query.push_str(&format!("\n# {turn}"));
    }
    let request = Request { query, variables: document.variables.clone(), ..Request::default() };
    let answer = city.engine.execute_traced(viewer, request).await.answer;
    match answer.status {
        200 => Ok(()),
        _ => Err(format!("{}: {}", document.name, String::from_utf8_lossy(&answer.body))),
    }
}
