//! 单位隶属: table `organisation_parent`.

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
                    .table("organisation_parent")
                    .col(key())
                    .col(int("organisation_id"))
                    .col(int("parent_id"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("organisation_parent", &["organisation_id", "parent_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("organisation_parent").to_owned()).await
    }
}
