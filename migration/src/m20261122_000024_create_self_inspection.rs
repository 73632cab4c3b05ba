//! 自查: table `self_inspection`.

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
                    .table("self_inspection")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("site_id"))
                    .col(text("regulator_department"))
                    .col(opt_int("unit_id"))
                    .col(opt_int("by_account_id"))
                    .col(int("started_at"))
                    .col(opt_int("submitted_at"))
                    .col(text("via"))
                    .col(boolean("geo_match"))
                    .col(boolean("complete"))
                    .col(text("answers"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("self_inspection", &["site_id", "submitted_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("self_inspection").to_owned()).await
    }
}
