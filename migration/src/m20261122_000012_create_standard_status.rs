//! 规范化状态: table `standard_status`.

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
                    .table("standard_status")
                    .col(key())
                    .col(text("division_code"))
                    .col(opt_int("centre_id"))
                    .col(opt_int("mediation_organisation_id"))
                    .col(int("item_id"))
                    .col(text("namespace"))
                    .col(text("state"))
                    .col(opt_int("verified_at"))
                    .col(opt_int("verified_by_id"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("standard_status", &["centre_id"])).await?;
        manager.create_index(index("standard_status", &["mediation_organisation_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("standard_status").to_owned()).await
    }
}
