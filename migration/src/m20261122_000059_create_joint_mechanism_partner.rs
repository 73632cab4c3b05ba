//! 联动机制成员: table `joint_mechanism_partner`.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Creates the table and its index.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("joint_mechanism_partner")
                    .col(key())
                    .col(int("mechanism_id"))
                    .col(int("organisation_id"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("joint_mechanism_partner", &["mechanism_id", "organisation_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("joint_mechanism_partner").to_owned()).await
    }
}
