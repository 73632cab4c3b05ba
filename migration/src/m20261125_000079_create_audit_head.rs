//! 审计链首: table `audit_head`.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Creates the table and its indexes.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Chains that run side by side, so that writers do not wait for one another.
const CHAINS: i64 = 8;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("audit_head")
                    .col(key())
                    .col(int("chain"))
                    .col(int("seq"))
                    .col(text("hash"))
                    .col(int("at"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("audit_head", &["chain"])).await?;
        for chain in 0..CHAINS {
            let genesis = Query::insert()
                .into_table("audit_head")
                .columns(["id", "chain", "seq", "hash", "at"])
                .values_panic([(chain + 1).into(), chain.into(), 0_i64.into(), "0".repeat(64).into(), 0_i64.into()])
                .to_owned();
            manager.execute(genesis).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("audit_head").to_owned()).await
    }
}
