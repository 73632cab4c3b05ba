//! 功能区覆盖: table `zone_division`.

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
                    .table("zone_division")
                    .col(key())
                    .col(int("zone_id"))
                    .col(text("division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("zone_division", &["zone_id", "division_code"])).await?;
        manager.create_index(index("zone_division", &["division_code"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("zone_division").to_owned()).await
    }
}
