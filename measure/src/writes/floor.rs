//! The floor over so many connections at once.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use measure::bare::Template;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};

use super::Cost;
use crate::cpu::Clock;

/// Inserts over so many connections, first some to warm up; the CPU of one transaction, and its statements.
pub(super) fn run(
    url: &str,
    templates: &[Template],
    clock: &Clock,
    connections: usize,
    (warm_up, transactions): (usize, usize),
) -> Result<(Cost, usize), String> {
    let told = |error: &dyn std::fmt::Display| format!("the bare inserts: {error}");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| told(&e))?;
    runtime.block_on(async {
        let options = PgConnectOptions::from_str(url).map_err(|e| told(&e))?.disable_statement_logging();
        let mut open = vec![];
        for _ in 0..connections {
            open.push(options.connect().await.map_err(|e| told(&e))?);
        }
        let open = write(open, templates, warm_up).await?;
        let (program, database) = (clock.process(std::process::id())?, clock.database()?);
        let open = write(open, templates, transactions).await?;
        let each = |spent: f64| spent * 1e6 / transactions as f64;
        let cost = Cost {
            program: each(clock.process(std::process::id())? - program),
            database: each(clock.database()? - database),
        };
        drop(open);
        Ok((cost, templates[0].statements()))
    })
}

async fn write(
    connections: Vec<PgConnection>,
    templates: &[Template],
    count: usize,
) -> Result<Vec<PgConnection>, String> {
    let left = Arc::new(AtomicUsize::new(count));
    let mut tasks = vec![];
    for (worker, mut connection) in connections.into_iter().enumerate() {
        let (template, left) = (templates[worker % templates.len()].clone(), left.clone());
        tasks.push(tokio::spawn(async move {
            let one = |left: usize| left.checked_sub(1);
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one).is_ok() {
                template.write(&mut connection).await.map_err(|error| format!("the bare inserts: {error}"))?;
            }
            Ok::<PgConnection, String>(connection)
        }));
    }
    let mut connections = vec![];
    for task in tasks {
        connections.push(task.await.map_err(|error| error.to_string())??);
    }
    Ok(connections)
}
