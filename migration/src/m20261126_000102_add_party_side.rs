//! 当事人: the side that it is on, and the dispute that it came with. 司法确认: when a request was taken back.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds the columns.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "party", [opt_text("side"), opt_int("joined_from_id")]).await?;
        manager.create_index(index("party", &["joined_from_id"])).await?;
        add_columns(manager, "judicial_confirmation", [opt_int("withdrawn_at")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "judicial_confirmation", &["withdrawn_at"]).await?;
        drop_index(manager, "party", &["joined_from_id"]).await?;
        drop_columns(manager, "party", &["side", "joined_from_id"]).await
    }
}
