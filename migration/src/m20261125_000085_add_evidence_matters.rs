//! 证据: matters beside hazards and disputes.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds the columns.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(
            manager,
            "evidence",
            [opt_int("grid_event_id"), opt_int("inspection_id"), opt_int("self_inspection_id")],
        )
        .await?;
        manager.create_index(index("evidence", &["grid_event_id"])).await?;
        manager.create_index(index("evidence", &["inspection_id"])).await?;
        manager.create_index(index("evidence", &["self_inspection_id"])).await?;
        manager.create_index(index("evidence", &["hash"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "evidence", &["grid_event_id"]).await?;
        drop_index(manager, "evidence", &["inspection_id"]).await?;
        drop_index(manager, "evidence", &["self_inspection_id"]).await?;
        drop_index(manager, "evidence", &["hash"]).await?;
        drop_columns(manager, "evidence", &["grid_event_id", "inspection_id", "self_inspection_id"]).await
    }
}
