//! 回访 `follow_up`.

use sea_orm::entity::prelude::*;

/// A follow-up visit.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "follow_up")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// 所属区划. Code it was filed under; the database derives the code of each level from it.
    pub division_code: String,
    /// Dispute.
    pub dispute_id: i64,
    /// 时间. When.
    pub at: i64,
    /// 履行情况. What was found.
    pub performance: String,
    /// 满意. Whether satisfied. Null: not asked.
    pub satisfied: Option<bool>,
}

impl ActiveModelBehavior for ActiveModel {}
