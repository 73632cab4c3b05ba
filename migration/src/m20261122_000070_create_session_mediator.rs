//! 调解记录调解员: table `session_mediator`.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Creates the table and its index.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("session_mediator")
                    .col(key())
                    .col(int("session_id"))
                    .col(int("mediator_id"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("session_mediator", &["session_id", "mediator_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("session_mediator").to_owned()).await
    }
}
