//! 检查: what its lifecycle keeps.

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
            "inspection",
            [
                int("flow_version").default(1).to_owned(),
                text("status").default("RECORDED").to_owned(),
                int("version").default(1).to_owned(),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "inspection", &["flow_version", "status", "version"]).await
    }
}
