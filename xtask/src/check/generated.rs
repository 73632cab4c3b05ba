//! Files that the program writes must be what it writes today.

use crate::run;

/// A file of the tree and the words after `cargo run --` that print it.
/// When a noun, a field or a policy changes, run the command into the file and review the difference.
const GENERATED: &[(&str, &[&str])] = &[];

/// Compares every generated file with what the program prints.
pub(super) fn check() -> Result<(), String> {
    let mut stale = Vec::new();
    for (path, words) in GENERATED {
        let mut command = run::cargo(&["run", "--quiet", "--locked", "--package", "fengqiao", "--"]);
        let printed = run::output(command.args(*words), &format!("`fengqiao {}`", words.join(" ")))?;
        let kept = std::fs::read_to_string(run::root().join(path)).unwrap_or_default();
        if kept != printed {
            stale.push(format!(
                "{path}: stale; run `cargo run -- {} > {path}` and review the difference",
                words.join(" ")
            ));
        }
    }
    super::verdict(stale)
}
