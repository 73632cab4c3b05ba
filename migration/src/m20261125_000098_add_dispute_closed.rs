//! 矛盾纠纷: when its file was closed. Until then those who handle it have it in hand, agreed or not.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds the column and fills it as well as the rows tell.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "dispute", [opt_int("closed_at")]).await?;
        manager
            .get_connection()
            .execute_unprepared("UPDATE dispute SET closed_at = concluded_at WHERE status IN ('CLOSED', 'MERGED')")
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "dispute", &["closed_at"]).await
    }
}
