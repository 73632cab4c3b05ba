//! 检查项: table `checklist_item`.

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
                    .table("checklist_item")
                    .col(key())
                    .col(int("checklist_id"))
                    .col(int("item_order"))
                    .col(text("code"))
                    .col(text("text"))
                    .col(text("category"))
                    .col(opt_text("legal_basis"))
                    .col(boolean("major_if_failed"))
                    .col(boolean("photo_required"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("checklist_item", &["checklist_id", "item_order"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("checklist_item").to_owned()).await
    }
}
