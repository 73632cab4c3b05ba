//! 协议签字: table `agreement_signature`.

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
                    .table("agreement_signature")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("dispute_id"))
                    .col(int("agreement_id"))
                    .col(int("party_id"))
                    .col(int("signed_at"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("agreement_signature", &["agreement_id", "party_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("agreement_signature").to_owned()).await
    }
}
