//! `attacks`, `sockets`, `live`, `rotation` and `overload`: what hurts is refused at once, who is idle costs little, what
//! happens is told soon, keys change under those who ask, and who asks too much does not take the server down.

mod attacks;
mod corpus;
mod live;
mod overload;
mod rotation;
mod socket;
mod sockets;

use std::time::Duration;

pub(crate) use attacks::run as attacks;
pub(crate) use live::run as live;
pub(crate) use overload::run as overload;
pub(crate) use rotation::run as rotation;
pub(crate) use sockets::run as sockets;

/// Runs something that waits for many sockets.
fn block_on<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(work)
}

/// The time below which this share of the times lies.
fn at(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    match times.len() {
        0 => Duration::ZERO,
        len => times[((len - 1) as f64 * share).ceil() as usize],
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
