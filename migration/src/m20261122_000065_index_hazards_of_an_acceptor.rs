//! 隐患: the hazards whose rectification an organisation accepts, newest first.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds an index.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("hazard", &["acceptor_id", "found_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "hazard", &["acceptor_id", "found_at"]).await
    }
}
