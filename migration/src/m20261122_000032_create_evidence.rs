//! 证据: table `evidence`.

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
                    .table("evidence")
                    .col(key())
                    .col(text("division_code"))
                    .col(opt_int("hazard_id"))
                    .col(opt_int("dispute_id"))
                    .col(opt_int("status_event_id"))
                    .col(text("phase"))
                    .col(text("hash"))
                    .col(text("mime"))
                    .col(int("size"))
                    .col(int("taken_at"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("evidence", &["hazard_id"])).await?;
        manager.create_index(index("evidence", &["dispute_id"])).await?;
        manager.create_index(index("evidence", &["status_event_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("evidence").to_owned()).await
    }
}
