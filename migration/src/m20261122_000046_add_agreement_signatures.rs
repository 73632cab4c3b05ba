//! 调解协议: when it was signed and sealed.

use sea_orm_migration::prelude::*;

use crate::columns::*;

const TABLE: &str = "mediation_agreement";
const COLUMNS: [&str; 3] = ["parties_signed_at", "mediator_signed_at", "committee_sealed_at"];

/// Adds the three instants.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, TABLE, COLUMNS.map(opt_int)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, TABLE, &COLUMNS).await
    }
}
