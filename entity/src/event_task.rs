//! 处置任务 `event_task`.

use sea_orm::entity::prelude::*;

/// What an organisation is to do about a grid event.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event_task")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Grid event.
    pub grid_event_id: i64,
    /// Organisation.
    pub organisation_id: i64,
    /// 任务. What is to be done.
    pub task: String,
    /// 交办时间. When.
    pub assigned_at: i64,
    /// 期限. By when.
    pub due_at: i64,
    /// 完成时间. When done. Null: not yet.
    pub done_at: Option<i64>,
    /// 结果. What was done. Null: not yet.
    pub result: Option<String>,
    /// 退回时间. When given back. Null: it was not.
    pub returned_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
