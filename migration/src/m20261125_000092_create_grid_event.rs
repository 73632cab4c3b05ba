//! 网格事件: table `grid_event`.

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
                    .table("grid_event")
                    .col(key())
                    .col(text("division_code"))
                    .col(text("no"))
                    .col(text("kind"))
                    .col(opt_text("category"))
                    .col(text("text"))
                    .col(text("urgency"))
                    .col(text("channel"))
                    .col(int("reported_at"))
                    .col(int("reported_by_id"))
                    .col(opt_int("office_id"))
                    .col(opt_text("outside_reason"))
                    .col(opt_int("grid_id"))
                    .col(opt_int("zone_id"))
                    .col(opt_int("site_id"))
                    .col(opt_real("lon"))
                    .col(opt_real("lat"))
                    .col(boolean("high_frequency"))
                    .col(boolean("mass_event"))
                    .col(boolean("settled_on_spot"))
                    .col(opt_int("duplicate_of_id"))
                    .col(opt_int("dispute_id"))
                    .col(opt_int("hazard_id"))
                    .col(opt_int("handler_id"))
                    .col(opt_int("due_at"))
                    .col(opt_int("handled_at"))
                    .col(opt_int("fed_back_at"))
                    .col(opt_boolean("satisfied"))
                    .col(opt_int("tracking_until"))
                    .col(int("recurrence"))
                    .col(opt_int("concluded_at"))
                    .col(text("status"))
                    .col(int("version"))
                    .col(int("flow_version"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("grid_event", &["no"])).await?;
        manager.create_index(index("grid_event", &["city_code", "reported_at", "id"])).await?;
        manager.create_index(index("grid_event", &["county_code", "reported_at", "id"])).await?;
        manager.create_index(index("grid_event", &["township_code", "reported_at", "id"])).await?;
        manager.create_index(index("grid_event", &["village_code", "reported_at", "id"])).await?;
        manager.create_index(index("grid_event", &["grid_id", "reported_at", "id"])).await?;
        manager.create_index(index("grid_event", &["zone_id", "reported_at", "id"])).await?;
        manager.create_index(index("grid_event", &["site_id", "reported_at", "id"])).await?;
        manager.create_index(index("grid_event", &["handler_id"])).await?;
        manager.create_index(index("grid_event", &["dispute_id"])).await?;
        manager.create_index(index("grid_event", &["hazard_id"])).await?;
        manager.create_index(index("grid_event", &["reported_by_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("grid_event").to_owned()).await
    }
}
