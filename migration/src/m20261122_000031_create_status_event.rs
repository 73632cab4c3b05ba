//! 状态记录: table `status_event`.

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
                    .table("status_event")
                    .col(key())
                    .col(text("division_code"))
                    .col(opt_int("hazard_id"))
                    .col(opt_int("dispute_id"))
                    .col(int("seq"))
                    .col(opt_text("from_state"))
                    .col(text("to_state"))
                    .col(text("action"))
                    .col(opt_int("by_id"))
                    .col(int("at"))
                    .col(opt_text("note"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("status_event", &["hazard_id", "seq"])).await?;
        manager.create_index(index("status_event", &["dispute_id", "seq"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("status_event").to_owned()).await
    }
}
