//! 矛盾纠纷: table `dispute`.

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
                    .table("dispute")
                    .col(key())
                    .col(text("division_code"))
                    .col(text("no"))
                    .col(text("title"))
                    .col(text("edition"))
                    .col(boolean("key_field"))
                    .col(opt_text("key_field_domain"))
                    .col(boolean("prominent"))
                    .col(text("scale"))
                    .col(int("people_involved"))
                    .col(opt_int("amount_claimed"))
                    .col(text("origin"))
                    .col(text("channel"))
                    .col(opt_text("place"))
                    .col(opt_real("lon"))
                    .col(opt_real("lat"))
                    .col(opt_int("grid_id"))
                    .col(opt_int("zone_id"))
                    .col(opt_int("site_id"))
                    .col(opt_text("site_kind"))
                    .col(text("summary"))
                    .col(text("risk_level"))
                    .col(boolean("escalation_risk"))
                    .col(boolean("enterprise_related"))
                    .col(int("accepted_at"))
                    .col(int("due_at"))
                    .col(int("accepted_centre_id"))
                    .col(int("handling_organisation_id"))
                    .col(opt_int("mediation_organisation_id"))
                    .col(opt_int("mediation_started_at"))
                    .col(boolean("centre_involved"))
                    .col(opt_text("outcome"))
                    .col(opt_int("resolved_at"))
                    .col(opt_int("concluded_at"))
                    .col(opt_text("resolved_level"))
                    .col(opt_int("mechanism_id"))
                    .col(text("status"))
                    .col(opt_text("sensitive_until"))
                    .col(int("version"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("dispute", &["no"])).await?;
        manager.create_index(index("dispute", &["city_code", "accepted_at", "id"])).await?;
        manager.create_index(index("dispute", &["county_code", "accepted_at", "id"])).await?;
        manager.create_index(index("dispute", &["township_code", "accepted_at", "id"])).await?;
        manager.create_index(index("dispute", &["village_code", "accepted_at", "id"])).await?;
        manager.create_index(index("dispute", &["grid_id", "accepted_at", "id"])).await?;
        manager.create_index(index("dispute", &["site_id", "accepted_at", "id"])).await?;
        manager.create_index(index("dispute", &["accepted_centre_id", "status", "accepted_at"])).await?;
        manager.create_index(index("dispute", &["accepted_centre_id", "accepted_at"])).await?;
        manager.create_index(index("dispute", &["handling_organisation_id", "accepted_at"])).await?;
        manager.create_index(index("dispute", &["mediation_organisation_id", "accepted_at"])).await?;
        manager.create_index(index("dispute", &["zone_id"])).await?;
        manager.create_index(index("dispute", &["mechanism_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("dispute").to_owned()).await
    }
}
