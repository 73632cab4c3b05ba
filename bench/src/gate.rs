//! `gate`: the same documents for somebody of the whole city, under the policy of the build and under one whose rule lets the
//! role see every row. Both give the same answer; what they differ in is what it costs to ask each row for the rule. Labels,
//! and what fields are shown, are the same.

use std::sync::Arc;
use std::time::Duration;

use fengqiao::access::Policy;
use fengqiao::graphql::engine::Traced;
use fengqiao::http::Request;
use fengqiao::identity::Viewer;
use measure::cpu::Clock;

use crate::city::City;
use crate::documents;
use crate::load::{ROUNDS, middle_by};
use crate::loaded::Loaded;
use crate::people::Who;
use crate::table::CONNECTIONS;

/// Who asks: of the whole city.
const ROLE: &str = "CITY_SUPERVISOR";
const DIVISION: &str = "3306";
/// What is asked: what an index serves with the rule and without it, nothing personal, nothing that lies in other cities, and of rows with a rule no division, for which it would be
/// spared.
const DOCUMENTS: [(&str, &str); 3] = [
    (
        "a list",
        "{ hazards(first: 50, filter: { source: [FIRE_JOINT] }, orderBy: [{ field: ID }]) { edges { node { no status grade foundAt site { name grid { name } } } } } }",
    ),
    (
        "three levels",
        "{ grids(first: 10, filter: { division: [\"330603\"] }) { edges { node { code sites(first: 10) { edges { node { code name hazards(first: 5) { edges { node { no status foundAt } } } } } } } } } }",
    ),
    (
        "figures",
        "{ hazardStatistics(filter: { source: [FIRE_JOINT, INSPECTION, SELF, CAMPAIGN] }) { found writtenOff } }",
    ),
];
const BAR: f64 = 1.1;
const TURN: Duration = Duration::from_secs(2);

/// Measures and prints.
pub(crate) fn run(scale: &'static str) -> Result<(), String> {
    let loaded = Loaded::to_read(scale)?;
    let Loaded { tables, url, .. } = &loaded;
    let clock = Clock::new(tables)?;
    crate::block_on(async {
        let gated = Asker::new(City::open(url).await?).await?;
        let open = Asker::new(City::under(url, without_gate()?).await?).await?;
        let mut over = vec![];
        for (name, document) in DOCUMENTS {
            let ((one, asked), (other, asked_open)) = (gated.ask(document).await?, open.ask(document).await?);
            if one != other {
                return Err(format!("{name}: the answers differ:\n{one}\n{other}"));
            }
            if asked == asked_open {
                return Err(format!("{name}: nothing is asked for the rule"));
            }
            let (mut with, mut without) = (vec![], vec![]);
            for round in 0..ROUNDS {
                // Now the one first and now the other.
                if round % 2 == 0 {
                    with.push(gated.turn(document, &clock).await?);
                }
                without.push(open.turn(document, &clock).await?);
                if round % 2 == 1 {
                    with.push(gated.turn(document, &clock).await?);
                }
            }
            let mut ratios: Vec<f64> = with.iter().zip(&without).map(|(with, without)| with / without).collect();
            ratios.sort_by(f64::total_cmp);
            let middle = |all: Vec<f64>| middle_by(all, f64::total_cmp);
            let ratio = ratios[ROUNDS / 2];
            println!(
                "{name:<20} {:>8.3} ms CPU with the gate, {:>8.3} without: {ratio:.2} of {ratios:.2?}",
                middle(with),
                middle(without)
            );
            if ratio > BAR {
                over.push(name);
            }
        }
        if over.is_empty() { Ok(()) } else { Err(format!("more than {BAR}: {}", over.join(", "))) }
    })
}

/// The policy of the build, in which the role is shown every row.
fn without_gate() -> Result<Policy, String> {
    let read = |name: &str| documents::read(&format!("schema/policy/{name}"));
    let roles = read("roles.toml")?;
    let (before, role) = roles.split_once(&format!("code = \"{ROLE}\"")).ok_or("the role is not there")?;
    let (role, after) = role.split_once("[[role]]").ok_or("the role is the last one")?;
    let role = role.replace("[\"scope\"]", "[\"all\"]");
    let roles = format!("{before}code = \"{ROLE}\"{role}[[role]]{after}");
    Policy::parse(&roles, &read("purposes.toml")?).map_err(|error| error.to_string())
}

/// Somebody who asks an engine.
struct Asker {
    city: Arc<City>,
    viewer: Arc<Viewer>,
}

impl Asker {
    async fn new(city: City) -> Result<Asker, String> {
        let (posting, _) = Who::In(ROLE.to_owned(), DIVISION.to_owned()).posting(&city.database).await?;
        let viewer = city.authenticator.trusted_viewer_for_posting(posting, None).await.map_err(|e| e.to_string())?;
        Ok(Asker { city: Arc::new(city), viewer: Arc::new(viewer) })
    }

    /// The answer and the statements that made it.
    async fn ask(&self, document: &str) -> Result<(String, Vec<Arc<str>>), String> {
        let request = Request { query: document.to_owned(), ..Request::default() };
        let Traced { answer, statements } = self.city.engine.execute_traced(&self.viewer, request).await;
        let text = String::from_utf8(answer.body).map_err(|error| error.to_string())?;
        if answer.status == 200 && !text.contains("\"errors\":") { Ok((text, statements)) } else { Err(text) }
    }

    /// CPU of an answer in milliseconds, of this process and of the database.
    async fn turn(&self, document: &'static str, clock: &Clock) -> Result<f64, String> {
        let spent = || Ok::<f64, String>(clock.process(std::process::id())? + clock.database()?);
        self.asked(document, TURN / 4).await?;
        let before = spent()?;
        let answers = self.asked(document, TURN).await?;
        Ok((spent()? - before) * 1e3 / answers as f64)
    }

    async fn asked(&self, document: &'static str, lasts: Duration) -> Result<usize, String> {
        let ends = tokio::time::Instant::now() + lasts;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..CONNECTIONS {
            let asker = Asker { city: self.city.clone(), viewer: self.viewer.clone() };
            tasks.spawn(async move {
                let mut answers = 0;
                while tokio::time::Instant::now() < ends {
                    asker.ask(document).await?;
                    answers += 1;
                }
                Ok::<usize, String>(answers)
            });
        }
        let mut answers = 0;
        while let Some(done) = tasks.join_next().await {
            answers += done.map_err(|error| error.to_string())??;
        }
        Ok(answers)
    }
}
