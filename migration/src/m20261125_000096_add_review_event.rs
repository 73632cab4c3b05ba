//! 事后倒查: of a grid event.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds the columns.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "retrospective_review", [opt_int("grid_event_id")]).await?;
        manager.create_index(index("retrospective_review", &["grid_event_id", "at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "retrospective_review", &["grid_event_id", "at"]).await?;
        drop_columns(manager, "retrospective_review", &["grid_event_id"]).await
    }
}
