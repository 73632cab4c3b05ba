//! The floor: one hand-written statement for each question (four where there are four levels, and those that a report's rows
//! take), over the same tables with the
//! same rows, behind the same token, and the answer written by hand. Nothing is asked that is not needed.

mod answers;
mod text;

use std::io::Write;
use std::str::FromStr;
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
use measure::table::Tables;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use self::answers::Question;

/// As many as the product reads with.
const CONNECTIONS: u32 = 16;
/// As many as it writes with.
const WRITERS: u32 = 4;
/// Rows of so many people's reports are written again.
const REPORTERS: usize = 32;

struct Floor {
    pool: PgPool,
    key: DecodingKey,
    validation: Validation,
    asked: Asked,
}

/// What is asked.
enum Asked {
    /// To read.
    Read(Question),
    /// To write the rows of one of these reports again, and how many were.
    Report(Vec<Template>, AtomicUsize),
}

/// Serves one question over the database of a URL, by the secret in a file.
pub(crate) fn run(name: &str, url: &str, secret: &str) -> Result<(), String> {
    let asked = match name {
        "Q6" => Asked::Report(bare::templates(&Tables::open(url)?, REPORTERS)?, AtomicUsize::new(0)),
        name => Asked::Read(Question::of(name).ok_or_else(|| format!("there is no floor of {name}"))?),
    };
    let digits = std::fs::read_to_string(secret).map_err(|error| format!("{secret}: {error}"))?;
    let byte = |at: usize| digits.trim().get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    let secret: Option<Vec<u8>> = (0..digits.trim().len()).step_by(2).map(byte).collect();
    crate::block_on(serve(url, &secret.ok_or("the demo secret is not hexadecimal")?, asked))
}

/// Serves until it is killed; prints its address.
async fn serve(url: &str, secret: &[u8], asked: Asked) -> Result<(), String> {
    let told = |error: &dyn std::fmt::Display| error.to_string();
    // Generic plans and nothing compiled, as the product has them: a plan for each sending costs more than it saves.
    let options = PgConnectOptions::from_str(url).map_err(|e| told(&e))?;
    let options = options.options([("plan_cache_mode", "force_generic_plan"), ("jit", "off")]);
    let most = match asked {
        Asked::Read(_) => CONNECTIONS,
        Asked::Report(..) => WRITERS,
    };
    let pool = PgPoolOptions::new().max_connections(most).test_before_acquire(false);
    let pool = pool.connect_with(options).await.map_err(|e| told(&e))?;
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[fengqiao::identity::DEMO_AUDIENCE]);
    validation.set_issuer(&[fengqiao::identity::DEMO_ISSUER]);
    let floor = Arc::new(Floor { pool, key: DecodingKey::from_secret(secret), validation, asked });
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
        Asked::Read(question) => question.answer(&floor.pool, &body).await,
        Asked::Report(templates, reported) => {
            let template = &templates[reported.fetch_add(1, Ordering::Relaxed) % templates.len()];
            report(&floor.pool, template, &body).await
        }
    };
    match answered {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        // A floor is for nobody but the bench, which prints what is wrong.
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
