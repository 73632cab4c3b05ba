//! 审计签章: table `audit_seal`.

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
                    .table("audit_seal")
                    .col(key())
                    .col(int("at"))
                    .col(text("heads"))
                    .col(text("algorithm"))
                    .col(text("key_id"))
                    .col(text("signature"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("audit_seal", &["at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("audit_seal").to_owned()).await
    }
}
