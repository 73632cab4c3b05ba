//! 事件消费者: table `outbox_consumer`.

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
                    .table("outbox_consumer")
                    .col(key())
                    .col(text("name"))
                    .col(int("position"))
                    .col(int("at"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("outbox_consumer", &["name"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("outbox_consumer").to_owned()).await
    }
}
