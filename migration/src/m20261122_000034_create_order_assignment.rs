//! 交办对象: table `order_assignment`.

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
                    .table("order_assignment")
                    .col(key())
                    .col(text("division_code"))
                    .col(int("order_id"))
                    .col(text("role"))
                    .col(int("organisation_id"))
                    .col(opt_int("other_id"))
                    .col(int("received_at"))
                    .col(opt_int("acknowledged_at"))
                    .col(int("ack_due_at"))
                    .col(opt_text("opinion"))
                    .col(opt_int("opinion_at"))
                    .col(int("opinion_due_at"))
                    .col(opt_text("result"))
                    .col(opt_int("result_at"))
                    .col(text("state"))
                    .col(level("city_code", "division_code"))
                    .col(level("county_code", "division_code"))
                    .col(level("township_code", "division_code"))
                    .col(level("village_code", "division_code"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("order_assignment", &["order_id"])).await?;
        manager.create_index(index("order_assignment", &["organisation_id", "state"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("order_assignment").to_owned()).await
    }
}
