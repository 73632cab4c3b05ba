//! Every test that touches data runs on SQLite and on PostgreSQL.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;

/// The two databases that Fengqiao runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    /// A real file.
    Sqlite,
    /// A real server.
    Postgres,
}

impl Backend {
    /// Both, for tests that compare one with the other.
    pub(crate) const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

/// Something that a test gets and that is taken away when the test has ended, also when it failed.
pub(crate) trait Fixture: Sized {
    /// Makes it.
    async fn open(backend: Backend) -> Self;
    /// Takes it away.
    async fn close(self);
}

/// Runs a test with a fixture of its own on one database.
pub(crate) async fn run<F: Fixture>(backend: Backend, test: impl AsyncFnOnce(&F)) {
    let fixture = F::open(backend).await;
    let outcome = AssertUnwindSafe(test(&fixture)).catch_unwind().await;
    fixture.close().await;
    if let Err(panic) = outcome {
        eprintln!("failed on {backend:?}");
        resume_unwind(panic);
    }
}

/// Makes `name::sqlite` and `name::postgres` of each `async fn name(fixture: &SomeFixture)`.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use $crate::support::backend::{Backend, run};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run(Backend::Sqlite, super::$name).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run(Backend::Postgres, super::$name).await;
            }
        }
    )+};
}
pub(crate) use on_both;
