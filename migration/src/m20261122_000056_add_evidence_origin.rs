//! 证据: who took it, and where.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds the three columns.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "evidence", [opt_int("taken_by_id"), opt_real("lon"), opt_real("lat")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "evidence", &["taken_by_id", "lon", "lat"]).await
    }
}
