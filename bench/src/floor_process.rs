//! The floor beside the product.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use xtask::product::Product;

use crate::floor::{BY_DATABASE, writes};
use crate::load::{Sent, Side};

/// The floor of one question, in a process of its own; killed in the end.
pub(crate) struct Floor {
    pub(crate) name: String,
    process: Child,
    address: String,
}

impl Floor {
    /// Starts those of an operation: the one that writes its answers, and where there is one, that whose database does.
    pub(crate) fn all(product: &Product, name: &str) -> Result<Vec<Floor>, String> {
        let other = writes(name, &product.database()).then(|| format!("{name}{BY_DATABASE}"));
        std::iter::once(name).chain(other.as_deref()).map(|name| Floor::start(product, name)).collect()
    }

    /// Whether the database writes its answers.
    pub(crate) fn is_by_database(&self) -> bool {
        self.name.ends_with(BY_DATABASE)
    }

    /// It, and what it is sent.
    pub(crate) fn asked(&self, sent: &Sent) -> Side<'_> {
        Side { address: &self.address, process: self.process.id(), sent: sent.clone() }
    }

    /// Starts it.
    fn start(product: &Product, name: &str) -> Result<Floor, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut process = Command::new(program)
            .args(["floor", name, &product.database()])
            .arg(product.file("demo-secret"))
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut address = String::new();
        let output = process.stdout.take().ok_or("no output")?;
        BufReader::new(output).read_line(&mut address).map_err(|error| error.to_string())?;
        let floor = Floor { name: name.to_owned(), process, address: address.trim().to_owned() };
        if floor.address.is_empty() { Err("the floor did not start".into()) } else { Ok(floor) }
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        // One that has ended already needs no signal.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
