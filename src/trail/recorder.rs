//! 记录器. What belongs to no write — reads of personal data, denials of reads — on its way into the trail: many entries
//! in one transaction, and nobody goes on before his own are there.

use std::sync::{Arc, Mutex};

use tokio::sync::{mpsc, oneshot};

use super::entry::Deed;
use crate::lifecycle::write::{WriteError, Writer};

/// Requests that may wait for their turn.
const WAITING: usize = 1_024;
/// Most requests that share a transaction.
const TOGETHER: usize = 256;

/// The trail could not be written; why stands in the log.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the audit trail cannot be written")]
pub struct TrailLost;

struct Waiting {
    deeds: Vec<Deed>,
    done: oneshot::Sender<Result<(), TrailLost>>,
}

/// Takes entries and says when they are kept.
#[derive(Clone)]
pub struct Recorder(Keeps);

#[derive(Clone)]
enum Keeps {
    Trail(mpsc::Sender<Waiting>),
    Memory(Memory),
}

/// Entries that no trail keeps, in order.
pub type Memory = Arc<Mutex<Vec<Deed>>>;

impl Recorder {
    /// A recorder into the trail of a database; it ends when nobody holds it any more.
    pub fn start(writer: Arc<Writer>) -> Recorder {
        let (queue, waiting) = mpsc::channel(WAITING);
        tokio::spawn(run(writer, waiting));
        Recorder(Keeps::Trail(queue))
    }

    /// A recorder into memory, for engines over a database that they cannot write.
    pub fn into_memory(memory: Memory) -> Recorder {
        Recorder(Keeps::Memory(memory))
    }

    /// Keeps entries; when this comes back, they are there.
    pub async fn record(&self, deeds: Vec<Deed>) -> Result<(), TrailLost> {
        if deeds.is_empty() {
            return Ok(());
        }
        match &self.0 {
            Keeps::Trail(queue) => {
                let (done, kept) = oneshot::channel();
                queue.send(Waiting { deeds, done }).await.map_err(|_| TrailLost)?;
                kept.await.unwrap_or(Err(TrailLost))
            }
            Keeps::Memory(memory) => {
                memory.lock().map_err(|_| TrailLost)?.extend(deeds);
                Ok(())
            }
        }
    }
}

async fn run(writer: Arc<Writer>, mut waiting: mpsc::Receiver<Waiting>) {
    let mut together = Vec::with_capacity(TOGETHER);
    while waiting.recv_many(&mut together, TOGETHER).await > 0 {
        let deeds: Vec<Deed> = together.iter().flat_map(|one| one.deeds.iter().cloned()).collect();
        let all = keep(&writer, &deeds).await;
        for one in together.drain(..) {
            // What is wrong with one does not take the others with it; where the database is not there, nobody waits twice.
            let kept = match all {
                Err(true) if deeds.len() > one.deeds.len() => keep(&writer, &one.deeds).await,
                kept => kept,
            };
            // Whoever has gone away does not ask any more.
            let _ = one.done.send(kept.map_err(|_| TrailLost));
        }
    }
}

/// Keeps entries; where it fails, whether the entries themselves are why.
async fn keep(writer: &Writer, deeds: &[Deed]) -> Result<(), bool> {
    writer.record(deeds).await.map_err(|error| {
        tracing::error!(%error, entries = deeds.len(), "the audit trail cannot be written");
        matches!(error, WriteError::Database(error) if error.is_of_content())
    })
}
