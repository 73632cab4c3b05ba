//! 时限: table `sla_clock`.

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
                    .table("sla_clock")
                    .col(key())
                    .col(text("division_code"))
                    .col(opt_int("hazard_id"))
                    .col(opt_int("dispute_id"))
                    .col(opt_int("grid_event_id"))
                    .col(int("clock_no"))
                    .col(text("kind"))
                    .col(opt_text("subject"))
                    .col(int("started_at"))
                    .col(text("unit"))
                    .col(opt_int("length"))
                    .col(int("due_at"))
                    .col(int("near_at"))
                    .col(opt_text("pauses"))
                    .col(opt_int("paused_at"))
                    .col(int("moved"))
                    .col(opt_int("stopped_at"))
                    .col(opt_int("breached_at"))
                    .col(opt_int("near_raised_at"))
                    .col(opt_int("next_alarm_at"))
                    .col(text("source"))
                    .col(text("basis"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("sla_clock", &["hazard_id", "clock_no"])).await?;
        manager.create_index(index("sla_clock", &["dispute_id", "clock_no"])).await?;
        manager.create_index(index("sla_clock", &["grid_event_id", "clock_no"])).await?;
        manager.create_index(index("sla_clock", &["next_alarm_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("sla_clock").to_owned()).await
    }
}
