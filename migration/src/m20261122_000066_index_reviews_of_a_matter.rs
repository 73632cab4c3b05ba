//! 事后倒查: the reviews of a matter, oldest first.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Replaces the indexes on the matters alone.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const MATTERS: [&str; 2] = ["hazard_id", "dispute_id"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for matter in MATTERS {
            manager.create_index(index("retrospective_review", &[matter, "at"])).await?;
            drop_index(manager, "retrospective_review", &[matter]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for matter in MATTERS {
            manager.create_index(index("retrospective_review", &[matter])).await?;
            drop_index(manager, "retrospective_review", &[matter, "at"]).await?;
        }
        Ok(())
    }
}
