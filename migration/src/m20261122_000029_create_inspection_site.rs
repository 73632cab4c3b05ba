//! 受检场所: table `inspection_site`.

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
                    .table("inspection_site")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("inspection_id"))
                    .col(int("site_id"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("inspection_site", &["inspection_id"])).await?;
        manager.create_index(index("inspection_site", &["site_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("inspection_site").to_owned()).await
    }
}
