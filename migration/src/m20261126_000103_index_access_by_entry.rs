//! 查阅记录: an index by entry, for the check that each entry has the records beside it that it makes.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Creates the index.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("audit_access", &["entry_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "audit_access", &["entry_id"]).await
    }
}
