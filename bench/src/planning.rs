//! `planning`: what goes before the database, for a document that is known and a viewer who is known.

use std::time::{Duration, Instant};

use fengqiao::http::Request;

use crate::city::City;
use crate::documents;
use crate::load::middle_by;
use crate::loaded::Loaded;

/// Asked so often before times are kept.
const WARM_UP: usize = 300;
/// Times of so many rounds are kept, each the mean of so many; the middle one counts.
const ROUNDS: usize = 41;
const EACH: u32 = 50;
/// What it may take at most.
const BAR: Duration = Duration::from_micros(20);

/// Measures and prints.
pub(crate) fn run() -> Result<(), String> {
    let loaded = Loaded::new("small")?;
    crate::block_on(measured(&loaded.url))
}

async fn measured(url: &str) -> Result<(), String> {
    let City { database, authenticator, engine } = City::open(url).await?;
    let engine = engine.without_database();
    let mut over = vec![];
    for document in documents::all()? {
        let (posting, _) = document.who.posting(&database).await?;
        let viewer =
            authenticator.trusted_viewer_for_posting(posting, None).await.map_err(|error| error.to_string())?;
        let request =
            || Request { query: document.text.clone(), variables: document.variables.clone(), ..Request::default() };
        let first = engine.execute_traced(&viewer, request()).await;
        if first.answer.status != 200 {
            return Err(format!("{}: {}", document.name, String::from_utf8_lossy(&first.answer.body)));
        }
        for _ in 0..WARM_UP {
            engine.execute_traced(&viewer, request()).await;
        }
        let mut times = vec![];
        for _ in 0..ROUNDS {
            let requests: Vec<Request> = (0..EACH).map(|_| request()).collect();
            let began = Instant::now();
            for request in requests {
                std::hint::black_box(engine.execute_traced(&viewer, request).await);
            }
            times.push(began.elapsed() / EACH);
        }
        let middle = middle_by(times, Duration::cmp);
        println!("{:<28} {:>7.1} µs, {} statements", document.name, middle.as_secs_f64() * 1e6, first.statements.len());
        if middle > BAR {
            over.push(document.name);
        }
    }
    if over.is_empty() { Ok(()) } else { Err(format!("more than {} µs: {}", BAR.as_micros(), over.join(", "))) }
}
