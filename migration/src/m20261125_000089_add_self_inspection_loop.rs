//! 自查: what its lifecycle keeps.

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
            "self_inspection",
            [
                int("flow_version").default(1).to_owned(),
                text("status").default("SUBMITTED").to_owned(),
                int("version").default(1).to_owned(),
                opt_int("checklist_id"),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "self_inspection", &["flow_version", "status", "version", "checklist_id"]).await
    }
}
