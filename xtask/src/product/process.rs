//! The product's processes: loading, serving, their output and their memory.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use super::Client;
use crate::postgres::free_port;
use crate::run;

/// The log of its servers, in its folder.
const LOG: &str = "server.log";

/// An installation: a folder, a database and settings.
#[derive(Clone, Debug)]
pub struct Product {
    folder: PathBuf,
    scale: &'static str,
    url: Option<String>,
    settings: Vec<(&'static str, String)>,
    file: Option<PathBuf>,
    /// Whether its servers tell their figures.
    figures: bool,
}

/// What loading took.
pub struct Loaded {
    /// How long.
    pub seconds: f32,
    /// Memory at most.
    pub peak_mb: u64,
}

impl Product {
    /// The demo city of a scale below a folder; `url`: on PostgreSQL.
    pub fn new(folder: &Path, scale: &'static str, url: Option<&str>) -> Product {
        let url = url.map(str::to_owned);
        Product { folder: folder.to_owned(), scale, url, settings: vec![], file: None, figures: false }
    }

    /// With a setting, by the name of its variable.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Product {
        self.settings.push((name, value.into()));
        self
    }

    /// With a file of settings.
    #[must_use]
    pub fn with_file(mut self, file: &Path) -> Product {
        self.file = Some(file.to_owned());
        self
    }

    /// With servers that tell their figures, each on a port of its own.
    #[must_use]
    pub fn with_figures(mut self) -> Product {
        self.figures = true;
        self
    }

