//! 事件箱 `outbox`.

use sea_orm::entity::prelude::*;

/// What happened, for those who follow: ordered by matter, given a position once committed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 时间. When.
    pub at: i64,
    /// 种类. TRANSITION, CLOCK_NEAR, CLOCK_BREACHED or another.
    pub kind: String,
    /// 类型. Type of the matter.
    pub view: String,
    /// Matter.
    pub matter_id: i64,
    /// 序号. Version of the matter at that moment.
    pub seq: i64,
    /// 区划. Where the matter lies.
    pub division_code: String,
    /// 内容. JSON: action, states, clocks and who is to be told.
    pub body: String,
    /// 位置. Place in the feed, without gaps. Null: not given yet.
    pub position: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
