//! 时限: the number of a clock within its matter is its `seq`, as that of an event is.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Renames the column; its indexes follow.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const MATTERS: [&str; 3] = ["hazard_id", "dispute_id", "grid_event_id"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rename(manager, "clock_no", "seq").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rename(manager, "seq", "clock_no").await
    }
}

/// Indexes carry the names of their columns, so they are made again.
async fn rename(manager: &SchemaManager<'_>, from: &'static str, to: &'static str) -> Result<(), DbErr> {
    for matter in MATTERS {
        drop_index(manager, "sla_clock", &[matter, from]).await?;
    }
    let column = |name: &str| Alias::new(name);
    let mut table = Table::alter();
    table.table(Alias::new("sla_clock")).rename_column(column(from), column(to));
    manager.alter_table(table).await?;
    for matter in MATTERS {
        manager.create_index(index("sla_clock", &[matter, to])).await?;
    }
    Ok(())
}
