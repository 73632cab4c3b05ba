//! A directory that is gone when its owner is gone, however the owner ended.
//!
//! A watcher child waits on a pipe that only this process holds. The pipe closes when the owner drops the value, returns,
//! panics, is interrupted or is killed; then the watcher runs the farewell command and removes the directory.

use std::ffi::OsString;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::account::{self, Account};

/// Unix sockets inside must stay below the 107 bytes that the system allows for their path.
const LONGEST_BASE: usize = 70;

/// A private directory and the watcher that removes it.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    watcher: Child,
}

impl Scratch {
    /// Makes a directory below the system's temporary directory.
    pub fn new(label: &str) -> Result<Self, String> {
        Self::with_farewell(label, None, |_| Vec::new())
    }

    /// Makes a directory that belongs to `owner`. `farewell` says, given the directory, which command stops what runs in it.
    pub fn with_farewell(
        label: &str,
        owner: Option<Account>,
        farewell: impl FnOnce(&Path) -> Vec<OsString>,
    ) -> Result<Self, String> {
        let path = make_directory(label)?;
        if let Some(Account { uid, gid }) = owner {
            chown(&path, Some(uid), Some(gid))
                .map_err(|error| format!("cannot hand over {}: {error}", path.display()))?;
        }
        let watcher = account::command("sh", owner)
            .args(["-c", r#"cat; directory=$1; shift; "$@"; cd /; rm -rf "$directory""#, "sh"])
            .arg(&path)
            .args(farewell(&path))
            .current_dir(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Its own process group: Ctrl-C must not reach it before it has cleaned up.
            .process_group(0)
            .spawn()
            .map_err(|error| format!("cannot start `sh` to watch {}: {error}", path.display()))?;
        Ok(Self { path, watcher })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        // The watcher removes what it can; a failure here has nobody to tell.
        let _ = self.watcher.wait();
    }
}

fn make_directory(label: &str) -> Result<PathBuf, String> {
    let system = std::env::temp_dir();
    let base = if system.as_os_str().len() > LONGEST_BASE { PathBuf::from("/tmp") } else { system };
    let process = std::process::id();
    for attempt in 0..1000 {
        let path = base.join(format!("fengqiao-{label}-{process}-{attempt}"));
        match std::fs::DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("cannot create {}: {error}", path.display())),
        }
    }
    Err(format!("no free name for a scratch directory in {}: empty it", base.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_goes_with_its_owner_and_the_farewell_runs_first() {
        let witness = Scratch::new("witness").unwrap();
        let seen = witness.path().join("seen");
        let scratch = Scratch::with_farewell("test", None, |path| {
            ["cp".into(), path.join("file").into(), seen.clone().into()].to_vec()
        })
        .unwrap();
        let path = scratch.path().to_owned();
        std::fs::write(path.join("file"), "here").unwrap();
        drop(scratch);
        assert!(!path.exists());
        assert_eq!(std::fs::read_to_string(seen).unwrap(), "here");
    }

    #[test]
    fn two_directories_of_one_process_differ() {
        let (one, other) = (Scratch::new("twin").unwrap(), Scratch::new("twin").unwrap());
        assert_ne!(one.path(), other.path());
    }
}
