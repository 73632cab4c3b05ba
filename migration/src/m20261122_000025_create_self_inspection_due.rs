//! 自查周期: table `self_inspection_due`.

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
                    .table("self_inspection_due")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("site_id"))
                    .col(text("regulator_department"))
                    .col(opt_int("unit_id"))
                    .col(text("site_kind"))
                    .col(text("cycle"))
                    .col(int("due_at"))
                    .col(text("state"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("self_inspection_due", &["cycle", "county_code"])).await?;
        manager.create_index(index("self_inspection_due", &["cycle", "city_code"])).await?;
        manager.create_index(index("self_inspection_due", &["site_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("self_inspection_due").to_owned()).await
    }
}
