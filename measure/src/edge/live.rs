//! How long it takes until those who may see an event know of it, and that nobody else does.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::{Value, json};
use xtask::postgres::{self, Cluster};
use xtask::product::{Client, Product, Server};
use xtask::scratch::Scratch;

use super::socket::Socket;
use super::{at, ms};
use crate::people::{self, Person};
use crate::reporters::{self, Answer, Reporter};
use crate::table::Tables;
use crate::{dice, number, only};

/// What the slowest of a hundred may take.
const BAR: Duration = Duration::from_millis(200);
const AT_ONCE: usize = 100;
/// How long is listened after an event for those who should not hear of it.
const AFTER: Duration = Duration::from_millis(1_500);
const DOCUMENT: &str =
    "subscription { matterChanged { kind matterId version at matter { ... on Hazard { no status grade } } } }";

/// Who listens.
struct Listener {
    posting: i64,
    socket: Socket,
}

pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    only(arguments, &["--subscribers", "--events"])?;
    let subscribers: usize = number(arguments, "--subscribers", 1_000)?;
    let events: usize = number(arguments, "--events", 30)?;
    let cluster = Cluster::start(&postgres::find_or_install()?)?;
    let url = cluster.database("live")?;
    let folder = Scratch::new("live")?;
    let product = Product::new(folder.path(), "small", Some(&url)).with("FENGQIAO_HTTP__SOCKETS", "100000");
    product.load()?;
    let tables = Tables::open(&url)?;
    let reporter = reporters::find(&product, &tables, 1)?.remove(0);
    let everybody = people::of(&product, &tables, "p.role <> 'RESIDENT'", usize::MAX)?;
    let server = product.serve()?;
    let seen = report(&server, &reporter, 0)?.0;
    let (may, may_not) = told_apart(&server, &everybody, &seen)?;
    println!("{} postings may see the hazards of one grid, {} may not", may.len(), may_not.len());
    super::block_on(measured(&server, &reporter, (&may, subscribers), &may_not, events))
}

/// Who may see a hazard, and who may not, by asking as everybody.
fn told_apart(server: &Server, people: &[Person], id: &str) -> Result<(Vec<Person>, Vec<Person>), String> {
    let body = json!({ "query": "query($id: ID!) { node(id: $id) { id } }", "variables": { "id": id } }).to_string();
    let mut client = Client::connect(server.address())?;
    let (mut may, mut may_not) = (vec![], vec![]);
    for person in people {
        let (_, text) = client.post(&person.token, &body)?;
        let answer: Value = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
        if answer["data"]["node"].is_null() { may_not.push(person.clone()) } else { may.push(person.clone()) }
    }
    if may.is_empty() || may_not.is_empty() {
        Err("the city does not tell people apart".into())
    } else {
        Ok((may, may_not))
    }
}

/// Reports a hazard; its id, and when the answer was there.
fn report(server: &Server, reporter: &Reporter, n: usize) -> Result<(String, Instant), String> {
    let description = "三楼楼道堆放电动自行车电池和纸箱, 占用疏散通道";
    let mut client = Client::connect(server.address())?;
    let (status, text) =
        client.post(&reporter.token, &reporter.body(&format!("live-{}-{n}", dice::seed()), description))?;
    match reporters::read(&status, &text, description) {
        Answer::Done(id) => Ok((fengqiao::read::write::global_id("Hazard", id), Instant::now())),
        Answer::Refused(why) | Answer::Later(why) => Err(why),
    }
}

async fn measured(
    server: &Server,
    reporter: &Reporter,
    (may, subscribers): (&[Person], usize),
    may_not: &[Person],
    events: usize,
) -> Result<(), String> {
    let mut hearing = open(server, may, subscribers).await?;
    let mut deaf = open(server, may_not, may_not.len().min(subscribers)).await?;
    let postings: BTreeSet<i64> = hearing.iter().map(|listener| listener.posting).collect();
    println!("{} subscribers of {} postings, {} that may not see", hearing.len(), postings.len(), deaf.len());
    let (mut from_sent, mut from_done) = (vec![], vec![]);
    for n in 1..=events {
        let sent = Instant::now();
        let waiting = hearing.iter_mut().map(|listener| async move {
            let heard = listener.socket.hear().await?.ok_or("a socket was closed")?;
            Ok::<(Value, Instant), String>((
                heard["payload"]["data"]["matterChanged"]["matterId"].clone(),
                Instant::now(),
            ))
        });
        let reporting = async { tokio::task::block_in_place(|| report(server, reporter, n)) };
        // Polled first, so that the report is under way when the sockets are waited for.
        let (reported, heard) = tokio::join!(reporting, futures_util::future::join_all(waiting));
        let (id, done) = reported?;
        for heard in heard {
            let (told, when) = heard?;
            if told != id.as_str() {
                return Err(format!("{told} was told instead of {id}"));
            }
            from_sent.push(when - sent);
            from_done.push(when.saturating_duration_since(done));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let listening = deaf
        .iter_mut()
        .map(|listener| async move { tokio::time::timeout(AFTER, listener.socket.hear()).await.is_ok() });
    let leaked = futures_util::future::join_all(listening).await.into_iter().filter(|heard| *heard).count();
    let (sent, done) = (at(&mut from_sent, 0.99), at(&mut from_done, 0.99));
    println!(
        "{events} events, each to {} subscribers: p50 {:.1} ms, p99 {:.1} ms from the sending of the report; p99 {:.1} ms from its answer; {leaked} told to those who may not see",
        hearing.len(),
        ms(at(&mut from_sent, 0.5)),
        ms(sent),
        ms(done),
    );
    match (leaked, sent <= BAR) {
        (0, true) => Ok(()),
        (0, false) => Err(format!("p99 is {:.0} ms", ms(sent))),
        _ => Err(format!("{leaked} were told what they may not see")),
    }
}

async fn open(server: &Server, people: &[Person], count: usize) -> Result<Vec<Listener>, String> {
    let opening = (0..count).map(|n| async move {
        let person = &people[n % people.len()];
        let mut socket = Socket::open(server.address(), &person.token).await?;
        socket.listen(DOCUMENT).await?;
        Ok::<Listener, String>(Listener { posting: person.posting, socket })
    });
    stream::iter(opening).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await.into_iter().collect()
}
