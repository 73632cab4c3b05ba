//! Running cargo and git.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// A cargo command in the root of the workspace: the cargo that runs us.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    // What cargo tells us of ourselves would reach build scripts (that of `ring` looks at it), and everything that hangs
    // on them would be built anew each time somebody goes from `cargo` to `cargo xtask` or back.
    let of_us = |name: &String| name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_");
    for name in std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).filter(of_us) {
        command.env_remove(name);
    }
    command
}

/// Runs a command to its end with our own input and output.
pub fn succeed(command: &mut Command, what: &str) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{what} failed ({status})")),
        Err(error) => Err(format!("{what} did not start: {error}")),
    }
}

/// Runs a command and gives back what it printed.
pub fn output(command: &mut Command, what: &str) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{what} did not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("{what} failed:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{what} printed something that is not UTF-8"))
}
