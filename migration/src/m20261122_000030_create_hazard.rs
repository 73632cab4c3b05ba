//! 隐患: table `hazard`.

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
                    .table("hazard")
                    .col(key())
                    .col(text("division_code"))
                    .col(text("no"))
                    .col(opt_int("site_id"))
                    .col(opt_int("grid_id"))
                    .col(opt_int("zone_id"))
                    .col(opt_int("unit_id"))
                    .col(text("regulator_department"))
                    .col(opt_text("site_kind"))
                    .col(opt_real("lon"))
                    .col(opt_real("lat"))
                    .col(text("category"))
                    .col(opt_text("grade"))
                    .col(text("risk_colour"))
                    .col(text("source"))
                    .col(text("description"))
                    .col(int("found_at"))
                    .col(int("found_by_id"))
                    .col(boolean("rectified_on_site"))
                    .col(opt_int("deadline"))
                    .col(opt_int("rectified_at"))
                    .col(opt_int("written_off_at"))
                    .col(opt_int("order_id"))
                    .col(opt_int("inspection_id"))
                    .col(opt_int("acceptor_id"))
                    .col(int("round_no"))
                    .col(text("status"))
                    .col(int("version"))
                    .col(opt_int("reopened_from_id"))
                    .col(opt_int("related_dispute_id"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("hazard", &["no"])).await?;
        manager.create_index(index("hazard", &["city_code", "found_at", "id"])).await?;
        manager.create_index(index("hazard", &["county_code", "found_at", "id"])).await?;
        manager.create_index(index("hazard", &["township_code", "found_at", "id"])).await?;
        manager.create_index(index("hazard", &["village_code", "found_at", "id"])).await?;
        manager.create_index(index("hazard", &["county_code", "status", "found_at", "id"])).await?;
        manager.create_index(index("hazard", &["site_id", "found_at", "id"])).await?;
        manager.create_index(index("hazard", &["grid_id", "found_at", "id"])).await?;
        manager.create_index(index("hazard", &["order_id"])).await?;
        manager.create_index(index("hazard", &["unit_id"])).await?;
        manager.create_index(index("hazard", &["acceptor_id", "status"])).await?;
        manager.create_index(index("hazard", &["inspection_id"])).await?;
        manager.create_index(index("hazard", &["zone_id"])).await?;
        manager.create_index(index("hazard", &["related_dispute_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("hazard").to_owned()).await
    }
}
