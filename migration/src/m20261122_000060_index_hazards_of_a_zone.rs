//! 隐患: the hazards of a zone, newest first.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Replaces the index on the zone alone.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("hazard", &["zone_id", "found_at"])).await?;
        drop_index(manager, "hazard", &["zone_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("hazard", &["zone_id"])).await?;
        drop_index(manager, "hazard", &["zone_id", "found_at"]).await
    }
}
