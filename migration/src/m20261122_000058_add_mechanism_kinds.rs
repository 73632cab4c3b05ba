//! 联动机制: in what ways the sides work together.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds the column.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "joint_mechanism", [opt_text("kinds")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "joint_mechanism", &["kinds"]).await
    }
}
