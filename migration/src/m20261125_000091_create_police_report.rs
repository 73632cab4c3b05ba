//! 公安上报: table `police_report`.

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
                    .table("police_report")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("dispute_id"))
                    .col(int("reported_at"))
                    .col(int("reported_by_id"))
                    .col(text("reason"))
                    .col(opt_int("acknowledged_at"))
                    .col(opt_int("acknowledged_by_id"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("police_report", &["dispute_id", "reported_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("police_report").to_owned()).await
    }
}
