//! 整改方案: table `rectification_plan`.

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
                    .table("rectification_plan")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("hazard_id"))
                    .col(int("round_no"))
                    .col(int("at"))
                    .col(text("measure"))
                    .col(opt_text("money"))
                    .col(opt_text("person"))
                    .col(opt_text("time_limit"))
                    .col(opt_text("emergency_plan"))
                    .col(boolean("suspended"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("rectification_plan", &["hazard_id", "round_no"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("rectification_plan").to_owned()).await
    }
}
