//! 综治中心: table `governance_centre`.

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
                    .table("governance_centre")
                    .col(key())
                    .col(text("division_code"))
                    .col(text("code"))
                    .col(text("name"))
                    .col(text("level"))
                    .col(opt_int("zone_id"))
                    .col(opt_int("parent_id"))
                    .col(int("organisation_id"))
                    .col(opt_int("built_by_id"))
                    .col(text("address"))
                    .col(real("lon"))
                    .col(real("lat"))
                    .col(text("open_hours"))
                    .col(text("service_phone"))
                    .col(int("staff_count"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("governance_centre", &["code"])).await?;
        manager.create_index(index("governance_centre", &["division_code"])).await?;
        manager.create_index(index("governance_centre", &["organisation_id"])).await?;
        manager.create_index(index("governance_centre", &["parent_id", "code"])).await?;
        manager.create_index(index("governance_centre", &["county_code", "level"])).await?;
        manager.create_index(index("governance_centre", &["zone_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("governance_centre").to_owned()).await
    }
}
