//! `cargo xtask faults`: puts one fault after the other into a copy of the tree and expects the proof of the gate to fail.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::run;

const FAULTS: &str = "tests/faults.txt";
/// Proofs in the order in which they are tried: the first ones catch most faults and take the least time.
const PROOFS: [&str; 9] = [
    "gate::differential",
    "gate::matrix",
    "gate::registry",
    "gate::contacts",
    "gate::coverage",
    "gate::afterglow",
    "gate::two_worlds",
    "gate::kept_plans",
    "gate::ways",
];
const PAIRS: &str = "3000";

/// A fault: one text for another.
struct Fault {
    what: String,
    file: String,
    text: String,
    instead: String,
}

/// What became of a fault.
enum Fate {
    /// The proof that failed.
    CaughtBy(&'static str),
    /// No proof failed.
    Survived,
    /// The copy with the fault does not compile, or the text is not there once.
    Unusable(String),
}

/// Tries all faults, or those whose description contains one of `wanted`.
pub(crate) fn run(wanted: &[&str]) -> Result<(), String> {
    let text = fs::read_to_string(run::root().join(FAULTS)).map_err(|error| format!("{FAULTS}: {error}"))?;
    let faults = parse(&text)?;
    let chosen = |fault: &&Fault| wanted.is_empty() || wanted.iter().any(|part| fault.what.contains(part));
    let tree = copy()?;
    if let Some(proof) = failing_proof(&tree)? {
        return Err(format!("{proof} fails without a fault; nothing can be learned"));
    }
    let mut bad = 0;
    for fault in faults.iter().filter(chosen) {
        let started = Instant::now();
        let fate = attempt(&tree, fault)?;
        let word = match &fate {
            Fate::CaughtBy(proof) => format!("caught by {proof}"),
            Fate::Survived => "SURVIVED".to_owned(),
            Fate::Unusable(why) => format!("UNUSABLE: {why}"),
        };
        bad += usize::from(!matches!(fate, Fate::CaughtBy(_)));
        println!("{:<55} {:<26} {word} ({:.0} s)", fault.what, fault.file, started.elapsed().as_secs_f32());
    }
    if bad == 0 { Ok(()) } else { Err(format!("{bad} faults were not caught")) }
}

fn parse(text: &str) -> Result<Vec<Fault>, String> {
    let mut faults = vec![];
    for block in text.split("\n\n") {
        let lines: Vec<&str> = block.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        match lines.as_slice() {
            [] => {}
            [what, file, text, instead] => faults.push(Fault {
                what: (*what).to_owned(),
                file: (*file).to_owned(),
                text: (*text).to_owned(),
                instead: (*instead).to_owned(),
            }),
            _ => return Err(format!("{FAULTS}: a fault has four lines, not {}: {block}", lines.len())),
        }
    }
    Ok(faults)
}

/// Copies the tree below `target`, so that what is compiled of it stays for the next time. Equal files keep their dates.
fn copy() -> Result<PathBuf, String> {
    let tree = run::root().join("target/faults/tree");
    let listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let names = run::output(Command::new("git").args(listed).current_dir(run::root()), "`git ls-files`")?;
    let names: BTreeSet<&str> = names.split('\0').filter(|name| !name.is_empty()).collect();
    for name in names {
        let Ok(content) = fs::read(run::root().join(name)) else { continue };
        let copy = tree.join(name);
        if fs::read(&copy).is_ok_and(|old| old == content) {
            continue;
        }
        let directory = copy.parent().ok_or("a file lies in a directory")?;
        fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
        fs::write(&copy, content).map_err(|error| format!("{}: {error}", copy.display()))?;
    }
    Ok(tree)
}

fn attempt(tree: &Path, fault: &Fault) -> Result<Fate, String> {
    let path = tree.join(&fault.file);
    let sound = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", fault.file))?;
    if sound.matches(fault.text.as_str()).count() != 1 {
        return Ok(Fate::Unusable("the text does not occur once".to_owned()));
    }
    let write = |text: &str| fs::write(&path, text).map_err(|error| format!("{}: {error}", fault.file));
    write(&sound.replace(&fault.text, &fault.instead))?;
    let built = succeeds(cargo(tree).args(["test", "--quiet", "--test", "it", "--no-run"]));
    let fate = match built {
        Ok(true) => failing_proof(tree).map(|proof| proof.map_or(Fate::Survived, Fate::CaughtBy)),
        Ok(false) => Ok(Fate::Unusable("it does not compile".to_owned())),
        Err(error) => Err(error),
    };
    write(&sound)?;
    fate
}

/// The first proof that fails on the tree as it is.
fn failing_proof(tree: &Path) -> Result<Option<&'static str>, String> {
    for proof in PROOFS {
        let arguments = ["test", "--quiet", "--test", "it", "--", proof, "--skip", "postgres"];
        if !succeeds(cargo(tree).args(arguments))? {
            return Ok(Some(proof));
        }
    }
    Ok(None)
}

fn cargo(tree: &Path) -> Command {
    let mut command = run::cargo(&[]);
    command.current_dir(tree).env("CARGO_TARGET_DIR", run::root().join("target/faults/target"));
    command.env("FENGQIAO_SQLITE_ONLY", "1").env("FENGQIAO_PAIRS", PAIRS).env("FENGQIAO_DIFFERENCES", "1");
    command
}

fn succeeds(command: &mut Command) -> Result<bool, String> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.map(|status| status.success()).map_err(|error| format!("cargo did not start: {error}"))
}
