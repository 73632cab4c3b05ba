//! 中心共用: table `centre_sharing`.

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
                    .table("centre_sharing")
                    .col(key())
                    .col(int("centre_id"))
                    .col(int("organisation_id"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("centre_sharing", &["centre_id", "organisation_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("centre_sharing").to_owned()).await
    }
}
