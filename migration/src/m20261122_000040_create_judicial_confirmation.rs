//! 司法确认: table `judicial_confirmation`.

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
                    .table("judicial_confirmation")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("dispute_id"))
                    .col(int("court_id"))
                    .col(int("requested_at"))
                    .col(opt_int("accepted_at"))
                    .col(opt_text("decision"))
                    .col(opt_int("decided_at"))
                    .col(opt_text("case_no"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("judicial_confirmation", &["dispute_id"])).await?;
        manager.create_index(index("judicial_confirmation", &["court_id", "requested_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("judicial_confirmation").to_owned()).await
    }
}
