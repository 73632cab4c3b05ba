//! 状态记录 `status_event`.

use sea_orm::entity::prelude::*;

/// One transition of a matter; never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "status_event")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Hazard.
    pub hazard_id: Option<i64>,
    /// Dispute.
    pub dispute_id: Option<i64>,
    /// 序号. Number within the matter, from 1.
    pub seq: i64,
    /// 原状态. State before. Null: it came into being.
    pub from_state: Option<String>,
    /// 新状态. State after.
    pub to_state: String,
    /// 动作. Action taken.
    pub action: String,
    /// By.
    pub by_id: Option<i64>,
    /// 时间. When.
    pub at: i64,
    /// 说明. Note. Null: none.
    pub note: Option<String>,
    /// Grid event.
    pub grid_event_id: Option<i64>,
    /// Inspection.
    pub inspection_id: Option<i64>,
    /// Self-inspection.
    pub self_inspection_id: Option<i64>,
    /// 输入. What the rules and clocks need of the input, as JSON. Null: nothing.
    pub input: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
