//! 账号: table `account`.

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
                    .table("account")
                    .col(key())
                    .col(text("subject"))
                    .col(text("login_name"))
                    .col(text("display_name"))
                    .col(opt_text("real_name"))
                    .col(opt_text("mobile"))
                    .col(boolean("disabled"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("account", &["subject"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("account").to_owned()).await
    }
}
