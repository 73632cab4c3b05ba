//! 当事人: table `party`.

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
                    .table("party")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("dispute_id"))
                    .col(opt_int("account_id"))
                    .col(text("name"))
                    .col(text("kind"))
                    .col(opt_int("organisation_id"))
                    .col(opt_text("contact"))
                    .col(opt_text("id_number"))
                    .col(opt_text("birth_date"))
                    .col(text("consent"))
                    .col(boolean("representative"))
                    .col(text("retain_until"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("party", &["dispute_id"])).await?;
        manager.create_index(index("party", &["account_id"])).await?;
        manager.create_index(index("party", &["organisation_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("party").to_owned()).await
    }
}
