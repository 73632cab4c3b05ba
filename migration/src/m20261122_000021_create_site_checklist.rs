//! 一单: table `site_checklist`.

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
                    .table("site_checklist")
                    .col(key())
                    .col(text("site_kind"))
                    .col(int("version"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("site_checklist", &["site_kind", "version"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("site_checklist").to_owned()).await
    }
}
