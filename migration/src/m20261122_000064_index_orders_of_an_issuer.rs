//! 交办单: the orders that an organisation issued, newest first.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds an index.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("rectification_order", &["issued_by_id", "issued_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "rectification_order", &["issued_by_id", "issued_at"]).await
    }
}
