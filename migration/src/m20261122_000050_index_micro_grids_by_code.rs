//! 微网格: all micro-grids, by code.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds an index.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("micro_grid", &["code"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "micro_grid", &["code"]).await
    }
}
