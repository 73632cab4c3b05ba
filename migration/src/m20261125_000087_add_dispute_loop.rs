//! 矛盾纠纷: what its lifecycle keeps.

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
            "dispute",
            [
                int("flow_version").default(1).to_owned(),
                opt_int("merged_into_id"),
                opt_text("handling_level"),
                int("recurrence").default(0).to_owned(),
                opt_int("registered_by_id"),
            ],
        )
        .await?;
        manager.create_index(index("dispute", &["merged_into_id"])).await?;
        manager.create_index(index("dispute", &["registered_by_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["merged_into_id", "registered_by_id"] {
            drop_index(manager, "dispute", &[column]).await?;
        }
        let columns = ["flow_version", "merged_into_id", "handling_level", "recurrence", "registered_by_id"];
        drop_columns(manager, "dispute", &columns).await
    }
}
