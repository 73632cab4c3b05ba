//! 检查组成员: table `inspection_team`.

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
                    .table("inspection_team")
                    .col(key())
                    .col(int("inspection_id"))
                    .col(int("organisation_id"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("inspection_team", &["inspection_id", "organisation_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("inspection_team").to_owned()).await
    }
}
