//! 交办单: table `rectification_order`.

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
                    .table("rectification_order")
                    .col(key())
                    .col(text("division_code"))
                    .col(text("no"))
                    .col(int("issued_by_id"))
                    .col(int("issued_at"))
                    .col(int("unit_id"))
                    .col(text("department"))
                    .col(int("deadline"))
                    .col(boolean("dual"))
                    .col(opt_int("closed_at"))
                    .col(text("document_hash"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("rectification_order", &["no"])).await?;
        manager.create_index(index("rectification_order", &["county_code", "issued_at", "id"])).await?;
        manager.create_index(index("rectification_order", &["unit_id", "issued_at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("rectification_order").to_owned()).await
    }
}
