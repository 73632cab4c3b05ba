//! 检查: table `inspection`.

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
                    .table("inspection")
                    .col(key())
                    .col(text("division_code"))
                    .col(text("no"))
                    .col(text("kind"))
                    .col(text("mode"))
                    .col(opt_int("round_id"))
                    .col(int("team_id"))
                    .col(text("department"))
                    .col(int("planned_at"))
                    .col(opt_int("started_at"))
                    .col(opt_text("record"))
                    .col(opt_text("unit_signature"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("inspection", &["no"])).await?;
        manager.create_index(index("inspection", &["round_id", "started_at"])).await?;
        manager.create_index(index("inspection", &["county_code", "started_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("inspection").to_owned()).await
    }
}
