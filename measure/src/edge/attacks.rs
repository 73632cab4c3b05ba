//! Documents, bodies and connections that have taken other servers down: each is answered, at once, and the server goes on.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use xtask::product::{Client, Product, Server};
use xtask::scratch::Scratch;

use super::corpus::{self, Attack};
use super::socket::Socket;
use super::{at, ms};
use crate::{number, only};

/// What the slowest refusal of a hundred may take.
const BAR: Duration = Duration::from_millis(10);
/// What one request may take of the processor, in seconds.
const MOST_CPU: f64 = 2.0;
/// Each is sent so often.
const TIMES: usize = 5;
/// Connections that send half of something.
const HALVES: usize = 500;
/// Until they must be closed.
const PATIENCE: Duration = Duration::from_secs(20);
const LONGEST: Duration = Duration::from_secs(30);
const PLAIN: &str = r#"{"query":"{ viewer { role } }"}"#;

/// What was measured of a kind of attack.
#[derive(Default)]
struct Taken {
    times: Vec<Duration>,
    slowest: (Duration, String),
    most_cpu: (f64, String),
}

impl Taken {
    fn note(&mut self, name: &str, time: Duration, cpu: f64) {
        self.times.push(time);
        if time > self.slowest.0 {
            self.slowest = (time, name.to_owned());
        }
        if cpu > self.most_cpu.0 {
            self.most_cpu = (cpu, name.to_owned());
        }
    }

    fn tell(&mut self, what: &str) -> Result<(), String> {
        let p99 = at(&mut self.times, 0.99);
        println!(
            "{what}: {} refused, p50 {:.2} ms, p99 {:.2} ms, slowest {:.2} ms ({}); most CPU of one {:.2} s ({})",
            self.times.len(),
            ms(at(&mut self.times, 0.5)),
            ms(p99),
            ms(self.slowest.0),
            self.slowest.1,
            self.most_cpu.0,
            self.most_cpu.1,
        );
        match (p99 <= BAR, self.most_cpu.0 <= MOST_CPU) {
            (true, true) => Ok(()),
            (false, _) => Err(format!("{what}: p99 is {:.1} ms", ms(p99))),
            (_, false) => Err(format!("{what}: {} takes {:.1} s of the processor", self.most_cpu.1, self.most_cpu.0)),
        }
    }
}

pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    only(arguments, &["--times"])?;
    let times = number(arguments, "--times", TIMES)?;
    let folder = Scratch::new("attacks")?;
    let product = Product::new(folder.path(), "small", None).with("FENGQIAO_HTTP__SOCKETS", "100000");
    let mut server = product.serve()?;
    let token = server.token("COUNTY_PEACE_OFFICER")?.to_owned();
    let attacks = corpus::all();
    println!("{} attacks, each {times} times, on SQLite", attacks.len());
    Client::connect(server.address())?.ask(&token, PLAIN)?;
    over_http(&server, &token, &attacks, times)?.tell("over HTTP")?;
    super::block_on(over_sockets(&server, &token, &attacks, times))?.tell("over sockets")?;
    halves(&server, &token)?;
    Client::connect(server.address())?.ask(&token, PLAIN)?;
    println!("the server answers after all of it, with {} MB resident", server.resident_mb()?);
    if server.runs() { Ok(()) } else { Err("the server has ended".into()) }
}

fn over_http(server: &Server, token: &str, attacks: &[Attack], times: usize) -> Result<Taken, String> {
    let mut taken = Taken::default();
    for attack in attacks {
        for _ in 0..times {
            let before = server.cpu_seconds()?;
            let (time, answer) = send(server.address(), token, &attack.body)?;
            let cpu = server.cpu_seconds()? - before;
            if !answer.starts_with("HTTP/1.1 ") || answer.starts_with("HTTP/1.1 5") {
                return Err(format!("{}: {}", attack.name, answer.chars().take(200).collect::<String>()));
            }
            taken.note(&attack.name, time, cpu);
        }
    }
    Ok(taken)
}

