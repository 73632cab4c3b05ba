//! 状态记录: matters beside hazards and disputes, and what was given with the action.

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
            "status_event",
            [opt_int("grid_event_id"), opt_int("inspection_id"), opt_int("self_inspection_id"), opt_text("input")],
        )
        .await?;
        manager.create_index(index("status_event", &["grid_event_id", "seq"])).await?;
        manager.create_index(index("status_event", &["inspection_id", "seq"])).await?;
        manager.create_index(index("status_event", &["self_inspection_id", "seq"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "status_event", &["grid_event_id", "seq"]).await?;
        drop_index(manager, "status_event", &["inspection_id", "seq"]).await?;
        drop_index(manager, "status_event", &["self_inspection_id", "seq"]).await?;
        drop_columns(manager, "status_event", &["grid_event_id", "inspection_id", "self_inspection_id", "input"]).await
    }
}
