//! 计数器: table `counter`.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Creates the table and its indexes.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Keys of rows that the product makes begin here, above every key that a load has given.
const FIRST_ROW: i64 = 1_000_000_000_000_000;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(Table::create().table("counter").col(key()).col(text("name")).col(int("next")).to_owned())
            .await?;
        manager.create_index(unique("counter", &["name"])).await?;
        let first = Query::insert()
            .into_table("counter")
            .columns(["id", "name", "next"])
            .values_panic([1_i64.into(), "row".into(), FIRST_ROW.into()])
            .to_owned();
        manager.execute(first).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("counter").to_owned()).await
    }
}
