//! 后台工作: the counter under which events get their positions, and one row a site and cycle.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds them.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut insert = Query::insert();
        insert.into_table("counter").columns(["id", "name", "next"]).values_panic([
            2_i64.into(),
            "outbox".into(),
            1_i64.into(),
        ]);
        manager.execute(insert).await?;
        manager.create_index(unique("self_inspection_due", &["site_id", "cycle"])).await?;
        manager.create_index(index("outbox", &["at", "id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "outbox", &["at", "id"]).await?;
        let name = "ux_self_inspection_due_site_id_cycle";
        manager.drop_index(Index::drop().name(name).table("self_inspection_due").to_owned()).await?;
        let mut delete = Query::delete();
        delete.from_table("counter").and_where(Expr::col("name").eq("outbox"));
        manager.execute(delete).await
    }
}
