//! 上传: table `upload`.

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
                    .table("upload")
                    .col(key())
                    .col(int("account_id"))
                    .col(text("mime"))
                    .col(int("size"))
                    .col(int("received"))
                    .col(text("parts"))
                    .col(text("state"))
                    .col(opt_text("code"))
                    .col(opt_text("hash"))
                    .col(int("created_at"))
                    .col(int("expires_at"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("upload", &["account_id", "hash"])).await?;
        manager.create_index(index("upload", &["expires_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("upload").to_owned()).await
    }
}
