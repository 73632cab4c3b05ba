//! `fengqiao demo`: from nothing to a served city.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::progress::Bar;
use super::serve::{self, Server};
use super::{Failure, logging, setup};
use crate::config::Settings;
use crate::demo::{self, DemoError, Plan, Scale};
use crate::http::DemoRoles;
use crate::identity::{DemoIssuer, PostingRef, posting_by_role};
use crate::kernel::clock::{self, Clock, FixedClock, SystemClock};
use crate::storage::{Storage, migrate_up};

pub(super) const EXAMPLES: &str = "\
Examples:
  fengqiao demo
  fengqiao demo --scale full --port 9000 --data-dir /var/lib/fengqiao
  fengqiao demo --scale medium --database-url postgres://fengqiao@127.0.0.1/city --load-only

The city is loaded once; run it again to serve the same city. Its clock stands at 2026-04-01 00:00 +08:00, so that its
figures are the same whenever they are asked for; `fengqiao serve` on the same data goes by the clock of the machine.";

/// One of each of these is shown with a token, as far as the city has it.
const ROLES: [&str; 13] = [
    "GRID_MEMBER",
    "VILLAGE_CADRE",
    "MEDIATOR",
    "BEAT_OFFICER",
    "TOWN_CENTRE_OPERATOR",
    "COUNTY_CENTRE_OPERATOR",
    "COUNTY_PEACE_OFFICER",
    "COUNTY_REGULATOR",
    "COURT_CLERK",
    "CITY_SUPERVISOR",
    "SITE_OWNER",
    "RESIDENT",
    "PUBLIC_STAT",
];
/// 柯桥区: the county that every scale has data of.
const HOME: &str = "330603";
const TOKEN_SECONDS: i64 = 8 * 3_600;
const QUERY: &str = r#"{"query":"{ viewer { posting { role division { name } } } hazards(first: 3) { edges { node { no status site { name } } } } }"}"#;

/// How much, and where.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How much city: 3 townships, one county, or all of 绍兴.
    #[arg(long, value_enum, default_value_t = Size::Small)]
    scale: Size,
    /// Port to serve on [default: 8080].
    #[arg(long)]
    port: Option<u16>,
    /// Load only, do not serve.
    #[arg(long)]
    load_only: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Size {
    Small,
    Medium,
    Full,
}

impl From<Size> for Scale {
    fn from(size: Size) -> Self {
        match size {
            Size::Small => Self::Small,
            Size::Medium => Self::Medium,
            Size::Full => Self::Full,
        }
    }
}

pub(super) async fn run(mut settings: Settings, arguments: &Arguments) -> Result<(), Failure> {
    if let Some(port) = arguments.port {
        settings.http.listen.set_port(port);
    }
    let plan = Plan::of(arguments.scale.into());
    setup::demo_is_on(&settings)?;
    if arguments.load_only {
        return load(&settings, &plan).await;
    }
    let stop = serve::signal()?;
    // First, so that a taken port is known before the work and not after it.
    let listener = serve::listen(&settings).await?;
    let issuer = setup::demo_issuer(&settings)?;
    load(&settings, &plan).await?;
    let traces = logging::start(&settings)?;
    // The city stands still at its own day, so that its figures are the same whenever it is looked at.
    let server = Server::open(&settings, listener, Arc::new(FixedClock(plan.as_of_ms))).await?;
    let (postings, address) = (postings(server.storage()).await?, server.address()?);
    println!("{}", welcome(&postings, &issuer, address, plan.as_of_ms)?);
    // Who reaches the server can then act as anybody, so only from this machine.
    let server = if address.ip().is_loopback() { server.with_demo_roles(roles(issuer, postings)) } else { server };
    let served = server.run(stop).await;
    logging::end(traces).await;
    served
}

/// Migrates and loads; does nothing where the city is already.
async fn load(settings: &Settings, plan: &Plan) -> Result<(), Failure> {
    let sealer = setup::sealer(settings)?;
    let storage = Storage::open_to_maintain(&setup::database(settings)?).await?;
    migrate_up(&storage.write, None).await?;
    storage.check().await?;
    let bar = Bar::start();
    let outcome = demo::load(&storage.write, plan, &sealer, &bar).await;
    bar.end();
    let summary = outcome.map_err(|error| match error {
        DemoError::OtherCity { .. } | DemoError::NotEmpty(_) | DemoError::Plan(_) => {
            Failure::Refused(error.to_string())
        }
        other => Failure::Failed(other.to_string()),
    })?;
    storage.close().await?;
    if summary.loaded {
        let rows: u64 = summary.rows.iter().map(|(_, count)| count).sum();
        println!("The {} demo city is loaded: {rows} rows.", summary.scale);
    } else {
        println!("The {} demo city is there already.", summary.scale);
    }
    Ok(())
}

