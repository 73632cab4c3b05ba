//! 代码: table `code_entry`.

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
                    .table("code_entry")
                    .col(key())
                    .col(text("code_table"))
                    .col(text("code"))
                    .col(text("label_zh"))
                    .col(text("label_en"))
                    .col(int("entry_order"))
                    .col(text("valid_from"))
                    .col(opt_text("valid_to"))
                    .col(text("source"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("code_entry", &["code_table", "code"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("code_entry").to_owned()).await
    }
}
