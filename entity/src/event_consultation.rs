//! 会商 `event_consultation`.

use sea_orm::entity::prelude::*;

/// A consultation over a grid event.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event_consultation")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Grid event.
    pub grid_event_id: i64,
    /// Meeting of the grid where it was held.
    pub meeting_id: Option<i64>,
    /// 时间. When.
    pub at: i64,
    /// 方式. At a meeting, or a special one.
    pub kind: String,
    /// 结论. What was agreed.
    pub conclusion: String,
    /// Posting that convened it.
    pub convened_by_id: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
