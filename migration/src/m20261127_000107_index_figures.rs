//! 统计: what figures of a county or a township look at stands in an index, so that rows need not be read for them.

use sea_orm_migration::prelude::*;

use crate::columns::*;

/// Adds the main type of a dispute beside it, and indexes that hold what figures are made of.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const MAIN_TYPE: &str = "UPDATE dispute SET main_type = (
    SELECT MIN(type_code) FROM dispute_type WHERE dispute_id = dispute.id AND rank = 1)";

/// What most figures of disputes look at, and what they are grouped by.
pub(crate) const OF_DISPUTES: [&str; 10] = [
    "status",
    "sensitive_until",
    "concluded_at",
    "resolved_at",
    "due_at",
    "outcome",
    "mediation_started_at",
    "main_type",
    "site_kind",
    "channel",
];
/// And those of hazards, with what rules ask of them.
pub(crate) const OF_HAZARDS: [&str; 9] = [
    "status",
    "source",
    "regulator_department",
    "order_id",
    "written_off_at",
    "rectified_at",
    "deadline",
    "site_id",
    "site_kind",
];

/// Table, the columns of an index that it is named after, and what it holds as well from now on.
const WIDER: [(&str, &[&str], &[&str]); 3] = [
    ("dispute", &["county_code", "accepted_at", "id"], &OF_DISPUTES),
    ("dispute", &["township_code", "accepted_at", "id"], &OF_DISPUTES),
    ("hazard", &["county_code", "found_at", "id"], &OF_HAZARDS),
];
/// Sites of a department.
const OF_A_DEPARTMENT: [&str; 4] = ["county_code", "regulator_department", "kind", "status"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "dispute", [opt_text("main_type")]).await?;
        manager.get_connection().execute_unprepared(MAIN_TYPE).await?;
        for (table, first, held) in WIDER {
            widen_index(manager, table, first, held).await?;
        }
        manager.create_index(index("key_site", &OF_A_DEPARTMENT)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "key_site", &OF_A_DEPARTMENT).await?;
        for (table, first, _) in WIDER {
            widen_index(manager, table, first, &[]).await?;
        }
        drop_columns(manager, "dispute", &["main_type"]).await
    }
}
