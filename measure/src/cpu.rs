//! CPU time of processes, as the system counts it.

use std::process::Command;

use xtask::run;

use crate::table::Tables;

/// Reads CPU times of a database server and of other processes, in seconds.
pub struct Clock {
    /// The process that all others of the database server come from; `None`: the database is in the programs that ask it.
    postmaster: Option<u32>,
    ticks: f64,
}

/// The fields of `/proc/<pid>/stat` after the name, which may hold anything; the first is the state.
fn fields(pid: u32) -> Option<Vec<u64>> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    Some(rest.split_whitespace().map(|field| field.parse().unwrap_or_default()).collect())
}

/// Places in those fields: parent, and from here user and system time of its own and of children that have ended.
const PARENT: usize = 1;
const USER: usize = 11;

fn own(fields: &[u64]) -> u64 {
    fields.iter().skip(USER).take(2).sum()
}

impl Clock {
    /// The clock of the server behind the tables.
    pub fn new(tables: &Tables) -> Result<Clock, String> {
        let backend = u32::try_from(tables.number("SELECT pg_backend_pid()::bigint")?).unwrap_or_default();
        let parent = fields(backend).and_then(|fields| u32::try_from(*fields.get(PARENT)?).ok());
        let postmaster = parent.ok_or("the database's processes cannot be seen")?;
        Ok(Clock { postmaster: Some(postmaster), ..Clock::without_server()? })
    }

    /// The clock where no server stands behind the tables, as with SQLite: what the database takes is in the programs' time.
    pub fn without_server() -> Result<Clock, String> {
        let ticks = run::output(Command::new("getconf").arg("CLK_TCK"), "`getconf`")?;
        let ticks = ticks.trim().parse().map_err(|_| format!("clock ticks: {ticks}"))?;
        Ok(Clock { postmaster: None, ticks })
    }

    /// A process and its threads.
    pub fn process(&self, pid: u32) -> Result<f64, String> {
        let fields = fields(pid).ok_or_else(|| format!("process {pid} has ended"))?;
        Ok(own(&fields) as f64 / self.ticks)
    }

    /// All processes of the database server, those that have ended among them; 0 where there is none.
    pub fn database(&self) -> Result<f64, String> {
        let Some(postmaster) = self.postmaster else { return Ok(0.0) };
        let first = fields(postmaster).ok_or("the database server has ended")?;
        let mut spent: u64 = first.iter().skip(USER).take(4).sum();
        let processes = std::fs::read_dir("/proc").map_err(|error| format!("/proc: {error}"))?;
        for pid in processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()) {
            let child = fields(pid).filter(|fields| fields.get(PARENT) == Some(&u64::from(postmaster)));
            spent += child.map_or(0, |fields| own(&fields));
        }
        Ok(spent as f64 / self.ticks)
    }
}
