//! 事件箱: table `outbox`.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Creates the table and its indexes.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("outbox")
                    .col(key())
                    .col(int("at"))
                    .col(text("kind"))
                    .col(text("view"))
                    .col(int("matter_id"))
                    .col(int("seq"))
                    .col(text("division_code"))
                    .col(text("body"))
                    .col(opt_int("position"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("outbox", &["position"])).await?;
        manager.create_index(index("outbox", &["matter_id", "seq"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("outbox").to_owned()).await
    }
}
