//! 网格: the grids of a zone, by code.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Replaces the index on the zone alone.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("grid", &["zone_id", "code"])).await?;
        drop_index(manager, "grid", &["zone_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("grid", &["zone_id"])).await?;
        drop_index(manager, "grid", &["zone_id", "code"]).await
    }
}
