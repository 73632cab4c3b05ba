//! What an idle socket costs the server.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use xtask::postgres::{self, Cluster};
use xtask::product::{Product, Server};
use xtask::scratch::Scratch;

use super::socket::Socket;
use crate::people::{self, Person};
use crate::table::Tables;
use crate::{number, only};

/// What each may cost at most, in KiB.
const BAR: f64 = 32.0;
/// Opened at the same time.
const AT_ONCE: usize = 100;
/// Before the first reading, so that the server is warm.
const WARM: usize = 500;
const REST: Duration = Duration::from_secs(5);
const LIVE: &str = "subscription { matterChanged { matterId kind } }";

pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    only(arguments, &["--count"])?;
    let count: usize = number(arguments, "--count", 10_000)?;
    let cluster = Cluster::start(&postgres::find_or_install()?)?;
    let url = cluster.database("sockets")?;
    let folder = Scratch::new("sockets")?;
    let product = Product::new(folder.path(), "small", Some(&url))
        .with("FENGQIAO_HTTP__SOCKETS", "100000")
        .with("FENGQIAO_HTTP__CONNECTIONS", "100000");
    product.load()?;
    let server = product.serve()?;
    let people = people::of(&product, &Tables::open(&url)?, "p.role <> 'RESIDENT'", 200)?;
    super::block_on(measured(&server, &people, count, false))?;
    super::block_on(measured(&server, &people, count, true))
}

async fn measured(server: &Server, people: &[Person], count: usize, listens: bool) -> Result<(), String> {
    drop(open(server, people, WARM, listens).await?);
    tokio::time::sleep(REST).await;
    let before = server.resident_kb()?;
    let sockets = open(server, people, count, listens).await?;
    tokio::time::sleep(REST).await;
    let each = server.resident_kb()?.saturating_sub(before) as f64 / count as f64;
    let what = if listens { "with a subscription each" } else { "with nothing running" };
    println!("{count} idle sockets of {} postings, {what}: {each:.1} KiB each, at most {BAR:.0}", people.len());
    drop(sockets);
    tokio::time::sleep(REST).await;
    if each <= BAR { Ok(()) } else { Err(format!("an idle socket costs {each:.1} KiB")) }
}

async fn open(server: &Server, people: &[Person], count: usize, listens: bool) -> Result<Vec<Socket>, String> {
    let opening = (0..count).map(|n| async move {
        let mut socket = Socket::open(server.address(), &people[n % people.len()].token).await?;
        if listens {
            socket.listen(LIVE).await?;
        }
        Ok::<Socket, String>(socket)
    });
    stream::iter(opening).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await.into_iter().collect()
}
