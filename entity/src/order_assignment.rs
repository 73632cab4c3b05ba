//! 交办对象 `order_assignment`.

use sea_orm::entity::prelude::*;

/// One assignee of a rectification order.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "order_assignment")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Order.
    pub order_id: i64,
    /// 职责. Guidance by the regulator, or acceptance by the local office.
    pub role: String,
    /// Organisation.
    pub organisation_id: i64,
    /// Other.
    pub other_id: Option<i64>,
    /// 收到时间. When received.
    pub received_at: i64,
    /// 签收时间. When acknowledged. Null: not yet.
    pub acknowledged_at: Option<i64>,
    /// 应签收时间. Limit for acknowledging.
    pub ack_due_at: i64,
    /// 指导意见. Written opinion. Null: none.
    pub opinion: Option<String>,
    /// 意见时间. When. Null: none.
    pub opinion_at: Option<i64>,
    /// 应反馈时间. Limit for the opinion or the acceptance.
    pub opinion_due_at: i64,
    /// 验收结果. Result of acceptance. Null: not yet.
    pub result: Option<String>,
    /// 验收时间. When. Null: not yet.
    pub result_at: Option<i64>,
    /// 状态. Open, acknowledged or done.
    pub state: String,
}

impl ActiveModelBehavior for ActiveModel {}
