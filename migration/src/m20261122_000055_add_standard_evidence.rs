//! 规范化状态: what the claim rests on.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds the digest of the evidence.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "standard_status", [opt_text("evidence_hash")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "standard_status", &["evidence_hash"]).await
    }
}
