//! 规范化状态: the statuses of a county, by programme and state.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds an index.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("standard_status", &["county_code", "namespace", "state"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "standard_status", &["county_code", "namespace", "state"]).await
    }
}
