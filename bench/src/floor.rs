//! The floor: hand-written statements, one for most questions (three where there are three levels, up to four for a document, and
//! those that a report's rows take), over the same tables with the same rows, behind the same token, and the answer written by hand, or by the database.
//! Nothing is asked that is not needed.

mod answers;
mod connections;
mod database;
mod documents;
mod postgres;
mod sqlite;
mod text;
mod write;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::ListenerExt;
use fengqiao::read::write::global_id;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use measure::bare::{self, Template};
use measure::people;
use measure::table::Tables;
use sqlx::{PgConnection, SqlitePool};

use self::answers::Question;
use self::connections::Connections;
use self::database::Written;
pub(crate) use self::database::{BY_DATABASE, writes};
use self::documents::Document;

/// Rows of so many people's reports are written again.
const REPORTERS: usize = 32;

struct Floor {
    key: DecodingKey,
    validation: Validation,
    asked: Asked,
}

/// What is asked, and of which database.
enum Asked {
    /// A question, of a file.
    Sqlite(Question, SqlitePool),
    /// The same, by a statement that gives the whole answer.
    WrittenBySqlite(Written, SqlitePool),
    /// Of a server.
    Postgres(What, Connections),
}

/// What a server is asked.
enum What {
    /// A question.
    Question(Question),
    /// The same, by a statement that gives the whole answer.
    Written(Written),
    /// A department's document.
    Document(Document),
    /// To write the rows of one of these reports again, and how many were.
    Report(Vec<Template>, AtomicUsize),
}

impl Asked {
    async fn answer(&self, body: &[u8]) -> Result<String, sqlx::Error> {
        let given = Given(serde_json::from_slice(body).unwrap_or_default());
        let (what, connections) = match self {
            Asked::Sqlite(question, pool) => return question.on_sqlite(pool, &given).await,
            Asked::WrittenBySqlite(written, pool) => return written.on_sqlite(pool, &given).await,
            Asked::Postgres(what, connections) => (what, connections),
        };
        let mut lent = connections.lend().await?;
        let connection = &mut *lent.connection;
        let answer = match what {
            What::Question(question) => question.on_postgres(connection, &given).await,
            What::Written(written) => written.on_postgres(connection, &given).await,
            What::Document(document) => document.answer(connection, &given).await,
            What::Report(templates, reported) => {
                let template = &templates[reported.fetch_add(1, Ordering::Relaxed) % templates.len()];
                report(connection, template, body).await
            }
        }?;
        connections.back(lent);
        Ok(answer)
    }
}

/// The parameters of a request. One that is missing is empty or 0, and the answer shows it.
struct Given(Vec<String>);

impl Given {
    fn text(&self, at: usize) -> &str {
        self.0.get(at).map(String::as_str).unwrap_or_default()
    }

    fn number(&self, at: usize) -> i64 {
        self.text(at).parse().unwrap_or_default()
    }
}

/// Serves one question over the database of a URL, by the secret in a file.
pub(crate) fn run(name: &str, url: &str, secret: &str) -> Result<(), String> {
    let secret = people::secret(Path::new(secret))?;
    // Before anything else waits: tables wait by a runtime of their own.
    let templates = if name == "Q6" { bare::templates(&Tables::open(url)?, REPORTERS)? } else { vec![] };
    crate::block_on(async {
        let readers = || postgres::open(url, postgres::READERS);
        let file = url.strip_prefix("sqlite:");
        let asked = match (Question::of(name), Written::of(name, url), Document::of(name), file) {
            (Some(question), .., Some(file)) => Asked::Sqlite(question, sqlite::open(file).await?),
            (_, Some(written), _, Some(file)) => Asked::WrittenBySqlite(written, sqlite::open(file).await?),
            (Some(question), ..) => Asked::Postgres(What::Question(question), readers().await?),
            (_, Some(written), ..) => Asked::Postgres(What::Written(written), readers().await?),
            (.., Some(document), _) => Asked::Postgres(What::Document(document), readers().await?),
            _ if templates.is_empty() => return Err(format!("there is no floor of {name}")),
            _ => {
                let writers = postgres::open(url, postgres::WRITERS).await?;
                Asked::Postgres(What::Report(templates, AtomicUsize::new(0)), writers)
            }
        };
        serve(&secret, asked).await
    })
}

/// Serves until it is killed; prints its address.
async fn serve(secret: &[u8], asked: Asked) -> Result<(), String> {
    let told = |error: &dyn std::fmt::Display| error.to_string();
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[fengqiao::identity::DEMO_AUDIENCE]);
    validation.set_issuer(&[fengqiao::identity::DEMO_ISSUER]);
    let floor = Arc::new(Floor { key: DecodingKey::from_secret(secret), validation, asked });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|e| told(&e))?;
    println!("{}", listener.local_addr().map_err(|e| told(&e))?);
    std::io::stdout().flush().map_err(|e| told(&e))?;
    let router = Router::new().route("/graphql", post(answer)).with_state(floor);
    // As the product does; where it fails the answers are late and nothing else.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router).await.map_err(|e| told(&e))
}

/// The rows of a report by hand.
async fn report(connection: &mut PgConnection, template: &Template, body: &[u8]) -> Result<String, sqlx::Error> {
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let id = template.write(connection).await?;
    let (id, description) = (global_id("Hazard", id), &body["variables"]["input"]["description"]);
    Ok(format!(
        "{{\"data\":{{\"reportHazard\":{{\"hazard\":{{\"id\":\"{id}\",\"version\":1,\"description\":{description}}},\"userErrors\":[]}}}}}}"
    ))
}

async fn answer(State(floor): State<Arc<Floor>>, headers: HeaderMap, body: Bytes) -> Response {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let known = token.map(|token| jsonwebtoken::decode::<serde_json::Value>(token, &floor.key, &floor.validation));
    if !matches!(known, Some(Ok(_))) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match floor.asked.answer(&body).await {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        // A floor is for nobody but the bench, which prints what is wrong.
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
