//! 会商: table `event_consultation`.

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
                    .table("event_consultation")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("grid_event_id"))
                    .col(opt_int("meeting_id"))
                    .col(int("at"))
                    .col(text("kind"))
                    .col(text("conclusion"))
                    .col(opt_int("convened_by_id"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("event_consultation", &["grid_event_id", "at"])).await?;
        manager.create_index(index("event_consultation", &["meeting_id", "at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("event_consultation").to_owned()).await
    }
}
