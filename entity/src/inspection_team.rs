//! 检查组成员 `inspection_team`.

use sea_orm::entity::prelude::*;

/// Which organisations make an inspection.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "inspection_team")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Inspection.
    pub inspection_id: i64,
    /// Organisation.
    pub organisation_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
