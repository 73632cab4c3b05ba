//! 行政区划: table `division`.

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
                    .table("division")
                    .col(key())
                    .col(text("code"))
                    .col(text("name"))
                    .col(text("level"))
                    .col(opt_text("kind"))
                    .col(opt_text("urban_rural"))
                    .col(opt_text("parent_code"))
                    .col(text("valid_from"))
                    .col(opt_text("valid_to"))
                    .col(opt_text("successor_code"))
                    .col(opt_real("lon"))
                    .col(opt_real("lat"))
                    .col(level("city_code", "code"))
                    .col(level("county_code", "code"))
                    .col(level("township_code", "code"))
                    .col(level("village_code", "code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("division", &["code"])).await?;
        manager.create_index(index("division", &["parent_code", "code"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("division").to_owned()).await
    }
}
