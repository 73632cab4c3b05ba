//! 文件: table `stored_file`.

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
                    .table("stored_file")
                    .col(key())
                    .col(text("hash"))
                    .col(text("original_hash"))
                    .col(text("mime"))
                    .col(int("size"))
                    .col(opt_int("width"))
                    .col(opt_int("height"))
                    .col(boolean("thumbnail"))
                    .col(opt_int("taken_at"))
                    .col(opt_real("lon"))
                    .col(opt_real("lat"))
                    .col(int("created_at"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("stored_file", &["hash"])).await?;
        manager.create_index(index("stored_file", &["created_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("stored_file").to_owned()).await
    }
}
