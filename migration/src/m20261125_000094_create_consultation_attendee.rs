//! 会商单位: table `consultation_attendee`.

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
                    .table("consultation_attendee")
                    .col(key())
                    .col(int("consultation_id"))
                    .col(int("organisation_id"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("consultation_attendee", &["consultation_id", "organisation_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("consultation_attendee").to_owned()).await
    }
}
