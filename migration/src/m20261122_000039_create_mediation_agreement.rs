//! 调解协议: table `mediation_agreement`.

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
                    .table("mediation_agreement")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("dispute_id"))
                    .col(text("form"))
                    .col(int("reached_at"))
                    .col(opt_int("effective_at"))
                    .col(opt_int("window_ends_at"))
                    .col(text("terms"))
                    .col(opt_int("amount"))
                    .col(text("performance"))
                    .col(opt_int("performance_due_at"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("mediation_agreement", &["dispute_id"])).await?;
        manager.create_index(index("mediation_agreement", &["county_code", "window_ends_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("mediation_agreement").to_owned()).await
    }
}
