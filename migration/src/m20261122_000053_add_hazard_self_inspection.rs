//! 隐患: the self-inspection that found it.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds the key and its index.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "hazard", [opt_int("self_inspection_id")]).await?;
        manager.create_index(index("hazard", &["self_inspection_id", "found_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "hazard", &["self_inspection_id", "found_at"]).await?;
        drop_columns(manager, "hazard", &["self_inspection_id"]).await
    }
}
