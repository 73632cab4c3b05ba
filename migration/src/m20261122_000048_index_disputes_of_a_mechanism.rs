//! 矛盾纠纷: the disputes of a joint mechanism, newest first.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Replaces the index on the mechanism alone.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("dispute", &["mechanism_id", "accepted_at"])).await?;
        drop_index(manager, "dispute", &["mechanism_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("dispute", &["mechanism_id"])).await?;
        drop_index(manager, "dispute", &["mechanism_id", "accepted_at"]).await
    }
}
