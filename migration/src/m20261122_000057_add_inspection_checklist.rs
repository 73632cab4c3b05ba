//! 检查: the checklist that was used.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds the key.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "inspection", [opt_int("checklist_id")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "inspection", &["checklist_id"]).await
    }
}
