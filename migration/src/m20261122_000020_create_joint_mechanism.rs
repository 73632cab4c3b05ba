//! 联动机制: table `joint_mechanism`.

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
                    .table("joint_mechanism")
                    .col(key())
                    .col(text("code"))
                    .col(text("name"))
                    .col(text("side_a_code"))
                    .col(text("side_b_code"))
                    .col(text("since"))
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("joint_mechanism").to_owned()).await
    }
}
