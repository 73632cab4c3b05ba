//! 隐患: what its lifecycle keeps.

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
            "hazard",
            [
                int("flow_version").default(1).to_owned(),
                opt_int("escalated_at"),
                boolean("suspended").default(false).to_owned(),
                int("recurrence").default(0).to_owned(),
                opt_text("outside_reason"),
                opt_text("no_photo_reason"),
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(
            manager,
            "hazard",
            &["flow_version", "escalated_at", "suspended", "recurrence", "outside_reason", "no_photo_reason"],
        )
        .await
    }
}
