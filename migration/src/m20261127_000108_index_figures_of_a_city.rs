//! 统计: what figures of a whole city look at stands in an index, as it does for a county and a township.

use sea_orm_migration::prelude::*;

use crate::columns::*;
use crate::m20261127_000107_index_figures::{OF_DISPUTES, OF_HAZARDS};

/// Widens the indexes that begin with the city.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Table, the columns of an index that it is named after, and what it holds as well from now on.
const WIDER: [(&str, &[&str], &[&str]); 2] = [
    ("dispute", &["city_code", "accepted_at", "id"], &OF_DISPUTES),
    ("hazard", &["city_code", "found_at", "id"], &OF_HAZARDS),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, first, held) in WIDER {
            widen_index(manager, table, first, held).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, first, _) in WIDER {
            widen_index(manager, table, first, &[]).await?;
        }
        Ok(())
    }
}
