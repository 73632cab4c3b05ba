//! An issuer that changes its keys while people ask: nobody whose token is good is refused.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use fengqiao::kernel::clock::{Clock, SystemClock};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use xtask::postgres::{self, Cluster};
use xtask::product::{Client, Product};
use xtask::scratch::Scratch;

use crate::table::Tables;
use crate::{number, only, people};

const AUDIENCE: &str = "fengqiao";
const PER_SECOND: u64 = 200;
const WORKERS: u64 = 8;
/// Between two changes of keys.
const PHASE: Duration = Duration::from_secs(8);
/// Keys of the issuer, one after the other; with each the one before stays published.
const KEYS: usize = 3;
const PLAIN: &str = r#"{"query":"{ viewer { role } }"}"#;

/// A key of the issuer.
struct Key {
    id: String,
    signing: SigningKey,
}

impl Key {
    fn new(n: usize) -> Key {
        Key { id: format!("k{n}"), signing: SigningKey::from_bytes(&[n as u8 + 1; 32]) }
    }

    fn published(&self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.signing.verifying_key().as_bytes());
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": self.id, "x": x })
    }

    fn token(&self, issuer: &str, subject: &str, posting: i64) -> Result<String, String> {
        let now = SystemClock.now_ms() / 1_000;
        let claims = json!({
            "iss": issuer, "aud": AUDIENCE, "sub": subject, "posting": posting.to_string(), "client_id": "rotation",
            "iat": now, "exp": now + 600, "jti": format!("{}-{posting}", self.id),
        });
        let header = Header { typ: Some("at+jwt".into()), kid: Some(self.id.clone()), ..Header::new(Algorithm::EdDSA) };
        let pem = self.signing.to_pkcs8_pem(LineEnding::LF).map_err(|error| error.to_string())?;
        let key = EncodingKey::from_ed_pem(pem.as_bytes()).map_err(|error| error.to_string())?;
        jsonwebtoken::encode(&header, &claims, &key).map_err(|error| error.to_string())
    }
}

/// The issuer: an address, and what it publishes.
struct Issuer {
    address: String,
    published: Mutex<(Value, usize)>,
}

impl Issuer {
    fn start() -> Result<Arc<Issuer>, String> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let issuer = Arc::new(Issuer { address: format!("http://{address}"), published: Mutex::default() });
        let serving = issuer.clone();
        // Ends with the process.
        std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(serving.answer(stream))));
        Ok(issuer)
    }

    fn publish(&self, keys: &[Key]) {
        let set = json!({ "keys": keys.iter().map(Key::published).collect::<Vec<_>>() });
        self.published.lock().unwrap_or_else(PoisonError::into_inner).0 = set;
    }

    /// How often its keys were asked for.
    fn asked(&self) -> usize {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut head = String::new();
        let mut reader = BufReader::new(stream.try_clone()?);
        while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head)? > 0 {}
        let body = if head.starts_with("GET /keys ") {
            let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
            published.1 += 1;
            published.0.to_string()
        } else {
            json!({ "issuer": self.address, "jwks_uri": format!("{}/keys", self.address) }).to_string()
        };
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}

pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    only(arguments, &["--per-second"])?;
    let per_second: u64 = number(arguments, "--per-second", PER_SECOND)?;
    let cluster = Cluster::start(&postgres::find_or_install()?)?;
    let url = cluster.database("rotation")?;
    let folder = Scratch::new("rotation")?;
    let product = Product::new(folder.path(), "small", Some(&url));
    product.load()?;
    let (posting, subject) = people::postings(&Tables::open(&url)?, "p.role = 'COUNTY_PEACE_OFFICER'", 1)?.remove(0);
    let issuer = Issuer::start()?;
    let keys: Vec<Key> = (0..KEYS).map(Key::new).collect();
    issuer.publish(&keys[..1]);
    let config = folder.path().join("fengqiao.toml");
    let text = format!(
        "[[issuer]]\nname = '{}'\naudience = '{AUDIENCE}'\n[seal]\nkey_id = 'k'\nkey = '{}'\n",
        issuer.address,
        "42".repeat(32)
    );
    std::fs::write(&config, text).map_err(|error| error.to_string())?;
    let server = product.with_file(&config).serve_today()?;
    let token = |key: &Key| key.token(&issuer.address, &subject, posting);
    let good: Mutex<Vec<String>> = Mutex::new(vec![token(&keys[0])?]);
    let ends = Instant::now() + PHASE * KEYS as u32;
    let (mut asked, mut refused) = (0, vec![]);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS)
            .map(|worker| {
                scope.spawn({
                    let (good, address) = (&good, server.address());
                    move || ask(address, good, Duration::from_millis(WORKERS * 1_000 / per_second), worker, ends)
                })
            })
            .collect();
        for n in 1..KEYS {
            std::thread::sleep(PHASE);
            let before = good.lock().unwrap_or_else(PoisonError::into_inner).split_off(0);
            // What is under way is answered first: the key before the last is not published any more, and its tokens are good
            // no longer.
            std::thread::sleep(Duration::from_millis(100));
            issuer.publish(&keys[n - 1..=n]);
            let tokens = before.into_iter().last().into_iter().chain([token(&keys[n])?]).collect();
            *good.lock().unwrap_or_else(PoisonError::into_inner) = tokens;
        }
        for worker in workers {
            let (sent, wrong) = worker.join().map_err(|_| "a client panicked".to_owned())??;
            asked += sent;
            refused.extend(wrong);
        }
        Ok::<(), String>(())
    })?;
    println!(
        "{asked} requests at {per_second} a second while the issuer changed its keys {} times: {} refused; its keys were asked for {} times",
        KEYS - 1,
        refused.len(),
        issuer.asked()
    );
    match refused.first() {
        None => Ok(()),
        Some(first) => Err(format!("a good token was refused: {first}")),
    }
}

/// Asks at a steady pace, with one of the good tokens after the other; how often, and what was no answer.
fn ask(
    address: &str,
    good: &Mutex<Vec<String>>,
    pace: Duration,
    worker: u64,
    ends: Instant,
) -> Result<(usize, Vec<String>), String> {
    let mut client = Client::connect(address)?;
    let (mut sent, mut refused, mut next) = (0, vec![], Instant::now() + pace * worker as u32 / WORKERS as u32);
    while next < ends {
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
        next += pace;
        let token = {
            let good = good.lock().unwrap_or_else(PoisonError::into_inner);
            // None while the keys are being changed.
            let Some(token) = good.get(sent % good.len().max(1)) else { continue };
            token.clone()
        };
        let (status, text) = client.post(&token, PLAIN)?;
        sent += 1;
        if !status.contains(" 200 ") {
            refused.push(format!("{status}: {text}"));
        }
    }
    Ok((sent, refused))
}
