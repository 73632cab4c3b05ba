//! The operating-system account that a database server may run under.

use std::ffi::OsStr;
use std::process::Command;

/// An account to run commands as.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    /// Numeric user id.
    pub uid: u32,
    /// Numeric id of its main group.
    pub gid: u32,
}

impl Account {
    /// The account for a server: null when we are not root and can simply run it ourselves; else `postgres`, else
    /// `nobody`, because PostgreSQL refuses to run as root.
    pub fn for_server() -> Result<Option<Self>, String> {
        if id(&["-u"]) != Some(0) {
            return Ok(None);
        }
        ["postgres", "nobody"].iter().find_map(|name| Self::named(name)).map(Some).ok_or_else(|| {
            "PostgreSQL does not run as root and neither account `postgres` nor `nobody` exists: create one".to_owned()
        })
    }

    fn named(name: &str) -> Option<Self> {
        Some(Self { uid: id(&["-u", name])?, gid: id(&["-g", name])? })
    }
}

/// A command that runs under an account, or as ourselves when there is none.
pub fn command(program: impl AsRef<OsStr>, account: Option<Account>) -> Command {
    let mut command = Command::new(program);
    if let Some(Account { uid, gid }) = account {
        std::os::unix::process::CommandExt::gid(&mut command, gid);
        std::os::unix::process::CommandExt::uid(&mut command, uid);
    }
    command
}

/// Whether we are root.
pub fn is_root() -> bool {
    id(&["-u"]) == Some(0)
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
