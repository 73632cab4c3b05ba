//! 信访事项: table `petition_link`.

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
                    .table("petition_link")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("dispute_id"))
                    .col(text("petition_no"))
                    .col(text("category"))
                    .col(int("route"))
                    .col(int("registered_at"))
                    .col(opt_text("result"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("petition_link", &["dispute_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("petition_link").to_owned()).await
    }
}
