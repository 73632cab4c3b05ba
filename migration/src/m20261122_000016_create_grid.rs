//! 网格: table `grid`.

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
                    .table("grid")
                    .col(key())
                    .col(text("division_code"))
                    .col(text("code"))
                    .col(text("name"))
                    .col(text("kind"))
                    .col(opt_int("zone_id"))
                    .col(opt_int("beat_id"))
                    .col(opt_int("leader_id"))
                    .col(real("lon"))
                    .col(real("lat"))
                    .col(opt_text("polygon"))
                    .col(int("households"))
                    .col(int("residents"))
                    .col(text("founded_at"))
                    .col(opt_text("abolished_at"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("grid", &["code"])).await?;
        manager.create_index(index("grid", &["village_code", "code"])).await?;
        manager.create_index(index("grid", &["township_code", "code"])).await?;
        manager.create_index(index("grid", &["county_code", "code"])).await?;
        manager.create_index(index("grid", &["beat_id", "code"])).await?;
        manager.create_index(index("grid", &["zone_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("grid").to_owned()).await
    }
}
