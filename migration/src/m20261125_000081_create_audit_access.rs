//! 查阅记录: table `audit_access`.

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
                    .table("audit_access")
                    .col(key())
                    .col(int("entry_id"))
                    .col(int("at"))
                    .col(opt_int("account_id"))
                    .col(opt_int("organisation_id"))
                    .col(text("purpose"))
                    .col(text("view"))
                    .col(int("matter_id"))
                    .col(opt_int("dispute_id"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("audit_access", &["dispute_id", "at"])).await?;
        manager.create_index(index("audit_access", &["view", "matter_id", "at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("audit_access").to_owned()).await
    }
}
