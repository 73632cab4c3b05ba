//! The product as its users start it: the release binary, its output, its memory.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::run;

/// What loading took.
pub(super) struct Loaded {
    pub(super) seconds: f32,
    pub(super) peak_mb: u64,
}

fn demo(folder: &Path, scale: &str, url: Option<&str>) -> Command {
    let mut command = Command::new(run::root().join("target/release/fengqiao"));
    command.args(["demo", "--scale", scale, "--data-dir"]).arg(folder.join("data"));
    if let Some(url) = url {
        command.args(["--database-url", url]);
    }
    command
}

fn memory(process: &Child, field: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb / 1024)
}

/// Loads a city into an empty database and measures.
pub(super) fn load(folder: &Path, scale: &str, url: Option<&str>) -> Result<Loaded, String> {
    let started = Instant::now();
    let mut command = demo(folder, scale, url);
    let mut process = command
        .arg("--load-only")
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("fengqiao did not start: {error}"))?;
    let mut peak_mb = 0;
    loop {
        peak_mb = memory(&process, "VmHWM").unwrap_or(0).max(peak_mb);
        if let Some(status) = process.try_wait().map_err(|error| error.to_string())? {
            let seconds = started.elapsed().as_secs_f32();
            return if status.success() { Ok(Loaded { seconds, peak_mb }) } else { Err(format!("loading: {status}")) };
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A served city.
pub(super) struct Server {
    process: Child,
    /// Kept open: a server that writes to a closed pipe ends.
    output: BufReader<ChildStdout>,
    address: String,
    tokens: HashMap<String, String>,
}

impl Server {
    /// Starts `fengqiao demo` and reads the address and the tokens that it prints.
    pub(super) fn start(folder: &Path, scale: &str, url: Option<&str>) -> Result<Server, String> {
        let mut process = demo(folder, scale, url)
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("fengqiao did not start: {error}"))?;
        let output = BufReader::new(process.stdout.take().ok_or("no output")?);
        let mut server = Server { process, output, address: String::new(), tokens: HashMap::new() };
        let (mut role, mut line) = (String::new(), String::new());
        while server.output.read_line(&mut line).map_err(|error| error.to_string())? > 0 {
            let text = line.trim_end();
            if let Some((_, address)) = text.split_once("is at http://") {
                server.address = address.trim_end_matches('/').to_owned();
            } else if let Some(token) = text.strip_prefix("  ") {
                server.tokens.insert(role.clone(), token.to_owned());
            } else if text.starts_with("curl ") {
                return Ok(server);
            } else {
                role = text.split_whitespace().next().unwrap_or_default().to_owned();
            }
            line.clear();
        }
        Err("fengqiao ended before it served".into())
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn token(&self, role: &str) -> Result<&str, String> {
        self.tokens.get(role).map(String::as_str).ok_or_else(|| format!("no token of {role} was printed"))
    }

    pub(super) fn resident_mb(&self) -> Result<u64, String> {
        memory(&self.process, "VmRSS").ok_or_else(|| "the memory cannot be read".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that has ended already needs no signal.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
