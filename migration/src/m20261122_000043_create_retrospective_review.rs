//! 事后倒查: table `retrospective_review`.

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
                    .table("retrospective_review")
                    .col(key())
                    .col(text("division_code"))
                    .col(opt_int("hazard_id"))
                    .col(opt_int("dispute_id"))
                    .col(text("missed_step"))
                    .col(int("responsible_id"))
                    .col(text("finding"))
                    .col(text("measure"))
                    .col(int("at"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("retrospective_review", &["hazard_id"])).await?;
        manager.create_index(index("retrospective_review", &["dispute_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("retrospective_review").to_owned()).await
    }
}
