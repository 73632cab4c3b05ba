//! The floor: one hand-written statement for each question (four where there are four levels, and those that a report's rows
//! take), over the same tables with the same rows, behind the same token, and the answer written by hand, or by the database.
//! Nothing is asked that is not needed.

mod answers;
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
use fengqiao::read::write::global_id;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use measure::bare::{self, Template};
use measure::people;
use measure::table::Tables;
use sqlx::PgPool;

use self::answers::{Question, Source};
pub(crate) use self::database::BY_DATABASE;
use self::database::Written;
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
    /// To read.
    Read(Question, Source),
    /// To read, by a statement that gives the whole answer.
    Written(Written, PgPool),
    /// To answer a department's document.
    Document(Document, PgPool),
    /// To write the rows of one of these reports again, and how many were.
    Report(PgPool, Vec<Template>, AtomicUsize),
}

/// Serves one question over the database of a URL, by the secret in a file.
pub(crate) fn run(name: &str, url: &str, secret: &str) -> Result<(), String> {
    let secret = people::secret(Path::new(secret))?;
    // Before anything else waits: tables wait by a runtime of their own.
    let templates = if name == "Q6" { bare::templates(&Tables::open(url)?, REPORTERS)? } else { vec![] };
    crate::block_on(async {
        let readers = || postgres::open(url, postgres::READERS);
        let asked = match (Question::of(name), Written::of(name), Document::of(name)) {
            (Some(question), ..) => Asked::Read(question, Source::open(url).await?),
            (_, Some(written), _) => Asked::Written(written, readers().await?),
            (.., Some(document)) => Asked::Document(document, readers().await?),
            _ if templates.is_empty() => return Err(format!("there is no floor of {name}")),
            _ => Asked::Report(postgres::open(url, postgres::WRITERS).await?, templates, AtomicUsize::new(0)),
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
    axum::serve(listener, router).await.map_err(|e| told(&e))
}

/// The rows of a report by hand.
async fn report(pool: &PgPool, template: &Template, body: &[u8]) -> Result<String, sqlx::Error> {
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let id = template.write(&mut *pool.acquire().await?).await?;
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
    let answered = match &floor.asked {
        Asked::Read(question, source) => question.answer(source, &body).await,
        Asked::Written(written, pool) => written.answer(pool, &body).await,
        Asked::Document(document, pool) => document.answer(pool, &body).await,
        Asked::Report(pool, templates, reported) => {
            let template = &templates[reported.fetch_add(1, Ordering::Relaxed) % templates.len()];
            report(pool, template, &body).await
        }
    };
    match answered {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        // A floor is for nobody but the bench, which prints what is wrong.
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
