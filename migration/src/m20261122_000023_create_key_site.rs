//! 重点场所: table `key_site`.

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
                    .table("key_site")
                    .col(key())
                    .col(text("division_code"))
                    .col(text("code"))
                    .col(text("name"))
                    .col(text("kind"))
                    .col(opt_int("unit_id"))
                    .col(int("grid_id"))
                    .col(opt_int("zone_id"))
                    .col(int("regulator_id"))
                    .col(text("regulator_department"))
                    .col(boolean("private_dwelling"))
                    .col(text("address"))
                    .col(real("lon"))
                    .col(real("lat"))
                    .col(text("risk_level"))
                    .col(opt_int("risk_assessed_at"))
                    .col(int("checklist_id"))
                    .col(text("qr_token"))
                    .col(int("self_inspection_cycle_days"))
                    .col(opt_int("last_self_inspected_at"))
                    .col(opt_int("next_due_at"))
                    .col(opt_text("chain_owner"))
                    .col(opt_text("chain_lessor"))
                    .col(opt_text("chain_tenant"))
                    .col(opt_int("resident_count"))
                    .col(opt_int("chargers"))
                    .col(opt_int("rooms"))
                    .col(opt_int("cameras"))
                    .col(opt_int("screens"))
                    .col(opt_int("students"))
                    .col(text("status"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("key_site", &["code"])).await?;
        manager.create_index(unique("key_site", &["qr_token"])).await?;
        manager.create_index(index("key_site", &["grid_id", "code"])).await?;
        manager.create_index(index("key_site", &["unit_id", "code"])).await?;
        manager.create_index(index("key_site", &["zone_id"])).await?;
        manager.create_index(index("key_site", &["county_code", "kind", "risk_level"])).await?;
        manager.create_index(index("key_site", &["township_code", "kind"])).await?;
        manager.create_index(index("key_site", &["village_code"])).await?;
        manager.create_index(index("key_site", &["city_code", "kind"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("key_site").to_owned()).await
    }
}
