//! 岗位: table `posting`.

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
                    .table("posting")
                    .col(key())
                    .col(int("account_id"))
                    .col(int("organisation_id"))
                    .col(text("division_code"))
                    .col(text("role"))
                    .col(text("clearance"))
                    .col(opt_text("grid_codes"))
                    .col(opt_text("site_code"))
                    .col(opt_int("zone_id"))
                    .col(opt_int("mechanism_id"))
                    .col(int("valid_from"))
                    .col(opt_int("valid_to"))
                    .col(opt_int("revoked_at"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("posting", &["account_id"])).await?;
        manager.create_index(index("posting", &["organisation_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("posting").to_owned()).await
    }
}
