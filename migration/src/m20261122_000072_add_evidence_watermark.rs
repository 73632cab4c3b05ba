//! 证据: whether it bears a watermark, and the class of the data in it.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds both columns.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "evidence", [opt_boolean("watermark"), opt_text("class")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "evidence", &["watermark", "class"]).await
    }
}
