//! One throw-away cluster: made, started, and gone when its owner is gone.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Binaries;
use crate::account::{self, Account};
use crate::run;
use crate::scratch::Scratch;

/// Durability is off because the data dies with the run; the rest lets many tests connect at once.
const SETTINGS: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=200",
    "shared_buffers=128MB",
    "timezone=UTC",
];

/// A port can be taken between choosing it and starting on it.
const ATTEMPTS: usize = 5;

/// A running server; it stops and its files go when the value is dropped or the process ends in any way.
#[derive(Debug)]
pub struct Cluster {
    url: String,
    psql: PathBuf,
    _scratch: Scratch,
}

impl Cluster {
    /// Makes and starts a cluster: UTF-8, collation C, character type C.UTF-8, on loopback and on a socket of its own.
    pub fn start(binaries: &Binaries) -> Result<Self, String> {
        let owner = Account::for_server()?;
        let pg_ctl = binaries.path("pg_ctl");
        let scratch = Scratch::with_farewell("pg", owner, |path| {
            let data = path.join("data");
            vec![
                pg_ctl.clone().into(),
                "stop".into(),
                "--wait".into(),
                "--mode=immediate".into(),
                "--pgdata".into(),
                data.into(),
            ]
        })?;
        let directory = scratch.path();
        let data = directory.join("data");
        let mut initdb = account::command(binaries.path("initdb"), owner);
        initdb.arg("--pgdata").arg(&data).args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--lc-collate=C",
            "--lc-ctype=C.UTF-8",
            "--lc-messages=C",
            "--no-sync",
        ]);
        step(&mut initdb, directory, "initdb")?;
        let mut last = String::new();
        for _ in 0..ATTEMPTS {
            let port = free_port()?;
            let mut start = account::command(&pg_ctl, owner);
            start.args(["start", "--wait", "--silent", "--log"]).arg(directory.join("server.log"));
            start.arg("--pgdata").arg(&data).arg("--options").arg(options(port, directory));
            match step(&mut start, directory, "server") {
                Ok(()) => {
                    return Ok(Self {
                        url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
                        psql: binaries.path("psql"),
                        _scratch: scratch,
                    });
                }
                Err(why) => last = why,
            }
        }
        Err(last)
    }

    /// URL of the server's maintenance database, for a user who may create databases.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Creates a database as the product wants it; its URL.
    pub fn database(&self, name: &str) -> Result<String, String> {
        let (server, _) = self.url.rsplit_once('/').ok_or("the cluster's URL has no database")?;
        let sql =
            format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'");
        run::output(Command::new(&self.psql).args([&self.url, "-c", &sql]), "`psql`")?;
        Ok(format!("{server}/{name}"))
    }
}

fn options(port: u16, directory: &Path) -> String {
    let settings = SETTINGS.iter().map(|setting| format!(" -c {setting}")).collect::<String>();
    format!("-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={}{settings}", directory.display())
}

/// A loopback port that nobody listens on. It can be taken before it is used.
pub(crate) fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| format!("no free loopback port: {error}"))?;
    Ok(listener.local_addr().map_err(|error| format!("no free loopback port: {error}"))?.port())
}

/// Runs a step with its output in a file: the server inherits the handles, and a pipe would keep us waiting for it.
fn step(command: &mut Command, directory: &Path, step: &str) -> Result<(), String> {
    let log = directory.join(format!("{step}.out"));
    let file = std::fs::File::create(&log).map_err(|error| format!("cannot create {}: {error}", log.display()))?;
    let copy = file.try_clone().map_err(|error| format!("cannot create {}: {error}", log.display()))?;
    command.current_dir(directory).env("HOME", directory).stdin(Stdio::null()).stdout(file).stderr(copy);
    let status = command.status().map_err(|error| format!("PostgreSQL's {step} did not start: {error}"))?;
    if status.success() {
        return Ok(());
    }
    let read = |name: &str| std::fs::read_to_string(directory.join(name)).unwrap_or_default();
    Err(format!("PostgreSQL's {step} failed ({status}):\n{}{}", read(&format!("{step}.out")), read("server.log")))
}
