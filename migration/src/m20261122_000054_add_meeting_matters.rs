//! 工作例会: what was on the agenda and how many came.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds both columns.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "grid_meeting", [opt_text("matters"), opt_int("attendee_count")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "grid_meeting", &["matters", "attendee_count"]).await
    }
}
