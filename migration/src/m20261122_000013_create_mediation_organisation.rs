//! 调解组织: table `mediation_organisation`.

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
                    .table("mediation_organisation")
                    .col(key())
                    .col(text("division_code"))
                    .col(text("code"))
                    .col(text("name"))
                    .col(text("kind"))
                    .col(opt_text("honour"))
                    .col(int("organisation_id"))
                    .col(opt_int("centre_id"))
                    .col(opt_int("host_site_id"))
                    .col(text("methods"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("mediation_organisation", &["code"])).await?;
        manager.create_index(index("mediation_organisation", &["centre_id", "code"])).await?;
        manager.create_index(index("mediation_organisation", &["organisation_id"])).await?;
        manager.create_index(index("mediation_organisation", &["host_site_id"])).await?;
        manager.create_index(index("mediation_organisation", &["county_code", "kind"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("mediation_organisation").to_owned()).await
    }
}
