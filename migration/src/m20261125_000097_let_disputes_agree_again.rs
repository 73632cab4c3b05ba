//! 矛盾纠纷: after a reopening it may be agreed and confirmed again; the dispute names the latest of each.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Tables of what a dispute may now have several of, and the column that names the latest.
const LATEST: [(&str, &str); 2] =
    [("mediation_agreement", "agreement_id"), ("judicial_confirmation", "confirmation_id")];

/// Adds the columns, fills them and lets go of the uniqueness.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in LATEST {
            add_columns(manager, "dispute", [opt_int(column)]).await?;
            manager
                .get_connection()
                .execute_unprepared(&format!(
                    "UPDATE dispute SET {column} = (SELECT id FROM {table} WHERE dispute_id = dispute.id)"
                ))
                .await?;
            let name = format!("ux_{table}_dispute_id");
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
            manager.create_index(index(table, &["dispute_id"])).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in LATEST {
            drop_index(manager, table, &["dispute_id"]).await?;
            manager.create_index(unique(table, &["dispute_id"])).await?;
            drop_columns(manager, "dispute", &[column]).await?;
        }
        Ok(())
    }
}