/// The postings that are shown, one of each role that the city has.
async fn postings(storage: &Storage) -> Result<Vec<PostingRef>, Failure> {
    let now = SystemClock.now_ms();
    let mut all = vec![];
    for role in ROLES {
        let at_home = posting_by_role(&storage.write, role, Some(HOME), now).await?;
        all.extend(match at_home {
            Some(found) => Some(found),
            None => posting_by_role(&storage.write, role, None, now).await?,
        });
    }
    Ok(all)
}

fn token(issuer: &DemoIssuer, of: &PostingRef) -> Result<String, Failure> {
    let issued = issuer.issue(&of.subject, of.posting_id, None, SystemClock.now_ms(), TOKEN_SECONDS);
    issued.map_err(|error| Failure::Failed(error.to_string()))
}

/// The same postings as the console offers them, with tokens that are made when it asks.
fn roles(issuer: DemoIssuer, postings: Vec<PostingRef>) -> DemoRoles {
    Arc::new(move || {
        let role = |of: &PostingRef| {
            let token = token(&issuer, of).inspect_err(|error| tracing::error!(%error, "no token of the demo")).ok()?;
            Some(json!({"role": of.role, "division": of.division_code, "posting": of.posting_id, "token": token}))
        };
        postings.iter().filter_map(role).collect::<Value>().to_string()
    })
}

/// The address, a token of each role and a line to try.
fn welcome(
    postings: &[PostingRef],
    issuer: &DemoIssuer,
    address: SocketAddr,
    as_of_ms: i64,
) -> Result<String, Failure> {
    let failed = |error: std::fmt::Error| Failure::Failed(error.to_string());
    let mut text = String::new();
    let mut first = None;
    let day = clock::rfc3339(as_of_ms);
    writeln!(text, "\n枫桥 Fengqiao is at http://{address}/\nIts clock stands at {day}.").map_err(failed)?;
    writeln!(text, "\nTokens for 8 hours, all people invented:\n").map_err(failed)?;
    for of in postings {
        let token = token(issuer, of)?;
        writeln!(text, "{} of {}, posting {}\n  {token}", of.role, of.division_code, of.posting_id).map_err(failed)?;
        first.get_or_insert(token);
    }
    if let Some(token) = first {
        let headers = format!("-H 'content-type: application/json' -H 'authorization: Bearer {token}'");
        writeln!(text, "\nTry:\n\ncurl -s http://{address}/graphql {headers} -d '{QUERY}'").map_err(failed)?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_small_city_is_loaded_once_and_has_tokens_for_eight_roles() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { data_dir: folder.path().join("data"), ..Settings::default() };
        let plan = Plan::of(Scale::Small);
        load(&settings, &plan).await.unwrap();
        load(&settings, &plan).await.unwrap();
        let other = load(&settings, &Plan::of(Scale::Medium)).await.unwrap_err();
        assert_eq!(other.exit_code(), 5, "{other}");
        let issuer = setup::demo_issuer(&settings).unwrap();
        let storage = Storage::open(&setup::database(&settings).unwrap()).await.unwrap();
        let postings = postings(&storage).await.unwrap();
        let text = welcome(&postings, &issuer, settings.http.listen, plan.as_of_ms).unwrap();
        let tokens = text.lines().filter(|line| line.starts_with("  eyJ")).count();
        assert!(tokens >= 8, "{text}");
        assert!(
            text.contains("http://127.0.0.1:8080/\nIts clock stands at 2026-04-01T00:00:00+08:00.\n")
                && text.contains("\ncurl -s http://127.0.0.1:8080/graphql")
        );
        let offered: Value = serde_json::from_str(&roles(issuer, postings)()).unwrap();
        let offered = offered.as_array().unwrap();
        let whole = |one: &Value| {
            one["token"].as_str().is_some_and(|token| token.starts_with("eyJ")) && one["posting"].is_i64()
        };
        assert!(offered.len() == tokens && offered.iter().all(whole), "{offered:?}");
    }
}
