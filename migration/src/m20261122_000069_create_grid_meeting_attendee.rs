//! 例会参会单位: table `grid_meeting_attendee`.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Creates the table and its index.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("grid_meeting_attendee")
                    .col(key())
                    .col(int("meeting_id"))
                    .col(int("organisation_id"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("grid_meeting_attendee", &["meeting_id", "organisation_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("grid_meeting_attendee").to_owned()).await
    }
}
