//! Tests of the generator and the loader.
use super::*;
use migration::Migrator;
use sea_orm_migration::MigratorTrait;
#[tokio::test(flavor = "multi_thread")]
async fn loads() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/t.db?mode=rwc", dir.path().display());
    let db = sea_orm::Database::connect(url).await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    let t = std::time::Instant::now();
    let s = load(&db, &Plan::of(Scale::Small), &Sealer::demo(), &Quiet).await.unwrap();
    println!("{:?} {:?}", t.elapsed(), s);
}
