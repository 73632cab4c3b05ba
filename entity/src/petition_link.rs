//! 信访事项 `petition_link`.

use sea_orm::entity::prelude::*;

/// The petition matter of a dispute; category only, no text.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "petition_link")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Dispute.
    pub dispute_id: i64,
    /// 信访编号. Number of the petition.
    pub petition_no: String,
    /// 类别. Category.
    pub category: String,
    /// 路径. Route of art. 31 (1)-(6) of the petition regulations.
    pub route: i64,
    /// 登记时间. When registered.
    pub registered_at: i64,
    /// 结果. Result. Null: pending.
    pub result: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
