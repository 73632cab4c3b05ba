//! 令牌吊销: table `token_revocation`.

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
                    .table("token_revocation")
                    .col(key())
                    .col(text("subject"))
                    .col(opt_text("token_id"))
                    .col(int("at"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("token_revocation", &["subject"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("token_revocation").to_owned()).await
    }
}
