//! Installing PostgreSQL from the distribution's packages, without creating or starting a cluster of the system.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{BIN_VARIABLE, Binaries, OLDEST};
use crate::account;

/// Read by Debian's packaging when it installs a server.
const DEBIAN_SETTINGS: &str = "/etc/postgresql-common/createcluster.conf";

/// Package managers besides Debian's, and how each installs a server.
const OTHERS: &[(&str, &[&str])] = &[
    ("dnf", &["dnf", "install", "-y", "postgresql-server"]),
    ("apk", &["apk", "add", "postgresql"]),
    ("brew", &["brew", "install", "postgresql@17"]),
];

/// The installation to use; installs one when none is there.
pub fn find_or_install() -> Result<Binaries, String> {
    if let Some(found) = Binaries::find()? {
        return Ok(found);
    }
    eprintln!("xtask: PostgreSQL is not installed; installing the distribution's packages");
    install().map_err(|why| {
        format!(
            "PostgreSQL {OLDEST} or later is needed and could not be installed: {why}. Install it by hand \
             (https://www.postgresql.org/download/) or set {BIN_VARIABLE} to the directory of its binaries"
        )
    })?;
    Binaries::find()?.ok_or_else(|| {
        format!("the packages are installed but hold no server binaries: set {BIN_VARIABLE} to their directory")
    })
}

fn install() -> Result<(), String> {
    if on_path("apt-get") {
        return install_on_debian();
    }
    match OTHERS.iter().find(|(manager, _)| on_path(manager)) {
        // Homebrew refuses to run as root and asks for rights itself.
        Some(("brew", words)) => succeed(Command::new(words[0]).args(&words[1..])),
        Some((_, words)) => succeed(&mut as_root(words)?),
        None => Err("no package manager that is known here (apt-get, dnf, apk, brew) was found".to_owned()),
    }
}

fn install_on_debian() -> Result<(), String> {
    // A stale package list often still works, so a failed update alone is not the end.
    if let Err(why) = succeed(&mut as_root(&["apt-get", "update", "-qq"])?) {
        eprintln!("xtask: {why}; trying with the package lists there are");
    }
    apt_install("postgresql-common")?;
    // The common package comes first, so that the setting is in place when the server package would create a cluster.
    let settings =
        std::fs::read_to_string(DEBIAN_SETTINGS).map_err(|e| format!("cannot read {DEBIAN_SETTINGS}: {e}"))?;
    write_as_root(DEBIAN_SETTINGS, &format!("{settings}\ncreate_main_cluster = false\n"))?;
    let installed = apt_install("postgresql");
    write_as_root(DEBIAN_SETTINGS, &settings)?;
    installed
}

fn apt_install(package: &str) -> Result<(), String> {
    let words = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-qq", "-y", "--no-install-recommends"];
    succeed(as_root(&words)?.arg(package))
}

fn write_as_root(path: &str, text: &str) -> Result<(), String> {
    if account::is_root() {
        return std::fs::write(path, text).map_err(|error| format!("cannot write {path}: {error}"));
    }
    let mut child = as_root(&["tee", path])?
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("cannot start sudo: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        std::io::Write::write_all(&mut input, text.as_bytes())
            .map_err(|error| format!("cannot write {path}: {error}"))?;
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!("sudo could not write {path}")),
    }
}

fn as_root(words: &[&str]) -> Result<Command, String> {
    let mut command = if account::is_root() {
        Command::new(words[0])
    } else if on_path("sudo") {
        let mut sudo = Command::new("sudo");
        sudo.arg(words[0]);
        sudo
    } else {
        return Err("installing needs root or sudo".to_owned());
    };
    command.args(&words[1..]);
    Ok(command)
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line = words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    match command.stdout(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` ended with {status}")),
        Err(error) => Err(format!("`{line}` did not start: {error}")),
    }
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder: std::path::PathBuf| Path::new(&folder).join(program).is_file())
}
