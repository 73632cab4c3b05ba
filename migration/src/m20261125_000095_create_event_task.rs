//! 处置任务: table `event_task`.

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
                    .table("event_task")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("grid_event_id"))
                    .col(int("organisation_id"))
                    .col(text("task"))
                    .col(int("assigned_at"))
                    .col(int("due_at"))
                    .col(opt_int("done_at"))
                    .col(opt_text("result"))
                    .col(opt_int("returned_at"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("event_task", &["grid_event_id", "assigned_at"])).await?;
        manager.create_index(index("event_task", &["organisation_id", "assigned_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("event_task").to_owned()).await
    }
}
