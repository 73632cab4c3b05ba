//! 可见途径: indexes for ways by which rules find rows, most in the order of lists.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Hazards that somebody found or was given, agreements in their usual order, and disputes that are open or may turn
/// violent.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Of the hazards of an order: whether somebody who was given it still sees them, and where they stand in a list.
const OF_AN_ORDER: [&str; 4] = ["order_id", "written_off_at", "found_at", "id"];

const NEW: [(&str, &[&str]); 6] = [
    ("hazard", &["found_by_id", "found_at", "id"]),
    ("hazard", &OF_AN_ORDER),
    ("order_assignment", &["organisation_id", "order_id"]),
    ("mediation_agreement", &["reached_at", "id"]),
    ("dispute", &["county_code", "escalation_risk", "due_at", "id"]),
    ("dispute", &["county_code", "status", "accepted_at", "id"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in NEW {
            manager.create_index(index(table, columns)).await?;
        }
        drop_index(manager, "hazard", &["order_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("hazard", &["order_id"])).await?;
        for (table, columns) in NEW {
            drop_index(manager, table, columns).await?;
        }
        Ok(())
    }
}
