//! 代码: the department that regulates a kind of site or a category of hazard.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds the column.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "code_entry", [opt_text("department")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "code_entry", &["department"]).await
    }
}
