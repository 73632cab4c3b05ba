//! Loading into real databases.

use migration::Migrator;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, EntityTrait, QueryOrder};
use sea_orm_migration::MigratorTrait;
use sm3::{Digest, Sm3};

use super::generate;
use crate::demo::write::TABLES;
use crate::demo::{DemoError, Plan, Quiet, Scale, load};
use crate::kernel::seal::Sealer;

const SMALL: Plan = Plan::of(Scale::Small);

async fn migrated(url: &str) -> DatabaseConnection {
    let db = Database::connect(url).await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    db
}

async fn sqlite(directory: &tempfile::TempDir) -> DatabaseConnection {
    migrated(&format!("sqlite://{}/city.db?mode=rwc", directory.path().display())).await
}

/// A new database of the test server; the server goes away with the run.
async fn postgres(name: &str) -> DatabaseConnection {
    let server = tokio::task::spawn_blocking(xtask::postgres::server).await.unwrap().unwrap();
    let name = format!("fq_demo_{}_{name}", std::process::id());
    let admin = Database::connect(server).await.unwrap();
    // A server that outlives the run may hold one of an earlier process with the same number.
    admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'");
    admin.execute_unprepared(&create).await.unwrap();
    let (address, _) = server.rsplit_once('/').unwrap();
    migrated(&format!("{address}/{name}")).await
}

/// A digest of every row of the named tables, as their entities read them.
macro_rules! contents {
    ($db:expr, $($table:ident)*) => {{
        let mut digest = Sm3::new();
        $(
            let rows = entity::$table::Entity::find().order_by_asc(entity::$table::Column::Id).all($db).await.unwrap();
            assert!(!rows.is_empty(), "{} is empty", stringify!($table));
            digest.update(format!("{rows:?}"));
        )*
        format!("{:?}", digest.finalize())
    }};
}

async fn contents(db: &DatabaseConnection) -> String {
    contents!(db, account agreement_signature centre_sharing checklist_item code_entry demo_marker dispute dispute_type division evidence
        exposure follow_up functional_zone governance_centre grid grid_meeting grid_meeting_attendee grid_member hazard
        inspection inspection_site inspection_team joint_mechanism judicial_confirmation key_site mediation_agreement
        mediation_organisation mediation_session mediator micro_grid order_assignment organisation organisation_parent
        party petition_link police_beat posting rectification_order retrospective_review self_inspection
        self_inspection_due session_mediator site_checklist standard_item standard_status stationed_unit status_event
        supervision_round zone_division)
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_get_the_same_rows_once() {
    let directory = tempfile::tempdir().unwrap();
    let (file, server) = (sqlite(&directory).await, postgres("same").await);
    let sealer = Sealer::demo();
    let loaded = load(&file, &SMALL, &sealer, &Quiet).await.unwrap();
    assert!(loaded.loaded);
    let generated = generate(&SMALL).0;
    let counted = loaded.rows.iter().map(|(table, rows)| (*table, *rows as usize)).collect();
    assert_eq!(generated, counted);
    // The check for emptiness knows every table that is written.
    assert!(generated.keys().copied().eq(TABLES));
    assert!(load(&server, &SMALL, &sealer, &Quiet).await.unwrap().loaded);
    let first = contents(&file).await;
    assert_eq!(first, contents(&server).await);

    for db in [&file, &server] {
        assert!(!load(db, &SMALL, &sealer, &Quiet).await.unwrap().loaded);
        let other = Plan { seed: SMALL.seed + 1, ..SMALL };
        assert!(matches!(load(db, &other, &sealer, &Quiet).await, Err(DemoError::OtherCity { .. })));
        assert_eq!(first, contents(db).await);
        let party = entity::party::Entity::find_by_id(1).one(db).await.unwrap().unwrap();
        let sealed = [party.contact, party.id_number].into_iter().flatten();
        for text in sealed {
            assert!(text.starts_with("sm4gcm:"));
            assert!(sealer.open(&text).unwrap().len() >= 11);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn indexes_are_back_after_the_load() {
    let directory = tempfile::tempdir().unwrap();
    let (file, server) = (sqlite(&directory).await, postgres("indexes").await);
    for (db, sql) in [
        (&file, "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY 1"),
        (&server, "SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"),
    ] {
        let before = names(db, sql).await;
        load(db, &SMALL, &Sealer::demo(), &Quiet).await.unwrap();
        assert!(before.len() > 100);
        assert_eq!(before, names(db, sql).await);
    }
}

async fn names(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_without_a_marker_are_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let (file, server) = (sqlite(&directory).await, postgres("refused").await);
    for db in [&file, &server] {
        db.execute_unprepared(
            "INSERT INTO account (id, subject, login_name, display_name, disabled) VALUES (1, 'a', 'a', 'a', false)",
        )
        .await
        .unwrap();
        let refused = load(db, &SMALL, &Sealer::demo(), &Quiet).await;
        assert!(matches!(refused, Err(DemoError::NotEmpty(table)) if table == "account"));
        assert_eq!(entity::account::Entity::find().all(db).await.unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_fails_leaves_no_marker_and_no_rows() {
    let directory = tempfile::tempdir().unwrap();
    let (file, server) = (sqlite(&directory).await, postgres("failed").await);
    for db in [&file, &server] {
        // The load meets a column that is gone only after thousands of rows.
        db.execute_unprepared("ALTER TABLE party RENAME COLUMN consent TO consent_old").await.unwrap();
        assert!(load(db, &SMALL, &Sealer::demo(), &Quiet).await.is_err());
        assert!(entity::demo_marker::Entity::find().one(db).await.unwrap().is_none());
        assert!(entity::division::Entity::find().one(db).await.unwrap().is_none());
    }
}
