//! Writes the generator's chunks to a database in bulk.

mod postgres;
mod sqlite;

use std::collections::BTreeMap;

use entity::demo_marker;
use sea_orm::{DatabaseConnection, DbBackend, EntityTrait, Value};
use tokio::sync::mpsc;

use super::out::{Chunk, Stopped};
use super::{DemoError, Plan, Progress, Scale, Summary, city};
use crate::kernel::seal::Sealer;

/// Chunks that may wait between the generator and the writer.
const WAITING: usize = 6;

/// Columns that are encrypted at rest.
const SEALED: [(&str, &[&str]); 4] = [
    ("organisation", &["mobile"]),
    ("account", &["mobile"]),
    ("grid_member", &["private_mobile", "id_number"]),
    ("party", &["contact", "id_number"]),
];

/// Every table of the city. The load begins only when all are empty: a row without a marker means an interrupted load
/// or somebody's data.
pub(super) const TABLES: [&str; 56] = [
    "account",
    "agreement_signature",
    "centre_sharing",
    "checklist_item",
    "code_entry",
    "consultation_attendee",
    "dispute",
    "dispute_type",
    "division",
    "event_consultation",
    "event_task",
    "evidence",
    "exposure",
    "follow_up",
    "functional_zone",
    "governance_centre",
    "grid",
    "grid_event",
    "grid_meeting",
    "grid_meeting_attendee",
    "grid_member",
    "hazard",
    "inspection",
    "inspection_site",
    "inspection_team",
    "joint_mechanism",
    "joint_mechanism_partner",
    "judicial_confirmation",
    "key_site",
    "mediation_agreement",
    "mediation_organisation",
    "mediation_session",
    "mediator",
    "micro_grid",
    "order_assignment",
    "organisation",
    "organisation_parent",
    "party",
    "petition_link",
    "police_beat",
    "police_report",
    "posting",
    "rectification_order",
    "rectification_plan",
    "retrospective_review",
    "self_inspection",
    "self_inspection_due",
    "session_mediator",
    "site_checklist",
    "sla_clock",
    "standard_item",
    "standard_status",
    "stationed_unit",
    "status_event",
    "supervision_round",
    "zone_division",
];

/// Asks each table for one row; gives the names of those that have any.
fn first_rows() -> String {
    let each = TABLES.map(|table| format!("SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")"));
    each.join(" UNION ALL ")
}

/// Rows of a scale, for the progress bar only.
const fn estimate(scale: Scale) -> u64 {
    match scale {
        Scale::Small => 91_000,
        Scale::Medium => 2_040_000,
        Scale::Full => 12_850_000,
    }
}

/// See `demo::load`.
pub(super) async fn load(
    db: &DatabaseConnection,
    plan: &Plan,
    sealer: &Sealer,
    progress: &dyn Progress,
) -> Result<Summary, DemoError> {
    city::check(plan)?;
    let mut summary =
        Summary { loaded: false, scale: plan.scale, seed: plan.seed, as_of_ms: plan.as_of_ms, rows: Vec::new() };
    if is_loaded(db, plan).await? {
        return Ok(summary);
    }

    let (sender, mut chunks) = mpsc::channel::<Chunk>(WAITING);
    let own_plan = *plan;
    let generator = tokio::task::spawn_blocking(move || {
        city::generate(&own_plan, &mut |chunk| sender.blocking_send(chunk).map_err(|_| Stopped))
    });
    let mut writer = Writer::begin(db).await?;
    let filled = async {
        let rows = fill(&mut writer, &mut chunks, plan.scale, sealer, progress).await?;
        generator.await.map_err(|_| DemoError::Stopped)??;
        writer.finish(plan).await?;
        Ok(rows)
    };
    match filled.await {
        Ok(rows) => {
            summary.loaded = true;
            summary.rows = rows.into_iter().collect();
            Ok(summary)
        }
        Err(error) => {
            writer.abandon().await;
            Err(error)
        }
    }
}

async fn fill(
    writer: &mut Writer,
    chunks: &mut mpsc::Receiver<Chunk>,
    scale: Scale,
    sealer: &Sealer,
    progress: &dyn Progress,
) -> Result<BTreeMap<&'static str, u64>, DemoError> {
    let mut rows: BTreeMap<&'static str, u64> = BTreeMap::new();
    let (mut done, total) = (0, estimate(scale));
    while let Some(mut chunk) = chunks.recv().await {
        seal(&mut chunk, sealer);
        let count = chunk.rows() as u64;
        *rows.entry(chunk.table).or_default() += count;
        done += count;
        progress.step("loading rows", done.min(total), total);
        writer.write(chunk).await?;
    }
    progress.step("building indexes", total, total);
    Ok(rows)
}

async fn is_loaded(db: &DatabaseConnection, plan: &Plan) -> Result<bool, DemoError> {
    let Some(marker) = demo_marker::Entity::find().one(db).await? else { return Ok(false) };
    if marker.scale == plan.scale.name() && marker.seed as u64 == plan.seed && marker.as_of == plan.as_of_ms {
        return Ok(true);
    }
    Err(DemoError::OtherCity {
        found: marker.scale,
        found_seed: marker.seed,
        wanted: plan.scale,
        wanted_seed: plan.seed,
    })
}

fn seal(chunk: &mut Chunk, sealer: &Sealer) {
    let Some((_, names)) = SEALED.iter().find(|(table, _)| *table == chunk.table) else { return };
    let places: Vec<usize> = (0..chunk.columns.len()).filter(|place| names.contains(&chunk.columns[*place])).collect();
    for row in chunk.values.chunks_mut(chunk.columns.len()) {
        for place in &places {
            if let Value::String(Some(text)) = &mut row[*place] {
                *text = sealer.seal(text);
            }
        }
    }
}

enum Writer {
    Sqlite(sqlite::Writer),
    Postgres(postgres::Writer),
}

impl Writer {
    async fn begin(db: &DatabaseConnection) -> Result<Self, DemoError> {
        Ok(match db.get_database_backend() {
            DbBackend::Sqlite => Self::Sqlite(sqlite::Writer::begin(db.get_sqlite_connection_pool()).await?),
            DbBackend::Postgres => Self::Postgres(postgres::Writer::begin(db.get_postgres_connection_pool()).await?),
            _ => return Err(DemoError::Plan("the demo city needs SQLite or PostgreSQL")),
        })
    }

    async fn write(&mut self, chunk: Chunk) -> Result<(), DemoError> {
        match self {
            Self::Sqlite(writer) => writer.write(chunk).await,
            Self::Postgres(writer) => writer.write(&chunk).await,
        }
    }

    async fn finish(&mut self, plan: &Plan) -> Result<(), DemoError> {
        let insert = format!(
            "INSERT INTO demo_marker (id, scale, seed, as_of) VALUES (1, '{}', {}, {})",
            plan.scale, plan.seed as i64, plan.as_of_ms
        );
        match self {
            Self::Sqlite(writer) => writer.finish(insert).await,
            Self::Postgres(writer) => writer.finish(insert).await,
        }
    }

    /// Takes back what is not committed, after an error that the caller reports.
    async fn abandon(self) {
        if let Self::Sqlite(writer) = self {
            writer.abandon().await;
        }
    }
}
