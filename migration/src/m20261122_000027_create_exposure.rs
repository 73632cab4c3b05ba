//! 曝光: table `exposure`.

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
                    .table("exposure")
                    .col(key())
                    .col(int("round_id"))
                    .col(text("media"))
                    .col(int("published_at"))
                    .col(opt_text("url"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("exposure", &["round_id", "published_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("exposure").to_owned()).await
    }
}
