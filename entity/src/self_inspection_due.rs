//! 自查周期 `self_inspection_due`.

use sea_orm::entity::prelude::*;

/// What each cycle asked of each site, and what came of it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "self_inspection_due")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Site.
    pub site_id: i64,
    /// Regulator department.
    pub regulator_department: String,
    /// Unit.
    pub unit_id: Option<i64>,
    /// Site kind.
    pub site_kind: String,
    /// Cycle.
    pub cycle: String,
    /// Due at.
    pub due_at: i64,
    /// State.
    pub state: String,
}

impl ActiveModelBehavior for ActiveModel {}
