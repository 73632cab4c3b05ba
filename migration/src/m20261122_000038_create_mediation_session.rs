//! 调解记录: table `mediation_session`.

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
                    .table("mediation_session")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("dispute_id"))
                    .col(int("session_no"))
                    .col(int("at"))
                    .col(text("place"))
                    .col(text("form"))
                    .col(opt_int("mediator_id"))
                    .col(int("parties_present"))
                    .col(text("progress"))
                    .col(text("result"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("mediation_session", &["dispute_id", "session_no"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("mediation_session").to_owned()).await
    }
}