/// Sends a body and gives back how long the answer took to begin, and its beginning. A server that refuses by the head
/// alone hangs up while the body is written.
fn send(address: &str, token: &str, body: &[u8]) -> Result<(Duration, String), String> {
    let broken = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect(address).map_err(broken)?;
    stream.set_nodelay(true).map_err(broken)?;
    stream.set_read_timeout(Some(LONGEST)).map_err(broken)?;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
         authorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut writer = stream.try_clone().map_err(broken)?;
    std::thread::scope(|scope| {
        let started = Instant::now();
        scope.spawn(move || {
            // Broken off where it is refused by its length.
            let _ = writer.write_all(head.as_bytes()).and_then(|()| writer.write_all(body));
        });
        let mut answer = [0; 512];
        let read = stream.read(&mut answer).map_err(|error| format!("silent: {error}"))?;
        let time = started.elapsed();
        let _ = stream.shutdown(std::net::Shutdown::Both);
        Ok((time, String::from_utf8_lossy(&answer[..read]).into_owned()))
    })
}

async fn over_sockets(server: &Server, token: &str, attacks: &[Attack], times: usize) -> Result<Taken, String> {
    let mut taken = Taken::default();
    let documents = attacks.iter().filter_map(|attack| Some((attack, attack.document.as_ref()?)));
    for (attack, document) in documents {
        for n in 0..times {
            let mut socket = Socket::open(server.address(), token).await?;
            let (before, started) = (server.cpu_seconds()?, Instant::now());
            let id = n.to_string();
            let message = json!({ "id": id, "type": "subscribe", "payload": { "query": document } });
            // A message that is too long is not read to its end.
            let said = socket.say(&message).await;
            let heard = tokio::time::timeout(LONGEST, socket.hear()).await;
            let time = started.elapsed();
            match heard {
                Ok(Ok(Some(answer))) if said.is_ok() && answer["id"].as_str() == Some(&id) => {}
                Ok(Ok(None)) if message.to_string().len() > 64 * 1024 => {}
                other => return Err(format!("{} over a socket: {other:?}", attack.name)),
            }
            taken.note(&attack.name, time, server.cpu_seconds()? - before);
        }
    }
    Ok(taken)
}

/// Connections that send half a head or half a body: others are answered meanwhile, and they are closed.
fn halves(server: &Server, token: &str) -> Result<(), String> {
    let broken = |error: std::io::Error| error.to_string();
    let half_head = "POST /graphql HTTP/1.1\r\nhost: x\r\nx-slow: ".to_owned();
    let half_body = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer {token}\r\n\
         content-length: 100\r\n\r\n{{\"query\":"
    );
    for (what, text) in [("nothing", String::new()), ("half a head", half_head), ("half a body", half_body)] {
        let mut held = vec![];
        for _ in 0..HALVES {
            let mut stream = TcpStream::connect(server.address()).map_err(broken)?;
            stream.write_all(text.as_bytes()).map_err(broken)?;
            held.push(stream);
        }
        let started = Instant::now();
        Client::connect(server.address())?.ask(token, PLAIN)?;
        let meanwhile = started.elapsed();
        for stream in &mut held {
            let left = PATIENCE.checked_sub(started.elapsed()).unwrap_or(Duration::from_millis(1));
            stream.set_read_timeout(Some(left)).map_err(broken)?;
            let mut answer = vec![];
            // Reset or ended, with an answer or without: only that it is over counts.
            if let Err(error) = stream.read_to_end(&mut answer)
                && error.kind() != std::io::ErrorKind::ConnectionReset
            {
                return Err(format!("{HALVES} connections with {what}: one is still open after {PATIENCE:?}"));
            }
        }
        println!(
            "{HALVES} connections with {what}: another client is answered in {:.1} ms; all are closed after {:.1} s",
            ms(meanwhile),
            started.elapsed().as_secs_f64()
        );
    }
    Ok(())
}
