//! 单位: table `organisation`.

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
                    .table("organisation")
                    .col(key())
                    .col(text("division_code"))
                    .col(text("code"))
                    .col(text("name"))
                    .col(text("kind"))
                    .col(opt_text("department"))
                    .col(opt_text("uscc"))
                    .col(opt_text("responsible_level"))
                    .col(opt_text("responsible_post"))
                    .col(opt_text("responsible_person"))
                    .col(opt_text("duty_phone"))
                    .col(opt_text("mobile"))
                    .col(boolean("foreign_related"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("organisation", &["code"])).await?;
        manager.create_index(index("organisation", &["uscc"])).await?;
        manager.create_index(index("organisation", &["county_code"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("organisation").to_owned()).await
    }
}
