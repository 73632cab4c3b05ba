//! 网格员: table `grid_member`.

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
                    .table("grid_member")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("grid_id"))
                    .col(opt_int("account_id"))
                    .col(text("name"))
                    .col(text("kind"))
                    .col(text("duty_phone"))
                    .col(opt_text("private_mobile"))
                    .col(opt_text("id_number"))
                    .col(text("since"))
                    .col(opt_text("until"))
                    .col(opt_int("monthly_score"))
                    .col(opt_text("status_history"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("grid_member", &["grid_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("grid_member").to_owned()).await
    }
}