    /// A file of its data directory.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join("data").join(name)
    }

    /// The URL of its database.
    pub fn database(&self) -> String {
        self.url.clone().unwrap_or_else(|| format!("sqlite:{}", self.file("fengqiao.db").display()))
    }

    /// A command of the binary over this installation.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(run::root().join("target/release/fengqiao"));
        // Before the words, so that a caller can add to them.
        command.arg("--data-dir").arg(self.folder.join("data"));
        if let Some(url) = &self.url {
            command.args(["--database-url", url]);
        }
        if let Some(file) = &self.file {
            command.arg("--config").arg(file);
        }
        // Measured is the product, not how it holds back whoever asks too much.
        command.env("FENGQIAO_LIMITS__BUCKET", "1000000000000").env("FENGQIAO_LIMITS__REFILL", "1000000000");
        command.args(words).envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Loads the city into an empty database and measures.
    pub fn load(&self) -> Result<Loaded, String> {
        let started = Instant::now();
        let mut process = self
            .command(&["demo", "--scale", self.scale, "--load-only"])
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("fengqiao did not start: {error}"))?;
        let mut peak_mb = 0;
        loop {
            peak_mb = (memory(&process, "VmHWM").unwrap_or(0) / 1024).max(peak_mb);
            if let Some(status) = process.try_wait().map_err(|error| error.to_string())? {
                let seconds = started.elapsed().as_secs_f32();
                return if status.success() {
                    Ok(Loaded { seconds, peak_mb })
                } else {
                    Err(format!("loading: {status}"))
                };
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Serves the city, loading it first where it is not there, by the clock of its own day, which stands still; reads the
    /// address and the tokens that are printed.
    pub fn serve(&self) -> Result<Server, String> {
        let mut server = self.started(&["demo", "--scale", self.scale, "--port", "0"])?;
        let (mut role, mut line) = (String::new(), String::new());
        while server.output.read_line(&mut line).map_err(|error| error.to_string())? > 0 {
            let text = line.trim_end();
            if let Some((_, address)) = text.split_once("is at http://") {
                server.address = address.trim_end_matches('/').to_owned();
            } else if let Some(token) = text.strip_prefix("  ") {
                server.tokens.push((role.clone(), token.to_owned()));
            } else if text.starts_with("curl ") {
                return Ok(server);
            } else {
                role = text.split_whitespace().next().unwrap_or_default().to_owned();
            }
            line.clear();
        }
        Err(format!("fengqiao ended before it served:\n{}", self.log()))
    }

    /// Serves what was loaded by the clock of the machine, so that clocks ring; reads the address from its log.
    pub fn serve_today(&self) -> Result<Server, String> {
        let before = std::fs::metadata(self.folder.join(LOG)).map_or(0, |log| log.len());
        let mut server = self.started(&["serve", "--listen", "127.0.0.1:0"])?;
        while server.runs() {
            if let Some(address) = address_in(&self.logged(before)) {
                server.address = address;
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Err(format!("fengqiao ended before it served:\n{}", self.log()))
    }

    /// Starts a command that serves; what it logs is appended to a file.
    fn started(&self, words: &[&str]) -> Result<Server, String> {
        let log = OpenOptions::new().create(true).append(true).open(self.folder.join(LOG));
        let figures = if self.figures { Some(format!("127.0.0.1:{}", free_port()?)) } else { None };
        let mut process = self
            .command(words)
            .envs(figures.as_ref().map(|address| ("FENGQIAO_METRICS__LISTEN", address)))
            .stdout(Stdio::piped())
            .stderr(log.map_err(|error| format!("the server's log: {error}"))?)
            .spawn()
            .map_err(|error| format!("fengqiao did not start: {error}"))?;
        let output = BufReader::new(process.stdout.take().ok_or("no output")?);
        Ok(Server { process, output, address: String::new(), tokens: vec![], figures })
    }

    /// What they have logged from a byte on.
    fn logged(&self, from: u64) -> String {
        let mut text = String::new();
        let read = File::open(self.folder.join(LOG)).and_then(|mut log| {
            log.seek(SeekFrom::Start(from))?;
            log.read_to_string(&mut text)
        });
        // Without a log there is nothing to tell.
        read.map(|_| text).unwrap_or_default()
    }

    /// The last lines of what its servers have logged.
    pub fn log(&self) -> String {
        let text = self.logged(0);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

/// The address of a server that says in its log that it serves.
fn address_in(log: &str) -> Option<String> {
    let line = log.lines().find(|line| line.contains(r#""message":"serving""#))?;
    let (address, _) = line.split_once(r#""address":""#)?.1.split_once('"')?;
    Some(address.to_owned())
}

/// A size of a process in KiB.
fn memory(process: &Child, field: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// A served city. Dropped, it is killed (SIGKILL).
pub struct Server {
    process: Child,
    /// Kept open: a server that writes to a closed pipe ends.
    output: BufReader<ChildStdout>,
    address: String,
    tokens: Vec<(String, String)>,
    figures: Option<String>,
}

impl Server {
    /// Host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Id of the process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The token that was printed for a role.
    pub fn token(&self, role: &str) -> Result<&str, String> {
        let printed = self.tokens().find(|(of, _)| *of == role).map(|(_, token)| token);
        printed.ok_or_else(|| format!("no token of {role} was printed"))
    }

    /// The roles that tokens were printed for, and these.
    pub fn tokens(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tokens.iter().map(|(role, token)| (role.as_str(), token.as_str()))
    }

    /// One of the figures that it tells.
    pub fn figure(&self, name: &str) -> Result<f64, String> {
        let address = self.figures.as_deref().ok_or("it tells no figures")?;
        let text = Client::connect(address)?.get("/metrics")?;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
        value.ok_or_else(|| format!("it does not tell {name}"))
    }

    /// Memory now.
    pub fn resident_mb(&self) -> Result<u64, String> {
        self.resident_kb().map(|kb| kb / 1024)
    }

    /// Memory now in KiB.
    pub fn resident_kb(&self) -> Result<u64, String> {
        memory(&self.process, "VmRSS").ok_or_else(|| "the memory cannot be read".into())
    }

    /// CPU time that it has taken so far, in seconds of a hundredth each.
    pub fn cpu_seconds(&self) -> Result<f64, String> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id())).map_err(|error| error.to_string())?;
        // After the name, which may hold anything: user and system time are the 12th and 13th field.
        let (_, rest) = stat.rsplit_once(')').ok_or("the CPU time cannot be read")?;
        let ticks = rest.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok());
        Ok(ticks.sum::<u64>() as f64 / 100.0)
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that has ended already needs no signal.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::address_in;

    #[test]
    fn the_address_is_that_of_the_line_that_says_so() {
        let begun = r#"{"level":"WARN","message":"the demo issuer is on","address":"x"}"#;
        assert_eq!(address_in(begun), None);
        let serving = r#"{"level":"INFO","message":"serving","address":"127.0.0.1:4711","target":"t"}"#;
        assert_eq!(address_in(&format!("{begun}\n{serving}\n")).as_deref(), Some("127.0.0.1:4711"));
        assert_eq!(address_in(&serving[..60]), None, "a line that is being written");
    }
}
