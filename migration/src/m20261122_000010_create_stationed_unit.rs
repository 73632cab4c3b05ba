//! 入驻单位: table `stationed_unit`.

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
                    .table("stationed_unit")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("centre_id"))
                    .col(int("organisation_id"))
                    .col(text("presence"))
                    .col(text("window_no"))
                    .col(text("schedule"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("stationed_unit", &["centre_id", "window_no"])).await?;
        manager.create_index(index("stationed_unit", &["organisation_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("stationed_unit").to_owned()).await
    }
}
