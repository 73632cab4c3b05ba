//! 交办对象: the assignments of an organisation, newest first.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds an index.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("order_assignment", &["organisation_id", "received_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "order_assignment", &["organisation_id", "received_at"]).await
    }
}
