//! 工作例会 `grid_meeting`.

use sea_orm::entity::prelude::*;

/// A regular meeting of a grid.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grid_meeting")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Grid.
    pub grid_id: i64,
    /// 召开时间. When held.
    pub held_at: i64,
    /// 主持人岗位. Post of the chair.
    pub chair: String,
    /// 参会人数. How many attended. Null: not recorded.
    pub attendee_count: Option<i64>,
    /// 议题. Matters on the agenda, a JSON list. Null: not recorded.
    pub matters: Option<String>,
    /// 议定事项. Tasks decided.
    pub decisions: String,
    /// 会议纪要. Minutes.
    pub minutes: String,
}

impl ActiveModelBehavior for ActiveModel {}
