//! 督导轮次: table `supervision_round`.

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
                    .table("supervision_round")
                    .col(key())
                    .col(int("year"))
                    .col(int("round_no"))
                    .col(int("period_from"))
                    .col(int("period_to"))
                    .col(int("problems_assigned"))
                    .col(int("teams"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("supervision_round", &["year", "round_no"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("supervision_round").to_owned()).await
    }
}
