//! Being told by PostgreSQL that another process has written.

use std::time::Duration;

use sqlx::postgres::{PgListener, PgPoolOptions};

use super::ReadPool;

/// How long a connection is waited for.
const WAIT: Duration = Duration::from_secs(1);

/// A channel that is listened on, over a connection of its own.
pub struct Listener(PgListener);

impl Listener {
    /// Listens on a channel. `None`: SQLite has none, or the server does not answer now.
    pub async fn on(pool: &ReadPool, channel: &str) -> Option<Listener> {
        let ReadPool::Postgres(warm) = pool else { return None };
        let options = warm.pool().connect_options().as_ref().clone();
        let own = PgPoolOptions::new().max_connections(1).acquire_timeout(WAIT).connect_lazy_with(options);
        let mut listener = PgListener::connect_with(&own).await.ok()?;
        listener.listen(channel).await.ok()?;
        Some(Listener(listener))
    }

    /// Waits until something is told, and what; `None`: the connection was lost, and something may have been missed.
    pub async fn told(&mut self) -> Option<String> {
        let told = self.0.try_recv().await.ok()??;
        Some(told.payload().to_owned())
    }
}
