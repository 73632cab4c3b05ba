//! 幂等记录: table `idempotency`.

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
                    .table("idempotency")
                    .col(key())
                    .col(int("account_id"))
                    .col(text("key"))
                    .col(text("fingerprint"))
                    .col(text("view"))
                    .col(int("object_id"))
                    .col(int("seq"))
                    .col(int("created_at"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("idempotency", &["account_id", "key"])).await?;
        manager.create_index(index("idempotency", &["created_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("idempotency").to_owned()).await
    }
}
